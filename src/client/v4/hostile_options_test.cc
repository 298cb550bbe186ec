// What a hostile server may put into an otherwise good lease, class by class (CVE numbers name who
// fell for it): the host gets nothing of it.

#include "client/v4/test_hostile.h"
#include "wire/option_notation.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace lessor::client::v4 {
namespace {

using namespace testing;

// --- Leases with something in them ---------------------------------------------------------------

/// Options that come with an otherwise good ACK and must leave no trace on the host. What an honest
/// server says under the same codes is left out.
struct Poison {
  std::string name;
  NamedHex options;
  friend void PrintTo(const Poison& poison, std::ostream* out) { *out << poison.name; }
};

Poison text_poison(std::string name, std::string_view text) {
  NamedHex options;
  for (const int code : {12, 14, 15, 17, 18, 40, 47, 64, 66, 67, 100, 101, 114, 252}) {
    // Long ones only where they mean a name or a path: all would not fit.
    if (text.size() > 64 && code != 12 && code != 15 && code != 67) continue;
    options.emplace_back(static_cast<wire::OptionCode>(code), hex_of(text));
  }
  return {std::move(name), std::move(options)};
}

/// C2-06, C2-08: CVE-2011-0997, CVE-2014-6271, CVE-2018-1111, CVE-2026-42511, CVE-2002-0702,
/// CVE-2025-11232.
std::vector<Poison> poisoned_texts() {
  using namespace std::string_view_literals;
  return {
      text_poison("Semicolon", "a;reboot"),
      text_poison("Backtick", "`reboot`"),
      text_poison("Dollar", "$(reboot)"),
      text_poison("Shellshock", "() { :;}; reboot"),
      text_poison("Pipe", "a|reboot"),
      text_poison("Ampersand", "a&reboot&"),
      text_poison("Redirection", "a>/etc/passwd"),
      text_poison("SingleQuote", "a' reboot '"),
      text_poison("DoubleQuote", "a\"; script \"/tmp/x"),
      text_poison("BracesOfALeaseFile", "a\"; } lease { fixed-address 10.0.0.1;"),
      text_poison("NewLine", "a\nnameserver 203.0.113.66"),
      text_poison("CarriageReturn", "a\rnameserver 203.0.113.66"),
      text_poison("Escape", "\x1b]0;owned\x07"),
      text_poison("NulInside", "a\0;reboot"sv),
      text_poison("Format", "%n%n%s%s"),
      text_poison("PathUp", "../../etc/passwd"),
      text_poison("Utf8", "h\xc3\xb6st"),
      text_poison("NotEvenUtf8", "\xff\xfe\x80"),
      text_poison("Backslash", "a\\x0a"),
      text_poison("Comma", "a,b\"c"),
      text_poison("Option", "-rf"),
      text_poison("EmptyLabels", "aaa..bbb"),
      text_poison("OnlyDots", "..."),
      text_poison("OnlyUnderscores", "___"),
      text_poison("OnlyNuls", "\0\0\0"sv),
      text_poison("Empty", ""),
      text_poison("LabelOf64", std::string(64, 'a')),
      text_poison("NameOf255", std::string(255, 'a')),
  };
}

/// C2-01, C2-05, C3-06: lists, routes, numbers, nested options.
std::vector<Poison> poisoned_values() {
  return {
      {"RoutesCutShort", {{121, "180a01"}}},
      {"RoutesOfWidth33", {{121, "21c0000201c0000201"}}},
      {"RoutesOfWidth255", {{121, repeat("ff", 255)}}},
      {"RoutesEmpty", {{121, ""}}},
      {"MicrosoftRoutesCutShort", {{249, "180a01"}}},
      {"StaticRouteHalf", {{33, "0a000000"}}},
      {"RouteToLoopback", {{33, "7f000000c0000201"}}},
      {"RouteToMulticast", {{33, "e0000000c0000201"}}},
      {"RouteIntoTheTunnel", {{33, "0a080101c0000201"}}},
      {"RouteByNobody", {{33, "0a000000ffffffff"}}},
      {"RouteByOurselves", {{33, "0a000000c000020a"}}},
      {"RoutersOf3", {{3, "c00002"}}},
      {"RoutersOf255", {{3, repeat("c0", 255)}}},
      {"RouterLoopback", {{3, "7f000001"}}},
      {"RouterBroadcast", {{3, "ffffffff"}}},
      {"RouterInTheTunnel", {{3, "0a080001"}}},
      {"NameServersOf3", {{6, "c00002"}}},
      {"NameServersOf5", {{6, "c000020101"}}},
      {"NameServersNobody", {{6, "00000000ffffffff7f000001e0000001"}}},
      {"Mtu0", {{26, "0000"}}},
      {"Mtu68", {{26, "0044"}}},
      {"Mtu65535", {{26, "ffff"}}},
      {"MtuOf1", {{26, "05"}}},
      {"MtuOf4", {{26, "000005dc"}}},
      {"BroadcastElsewhere", {{28, "cb0071ff"}}},
      {"BroadcastOurselves", {{28, "c000020a"}}},
      {"BroadcastOf3", {{28, "c00002"}}},
      {"SearchToItself", {{119, "c000"}}},
      {"SearchForward", {{119, "c00501610003626164"}}},
      {"SearchEndless", {{119, "0161c000"}}},
      {"SearchUnended", {{119, "3f61"}}},
      {"SearchLabelOf64", {{119, "40" + repeat("61", 64) + "00"}}},
      {"SearchNameOf256", {{119, repeat("3f" + repeat("61", 63), 4) + "00"}}},
      {"SearchOfBadNames",
       {{119,
         "0324286100"
         "023b6100"
         "00"}}},
      {"FqdnLabelOf64",
       {{81,
         "0500"
         "00"
         "40" +
             repeat("61", 64) + "00"}}},
      {"FqdnOf0", {{81, ""}}},
      {"SubOptionPastItsParent", {{43, "01ff41"}, {82, "01ff41"}, {125, "00000009ff41"}}},
      {"SixRdOf255", {{212, repeat("ff", 255)}}},
      {"SixRdOf1", {{212, "ff"}}},
      {"PortalOverHttp", {{114, hex_of("http://portal.example.org/")}}},
      {"Timezone", {{100, hex_of("../../../etc/shadow")}, {101, hex_of("../../etc/passwd")}}},
      {"AuthenticationCut", {{90, "0301000000000000000000010141"}}},
      {"Message", {{56, hex_of("\x1b[2J%n%s\r\nOct 1 sshd: root logged in")}}},
  };
}

std::vector<Poison> poisons() {
  std::vector<Poison> all = poisoned_texts();
  for (auto& poison : poisoned_values()) all.push_back(std::move(poison));
  return all;
}

class PoisonedLease : public ::testing::TestWithParam<Poison> {};

// C2-06, C2-08, C3-06, C3-08
// B03, B20
TEST_P(PoisonedLease, LeavesNoTraceOnTheHost) {
  Reply reply{.options = honest_options()};
  std::vector<wire::OptionCode> replaced;
  for (const auto& [code, hex] : GetParam().options) {
    std::erase_if(reply.options, [&](const auto& o) { return o.first == code; });
    reply.options.emplace_back(code, hex);
    replaced.push_back(code);
  }
  const NamedHex own = honest_options();
  const auto lost = std::ranges::find_if(
      own, [&](const auto& o) { return std::ranges::count(replaced, o.first) > 0; });
  Client client;
  client.bind(reply);
  EXPECT_EQ(plan_of(client),
            honest_plan(lost == own.end() ? std::nullopt : std::optional(lost->first)));
  for (const Refusal& refusal :
       plan_host(*client.engine.lease(), all_rules(), client.now).refusals) {
    EXPECT_TRUE(wire::is_printable(as_bytes(refusal.what))) << "fit for a log";
  }
  client.pass(client.engine.lease()->renew_at() - client.now.mono);
  bind_honestly(client);
}

INSTANTIATE_TEST_SUITE_P(HostileServer, PoisonedLease, ::testing::ValuesIn(poisons()),
                         [](const auto& param) { return param.param.name; });

/// Whether a lease with one option of `size` octets of `fill` leaves the host its address alone.
::testing::AssertionResult does_no_harm(int code, std::size_t size, std::string_view fill) {
  Client client;
  lead_to(client, Stage::requesting);
  client.hear({.type = MessageType::ack,
               .options = {{static_cast<wire::OptionCode>(code), repeat(fill, size)}}});
  if (client.engine.lease() == nullptr) return ::testing::AssertionSuccess();
  const net::HostSettings settings = plan_host(*client.engine.lease(), {}, client.now).settings;
  const bool good = settings.routes.size() <= 1 && settings.address == net::Prefix4{kAddress, 24};
  return (good ? ::testing::AssertionSuccess() : ::testing::AssertionFailure())
         << "option " << code << " of " << size;
}

// busybox, systemd, insomniacslk: options that are shorter than what is read of them.
// B46
TEST(HostileServer, EveryOptionOfEveryLengthDoesNoHarm) {
  for (int code = 1; code < 255; ++code) {
    for (const std::size_t size : {0U, 1U, 3U, 5U, 255U}) {
      EXPECT_TRUE(does_no_harm(code, size, "00"));
      EXPECT_TRUE(does_no_harm(code, size, "ff"));
    }
  }
}

// CVE-2026-42511: what stands in `sname` and `file` goes nowhere.
// B04
TEST(HostileServer, TextInSnameAndFileGoesNowhere) {
  Client client;
  lead_to(client, Stage::requesting);
  Octets ack = client.octets_of(honest(MessageType::ack));
  const std::string poison = "a\"; } `reboot` $(reboot)\n";
  copy_bytes(MutableBytes(ack).subspan(wire::kSnameOffset), as_bytes(poison));
  copy_bytes(MutableBytes(ack).subspan(wire::kFileOffset), as_bytes(poison));
  client.hear_octets(ack).pass(Duration::seconds(8));
  ASSERT_EQ(client.state(), State::bound);
  EXPECT_EQ(plan_of(client), honest_plan());
}

// CVE-2018-5732, CVE-2019-14834: options that go on for as long as a datagram does.
// B06, B49
TEST(HostileServer, OptionsOf60KilobytesAreBounded) {
  for (const int code : {3, 6, 12, 15, 33, 43, 56, 61, 119, 121, 249}) {
    Client client;
    lead_to(client, Stage::requesting);
    Octets ack = client.octets_of({.type = MessageType::ack});
    ack.resize(wire::kOptionsOffset + 3 + 6 + 6 + 6);
    while (ack.size() < 60'000) {
      ack.push_back(static_cast<std::byte>(code));
      ack.push_back(std::byte{240});
      // A route, an address and a name, whatever it is read as.
      for (int i = 0; i < 30; ++i) {
        for (const int b : {24, 10, i, 1, 192, 0, 2, 1}) ack.push_back(static_cast<std::byte>(b));
      }
    }
    ack.push_back(std::byte{255});
    client.hear_octets(ack);
    if (code == 61) {
      EXPECT_EQ(client.state(), State::requesting) << "another client's";
      continue;
    }
    ASSERT_NE(client.engine.lease(), nullptr) << code;
    const HostPlan plan = plan_host(*client.engine.lease(), all_rules(), client.now);
    EXPECT_LE(plan.settings.routes.size(), net::kMaxHostRoutes);
    EXPECT_LE(plan.settings.name_servers.size(), net::kMaxNameServers);
    EXPECT_LE(plan.settings.search.size(), net::kMaxSearchNames);
    EXPECT_LE(plan.refusals.size(), kMaxRefusals);
  }
}

// C2-02, C2-03
TEST(HostileServer, OddButReadableMessagesCount) {
  struct Odd {
    const char* why;
    std::function<void(Octets&)> change;
  };
  const Odd all[] = {
      {"no end option", [](Octets& o) { std::ranges::replace(o, std::byte{255}, std::byte{0}); }},
      {"a flood of pads", [](Octets& o) { o.insert(o.begin() + 240, 60'000, std::byte{0}); }},
      {"rubbish behind the end", [](Octets& o) { o.resize(o.size() + 1'000, std::byte{0x41}); }},
      {"hops 255", [](Octets& o) { o[wire::kHopsOffset] = std::byte{255}; }},
      {"secs 65535", [](Octets& o) { store_be16(&o[wire::kSecsOffset], 0xffff); }},
  };
  for (const Odd& odd : all) {
    Client client;
    lead_to(client, Stage::requesting);
    // Without a mask: its octets would be ends of options to the first of these.
    Reply reply = honest(MessageType::ack);
    reply.mask = false;
    Octets ack = client.octets_of(reply);
    odd.change(ack);
    client.hear_octets(ack).pass(Duration::seconds(8));
    EXPECT_EQ(client.state(), State::bound) << odd.why;
    EXPECT_EQ(plan_of(client), honest_plan()) << odd.why;
  }
}

// C2-02: option 52 inside of `file` opens nothing, and options there are cut at its end.
TEST(HostileServer, OverloadInsideOfAnOverloadedFieldOpensNothing) {
  Client client;
  lead_to(client, Stage::requesting);
  Reply reply = honest(MessageType::ack);
  reply.options.emplace_back(52, "01");
  Octets ack = client.octets_of(reply);
  const Octets file = *from_hex(
      "340102"
      "0c04" +
      hex_of("good") + "ff");
  copy_bytes(MutableBytes(ack).subspan(wire::kFileOffset), file);
  const Octets sname = *from_hex("0f04" + hex_of("evil") + "ff");
  copy_bytes(MutableBytes(ack).subspan(wire::kSnameOffset), sname);
  client.hear_octets(ack).pass(Duration::seconds(8));
  ASSERT_EQ(client.state(), State::bound);
  EXPECT_EQ(plan_of(client).hostname, "good");
  EXPECT_EQ(plan_of(client).domain, "example.org");
}

}  // namespace
}  // namespace lessor::client::v4
