#include "server/v4/boot.h"

#include "config/load.h"
#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

std::string site_of(const std::string& profile, const std::string& more = "") {
  return R"("next-server": "192.0.2.9", "boot-file-name": "other",
      "subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "boot": {)" +
         profile + R"(}, "pools": [{"pool": "192.0.2.10-192.0.2.19"}])" + more + "}]";
}
constexpr const char* kAll = R"("bios": "undionly.kpxe", "uefi-ia32": "ia32.efi",
    "uefi-x64": "x64.efi", "uefi-arm64": "arm64.efi", "http": "http://192.0.2.9/x64.efi",
    "http-arm64": "http://192.0.2.9/arm64.efi", "ipxe": "http://192.0.2.9/boot.ipxe")";

Say booting(int architecture, std::string_view vendor = "PXEClient:Arch:x") {
  return discover(host(1)).with(60, text(vendor)).with(93, octets({0, architecture}));
}
std::string file_of(Site& site, Say say) {
  const auto offer = site.hear(std::move(say));
  return offer ? std::string(as_text(offer->view().file())) : "silence";
}

TEST(BootProfile, HasAFileForEachArchitecture) {  // RFC 4578 2.1, RFC 5970 3.3
  Site site(load(site_of(kAll)));
  const struct {
    int architecture;
    const char* file;
  } rows[] = {{0, "undionly.kpxe"}, {6, "ia32.efi"},   {7, "x64.efi"},
              {9, "x64.efi"},       {11, "arm64.efi"}, {2, "other"}};
  for (const auto& row : rows) EXPECT_EQ(file_of(site, booting(row.architecture)), row.file);
  EXPECT_EQ(file_of(site, discover(host(1)).with(60, text("PXEClient"))), "undionly.kpxe");
  EXPECT_EQ(file_of(site, discover(host(1)).with(93, octets({0, 2, 0, 11}))), "arm64.efi");
  EXPECT_EQ(file_of(site, discover(host(1)).with(93, octets({7}))), "other");
  EXPECT_EQ(file_of(site, discover(host(1))), "other");
}

TEST(BootProfile, ChainsIpxeToItsScript) {
  Site site(load(site_of(kAll)));
  EXPECT_EQ(file_of(site, booting(0).with(77, text("iPXE"))), "http://192.0.2.9/boot.ipxe");
  EXPECT_EQ(file_of(site, booting(7).with(77, text("\4iPXE"))), "http://192.0.2.9/boot.ipxe");
  EXPECT_EQ(file_of(site, booting(7).with(77, text("other"))), "x64.efi");
  Site plain(load(site_of(R"("bios": "undionly.kpxe")")));
  EXPECT_EQ(file_of(plain, booting(0).with(77, text("iPXE"))), "undionly.kpxe");
}

