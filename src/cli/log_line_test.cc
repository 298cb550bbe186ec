#include "cli/log_line.h"

#include "net/address.h"
#include "server/v4/other_servers.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

using server::v4::Event;
using server::v4::EventKind;
using server::v4::Reason;
using wire::MessageType;

Event example(EventKind kind, Reason reason, MessageType message) {
  Event e;
  e.kind = kind;
  e.reason = reason;
  e.message = message;
  e.address = {0xc0000207};
  e.xid = 0x1aed;
  e.subnet_id = 1;
  e.hardware.size = 6;
  const auto mac = net::parse_mac("c0:01:1b:69:00:00");
  copy_bytes(e.hardware.octets, mac->octets);
  (void)e.hostname.assign(as_bytes("R1"));
  return e;
}

TEST(LogLine, HasTheShapeThatTheFieldGrepsFor) {
  const struct {
    EventKind kind;
    Reason reason;
    MessageType message;
    const char* expected;
  } rows[] = {
      {EventKind::offer, Reason::free_address, MessageType::discover,
       "DHCPOFFER on 192.0.2.7 to c0:01:1b:69:00:00 (R1) via eth0 xid=00001aed subnet=1 "
       "reason=free_address"},
      {EventKind::ack, Reason::offered, MessageType::request,
       "DHCPACK on 192.0.2.7 to c0:01:1b:69:00:00 (R1) via eth0 xid=00001aed subnet=1 "
       "reason=offered"},
      {EventKind::nak, Reason::wrong_network, MessageType::request,
       "DHCPNAK on 192.0.2.7 to c0:01:1b:69:00:00 (R1) via eth0 xid=00001aed subnet=1 "
       "reason=wrong_network"},
      {EventKind::release, Reason::given_back, MessageType::release,
       "DHCPRELEASE of 192.0.2.7 from c0:01:1b:69:00:00 (R1) via eth0 xid=00001aed subnet=1 "
       "reason=given_back"},
      {EventKind::decline, Reason::reported_in_use, MessageType::decline,
       "DHCPDECLINE of 192.0.2.7 from c0:01:1b:69:00:00 (R1) via eth0 xid=00001aed subnet=1 "
       "reason=reported_in_use"},
      {EventKind::lease_expired, Reason::lease_over, MessageType::none,
       "lease of 192.0.2.7 to c0:01:1b:69:00:00 (R1) expired subnet=1 reason=lease_over"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(format_line(example(row.kind, row.reason, row.message), "eth0"), row.expected);
  }
}

// C3-04: a rogue server is logged with its MAC, address, identifier, link and what it offered.
TEST(LogLine, NamesAnotherServer) {
  using News = server::v4::OtherServers::News;
  Event e = example(EventKind::other_server, Reason::none, MessageType::offer);
  e.subnet_id = 0;
  e.detail = static_cast<std::uint8_t>(News::first);
  e.server = e.source = {0xc0000209};
  EXPECT_EQ(format_line(e, "eth0"),
            "another DHCP server, 192.0.2.9 (c0:01:1b:69:00:00), answers clients via eth0: "
            "DHCPOFFER of 192.0.2.7");
  EXPECT_EQ(severity_of(e), Severity::warning);
  e.detail = static_cast<std::uint8_t>(News::again);
  e.source = {0xc0000208};
  e.message = MessageType::nak;
  e.address = {};
  EXPECT_EQ(format_line(e, "eth0"),
            "another DHCP server, 192.0.2.9 (c0:01:1b:69:00:00), still answers clients via eth0: "
            "DHCPNAK, from 192.0.2.8");
  e.message = MessageType::request;
  e.hardware = {};
  EXPECT_EQ(format_line(e, "eth0"),
            "another DHCP server, 192.0.2.9, still is chosen by a client via eth0");
  e.detail = static_cast<std::uint8_t>(News::crowded);
  EXPECT_EQ(format_line(e, "eth0"),
            "more DHCP servers than are listed answer clients via eth0: somebody forges them");
}

TEST(LogLine, DropsSayWhy) {
  Event e = example(EventKind::drop, Reason::pool_exhausted, MessageType::discover);
  e.address = {};
  e.subnet_id = 0;
  EXPECT_EQ(format_line(e, "eth0"),
            "DHCPDISCOVER from c0:01:1b:69:00:00 (R1) via eth0: no address is free xid=00001aed "
            "reason=pool_exhausted");
  EXPECT_EQ(severity_of(e), Severity::warning);
}

TEST(LogLine, MalformedMessagesNameTheirSource) {
  Event e;
  e.kind = EventKind::drop;
  e.reason = Reason::malformed;
  e.source = {0x0a000001};
  const std::string line = format_line(e, "eth0");
  EXPECT_EQ(line.find("malformed message from 10.0.0.1 via eth0: "), 0U) << line;
}

TEST(LogLine, RelayedMessagesComeViaTheRelay) {
  Event e = example(EventKind::ack, Reason::offered, MessageType::request);
  e.giaddr = {0x0a000001};
  e.lease_time = Duration::seconds(600);
  (void)e.circuit_id.assign(as_bytes("port\t7"));  // R3046-2.2-b
  EXPECT_EQ(format_line(e, "eth0"),
            "DHCPACK on 192.0.2.7 to c0:01:1b:69:00:00 (R1) via 10.0.0.1 xid=00001aed lease=10m "
            "subnet=1 interface=eth0 circuit-id=port\\x097 reason=offered");
}

// bad-input C3-08: control bytes from a client end as text.
// B15
TEST(LogLine, SanitisesNames) {
  Event e = example(EventKind::ack, Reason::offered, MessageType::request);
  (void)e.hostname.assign(as_bytes("x\n\x1b[2J%n"));
  const std::string line = format_line(e, "eth\n0");
  EXPECT_NE(line.find("(x\\x0a\\x1b[2J%n)"), std::string::npos) << line;
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

// A name that looks like the rest of a line would tell scripts another address, interface or
// reason.
// C3-08
TEST(LogLine, NamesCannotPassForFields) {
  Event e = example(EventKind::ack, Reason::offered, MessageType::request);
  (void)e.hostname.assign(as_bytes("a) via eth9 (b"));
  (void)e.circuit_id.assign(as_bytes("1 reason=y"));
  EXPECT_EQ(
      format_line(e, "eth0"),
      "DHCPACK on 192.0.2.7 to c0:01:1b:69:00:00 (a\\x29\\x20via\\x20eth9\\x20\\x28b) via eth0 "
      "xid=00001aed subnet=1 circuit-id=1\\x20reason\\x3dy reason=offered");
}

TEST(LogLine, ClientsWithoutHardwareAddressAreKnownByTheirIdentifier) {
  Event e = example(EventKind::ack, Reason::offered, MessageType::request);
  e.hardware = {};
  e.hostname = {};
  (void)e.client_id.assign(as_bytes("\x01\x02"));
  EXPECT_EQ(format_line(e, "ib0").find("DHCPACK on 192.0.2.7 to id 01:02 via ib0"), 0U);
}

TEST(LogLine, EveryKindHasWords) {
  for (std::size_t k = 0; k < server::v4::kEventKinds; ++k) {
    Event e;
    e.kind = static_cast<EventKind>(k);
    EXPECT_FALSE(format_line(e, "").empty()) << k;
  }
}

}  // namespace
}  // namespace lessor::cli
