#include "config/load.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/text.h"
#include "config/describe.h"
#include "config/json_reader.h"
#include "config/limits.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace lessor::config {
namespace {

namespace fs = std::filesystem;

net::Ip4 ip(std::string_view text) { return net::parse_ip4(text).value(); }

std::string read_file(const fs::path& path) { return read_disk_file(path.string()).value_or(""); }

std::vector<fs::path> list_vectors(const char* folder) {
  const fs::path root = fs::path("test/vectors/config") / folder;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(root)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

/// Everything that loading says: the problems, or the notes and the description.
std::string load_and_tell(const std::string& text, const std::string& name,
                          const Environment& host = {}) {
  const auto loaded = load_text(text, name, host);
  std::string told;
  for (const Problem& problem : loaded ? loaded->notes : loaded.error()) {
    told += to_string(problem) + "\n";
  }
  return loaded ? told + describe(loaded->config, loaded->http_sockets) : told;
}

/// Compares with the file beside the vector; with LESSOR_UPDATE_VECTORS set, writes it (and then
/// somebody reads the difference).
void expect_told(const fs::path& path) {
  const std::string told = load_and_tell(read_file(path), path.filename().string());
  const fs::path expected = fs::path(path).replace_extension(".expected");
  if (std::getenv("LESSOR_UPDATE_VECTORS") != nullptr) {
    std::ofstream(expected, std::ios::binary) << told;
  }
  EXPECT_EQ(told, read_file(expected)) << path;
}

TEST(LoadText, GoodVectorsLoadAndSayWhatTheyMean) {
  const auto paths = list_vectors("good");
  EXPECT_GE(paths.size(), 4U);
  for (const fs::path& path : paths) {
    EXPECT_TRUE(load_text(read_file(path), "x", {}).has_value()) << path;
    expect_told(path);
  }
}

TEST(LoadText, BadVectorsTellEveryProblem) {
  const auto paths = list_vectors("bad");
  EXPECT_GE(paths.size(), 8U);
  for (const fs::path& path : paths) {
    EXPECT_FALSE(load_text(read_file(path), "x", {}).has_value()) << path;
    expect_told(path);
  }
}

TEST(LoadText, EveryExampleOfTheManualLoads) {
  const std::string manual = read_file(fs::path("docs/configuration.md"));
  constexpr std::string_view kFence = "```json\n";
  int examples = 0;
  for (std::size_t at = manual.find(kFence); at != std::string::npos;
       at = manual.find(kFence, at)) {
    at += kFence.size();
    const std::string example = manual.substr(at, manual.find("```", at) - at);
    const auto loaded = load_text(example, "example", {});
    EXPECT_TRUE(loaded.has_value()) << example << to_string(loaded.error().at(0));
    ++examples;
  }
  EXPECT_GE(examples, 4);
}

TEST(LoadText, DefaultsSpeltOutNeedNoNote) {
  const fs::path path = fs::path("test/vectors/config/good/defaults_spelt_out.json");
  const auto loaded = load_file(path.string(), {});
  ASSERT_TRUE(loaded.has_value());
  EXPECT_TRUE(loaded->notes.empty()) << to_string(loaded->notes.at(0));
}

TEST(LoadText, ParametersComeFromTheNearestScope) {
  const auto loaded = load_text(R"({"Dhcp4": {
      "valid-lifetime": 1000, "max-valid-lifetime": 5000, "renew-timer": 100, "rebind-timer": 200,
      "authoritative": true, "next-server": "192.0.2.9", "boot-file-name": "a",
      "subnet4": [{"subnet": "192.0.2.0/24"},
                  {"subnet": "192.0.3.0/24", "valid-lifetime": 600, "renew-timer": 0,
                   "authoritative": false, "boot-file-name": "b"}]}})",
                                "x", {});
  ASSERT_TRUE(loaded.has_value());
  const Subnet& inherits = *loaded->config.find_subnet(ip("192.0.2.1"));
  EXPECT_EQ(inherits.lifetimes.valid, Duration::seconds(1'000));
  EXPECT_EQ(inherits.lifetimes.min_valid, Duration::seconds(1'000));
  EXPECT_EQ(inherits.lifetimes.max_valid, Duration::seconds(5'000));
  EXPECT_EQ(inherits.timers.renew, Duration::seconds(100));
  EXPECT_TRUE(inherits.authoritative);
  EXPECT_EQ(inherits.boot.boot_file_name, "a");
  const Subnet& own = *loaded->config.find_subnet(ip("192.0.3.1"));
  EXPECT_EQ(own.lifetimes.valid, Duration::seconds(600));
  EXPECT_EQ(own.lifetimes.min_valid, Duration::seconds(600));  // follows the subnet's own time
  EXPECT_EQ(own.lifetimes.max_valid, Duration::seconds(5'000));
  EXPECT_FALSE(own.timers.renew.has_value());
  EXPECT_EQ(own.timers.rebind, Duration::seconds(200));
  EXPECT_FALSE(own.authoritative);
  EXPECT_EQ(own.boot.boot_file_name, "b");
  EXPECT_EQ(own.boot.next_server, ip("192.0.2.9"));
}

TEST(LoadText, InfiniteLifetimesAreKept) {
  const auto loaded = load_text(R"({"Dhcp4": {"valid-lifetime": 4294967295,
      "subnet4": [{"subnet": "192.0.2.0/24"}]}})",
                                "x", {});
  ASSERT_TRUE(loaded.has_value());
  EXPECT_TRUE(loaded->config.subnets[0].lifetimes.valid.is_infinite());
}

// What the host itself has is not for leasing, in "auto" pools and in written ones.
TEST(LoadText, KnownServersAreNamedByAddressOrHardwareAddress) {
  const auto usual = load_text(R"({"Dhcp4": {}})", "x", {});
  ASSERT_TRUE(usual);
  EXPECT_TRUE(usual->config.other_servers.detect);
  const auto loaded = load_text(R"({"Dhcp4": {"other-servers": {"detect": false,
                                   "known": ["192.0.2.2", "52:54:00:12:34:56"]}}})",
                                "x", {});
  ASSERT_TRUE(loaded);
  const OtherServerPolicy& policy = loaded->config.other_servers;
  EXPECT_FALSE(policy.detect);
  EXPECT_EQ(policy.addresses, std::vector{*net::parse_ip4("192.0.2.2")});
  EXPECT_EQ(policy.macs, std::vector{*net::parse_mac("52:54:00:12:34:56")});
  const auto wrong = load_text(R"({"Dhcp4": {"other-servers": {"known": ["dhcp2"]}}})", "x", {});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(to_string(wrong.error()[0]),
            "x:1:40: Dhcp4.other-servers.known[0]: 'dhcp2' is no server: write its address, "
            "192.0.2.2, or its hardware address, 52:54:00:12:34:56");
}

