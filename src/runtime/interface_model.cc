#include "runtime/interface_model.h"

#include "runtime/netlink_attributes.h"

#include <algorithm>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <utility>

namespace lessor::runtime {
namespace {

/// The master that takes our frames. A VRF is a master too, but its ports keep their own addresses
/// and see their own traffic.
net::InterfaceIndex master_of(const NetlinkAttributes<IFLA_MAX>& attributes) {
  NetlinkAttributes<IFLA_INFO_MAX> info{};
  if (attributes[IFLA_LINKINFO] != nullptr) {
    mnl_attr_parse_nested(attributes[IFLA_LINKINFO], keep_netlink_attribute<IFLA_INFO_MAX>, &info);
  }
  if (netlink_text(info[IFLA_INFO_SLAVE_KIND]) == "vrf") return 0;
  return netlink_number(attributes[IFLA_MASTER]).value_or(0);
}

bool same_facts(const net::Interface& a, const net::Interface& b) {
  return a.index == b.index && a.name == b.name && a.mac == b.mac && a.mtu == b.mtu &&
         a.admin_up == b.admin_up && a.up == b.up && a.ethernet == b.ethernet &&
         a.master == b.master;
}

/// The interface's own address with the prefix that is on its link. A point-to-point address names
/// a peer whose prefix need not hold ours: then ours stands alone.
std::optional<net::Prefix4> prefix_of(const ifaddrmsg& header,
                                      const NetlinkAttributes<IFA_MAX>& attributes) {
  const auto peer = netlink_address(attributes[IFA_ADDRESS]);
  const auto local =
      attributes[IFA_LOCAL] != nullptr ? netlink_address(attributes[IFA_LOCAL]) : peer;
  if (!local || header.ifa_prefixlen > 32) return std::nullopt;
  const net::Prefix4 prefix{*local, header.ifa_prefixlen};
  return peer && !prefix.contains(*peer) ? net::Prefix4{*local, 32} : prefix;
}

}  // namespace

InterfaceModel::Link* InterfaceModel::find(net::InterfaceIndex index) {
  const auto found = std::ranges::find(links_, index, [](const Link& l) { return l.facts.index; });
  return found == links_.end() ? nullptr : &*found;
}

bool InterfaceModel::apply(const nlmsghdr& message) {
  switch (message.nlmsg_type) {
    case RTM_NEWLINK:
      return apply_link(message);
    case RTM_DELLINK:
      return remove_link(message);
    case RTM_NEWADDR:
      return apply_address(message, true);
    case RTM_DELADDR:
      return apply_address(message, false);
    default:
      return false;
  }
}

bool InterfaceModel::apply_link(const nlmsghdr& message) {
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(ifinfomsg)) return false;
  const auto& header = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
  const auto attributes = netlink_attributes<IFLA_MAX>(message, sizeof header);
  // Bridges tell of their ports under their own family, and wireless drivers tell of themselves:
  // such messages carry a part of the facts only.
  if (header.ifi_family != AF_UNSPEC || attributes[IFLA_WIRELESS] != nullptr) return false;
  if (attributes[IFLA_IFNAME] == nullptr || header.ifi_index <= 0) return false;

  net::Interface facts{.index = static_cast<net::InterfaceIndex>(header.ifi_index),
                       .name = std::string(netlink_text(attributes[IFLA_IFNAME])),
                       .mtu = netlink_number(attributes[IFLA_MTU]).value_or(1'500),
                       .admin_up = (header.ifi_flags & IFF_UP) != 0,
                       .ethernet = header.ifi_type == ARPHRD_ETHER,
                       .master = master_of(attributes)};
  facts.up = facts.admin_up && (header.ifi_flags & IFF_RUNNING) != 0;
  const nlattr* mac = attributes[IFLA_ADDRESS];
  if (mac != nullptr && netlink_payload(mac).size() == facts.mac.octets.size()) {
    copy_bytes(facts.mac.octets, netlink_payload(mac));
  }
  Link* known = find(facts.index);
  if (known == nullptr) {
    links_.push_back({.facts = std::move(facts), .addresses = {}});
    return true;
  }
  const bool changed = !same_facts(known->facts, facts);
  known->facts = std::move(facts);
  return changed;
}

bool InterfaceModel::remove_link(const nlmsghdr& message) {
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(ifinfomsg)) return false;
  const auto& header = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
  if (header.ifi_family != AF_UNSPEC) return false;  // a port left its bridge, nothing more
  const auto index = static_cast<net::InterfaceIndex>(header.ifi_index);
  return std::erase_if(links_, [=](const Link& l) { return l.facts.index == index; }) > 0;
}

bool InterfaceModel::apply_address(const nlmsghdr& message, bool added) {
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(ifaddrmsg)) return false;
  const auto& header = *static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(&message));
  if (header.ifa_family != AF_INET) return false;
  const auto attributes = netlink_attributes<IFA_MAX>(message, sizeof header);
  const auto prefix = prefix_of(header, attributes);
  Link* link = find(header.ifa_index);
  if (!prefix || link == nullptr) return false;

  const std::uint32_t flags = netlink_number(attributes[IFA_FLAGS]).value_or(header.ifa_flags);
  const Address address{.prefix = *prefix, .secondary = (flags & IFA_F_SECONDARY) != 0};
  const auto known = std::ranges::find(link->addresses, *prefix, &Address::prefix);
  const bool is_known = known != link->addresses.end();
  if (is_known && added && *known == address) return false;
  if (!is_known && !added) return false;
  if (is_known) link->addresses.erase(known);
  if (!added) return true;
  const auto behind = address.secondary
                          ? link->addresses.end()
                          : std::ranges::find(link->addresses, true, &Address::secondary);
  link->addresses.insert(behind, address);
  return true;
}

net::InterfaceTable InterfaceModel::table() const {
  std::vector<net::Interface> all;
  for (const Link& link : links_) {
    all.push_back(link.facts);
    for (const Address& a : link.addresses) all.back().addresses.push_back(a.prefix);
  }
  std::ranges::sort(all, {}, &net::Interface::index);
  return net::InterfaceTable(std::move(all));
}

}  // namespace lessor::runtime
