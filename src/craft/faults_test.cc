#include "craft/faults.h"

#include "base/random.h"
#include "craft/test_frames.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::Octets;
using wire::MessageWriter;

constexpr std::size_t kMessageAt = net::kFrameHeaders;

std::vector<Fault> faults_of(const Octets& frame) { return find_faults(frame, dissect(frame)); }

std::string all_of(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    text += std::to_string(fault.offset) + " " + std::string(to_string(fault.severity)) + ": " +
            to_string(fault) + "\n";
  }
  return text;
}

net::UdpEndpoints from_client() {
  return {.source_mac = *net::parse_mac("c0:01:1b:69:00:00"),
          .destination_mac = net::kMacBroadcast,
          .source = net::kIp4Any,
          .destination = net::kIp4Broadcast,
          .source_port = 68,
          .destination_port = 67};
}

net::UdpEndpoints unicast_from_client() {
  auto who = from_client();
  who.destination_mac = *net::parse_mac("08:00:27:9b:11:3d");
  who.source = {0xc0a83868};
  who.destination = {0xc0a83864};
  return who;
}

/// A client's message of a type, what `write` adds, the end, 300 octets.
Octets client_message(std::uint8_t type, const std::function<void(MessageWriter&)>& write,
                      wire::Header header = testing::header(wire::Op::request)) {
  return testing::message(header, [&](MessageWriter& out) {
    out.option_u8(wire::kOptionDhcpMessageType, type);
    write(out);
    out.end();
    out.pad_to(300);
  });
}

Octets good_discover() {
  return client_message(1, [](MessageWriter& out) {
    out.option(wire::kOptionDhcpParameterRequestList, as_bytes("\x01\x03\x06"));
  });
}

TEST(FindFaults, FindsNothingInGoodMessages) {
  EXPECT_EQ(all_of(faults_of(testing::udp_frame(from_client(), good_discover()))), "");
  EXPECT_EQ(all_of(faults_of(testing::udp_frame(testing::from_server(), testing::offer()))), "");
}

TEST(FindFaults, GivesThemByOffset) {
  auto message = good_discover();
  message[0] = std::byte{7};
  message[2] = std::byte{17};
  message[3] = std::byte{17};
  auto frame = testing::udp_frame(from_client(), message);
  frame[24] ^= std::byte{1};  // the IPv4 header checksum
  const auto faults = faults_of(frame);
  ASSERT_GE(faults.size(), 4U) << all_of(faults);
  EXPECT_TRUE(std::ranges::is_sorted(faults, {}, &Fault::offset)) << all_of(faults);
  EXPECT_EQ(faults[0].field, "checksum");
  EXPECT_EQ(faults[0].offset, 24U);
  EXPECT_EQ(to_string(faults[1]),
            "op is 7, neither BOOTREQUEST (1) nor BOOTREPLY (2) "
            "(RFC 2131 2)");
  EXPECT_EQ(faults[1].offset, kMessageAt);
}

/// One thing done to a message, and what is to be said of it.
struct Case {
  const char* name;
  Octets message;
  net::UdpEndpoints who;
  Severity severity;
  const char* what;
};

void expect_fault(const Octets& frame, const Case& c) {
  const auto faults = faults_of(frame);
  EXPECT_THAT(faults, Contains(AllOf(Field(&Fault::severity, c.severity),
                                     Field(&Fault::what, HasSubstr(c.what)))))
      << c.name << "\n"
      << all_of(faults);
}

Octets poked(Octets message, std::size_t at, std::initializer_list<int> octets) {
  for (const int octet : octets) message[at++] = static_cast<std::byte>(octet);
  return message;
}

