#include "host/kernel.h"

#include "runtime/netlink_attributes.h"

#include <cerrno>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <utility>

namespace lessor::host {
namespace {

using runtime::netlink_address;
using runtime::netlink_attributes;
using runtime::netlink_number;
using runtime::netlink_payload;
using runtime::Result;

// Who put an address there (IFA_PROTO): a number of our own, so that a later run knows what an
// earlier one left behind. Kernels before 5.18 pass over it.
constexpr std::uint8_t kOurAddresses = 0x4c;
// A dump that changes under way is asked again, but a host that never rests is not waited for.
constexpr int kMaxDumps = 10;

/// Room for one request, and its kernel header in front.
class Request {
 public:
  Request(std::uint16_t type, std::uint16_t flags) : header_(*mnl_nlmsg_put_header(bytes_.data())) {
    header_.nlmsg_type = type;
    header_.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  template <typename Extra>
  Extra& extra() {
    return *static_cast<Extra*>(mnl_nlmsg_put_extra_header(&header_, sizeof(Extra)));
  }
  void put(std::uint16_t type, Bytes payload) {
    mnl_attr_put(&header_, type, payload.size(), payload.data());
  }
  void put(std::uint16_t type, std::uint32_t number) { mnl_attr_put_u32(&header_, type, number); }
  void put(std::uint16_t type, net::Ip4 address) {
    std::array<std::byte, 4> octets{};
    store_be32(octets.data(), address.value);
    put(type, octets);
  }
  [[nodiscard]] nlmsghdr& header() { return header_; }

 private:
  alignas(nlmsghdr) std::array<std::byte, 512> bytes_{};
  nlmsghdr& header_;
};

Request& describe(Request& request, net::InterfaceIndex index, const Route& route) {
  auto& facts = request.extra<rtmsg>();
  facts.rtm_family = AF_INET;
  facts.rtm_dst_len = route.destination.length;
  const std::uint32_t table = route.table == 0 ? std::uint32_t{RT_TABLE_MAIN} : route.table;
  facts.rtm_table = static_cast<unsigned char>(table < 256 ? table : RT_TABLE_UNSPEC);
  facts.rtm_protocol = RTPROT_DHCP;
  facts.rtm_scope = route.gateway.is_zero() ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  facts.rtm_type = RTN_UNICAST;
  request.put(RTA_DST, route.destination.address);
  request.put(RTA_OIF, index);
  request.put(RTA_TABLE, table);
  if (route.metric != 0) request.put(RTA_PRIORITY, route.metric);
  if (!route.gateway.is_zero()) request.put(RTA_GATEWAY, route.gateway);
  if (!route.source.is_zero()) request.put(RTA_PREFSRC, route.source);
  return request;
}

std::optional<Route> read_route(const nlmsghdr& message, net::InterfaceIndex index) {
  if (message.nlmsg_type != RTM_NEWROUTE) return std::nullopt;
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(rtmsg)) return std::nullopt;
  const auto& facts = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
  if (facts.rtm_family != AF_INET || facts.rtm_protocol != RTPROT_DHCP) return std::nullopt;
  const auto attributes = netlink_attributes<RTA_MAX>(message, sizeof facts);
  if (netlink_number(attributes[RTA_OIF]) != index) return std::nullopt;
  const std::uint32_t table = netlink_number(attributes[RTA_TABLE]).value_or(facts.rtm_table);
  return Route{.destination = {netlink_address(attributes[RTA_DST]).value_or(net::kIp4Any),
                               facts.rtm_dst_len},
               .gateway = netlink_address(attributes[RTA_GATEWAY]).value_or(net::kIp4Any),
               .source = netlink_address(attributes[RTA_PREFSRC]).value_or(net::kIp4Any),
               .metric = netlink_number(attributes[RTA_PRIORITY]).value_or(0),
               .table = table == RT_TABLE_MAIN ? 0 : table};
}

std::optional<AddressFacts> read_address(const nlmsghdr& message, net::InterfaceIndex index) {
  if (message.nlmsg_type != RTM_NEWADDR) return std::nullopt;
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(ifaddrmsg)) return std::nullopt;
  const auto& facts = *static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(&message));
  if (facts.ifa_family != AF_INET || facts.ifa_index != index) return std::nullopt;
  const auto attributes = netlink_attributes<IFA_MAX>(message, sizeof facts);
  const auto local = netlink_address(attributes[IFA_LOCAL]);
  if (!local) return std::nullopt;
  const std::uint32_t flags = netlink_number(attributes[IFA_FLAGS]).value_or(facts.ifa_flags);
  const nlattr* protocol = attributes[IFA_PROTO];
  return AddressFacts{
      .prefix = {*local, facts.ifa_prefixlen},
      .broadcast = netlink_address(attributes[IFA_BROADCAST]).value_or(net::kIp4Any),
      .no_prefix_route = (flags & IFA_F_NOPREFIXROUTE) != 0,
      .permanent = (flags & IFA_F_PERMANENT) != 0,
      .ours = protocol != nullptr && netlink_payload(protocol).size() == 1 &&
              mnl_attr_get_u8(protocol) == kOurAddresses};
}

