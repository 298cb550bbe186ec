// Which options a client gets where scopes speak of classes, of what is never sent, and of vendors.

#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"
#include "server/v4/vendor_options.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kClasses = R"("client-classes": [
    {"name": "a", "test": "option[12].hex == 'a'"},
    {"name": "b", "test": "option[12].hex == 'b' or option[12].hex == 'bc'"},
    {"name": "c", "test": "option[12].hex == 'bc'"}], )";

std::string option_list(const std::string& options) { return "\"option-data\": [" + options + "]"; }
std::string option_224(int value, const std::string& more) {
  return R"({"code": 224, "csv-format": false, "data": "0)" + std::to_string(value) + "\"" +
         (more.empty() ? "" : ", " + more) + "}";
}
std::string site_of(const std::string& global, const std::string& of_subnet,
                    const std::string& of_pool, const std::string& of_host = "") {
  return std::string(kClasses) + option_list(global) +
         R"(, "subnet4": [{"id": 1, "subnet": "192.0.2.0/24", )" + option_list(of_subnet) +
         R"(, "reservations": [{"hw-address": "02:00:00:00:00:09", )" + option_list(of_host) +
         R"(}], "pools": [{"pool": "192.0.2.10-192.0.2.19", )" + option_list(of_pool) + "}]}]";
}

/// Option 224 of the offer to a host that names itself so and asks for it; -1: it has none.
int answer(Site& site, std::string_view name, std::uint32_t number = 1, bool asks = true) {
  Say say = discover(host(number)).with(12, text(name));
  if (asks) say.wanting({224});
  const auto offer = site.hear(std::move(say));
  if (!offer) return -2;
  const auto value = offer->option(224);
  return value ? std::to_integer<int>(value->front()) : -1;
}

TEST(GuardedOptions, AreForTheirClassesOnly) {
  const std::string a = R"("client-classes": ["a"])";
  const std::string b = R"("client-classes": ["b"])";
  const std::string b_or_c = R"("client-classes": ["c", "b"])";
  struct Row {
    std::string what, config;
    int a, b, other;
  };
  const Row rows[] = {
      {"one class", site_of(option_224(1, a), "", ""), 1, -1, -1},
      {"each its own, the first that fits",
       site_of(option_224(1, a) + "," + option_224(2, b) + "," + option_224(3, ""), "", ""), 1, 2,
       3},
      {"what no class of the pool takes is the subnet's",
       site_of(option_224(1, ""), option_224(2, b_or_c), option_224(3, a)), 3, 2, 1},
      {"the pool's for all hides the subnet's",
       site_of("", option_224(2, b_or_c), option_224(3, "")), 3, 3, 3},
      {"never for some",
       site_of(option_224(1, ""), option_224(2, R"("never-send": true, )" + a), ""), -1, 1, 1},
  };
  for (const Row& row : rows) {
    Site site(load(row.config));
    for (int again = 0; again < 2; ++again) {  // nothing is remembered wrongly
      EXPECT_EQ(answer(site, "a"), row.a) << row.what;
      EXPECT_EQ(answer(site, "b"), row.b) << row.what;
      EXPECT_EQ(answer(site, "x"), row.other) << row.what;
    }
  }
}

TEST(GuardedOptions, AreAlwaysSentToTheirClasses) {
  const std::string always = R"("always-send": true, "client-classes": ["a"])";
  Site site(load(site_of(option_224(1, ""), option_224(2, always), "")));
  EXPECT_EQ(answer(site, "a", 1, false), 2);
  EXPECT_EQ(answer(site, "b", 1, false), -1);
  EXPECT_EQ(answer(site, "b", 1, true), 1);
}

