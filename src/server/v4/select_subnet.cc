#include "server/v4/select_subnet.h"

namespace lessor::server::v4 {
namespace {

/// `known` spares a search.
config::Located locate(const config::ServerConfig& config, net::Ip4 address,
                       const config::Located& known) {
  if (known.subnet != nullptr && known.address == address) return known;
  return config.locate(address);
}

/// The subnets of a configuration without classes.
class AllSubnets {
 public:
  AllSubnets(const config::ServerConfig& config, const config::Located& known)
      : config_(config), known_(known) {}

  [[nodiscard]] bool ignores_link_selection() const { return config_.ignore_link_selection; }
  [[nodiscard]] const config::Subnet* find(net::Ip4 address) const {
    return locate(config_, address, known_).subnet;
  }
  [[nodiscard]] const config::Subnet* find_by_relay(net::Ip4 relay) const {
    return config_.find_subnet_by_relay(relay);
  }
  [[nodiscard]] const config::Subnet* find_by_interface(std::string_view name) const {
    return config_.find_subnet_by_interface(name);
  }

 private:
  const config::ServerConfig& config_;
  const config::Located& known_;
};

/// Whether a subnet, and the shared network that it is in, are for these classes.
struct Guard {
  const config::ServerConfig& config;
  const Classes& classes;
  bool operator()(const config::Subnet& subnet) const {
    const config::SharedNetwork* network = config.network_of(subnet);
    if (network != nullptr && !classes.admits(network->guard)) return false;
    return classes.admits(subnet.guard);
  }
};

/// The subnets that are for the packet's classes.
class GuardedSubnets {
 public:
  GuardedSubnets(const config::ServerConfig& config, const config::Located& known,
                 const Classes& classes)
      : config_(config), known_(known), guard_{config, classes} {}

  [[nodiscard]] bool ignores_link_selection() const { return config_.ignore_link_selection; }
  [[nodiscard]] const config::Subnet* find(net::Ip4 address) const {
    return config_.find_subnet(locate(config_, address, known_), guard_);
  }
  [[nodiscard]] const config::Subnet* find_by_relay(net::Ip4 relay) const {
    return config_.find_subnet_by_relay(relay, guard_);
  }
  [[nodiscard]] const config::Subnet* find_by_interface(std::string_view name) const {
    return config_.find_subnet_by_interface(name, guard_);
  }

 private:
  const config::ServerConfig& config_;
  const config::Located& known_;
  Guard guard_;
};

template <typename Subnets>
const config::Subnet* find_relayed(const Subnets& subnets, net::Ip4 giaddr) {
  const config::Subnet* named = subnets.find_by_relay(giaddr);
  return named != nullptr ? named : subnets.find(giaddr);
}

/// R3527-a: the relay's link selection, over option 118 (R3011-a), over giaddr. A client on our own
/// link gets no say: with sub-option 5 or option 118 it could drain every subnet that we serve, and
/// RFC 3011 wants giaddr set beside 118. What is ignored is not returned.
template <typename Subnets>
Selection select_relayed(const wire::Request& request, const Subnets& subnets) {
  if (request.relay.link_selection && !subnets.ignores_link_selection()) {
    return {find_relayed(subnets, *request.relay.link_selection), SubnetRule::link_selection};
  }
  if (request.subnet_selection) {
    return {subnets.find(*request.subnet_selection), SubnetRule::subnet_selection};
  }
  return {find_relayed(subnets, request.giaddr), SubnetRule::relay};
}

/// The address that the client says it has or wants: tells apart two subnets on one link.
net::Ip4 hint_of(const wire::Request& request) {
  if (!request.ciaddr.is_zero()) return request.ciaddr;
  return request.requested_ip.value_or(net::kIp4Any);
}

/// Of the subnets that the interface has an address in, the one that holds the client's address,
/// else the first.
template <typename Subnets>
Selection select_by_address(const wire::Request& request, const net::Interface& receiving,
                            const Subnets& subnets) {
  const config::Subnet* first = nullptr;
  for (const net::Prefix4& own : receiving.addresses) {
    const config::Subnet* subnet = subnets.find(own.address);
    if (subnet == nullptr) continue;
    if (subnet->prefix.contains(hint_of(request))) return {subnet, SubnetRule::interface_address};
    if (first == nullptr) first = subnet;
  }
  if (first == nullptr) return {};
  return {first, SubnetRule::interface_address};
}

/// Whether ciaddr says where the client is. The messages that R2131-T5-a and R2131-T5-b want
/// without ciaddr get no say: by a unicast DHCPDISCOVER anybody could drain the pools of other
/// links.
bool speaks_of_ciaddr(const wire::Request& request) {
  if (request.ciaddr.is_zero()) return false;
  if (request.type == wire::MessageType::request) {
    return !(request.server_id && request.requested_ip);  // else it is in SELECTING
  }
  return request.type == wire::MessageType::release || request.type == wire::MessageType::inform;
}

template <typename Subnets>
Selection select_by_interface(const wire::Request& request, const net::Interface& receiving,
                              const Subnets& subnets) {
  const config::Subnet* bound = subnets.find_by_interface(receiving.name);
  if (bound != nullptr) return {bound, SubnetRule::interface_name};
  return select_by_address(request, receiving, subnets);
}

template <typename Subnets>
Selection select_in(const Subnets& subnets, const wire::Request& request, const net::Datagram& in,
                    const net::InterfaceTable& interfaces) {
  if (!request.giaddr.is_zero()) return select_relayed(request, subnets);
  // A client that renews by unicast may be behind a router: its own address says where it is. What
  // is broadcast comes from the link itself (R2131-4.3.2-g: ciaddr is checked, not trusted).
  if (speaks_of_ciaddr(request) && interfaces.owns(in.destination)) {
    const config::Subnet* subnet = subnets.find(request.ciaddr);
    if (subnet != nullptr) return {subnet, SubnetRule::ciaddr};
  }
  const net::Interface* receiving = interfaces.find(in.interface);
  if (receiving == nullptr) return {};
  return select_by_interface(request, *receiving, subnets);
}

}  // namespace

std::string_view name_of(SubnetRule rule) {
  switch (rule) {
    case SubnetRule::none:
      return "none";
    case SubnetRule::link_selection:
      return "link_selection";
    case SubnetRule::subnet_selection:
      return "subnet_selection";
    case SubnetRule::relay:
      return "relay";
    case SubnetRule::ciaddr:
      return "ciaddr";
    case SubnetRule::interface_name:
      return "interface_name";
    case SubnetRule::interface_address:
      return "interface_address";
  }
  return "unknown";
}

Selection select_subnet(const wire::Request& request, const net::Datagram& in,
                        const net::InterfaceTable& interfaces, const config::ServerConfig& config,
                        const Classes* classes, const config::Located& known) {
  if (classes == nullptr) return select_in(AllSubnets(config, known), request, in, interfaces);
  return select_in(GuardedSubnets(config, known, *classes), request, in, interfaces);
}

}  // namespace lessor::server::v4