TEST(BootProfile, SaysHttpClientToThoseWhoWaitForIt) {  // UEFI 2.10 24.7.3
  Site site(load(site_of(kAll)));
  const auto x64 = site.hear(booting(16, "HTTPClient:Arch:00016"));
  ASSERT_TRUE(x64);
  EXPECT_EQ(as_text(x64->view().file()), "http://192.0.2.9/x64.efi");
  EXPECT_EQ(x64->option(60), text("HTTPClient"));
  EXPECT_EQ(file_of(site, booting(19, "HTTPClient")), "http://192.0.2.9/arm64.efi");
  // Not remembered for others that ask for the same options.
  const auto pxe = site.hear(booting(7));
  ASSERT_TRUE(pxe);
  EXPECT_EQ(pxe->option(60), std::nullopt);
  EXPECT_EQ(net::to_string(pxe->view().siaddr()), "192.0.2.9");
  Site one(load(site_of(R"("http": "http://192.0.2.9/x64.efi")")));
  EXPECT_EQ(file_of(one, booting(19, "HTTPClient")), "http://192.0.2.9/x64.efi");
}

TEST(BootProfile, GivesWayToReservations) {
  Site site(load(site_of(kAll, R"(, "reservations": [{"hw-address": "02:00:00:00:00:01",
                                                      "boot-file-name": "mine"}])")));
  EXPECT_EQ(file_of(site, booting(7)), "mine");
}

// ---- of classes

/// Classes in the order of their weight.
std::string classes(const std::string& first, const std::string& second = "{}",
                    const std::string& more = "") {
  const auto one = [](const char* name, const std::string& boot) {
    return R"({"name": ")" + std::string(name) + R"(", "test": "option[12].hex == 'm'", "boot": )" +
           boot;
  };
  return R"("client-classes": [)" + one("a", first) + "}, " + one("b", second) + more + "}], ";
}
Say member(int architecture, std::string_view vendor = "PXEClient") {
  return booting(architecture, vendor).with(12, text("m"));
}

TEST(BootProfile, OfAClassGoesBeforeTheSubnets) {
  Site site(load(
      classes(R"({"uefi-x64": "a.efi"})", R"({"uefi-x64": "b.efi", "uefi-arm64": "b-arm.efi"})") +
      site_of(kAll)));
  EXPECT_EQ(file_of(site, member(7)), "a.efi") << "the first class that has one";
  EXPECT_EQ(file_of(site, member(11)), "b-arm.efi") << "the first that has one for it";
  EXPECT_EQ(file_of(site, member(6)), "ia32.efi") << "the subnet's";
  EXPECT_EQ(file_of(site, booting(7)), "x64.efi") << "in no class";
  EXPECT_EQ(file_of(site, discover(host(1)).with(12, text("m"))), "other") << "does not boot";
}

TEST(BootProfile, OfAClassGoesBeforeItsOwnFileNameAndThoseOfLighterClasses) {
  Site site(load(classes("{}", R"({"uefi-x64": "b.efi"})", R"(, "boot-file-name": "b")") +
                 site_of(R"("bios": "undionly.kpxe")")));
  EXPECT_EQ(file_of(site, member(7)), "b.efi");
  EXPECT_EQ(file_of(site, member(11)), "b");
  Site heavier(load(R"("client-classes": [
      {"name": "a", "test": "option[12].hex == 'm'", "boot-file-name": "a"},
      {"name": "b", "test": "option[12].hex == 'm'", "boot": {"uefi-x64": "b.efi"}}], )" +
                    site_of(kAll)));
  EXPECT_EQ(file_of(heavier, member(7)), "a");
}

TEST(BootProfile, OfAClassGivesWayToReservations) {
  Site site(load(classes(R"({"uefi-x64": "a.efi"})") +
                 site_of(kAll, R"(, "reservations": [{"hw-address": "02:00:00:00:00:01",
                                    "boot-file-name": "mine", "next-server": "192.0.2.8"}])")));
  const auto offer = site.hear(member(7));
  ASSERT_TRUE(offer);
  EXPECT_EQ(as_text(offer->view().file()), "mine");
  EXPECT_EQ(net::to_string(offer->view().siaddr()), "192.0.2.8");
}

TEST(BootProfile, OfAClassSaysHttpClientAndIsNotRemembered) {
  Site site(load(classes(R"({"http": "http://192.0.2.9/a.efi"})") + site_of(R"("bios": "x")")));
  for (int round = 0; round < 2; ++round) {
    const auto http = site.hear(member(16, "HTTPClient"));
    ASSERT_TRUE(http);
    EXPECT_EQ(as_text(http->view().file()), "http://192.0.2.9/a.efi");
    EXPECT_EQ(http->option(60), text("HTTPClient"));
    const auto pxe = site.hear(member(0));
    ASSERT_TRUE(pxe);
    EXPECT_EQ(as_text(pxe->view().file()), "x");
    EXPECT_EQ(pxe->option(60), std::nullopt);
  }
}

TEST(BootProfile, OfTheGlobalScopeCountsInSubnets) {
  Site site(load(R"("boot": {"bios": "global"}, "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                    "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])"));
  EXPECT_EQ(file_of(site, booting(0)), "global");
}

TEST(BootProfile, SaysWhatIsWrong) {
  const auto problem = [](const std::string& profile) {
    const auto loaded = config::load_text("{\"Dhcp4\": {" + site_of(profile) + "}}", "f", {});
    return loaded ? "" : loaded.error()[0].message;
  };
  EXPECT_EQ(problem(R"("http": "x64.efi")"),
            "clients that boot by HTTP need a URL: \"http://192.0.2.9/boot.efi\"");
  EXPECT_EQ(problem(R"("proxy": true)"),
            "a boot profile without a file: write one, as \"bios\": \"undionly.kpxe\"");
  EXPECT_EQ(problem("\"bios\": \"" + std::string(128, 'a') + "\""),
            "128 octets are too long: at most 127 fit");
}

// ---- proxy

std::string proxy() {
  return R"("next-server": "192.0.2.9", "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
      "boot": {"proxy": true, )" +
         std::string(kAll) + "}}]";
}

TEST(BootProxy, OffersAFileAndNoAddress) {  // PXE 2.1 2.2.1
  Site site(load(proxy()));
  const Octets machine = octets({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  const auto offer = site.hear(booting(0).with(97, machine).wanting({1, 3, 6, 43, 60}));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->type(), MessageType::offer);
  EXPECT_EQ(offer->yiaddr(), "0.0.0.0");
  EXPECT_EQ(offer->envelope().destination, net::kIp4Broadcast);
  EXPECT_EQ(as_text(offer->view().file()), "undionly.kpxe");
  EXPECT_EQ(net::to_string(offer->view().siaddr()), "192.0.2.9");
  EXPECT_EQ(offer->option(60), text("PXEClient"));
  EXPECT_EQ(offer->option(97), machine);
  EXPECT_EQ(offer->option(43), octets({6, 1, 8, 255}));
  for (const int code : {1, 3, 6, 51, 58, 59}) EXPECT_EQ(offer->option(code), std::nullopt) << code;
  const auto http = site.hear(booting(16, "HTTPClient"));
  ASSERT_TRUE(http);
  EXPECT_EQ(http->option(60), text("HTTPClient"));
  EXPECT_EQ(site.engine().leases().size(), 0U);
}

TEST(BootProxy, TellsWhatAClassHas) {
  Site site(load(classes(R"({"uefi-x64": "a.efi"})") +
                 R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                                 "boot": {"proxy": true, "bios": "undionly.kpxe"}}])"));
  EXPECT_EQ(file_of(site, member(7)), "a.efi");
  EXPECT_EQ(file_of(site, booting(7)), "silence");
  EXPECT_EQ(file_of(site, member(0)), "undionly.kpxe");
}

TEST(BootProxy, IsSilentToAllOthers) {
  Site site(load(proxy()));
  EXPECT_FALSE(site.hear(discover(host(1))));
  EXPECT_FALSE(site.hear(booting(2)));
  EXPECT_FALSE(
      site.hear(selecting(host(1), "192.0.2.77", "192.0.2.2").with(60, text("PXEClient"))));
  EXPECT_FALSE(site.hear(rebooting(host(1), "192.0.2.77").with(60, text("PXEClient"))));
  EXPECT_EQ(site.why(), Reason::other_server);
}

TEST(BootProxy, AnswersAtTheBootServersPort) {  // PXE 2.1 2.2.3
  Site site(load(proxy()));
  Say say = renewing(host(1), "192.0.2.77").with(60, text("PXEClient")).with(93, octets({0, 7}));
  say.datagram().destination_port = config::kBootServerPort;
  say.datagram().source_port = config::kBootServerPort;
  const auto ack = site.hear(say);
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  EXPECT_EQ(as_text(ack->view().file()), "x64.efi");
  EXPECT_EQ(net::to_string(ack->envelope().destination), "192.0.2.77");
  EXPECT_EQ(ack->envelope().source_port, config::kBootServerPort);
  EXPECT_EQ(ack->envelope().destination_port, config::kBootServerPort);
  EXPECT_EQ(ack->option(51), std::nullopt);
}

}  // namespace
}  // namespace lessor::server::v4::testing