TEST(LoadText, AddressesOfThisHostAreLeftOut) {
  net::Interface interface;
  interface.name = "eth0";
  interface.addresses = {net::parse_prefix4("192.0.2.1/24").value(),
                         net::parse_prefix4("192.0.2.50/24").value()};
  const Environment host{net::InterfaceTable({interface}), {ip("192.0.2.254")}};
  const auto loaded = load_text(R"({"Dhcp4": {"option-data": [
      {"name": "domain-name-servers", "data": "192.0.2.2, 203.0.113.1"}], "subnet4": [
      {"subnet": "192.0.2.0/24", "pools": "auto",
       "option-data": [{"name": "routers", "data": "192.0.2.60"}],
       "reservations": [{"hw-address": "01:02:03:04:05:06", "ip-address": "192.0.2.70"}]}]}})",
                                "x", host);
  ASSERT_TRUE(loaded.has_value());
  const Pool& pool = loaded->config.subnets[0].pools.at(0);
  EXPECT_EQ(to_string(pool.range), "192.0.2.3 - 192.0.2.253");
  EXPECT_EQ(pool.excluded, (std::vector{ip("192.0.2.50"), ip("192.0.2.60"), ip("192.0.2.70")}));
  const auto written = load_text(R"({"Dhcp4": {"subnet4": [{"subnet": "192.0.2.0/24",
      "pools": [{"pool": "192.0.2.0/24"}]}]}})",
                                 "x", host);
  ASSERT_TRUE(written.has_value());
  EXPECT_EQ(to_string(written->notes.at(1)),
            "x:2:18: Dhcp4.subnet4[0].pools[0].pool: in the pool, but never leased: 192.0.2.0 (the "
            "network itself), 192.0.2.1 (this host), 192.0.2.50 (this host), 192.0.2.254 (default "
            "gateway), 192.0.2.255 (broadcast)");
}

TEST(LoadText, SwitchedOffReservationsSetNothingAside) {
  const auto loaded = load_text(R"({"Dhcp4": {"subnet4": [
      {"subnet": "192.0.2.0/24", "reservations-in-subnet": false,
       "pools": [{"pool": "192.0.2.10 - 192.0.2.19"}],
       "reservations": [{"hw-address": "01:02:03:04:05:06", "ip-address": "192.0.2.15"}]}]}})",
                                "x", {});
  ASSERT_TRUE(loaded.has_value());
  EXPECT_FALSE(loaded->config.subnets[0].reservations_in_subnet);
  EXPECT_TRUE(loaded->config.subnets[0].pools[0].excluded.empty());
}