TEST(GuardedOptions, OfClassesAndReservations) {
  const std::string classes =
      R"("client-classes": [
      {"name": "a", "test": "option[12].hex == 'a'"},
      {"name": "all", "test": "'a' == 'a'", )" +
      option_list(option_224(1, R"("client-classes": ["a"])") + "," + option_224(2, "")) + "}], ";
  const std::string host = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
      "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
      "reservations": [{"hw-address": "02:00:00:00:00:09", )" +
                           option_list(option_224(3, R"("client-classes": ["a"])")) + "}]}]";
  Site site(load(classes + host));
  EXPECT_EQ(answer(site, "a"), 1);
  EXPECT_EQ(answer(site, "x"), 2);
  EXPECT_EQ(answer(site, "a", 9), 3);
  EXPECT_EQ(answer(site, "x", 9), 2);
}

TEST(NeverSend, OfAnyScopeGoesBeforeAllOthers) {
  const std::string never = R"({"code": 224, "never-send": true})";
  const std::string always = option_224(1, R"("always-send": true)");
  const std::string everywhere[] = {site_of(never, always, always), site_of(always, never, always),
                                    site_of(always, always, never)};
  for (const std::string& config : everywhere) {
    Site site(load(config));
    EXPECT_EQ(answer(site, "x"), -1) << config;
    EXPECT_EQ(answer(site, "x", 9), -1) << config;
  }
  Site of_host(load(site_of(always, always, always, never)));
  EXPECT_EQ(answer(of_host, "x"), 1);
  EXPECT_EQ(answer(of_host, "x", 9), -1);
}

TEST(NeverSend, TakesAwayWhatEveryClientGets) {
  Site site(load(R"("option-data": [{"name": "routers", "data": "192.0.2.1"},
                                    {"name": "subnet-mask", "never-send": true}],
      "subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10/32"}],
                   "option-data": [{"name": "routers", "never-send": true}]}])"));
  const auto offer = site.hear(discover(host(1)).wanting({1, 3}));
  ASSERT_TRUE(offer);
  EXPECT_FALSE(offer->option(1));
  EXPECT_FALSE(offer->option(3));
}

TEST(EncapsulatedOptions, DifferByVendorClass) {
  Site site(load(R"("option-def": [
        {"name": "server", "code": 1, "space": "one", "type": "ipv4-address"},
        {"name": "path", "code": 2, "space": "two", "type": "string"}],
      "client-classes": [
        {"name": "VENDOR_CLASS_one", "option-def": [{"name": "vendor-encapsulated-options",
           "code": 43, "type": "empty", "encapsulate": "one"}],
         "option-data": [{"name": "vendor-encapsulated-options"},
           {"name": "server", "space": "one", "data": "192.0.2.7"}]},
        {"name": "VENDOR_CLASS_two", "option-def": [{"name": "vendor-encapsulated-options",
           "code": 43, "type": "uint8", "encapsulate": "two"}],
         "option-data": [{"name": "vendor-encapsulated-options", "data": "9"},
           {"name": "path", "space": "two", "data": "/x"}]}],
      "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                   "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])"));
  const auto asked = [&](const char* vendor) {
    const auto offer = site.hear(discover(host(1)).with(60, text(vendor)).wanting({43}));
    return offer ? offer->option(43) : std::nullopt;
  };
  EXPECT_EQ(asked("one"), octets({1, 4, 192, 0, 2, 7}));
  EXPECT_EQ(asked("two"), octets({9, 2, 2, '/', 'x'}));
  EXPECT_EQ(asked("three"), std::nullopt);
}

// ---- option 125