TEST(FindFaults, ChecksTheHeader) {
  const Octets good = good_discover();
  const auto client = from_client();
  const Case cases[] = {
      {"op", poked(good, 0, {2}), client, Severity::violation, "op is 2, but in a DHCPDISCOVER"},
      {"hlen", poked(good, 2, {17}), client, Severity::malformed, "hlen says 17 octets"},
      {"ethernet", poked(good, 2, {5}), client, Severity::violation, "hlen is 5"},
      {"hops", poked(good, 3, {17}), client, Severity::violation, "17 hops"},
      {"flags", poked(good, 10, {0x80, 1}), client, Severity::violation, "reserved bits"},
      {"ciaddr", poked(good, 12, {10, 0, 0, 1}), client, Severity::violation,
       "ciaddr is 10.0.0.1, but in a DHCPDISCOVER it must be: 0"},
      {"yiaddr", poked(good, 16, {10, 0, 0, 1}), client, Severity::note, "yiaddr is 10.0.0.1"},
      {"chaddr", poked(good, 28, {0, 0, 0, 0, 0, 0}), client, Severity::note, "all zeros"},
      {"sname",
       [&] {
         auto m = good;
         std::fill_n(m.begin() + 44, 64, std::byte{'x'});
         return m;
       }(),
       client, Severity::violation, "sname is not ended"},
      {"short", testing::discover(), client, Severity::note, "less than 300"},
      {"cookie", poked(good, 236, {1}), client, Severity::malformed, "the cookie is 0x01825363"},
      {"no cookie", poked(good, 236, {0, 0, 0, 0}), client, Severity::note, "no cookie: BOOTP"},
  };
  for (const Case& c : cases) expect_fault(testing::udp_frame(c.who, c.message), c);
}

TEST(FindFaults, ChecksOptions) {
  const auto client = from_client();
  const auto option = [](wire::OptionCode code, std::string_view value) {
    return client_message(1, [&](MessageWriter& out) { out.option(code, as_bytes(value)); });
  };
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"length", option(1, "\xff\xff\xff"sv), client, Severity::malformed, "3 octets, but"},
      {"must not", option(54, "\x0a\0\0\1"sv), client, Severity::violation,
       "a DHCPDISCOVER must not have dhcp-server-identifier (54)"},
      {"57", option(57, "\x02\x3f"sv), client, Severity::violation, "the least is 576"},
      {"121", option(55, "\x03\x79"sv), client, Severity::violation, "before 3 and 33"},
      {"nul", option(12, "host\0"sv), client, Severity::note, "ends with a zero octet"},
      {"fqdn", option(81, "\x09\0\0"sv), client, Severity::violation, "N and S"},
      {"unassigned", option(84, "x"sv), client, Severity::note, "not assigned"},
      {"type", client_message(77, [](auto&) {}), client, Severity::violation,
       "message type 77 is not assigned"},
      {"overrun", poked(good_discover(), 244, {200}), client, Severity::malformed,
       "says 200 octets"},
      {"behind the end", poked(good_discover(), 290, {9}), client, Severity::note,
       "data behind the end"},
      {"82 alone", option(82, "\x01\x01x"sv), client, Severity::note, "option 82 without giaddr"},
  };
  for (const Case& c : cases) expect_fault(testing::udp_frame(c.who, c.message), c);
}

TEST(FindFaults, ChecksOrderPartsAndEnd) {
  const auto client = from_client();
  const std::byte address[4] = {std::byte{10}, std::byte{0}, std::byte{0}, std::byte{1}};
  const auto with = [](const std::function<void(MessageWriter&)>& write) {
    return client_message(1, write);
  };
  const Octets end_missing = [&] {
    auto m = good_discover();
    m.resize(248);
    return m;
  }();
  const Case cases[] = {
      {"1 behind 3", with([&](auto& out) {
         out.option(3, address);
         out.option(1, address);
       }),
       client, Severity::violation, "subnet-mask must come before routers"},
      {"twice", with([&](auto& out) {
         out.option(3, address);
         out.option(3, address);
       }),
       client, Severity::violation, "comes again"},
      {"82 not last", with([&](auto& out) {
         out.option(82, as_bytes("\x01\x01x"));
         out.option(3, address);
       }),
       client, Severity::violation, "option 82 is not the last"},
      {"no end", end_missing, client, Severity::violation, "the end option is missing"},
  };
  for (const Case& c : cases) expect_fault(testing::udp_frame(c.who, c.message), c);
}