TEST(LoadText, DerivedIdsDependOnThePrefixAlone) {
  const auto id_of = [](const std::string& subnets, std::string_view address) {
    const auto loaded = load_text("{\"Dhcp4\": {\"subnet4\": [" + subnets + "]}}", "x", {});
    return loaded->config.find_subnet(ip(address))->id;
  };
  const std::string a = R"({"subnet": "192.0.2.0/24"})";
  const std::string b = R"({"subnet": "198.51.100.0/24"})";
  const std::uint32_t id = id_of(a, "192.0.2.1");
  EXPECT_EQ(id_of(a + "," + b, "192.0.2.1"), id);
  EXPECT_EQ(id_of(b + "," + a, "192.0.2.1"), id);
  EXPECT_NE(id_of(b + "," + a, "198.51.100.1"), id);
  // A given id goes first, wherever it stands.
  const std::string taken = R"({"subnet": "10.0.0.0/8", "id": )" + std::to_string(id) + "}";
  EXPECT_EQ(id_of(taken + "," + a, "192.0.2.1"), id + 1);
  EXPECT_EQ(id_of(a + "," + taken, "192.0.2.1"), id + 1);
}

TEST(LoadText, KeepsThePlainTextForConfigGet) {
  const auto loaded =
      load_text("{\"Dhcp4\": {\"comment\": \"c\", # x\n \"subnet4\": [],}}", "x", {});
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->config.text, R"({"Dhcp4":{"user-context":{"comment":"c"},"subnet4":[]}})");
  EXPECT_EQ(loaded->config.source, "x");
}

// A text that came over the control socket must not make the server read files for its sender.
TEST(LoadText, RefusesIncludes) {
  const auto loaded = load_text("<?include \"/etc/passwd\"?>", "x", {});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(to_string(loaded.error().at(0)),
            "x:1:1: cannot include '/etc/passwd': only files may include files");
}

TEST(LoadFile, IncludesFilesBesideIt) {
  const fs::path folder = fs::path(testing::TempDir()) / "lessor_config_include";
  fs::create_directories(folder / "parts");
  std::ofstream(folder / "main.conf") << "{\"Dhcp4\": {\"subnet4\": <?include \"parts/a\"?>}}";
  std::ofstream(folder / "parts/a") << "[ # one\n <?include \"b\"?> ]";
  std::ofstream(folder / "parts/b") << "{\"subnet\": \"192.0.2.0/24\", \"pols\": []}";
  const auto loaded = load_file((folder / "main.conf").string(), {});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(to_string(loaded.error().at(0)),
            (folder / "parts/b").string() +
                ":1:28: Dhcp4.subnet4[0].pols: unknown key (did you mean 'pools'?)");
  fs::remove_all(folder);
}

TEST(LoadFile, ReadsOnlyWhereItMayAndSaysWhatItIsMadeOf) {
  const fs::path folder = fs::path(testing::TempDir()) / "lessor_config_readable";
  fs::create_directories(folder / "inside/deeper");
  const std::string inside = (folder / "inside").string();
  const std::string main = inside + "/main.conf";
  std::ofstream(folder / "outside") << "[]";
  std::ofstream(inside + "/deeper/part") << "[]";
  fs::create_symlink(folder / "outside", inside + "/link");
  const auto load = [&](const std::string& include) {
    std::ofstream(main) << "{\"Dhcp4\": {\"subnet4\": <?include \"" << include << "\"?>}}";
    return load_file(main, {.readable = {inside}});
  };
  const auto loaded = load("deeper/part");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->files, (std::vector<std::string>{main, inside + "/deeper/part"}));
  for (const char* include : {"../outside", "link", "/etc/passwd"}) {
    const auto refused = load(include);
    ASSERT_FALSE(refused) << include;
    EXPECT_EQ(to_string(refused.error().at(0)),
              main + ":1:23: cannot include '" +
                  (fs::path(inside) / include).lexically_normal().string() +
                  "': it lies outside of what the server kept the right to read when it started: "
                  "that takes a restart");
  }
  EXPECT_FALSE(load_file(main, {.readable = {inside + "/deeper"}}));
  EXPECT_TRUE(is_within("/a/b", "/a"));
  EXPECT_TRUE(is_within("/a", "/a"));
  EXPECT_TRUE(is_within("/a", "/"));
  EXPECT_FALSE(is_within("/ab", "/a"));
  EXPECT_FALSE(is_within("/", "/a"));
  fs::remove_all(folder);
}

