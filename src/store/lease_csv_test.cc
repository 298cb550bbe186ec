#include "store/lease_csv.h"

#include "base/text.h"
#include "store/user_context.h"

#include <gtest/gtest.h>

namespace lessor::store {
namespace {

using lease::Lease;
using lease::LeaseState;

Lease sample(std::string_view hostname) {
  Lease lease{.address = {0xc0a83868},
              .hardware = {.type = 1, .size = 6},
              .client_id = as_bytes("\x01\xff"),
              .hostname = as_bytes(hostname),
              .started = {1'700'000'000},
              .lifetime = Duration::seconds(600),
              .subnet_id = 7};
  lease.hardware.octets[0] = std::byte{0xc0};
  return lease;
}

LeaseCsvReader reader() { return LeaseCsvReader::open(kLeaseCsvHeading).value(); }

TEST(LeaseCsv, WritesKeasColumns) {
  Lease lease = sample("R1");
  EXPECT_EQ(to_csv(lease), "192.168.56.104,c0:00:00:00:00:00,01:ff,600,1700000600,7,0,0,R1,0,,0\n");
  lease.state = LeaseState::declined;
  lease.lifetime = Duration::infinite();  // R2131-3.3-a
  lease.client_id = {};
  EXPECT_EQ(to_csv(lease),
            "192.168.56.104,c0:00:00:00:00:00,,4294967295,5994967295,7,0,0,R1,1,,0\n");
  lease.state = LeaseState::released;
  lease.lifetime = Duration();
  EXPECT_EQ(to_csv(lease), "192.168.56.104,c0:00:00:00:00:00,,1,1700000000,7,0,0,R1,2,,0\n");
}

TEST(LeaseCsv, CarriesTheUserContext) {
  const auto extras =
      read_user_context(R"({"ISC": {"relay-agent-info": "0x0104706F7274020372656D"}, "a": "b"})");
  Lease lease = sample("R1");
  lease.extras = *extras;
  const std::string line = to_csv(lease);
  EXPECT_NE(line.find(R"(,0,{"ISC":{"relay-agent-info":{"remote-id":"72656D"&#x2c)"
                      R"("sub-options":"0x0104706F7274020372656D"}}&#x2c"a":"b"},0)"),
            std::string::npos)
      << line;
  EXPECT_EQ(as_text(reader().read(line).value()->lease().extras), as_text(*extras));
}

// As Kea 2.2 writes it; and what is not to be kept costs no lease.
TEST(LeaseCsv, ReadsKeasUserContext) {
  const std::string before = "192.0.2.7,02:01,,100,1700000100,1,0,0,,0,";
  const auto read = [&](const std::string& context) {
    const auto line = reader().read(before + context + ",0");
    return line && *line ? std::string(to_hex((*line)->lease().extras)) : "no lease";
  };
  EXPECT_EQ(read(R"({ "ISC": { "relay-agent-info": "0x010178" } })"), "0203010178");
  EXPECT_EQ(read(R"({ "ISC": { "relay-agent-info": "0x0102" }&#x2c "a": 1 })"),
            "03077b2261223a317d");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("{"), "");
  EXPECT_EQ(read("{\"a\":\"" + std::string(300, 'x') + "\"}"), "");
}

// C2-08: nothing that a client calls itself breaks out of its cell, its line, or into a formula.
// B33
TEST(LeaseCsv, EscapesWhatClientsCallThemselves) {
  const std::pair<std::string, std::string> cases[] = {{"plain.example-1", "plain.example-1"},
                                                       {"a,b", "a&#x2cb"},
                                                       {"&#x2c", "&#x26#x2c"},
                                                       {"=HYPERLINK(1)", "&#x3dHYPERLINK(1)"},
                                                       {"-1", "&#x2d1"},
                                                       {"x-1", "x-1"},
                                                       {"a b ", "a b "},
                                                       {" a", "&#x20a"},
                                                       {"\"'", "&#x22&#x27"},
                                                       {"\xff", "&#xff"},
                                                       {"", ""}};
  for (const auto& [name, cell] : cases) {
    const std::string line = to_csv(sample(name));
    EXPECT_NE(line.find("," + cell + ",0,,0\n"), std::string::npos) << line;
    EXPECT_EQ(unescape_csv(cell), name);
    EXPECT_EQ(as_text(reader().read(line).value()->lease().hostname), name);
  }
  // Control characters are shown, not kept: Kea would write them into its own file as they are.
  EXPECT_NE(to_csv(sample(std::string("a\n\0\x1b[", 5))).find(",a\\x0a\\x00\\x1b[,0,,0\n"),
            std::string::npos);
  EXPECT_EQ(unescape_csv("&#xzz&#x2&"), "&#xzz&#x2&");
}

TEST(LeaseCsv, ReadsBackWhatItWrote) {
  for (const LeaseState state : {LeaseState::active, LeaseState::declined, LeaseState::released}) {
    for (const Duration lifetime :
         {Duration::seconds(1), Duration::seconds(600), Duration::infinite()}) {
      Lease in = sample("h");
      in.state = state;
      in.lifetime = lifetime;
      const auto read = reader().read(to_csv(in));
      ASSERT_TRUE(read.has_value() && read->has_value());
      const Lease out = (*read)->lease();
      EXPECT_EQ(out.address, in.address);
      EXPECT_EQ(out.state, in.state);
      EXPECT_EQ(out.hardware, in.hardware);
      EXPECT_EQ(as_text(out.client_id), as_text(in.client_id));
      EXPECT_EQ(out.started, in.started);
      EXPECT_EQ(out.lifetime, in.lifetime);
      EXPECT_EQ(out.subnet_id, in.subnet_id);
    }
  }
}

// C2-08: as text these are four times as long, and a reader refuses names above 255 octets.
TEST(LeaseCsv, IsReadBackWhateverAClientCallsItself) {
  for (const char c : {'\n', ',', 'a', '='}) {
    const std::string line = to_csv(sample(std::string(255, c)));
    const auto read = reader().read(line);
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(to_csv((*read)->lease()), line);
  }
}

TEST(LeaseCsv, ReadsOlderAndReorderedColumns) {
  const auto old = LeaseCsvReader::open("expire,address,hwaddr,valid_lifetime,subnet_id\r\n");
  ASSERT_TRUE(old.has_value());
  const auto read = old->read("1000,10.0.0.1,02:00:00:00:00:01,100,5\r\n");
  ASSERT_TRUE(read.has_value() && read->has_value());
  EXPECT_EQ((*read)->lease().started, WallTime{900});
  EXPECT_EQ((*read)->lease().state, LeaseState::active);
  // Kea notes the deletion of a lease as one of no length.
  EXPECT_FALSE(old->read("1000,10.0.0.1,02:00:00:00:00:01,0,5")->has_value());
}

TEST(LeaseCsv, SaysWhatIsWrong) {
  EXPECT_EQ(LeaseCsvReader::open("address,expire").error(),
            "the heading has no column 'valid_lifetime'");
  const std::pair<std::string, std::string> cases[] = {
      {"10.0.0.1,,,1", "the line has 4 cells, the heading has 12"},
      {"10.0.0.256,,,1,1,1,0,0,,0,,0", "address '10.0.0.256' is no IPv4 address"},
      {"10.0.0.1,0g,,1,1,1,0,0,,0,,0", "hwaddr '0g' is no hardware address of at most 16 octets"},
      {"10.0.0.1,,,-1,1,1,0,0,,0,,0", "valid_lifetime '-1' is no number of seconds (32 bits)"},
      {"10.0.0.1,,,1,x\x1b,1,0,0,,0,,0", "expire 'x\\x1b' is no time in seconds since 1970"},
      {"10.0.0.1,,,1,1,1,0,0,,4,,0",
       "state '4' is no state: 0 assigned, 1 declined, 2 reclaimed, 3 released"}};
  for (const auto& [line, error] : cases) {
    const auto read = reader().read(line);
    ASSERT_FALSE(read.has_value()) << line;
    EXPECT_EQ(read.error(), error);
  }
}

}  // namespace
}  // namespace lessor::store