TEST(FindFaults, TakesPartsForOneOption) {
  const auto message = testing::message(testing::header(wire::Op::request), [](auto& out) {
    out.option_u8(wire::kOptionDhcpMessageType, 1);
    out.option(43, Octets(300, std::byte{1}));
    out.end();
  });
  for (const Fault& fault : faults_of(testing::udp_frame(from_client(), message))) {
    EXPECT_THAT(fault.what, ::testing::Not(HasSubstr("comes again")));
  }
}

TEST(FindFaults, LooksIntoOverloadedFields) {
  auto m = client_message(1, [](auto& out) { out.option_u8(52, 3); });
  m = poked(std::move(m), 108, {52, 1, 1, 255});  // file: nested overload, then the end
  m = poked(std::move(m), 44, {12, 1, 'x'});      // sname: pads up to its end
  const auto frame = testing::udp_frame(from_client(), m);
  expect_fault(frame, {"nested", {}, {}, Severity::note, "inside 'file' is not heeded"});
  expect_fault(frame, {"end", {}, {}, Severity::violation, "'sname' has no end option"});
}

TEST(FindFaults, TellsTheFormsOfARequestApart) {
  auto renewing = testing::header(wire::Op::request);
  renewing.ciaddr = {0xc0a83868};
  const auto empty = [](MessageWriter&) {};
  const auto with_50 = [](MessageWriter& out) { out.option_ip4(50, {0xc0a83868}); };
  const auto with_54 = [](MessageWriter& out) { out.option_ip4(54, {0xc0a83864}); };
  auto late = from_client();
  late.source = {0xc0a83868};
  const Case cases[] = {
      {"selecting", client_message(3, with_54), from_client(), Severity::violation,
       "a DHCPREQUEST in SELECTING must have dhcp-requested-address (50)"},
      {"reboot", client_message(3, empty), from_client(), Severity::violation,
       "a DHCPREQUEST in INIT-REBOOT must have dhcp-requested-address (50)"},
      {"renewing", client_message(3, with_50, renewing), unicast_from_client(), Severity::violation,
       "a DHCPREQUEST in RENEWING must not have dhcp-requested-address"},
      {"rebinding", client_message(3, with_50, renewing), late, Severity::violation,
       "a DHCPREQUEST in REBINDING must not have dhcp-requested-address"},
  };
  for (const Case& c : cases) expect_fault(testing::udp_frame(c.who, c.message), c);
  EXPECT_EQ(all_of(faults_of(
                testing::udp_frame(unicast_from_client(), client_message(3, empty, renewing)))),
            "");
}

TEST(FindFaults, ChecksWhoSpeaksToWhom) {
  auto from_an_address = from_client();
  from_an_address.source = {0xc0a83868};
  auto wrong_port = from_client();
  wrong_port.destination_port = 68;
  auto wrong_answer_port = testing::from_server();
  wrong_answer_port.destination_port = 67;
  auto elsewhere = testing::from_server();
  elsewhere.destination = {0x0a000001};
  auto releasing = testing::header(wire::Op::request);
  releasing.ciaddr = {0xc0a83868};
  releasing.flags = 0;
  const auto release =
      client_message(7, [](auto& out) { out.option_ip4(54, {0xc0a83863}); }, releasing);
  const Case cases[] = {
      {"source", good_discover(), from_an_address, Severity::violation, "comes from 0.0.0.0"},
      {"port", good_discover(), wrong_port, Severity::violation, "servers listen on 67"},
      {"answer", testing::offer(), wrong_answer_port, Severity::violation, "clients listen on 68"},
      {"stranger", testing::offer(), elsewhere, Severity::violation, "neither ciaddr nor yiaddr"},
      {"release", release, from_client(), Severity::violation, "to its server alone"},
      {"other server", release, unicast_from_client(), Severity::violation,
       "goes to the server identifier, 192.168.56.99"},
  };
  for (const Case& c : cases) expect_fault(testing::udp_frame(c.who, c.message), c);
}

TEST(FindFaults, TellsOfABrokenTypeOnce) {
  Octets m = good_discover();
  m.resize(242);  // inside option 53
  const auto text = all_of(faults_of(testing::udp_frame(from_client(), m)));
  EXPECT_THAT(text, HasSubstr("dhcp-message-type (53) says 1 octet, the message has 0 more"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("BOOTP, not DHCP"))) << text;
}