std::optional<LinkFacts> read_link(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWLINK) return std::nullopt;
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(ifinfomsg)) return std::nullopt;
  const auto& facts = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
  const auto attributes = netlink_attributes<IFLA_MAX>(message, sizeof facts);
  LinkFacts link{.index = static_cast<net::InterfaceIndex>(facts.ifi_index),
                 .mtu = netlink_number(attributes[IFLA_MTU]).value_or(0),
                 .up = (facts.ifi_flags & IFF_UP) != 0};
  const nlattr* mac = attributes[IFLA_ADDRESS];
  if (mac != nullptr && netlink_payload(mac).size() == link.mac.octets.size()) {
    copy_bytes(link.mac.octets, netlink_payload(mac));
  }
  return link;
}

}  // namespace

std::string to_string(const Route& route) {
  std::string text = net::to_string(route.destination);
  if (!route.gateway.is_zero()) text += " via " + net::to_string(route.gateway);
  if (route.metric != 0) text += " metric " + std::to_string(route.metric);
  if (route.table != 0) text += " table " + std::to_string(route.table);
  return text;
}

Result<Kernel> Kernel::open() {
  auto socket = runtime::NetlinkSocket::open();
  if (!socket) return std::unexpected(socket.error());
  return Kernel(std::move(*socket));
}

Result<void> Kernel::order(nlmsghdr& request, const std::string& attempted) {
  const auto done = socket_.ask(request, [](const nlmsghdr&) {});
  if (done) return {};
  return std::unexpected(runtime::error_of(done.error().number, attempted));
}

Result<void> Kernel::dump(nlmsghdr& request, const std::string& attempted,
                          const runtime::NetlinkSocket::OnMessage& take) {
  const auto done = socket_.ask(request, take);
  if (done) return {};
  return std::unexpected(runtime::error_of(done.error().number, attempted));
}

Result<LinkFacts> Kernel::find_link(const std::string& name) {
  Request request(RTM_GETLINK, NLM_F_ACK);
  request.extra<ifinfomsg>();
  mnl_attr_put_strz(&request.header(), IFLA_IFNAME, name.c_str());
  std::optional<LinkFacts> found;
  const auto asked =
      dump(request.header(), "find the interface " + name, [&](const nlmsghdr& message) {
        if (auto link = read_link(message)) found = link;
      });
  if (!asked) return std::unexpected(asked.error());
  if (!found) return std::unexpected(runtime::error_of(ENODEV, "find the interface " + name));
  return *found;
}

Result<std::vector<AddressFacts>> Kernel::addresses(net::InterfaceIndex index) {
  std::vector<AddressFacts> all;
  Result<void> asked;
  for (int tries = 0; tries < kMaxDumps; ++tries) {
    all.clear();
    Request request(RTM_GETADDR, NLM_F_DUMP);
    request.extra<ifaddrmsg>().ifa_family = AF_INET;
    asked = dump(request.header(), "read the interface's addresses", [&](const nlmsghdr& message) {
      if (auto address = read_address(message, index)) all.push_back(*address);
    });
    if (asked || asked.error().number != EINTR) break;
  }
  if (!asked) return std::unexpected(asked.error());
  return all;
}

