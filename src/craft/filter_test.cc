#include "craft/filter.h"

#include "craft/test_frames.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h
using ::testing::HasSubstr;

bool matches(std::string_view conditions, Bytes frame) {
  const auto filter = Filter::parse(conditions);
  EXPECT_TRUE(filter) << conditions << ": " << filter.error();
  return filter && filter->matches(dissect(frame));
}

/// An OFFER with an option in two parts and option 82.
Octets rich_offer() {
  wire::Header h = header(wire::Op::reply);
  h.yiaddr = {0xc0a83868};
  h.giaddr = {0x0a000001};
  return udp_frame(from_server(), message(h, [](wire::MessageWriter& out) {
                     out.option_u8(wire::kOptionDhcpMessageType, 2);
                     out.option_u32(wire::kOptionDhcpLeaseTime, 600);
                     out.option(wire::kOptionHostName, as_bytes("My "));
                     out.option(wire::kOptionHostName, as_bytes("Host"));
                     out.option(wire::kOptionDhcpAgentOptions, as_bytes("\x01\x04"
                                                                        "eth0"
                                                                        "\x02\x02"
                                                                        "ab"));
                     out.end();
                   }));
}

TEST(Filter, ComparesByTheNamesOfDhcp) {
  struct Case {
    std::string_view conditions;
    bool holds;
  };
  const Octets frame = rich_offer();
  for (const Case& c : {
           Case{"", true},
           {"type=offer", true},
           {"type=DHCPOFFER", true},
           {"type=2", true},
           {"type=ack", false},
           {"type!=ack", true},
           {"type~off", true},
           {"type = offer  xid = 0x1aed", true},
           {"type=offer xid=0x1aee", false},
           {"mac=c0:01:1b:69:00:00", true},
           {"mac=C0-01-1B-69-00-00", true},
           {"mac=08:00:27:9b:11:3d", true},
           {"mac=08:00:27:9b:11:3e", false},
           {"mac~c0:01:1b", true},
           {"address=192.168.56.104", true},
           {"address=192.168.56.0/24", true},
           {"address=192.168.57.0/24", false},
           {"address!=192.168.56.104", false},
           {"server=192.168.56.100", true},
           {"server~56.1", true},
           {"server=192.168.56.104", false},
           {"dhcp", true},
           {"bootp udp ip ethernet", true},
           {"arp", false},
           {"ip.src=192.168.56.100", true},
           {"ip.ttl<65 ip.ttl>63 ip.ttl<=64 ip.ttl>=64", true},
           {"ip.ttl<64", false},
           {"ip.dst=255.255.255.255", true},
           {"giaddr=10.0.0.0/8", true},
           {"giaddr!=0.0.0.0", true},
           {"yiaddr>192.168.56.103", true},
           {"flags=broadcast", true},
           {"op=BOOTREPLY", true},
           {"op~reply", true},
           {"chaddr=c0:01:1b:69:00:00", true},
           {"dhcp.ip.your=192.168.56.104", true},
           {"eth.dst=ff:ff:ff:ff:ff:ff", true},
           {"vlan.id=1", false},
           {"vlan.id!=1", true},
           {"option.host-name", true},
           {"option.domain-name", false},
           {"option.host-name='My Host'", true},
           {"option.host-name=\"My Host\" type=offer", true},
           {"option.host-name~HOST", true},
           {"option.host-name!~HOST", false},
           {"option.12~host", true},
           {"option.hostname~host", true},
           {"dhcp.option.hostname~host", true},
           {"option.dhcp-lease-time=600", true},
           {"option.dhcp-lease-time=10m", true},
           {"option.dhcp-lease-time<10m", false},
           {"option.dhcp-lease-time>=599", true},
           {"option.82.circuit-id=eth0", true},
           {"option.relay-agent-information.circuit-id='eth0'", true},
           {"option.dhcp-agent-options.circuit-id=eth1", false},
           {"option.82.2=0x6162", true},
           {"option.82.9", false},
       }) {
    EXPECT_EQ(matches(c.conditions, frame), c.holds) << c.conditions;
  }
}

TEST(Filter, TakesArpByItsOwnFieldsAndAddresses) {
  Octets room(net::kArpFrame);
  net::write_arp_frame(
      room, net::kMacBroadcast,
      net::arp_probe(*net::parse_mac("c0:01:1b:69:00:00"), *net::parse_ip4("192.0.2.7")));
  EXPECT_TRUE(matches("arp arp.op=request arp.tpa=192.0.2.7", room));
  EXPECT_TRUE(matches("mac=c0:01:1b:69:00:00 address=192.0.2.7", room));
  EXPECT_FALSE(matches("dhcp", room));
  EXPECT_FALSE(matches("type=discover", room));
  EXPECT_TRUE(matches("type!=discover", room));
  EXPECT_FALSE(matches("server=192.0.2.7", room));
}

TEST(Filter, TellsWhatIsWrongAndWhatWasMeant) {
  struct Case {
    std::string_view conditions;
    std::string_view says;
  };
  for (const Case& c : {
           Case{"xidd=1", "'xidd' is no layer, field or option; did you mean 'xid'?"},
           {"host-name~R1", "did you mean 'option.host-name'?"},
           {"typ=offer", "did you mean 'type'?"},
           {"type=offr", "'offr' is no message type; did you mean 'offer'?"},
           {"option.host-nam~R1", "'host-nam' is no option; did you mean 'host-name'?"},
           {"option.82.circut-id=x", "did you mean 'circuit-id'?"},
           {"address=192.0.2", "'192.0.2' is no IPv4 address"},
           {"mac=xy", "'xy' is no MAC address"},
           {"ip.ttl=300", "ip.ttl: \"300\""},
           {"arp=1", "a layer is there or not"},
           {"=1", "a name is missing"},
           {"xid!1", "no operator"},
           {"option.host-name='R1", "does not end"},
           {"option.routers=x", "routers: "},
       }) {
    const auto filter = Filter::parse(c.conditions);
    ASSERT_FALSE(filter) << c.conditions;
    EXPECT_THAT(filter.error(), HasSubstr(std::string(c.says)));
  }
}

TEST(Filter, SurvivesEveryTruncation) {
  const Octets whole = rich_offer();
  const auto filter = Filter::parse(
      "type!=ack mac!=1:1 address!=1.1.1.1 server!=1.1.1.1 option.12!=x option.82.1!=x xid!=1");
  ASSERT_TRUE(filter) << filter.error();
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    EXPECT_TRUE(filter->matches(dissect(Bytes(whole).first(size)))) << size;
  }
}

}  // namespace
}  // namespace lessor::craft