// RFC 2131 table 3: ciaddr of a DHCPACK is "'ciaddr' from DHCPREQUEST or 0".
TEST(FindFaults, LetsTheAnswerToADhcpInformLeaveCiaddrOut) {
  const auto message = testing::message(testing::header(wire::Op::reply), [](MessageWriter& out) {
    out.option_u8(wire::kOptionDhcpMessageType, 5);
    out.option_ip4(wire::kOptionDhcpServerIdentifier, {0xc0a83864});
    out.end();
    out.pad_to(300);
  });
  auto who = testing::from_server();
  who.destination = {0xc0a83868};
  who.destination_mac = *net::parse_mac("c0:01:1b:69:00:00");
  for (const Fault& fault : faults_of(testing::udp_frame(who, message))) {
    EXPECT_EQ(fault.severity, Severity::note) << to_string(fault);
  }
}

TEST(FindFaults, ChecksLeaseTimes) {  // R2131-4.4.5-a
  const auto times = [](std::uint32_t lease, std::uint32_t t1, std::uint32_t t2) {
    auto header = testing::header(wire::Op::reply);
    header.yiaddr = {0xc0a83868};
    const auto message = testing::message(header, [&](MessageWriter& out) {
      out.option_u8(wire::kOptionDhcpMessageType, 5);
      out.option_ip4(wire::kOptionDhcpServerIdentifier, {0xc0a83864});
      out.option_u32(wire::kOptionDhcpLeaseTime, lease);
      out.option_u32(wire::kOptionDhcpRenewalTime, t1);
      out.option_u32(wire::kOptionDhcpRebindingTime, t2);
      out.end();
      out.pad_to(300);
    });
    return all_of(faults_of(testing::udp_frame(testing::from_server(), message)));
  };
  EXPECT_EQ(times(600, 300, 525), "");
  EXPECT_EQ(times(UINT32_MAX, UINT32_MAX, UINT32_MAX), "");
  EXPECT_THAT(times(600, 525, 300), HasSubstr("T1 (8m45s) is not before T2 (5m)"));
  EXPECT_THAT(times(600, 300, 700), HasSubstr("T2 (11m40s) is not before the lease ends (10m)"));
}

TEST(FindFaults, ChecksChecksumsAndLengths) {
  auto frame = testing::udp_frame(from_client(), good_discover());
  auto udp = frame;
  udp[100] ^= std::byte{1};
  auto absent = frame;
  absent[40] = absent[41] = std::byte{0};
  auto cut = frame;
  cut.resize(200);
  expect_fault(udp, {"udp", {}, {}, Severity::malformed, "the UDP checksum is wrong"});
  expect_fault(absent, {"absent", {}, {}, Severity::note, "no UDP checksum"});
  expect_fault(cut, {"cut", {}, {}, Severity::malformed, "the capture holds 186"});
  auto longer = frame;
  longer[38] = std::byte{2};  // the UDP length: 512 octets and more
  for (const Fault& fault : faults_of(longer)) EXPECT_EQ(fault.offset, 38U) << to_string(fault);
  EXPECT_THAT(all_of(faults_of(longer)), HasSubstr("(RFC 768)"));
  EXPECT_THAT(all_of(faults_of(cut)), HasSubstr("the capture holds 186 (RFC 791 3.1)"));
  frame[6] |= std::byte{1};
  expect_fault(frame, {"group", {}, {}, Severity::violation, "group address"});
}

TEST(FindFaults, SurvivesAnyBytes) {
  const Octets good = testing::udp_frame(testing::from_server(), testing::offer());
  for (std::size_t size = 0; size <= good.size(); ++size) {
    const Octets cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    (void)faults_of(cut);
  }
  Random random(1);
  for (int i = 0; i < 5'000; ++i) {
    Octets odd = good;
    for (int j = 0; j < 8; ++j) {
      const auto size = static_cast<std::uint32_t>(odd.size());
      odd[random.below(size)] = static_cast<std::byte>(random.below(256));
    }
    for (const Fault& fault : faults_of(odd)) EXPECT_LE(fault.offset, odd.size());
  }
}

}  // namespace
}  // namespace lessor::craft