Result<std::vector<Route>> Kernel::dhcp_routes(net::InterfaceIndex index) {
  std::vector<Route> all;
  Result<void> asked;
  for (int tries = 0; tries < kMaxDumps; ++tries) {
    all.clear();
    Request request(RTM_GETROUTE, NLM_F_DUMP);
    request.extra<rtmsg>().rtm_family = AF_INET;
    asked = dump(request.header(), "read the interface's routes", [&](const nlmsghdr& message) {
      if (auto route = read_route(message, index)) all.push_back(*route);
    });
    if (asked || asked.error().number != EINTR) break;
  }
  if (!asked) return std::unexpected(asked.error());
  return all;
}

Result<void> Kernel::put_address(net::InterfaceIndex index, const AddressWish& wish) {
  Request request(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
  auto& facts = request.extra<ifaddrmsg>();
  facts.ifa_family = AF_INET;
  facts.ifa_prefixlen = wish.prefix.length;
  facts.ifa_index = index;
  request.put(IFA_LOCAL, wish.prefix.address);
  request.put(IFA_ADDRESS, wish.prefix.address);
  if (!wish.broadcast.is_zero()) request.put(IFA_BROADCAST, wish.broadcast);
  request.put(IFA_FLAGS, std::uint32_t{wish.no_prefix_route ? IFA_F_NOPREFIXROUTE : 0U});
  if (wish.ours) mnl_attr_put_u8(&request.header(), IFA_PROTO, kOurAddresses);
  ifa_cacheinfo life{};
  life.ifa_valid = wish.lifetime.to_wire();
  life.ifa_prefered = life.ifa_valid;
  request.put(IFA_CACHEINFO, std::as_bytes(std::span(&life, 1)));
  return order(request.header(), "add " + net::to_string(wish.prefix));
}

Result<void> Kernel::remove_address(net::InterfaceIndex index, net::Prefix4 prefix) {
  Request request(RTM_DELADDR, NLM_F_ACK);
  auto& facts = request.extra<ifaddrmsg>();
  facts.ifa_family = AF_INET;
  facts.ifa_prefixlen = prefix.length;
  facts.ifa_index = index;
  request.put(IFA_LOCAL, prefix.address);
  request.put(IFA_ADDRESS, prefix.address);
  return order(request.header(), "remove " + net::to_string(prefix));
}

Result<void> Kernel::add_route(net::InterfaceIndex index, const Route& route) {
  Request request(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  return order(describe(request, index, route).header(), "add the route " + to_string(route));
}

Result<void> Kernel::remove_route(net::InterfaceIndex index, const Route& route) {
  Request request(RTM_DELROUTE, NLM_F_ACK);
  return order(describe(request, index, route).header(), "remove the route " + to_string(route));
}

Result<void> Kernel::set_mtu(net::InterfaceIndex index, std::uint32_t mtu) {
  Request request(RTM_NEWLINK, NLM_F_ACK);
  request.extra<ifinfomsg>().ifi_index = static_cast<int>(index);
  request.put(IFLA_MTU, mtu);
  return order(request.header(), "set the MTU to " + std::to_string(mtu));
}

Result<void> Kernel::set_mac(net::InterfaceIndex index, const net::Mac& mac) {
  Request request(RTM_NEWLINK, NLM_F_ACK);
  request.extra<ifinfomsg>().ifi_index = static_cast<int>(index);
  request.put(IFLA_ADDRESS, Bytes(mac.octets));
  return order(request.header(), "set the hardware address to " + net::to_string(mac));
}

Result<void> Kernel::set_up(net::InterfaceIndex index, bool up) {
  Request request(RTM_NEWLINK, NLM_F_ACK);
  auto& facts = request.extra<ifinfomsg>();
  facts.ifi_index = static_cast<int>(index);
  facts.ifi_change = IFF_UP;
  facts.ifi_flags = up ? IFF_UP : 0;
  return order(request.header(), up ? "set it up" : "set it down");
}

}  // namespace lessor::host