TEST(LoadFile, NamesAFileThatIsNotThere) {
  const auto loaded = load_file("/nonexistent/lessor.conf", {});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(to_string(loaded.error().at(0)),
            "/nonexistent/lessor.conf: cannot read the configuration: No such file or directory");
}

TEST(LoadText, TooManyProblemsEndWithTheirNumber) {
  std::string text = "{\"Dhcp4\": {\"subnet4\": [";
  for (int i = 0; i < 1'500; ++i) text += "{\"x\": 1},";
  const auto loaded = load_text(text + "]}}", "x", {});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().size(), kMaxProblems + 1);
  EXPECT_EQ(to_string(loaded.error().back()), "x: and 2000 more of the kind");
}

std::string make_large(int subnets, int reservations_each) {
  std::string text = "{\"Dhcp4\": {\"subnet4\": [";
  for (int s = 0; s < subnets; ++s) {
    const std::string network = "10." + std::to_string(s / 250) + "." + std::to_string(s % 250);
    text += (s == 0 ? "" : ",");
    text += "{\"subnet\": \"" + network + ".0/24\", \"id\": " + std::to_string(s + 1) +
            ", \"pools\": [{\"pool\": \"" + network + ".200 - " + network + ".250\"}], " +
            "\"reservations\": [";
    for (int r = 0; r < reservations_each; ++r) {
      text += (r == 0 ? "" : ",");
      text += "{\"hw-address\": \"" +
              to_hex(as_bytes(std::string{'a', static_cast<char>(s >> 8), static_cast<char>(s), 'b',
                                          'c', static_cast<char>(r)}),
                     ':') +
              "\", \"ip-address\": \"" + network + "." + std::to_string(r + 1) + "\"}";
    }
    text += "]}";
  }
  return text + "]}}";
}

TEST(LoadText, AThousandSubnetsWithTheirReservations) {
  const auto loaded = load_text(make_large(1'000, 20), "x", {});
  ASSERT_TRUE(loaded.has_value()) << to_string(loaded.error().at(0));
  const ServerConfig& config = loaded->config;
  ASSERT_EQ(config.subnets.size(), 1'000U);
  for (const Subnet& subnet : config.subnets) {
    const net::Ip4 first{subnet.prefix.network().value + 1};
    EXPECT_EQ(config.find_subnet(first), &subnet);
    for (const Reservation& reservation : subnet.reservations) {
      ASSERT_EQ(subnet.hosts().find(subnet.reservations, reservation.identifier_type,
                                    reservation.identifier),
                &reservation);
      ASSERT_EQ(subnet.find_reservation(*reservation.address), &reservation);
    }
  }
  EXPECT_EQ(config.pool_count, 1'000U);
}

// Whatever is done to a configuration: loading ends with problems, or with a configuration whose
// own plain text loads again, and whose pools keep the promises that the packet path builds on.
TEST(LoadText, SurvivesMutations) {
  std::vector<std::string> seeds;
  for (const fs::path& path : list_vectors("good")) seeds.push_back(read_file(path));
  const std::string alphabet = "{}[]:,\"/-.0123456789abcdefx \n";
  Random random(7);
  const auto draw = [&random](std::size_t bound) {
    return random.below(static_cast<std::uint32_t>(bound));
  };
  int accepted = 0;
  for (int round = 0; round < 1'000; ++round) {
    std::string text = seeds[draw(seeds.size())];
    for (std::size_t edits = 1 + draw(2); edits > 0; --edits) {
      const std::size_t at = draw(text.size());
      if (draw(2) == 0)
        text[at] = alphabet[draw(alphabet.size())];
      else
        text.erase(at, 1 + draw(3));
    }
    const auto loaded = load_text(text, "x", {});
    if (!loaded) {
      ASSERT_FALSE(loaded.error().empty());
      continue;
    }
    ++accepted;
    EXPECT_TRUE(load_text(loaded->config.text, "y", {}).has_value()) << text;
    for (const Subnet& subnet : loaded->config.subnets) {
      for (const Pool& pool : subnet.pools) {
        ASSERT_EQ(subnet.find_pool(pool.range.last), &pool) << text;
        ASSERT_TRUE(pool.range.first <= pool.range.last) << text;
        ASSERT_TRUE(subnet.prefix.contains(pool.range.first)) << text;
        ASSERT_TRUE(subnet.prefix.contains(pool.range.last)) << text;
        ASSERT_TRUE(std::ranges::is_sorted(pool.excluded)) << text;
      }
    }
    ASSERT_FALSE(describe(loaded->config).empty());
  }
  EXPECT_GT(accepted, 50);
}

}  // namespace
}  // namespace lessor::config