constexpr int kVivso = 125;
Octets enterprise(std::uint32_t number, Octets data) {
  Octets out(4);
  store_be32(out.data(), number);
  out.push_back(static_cast<std::byte>(data.size()));
  out.insert(out.end(), data.begin(), data.end());
  return out;
}
Octets joined(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::string vendor(const char* space, int code, int value, const char* more = "") {
  return std::string(R"({"space": ")") + space + R"(", "code": )" + std::to_string(code) +
         R"(, "csv-format": false, "data": "0)" + std::to_string(value) + "\"" + more + "}";
}
constexpr const char* kAlways = R"(, "always-send": true)";

TEST(VendorOptions, GoToClientsThatNameTheEnterprise) {  // RFC 3925 4
  Site site(load(site_of(vendor("vendor-9", 1, 1, kAlways) + "," + vendor("vendor-9", 2, 2) + "," +
                             vendor("vendor-9", 3, 3, kAlways),
                         vendor("vendor-9", 3, 4), vendor("vendor-9", 2, 5, kAlways))));
  const Octets all = enterprise(9, octets({1, 1, 1, 2, 1, 5, 3, 1, 4}));
  const auto asked = [&](int code, const Octets& value) {
    const auto offer = site.hear(discover(host(1)).with(static_cast<std::uint8_t>(code), value));
    return offer ? offer->option(kVivso) : std::nullopt;
  };
  EXPECT_EQ(site.hear(discover(host(1)).wanting({kVivso}))->option(kVivso), std::nullopt);
  EXPECT_EQ(asked(kVivso, enterprise(9, {})), all);
  EXPECT_EQ(asked(124, enterprise(9, octets({1, 'x'}))), all);
  EXPECT_EQ(asked(kVivso, enterprise(8, {})), std::nullopt);
  EXPECT_EQ(asked(kVivso, joined(enterprise(8, {}), enterprise(9, octets({1, 0})))), all);
  EXPECT_EQ(site.hear(discover(host(1)).wanting({kVivso}))->option(kVivso), std::nullopt);
}

TEST(VendorOptions, OfCableLabsGoToModemsThatAsk) {  // CL-SP-CANN-DHCP: sub-option 1
  Site site(load(site_of(vendor("vendor-4491", 12, 2) + "," + vendor("vendor-4491", 7, 7) + "," +
                             vendor("vendor-9", 1, 1, kAlways),
                         "", "")));
  const auto asked = [&](Octets value) {
    return site.hear(discover(host(1)).with(kVivso, std::move(value)))->option(kVivso);
  };
  EXPECT_EQ(asked(enterprise(4'491, octets({1, 2, 7, 99}))), enterprise(4'491, octets({7, 1, 7})));
  EXPECT_EQ(asked(enterprise(4'491, octets({9, 0, 1, 1, 12}))),
            enterprise(4'491, octets({12, 1, 2})));
  EXPECT_EQ(asked(enterprise(4'491, {})), std::nullopt);
  EXPECT_EQ(asked(joined(enterprise(4'491, octets({1, 1, 12})), enterprise(9, {}))),
            joined(enterprise(4'491, octets({12, 1, 2})), enterprise(9, octets({1, 1, 1}))));
}

TEST(VendorOptions, HeedGuardsAndNeverSend) {
  Site site(load(site_of(vendor("vendor-9", 1, 1, kAlways),
                         vendor("vendor-9", 1, 2, R"(, "client-classes": ["a"])"), "",
                         R"({"space": "vendor-9", "code": 1, "never-send": true})")));
  const auto asked = [&](const char* name, std::uint32_t number) {
    return site.hear(discover(host(number)).with(12, text(name)).with(kVivso, enterprise(9, {})))
        ->option(kVivso);
  };
  EXPECT_EQ(asked("a", 1), enterprise(9, octets({1, 1, 2})));
  EXPECT_EQ(asked("x", 1), enterprise(9, octets({1, 1, 1})));
  EXPECT_EQ(asked("x", 9), std::nullopt);
}

TEST(VendorOptions, ReadOnlyWhatIsThere) {
  Site site(load(site_of(vendor("vendor-9", 1, 1, kAlways), "", "")));
  Octets whole = joined(enterprise(4'491, octets({1, 3, 1, 2, 3})), enterprise(9, octets({1, 0})));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(site.hear(discover(host(1)).with(kVivso, cut))->option(kVivso), std::nullopt);
  }
  EXPECT_TRUE(site.hear(discover(host(1)).with(kVivso, whole))->option(kVivso));
}

}  // namespace
}  // namespace lessor::server::v4::testing
