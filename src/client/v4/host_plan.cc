#include "client/v4/host_plan.h"

#include "client/v4/route_plan.h"
#include "net/host_address.h"
#include "wire/v4/kind_names.h"

#include <algorithm>

namespace lessor::client::v4 {
namespace {

/// RFC 2132 5.1 allows 68, which RFC 791 demands of a link. But RFC 791 also lets nobody send us
/// more than 576 octets unless we say so, and RFC 2131 2 counts on those for DHCP itself: with less
/// the next DHCPACK would come in fragments. A server that says less is wrong or wants harm.
constexpr std::uint32_t kMinMtu = 576;
constexpr std::uint8_t kShortestSubnet = 8;
/// So much of what a server said is shown to people.
constexpr std::size_t kShown = 64;

std::string quoted(Bytes text) { return '"' + clean_text(text, kShown) + '"'; }

/// What the address's subnet is, checked.
net::Prefix4 subnet_of(const Lease& lease, HostPlan& plan) {
  const auto mask = find_option(lease.options, wire::kOptionSubnetMask);
  const auto length = mask ? mask_length(*mask) : std::nullopt;
  if (mask && !length) refuse(plan, wire::kOptionSubnetMask, "the subnet mask is malformed");
  if (!length || *length >= kShortestSubnet) return {lease.address, prefix_length(lease)};
  // Half of all addresses on the link would be a default route that no rule sees.
  refuse(plan, wire::kOptionSubnetMask,
         "subnet mask /" + std::to_string(*length) + ": larger than any network");
  return {lease.address, classful_network(lease.address).length};
}

/// A subnet is a route, too: the kernel makes it with the address.
void plan_address(const Lease& lease, const HostRules& rules, HostPlan& plan) {
  net::Prefix4 address = subnet_of(lease, plan);
  const auto protector = protector_of(rules, {address.network(), address.length});
  if (protector && protector->length > 0) {
    refuse(plan, wire::kOptionSubnetMask,
           "subnet " + to_string(net::Prefix4{address.network(), address.length}) +
               ": inside the protected " + to_string(*protector) + ", the address alone is taken");
    address.length = 32;
  }
  plan.settings.address = address;
}

void plan_broadcast(const Lease& lease, HostPlan& plan) {
  const auto value = find_option(lease.options, wire::kOptionBroadcastAddress);
  if (!value) return;
  const net::Prefix4 subnet = plan.settings.address;
  const net::Ip4 broadcast{value->size() == 4 ? load_be32(value->data()) : 0};
  if (broadcast == subnet.last() && subnet.length < 31) return;  // as it would be anyway
  if (subnet.contains(broadcast) && broadcast != subnet.address) {
    plan.settings.broadcast = broadcast;
  } else {
    refuse(plan, wire::kOptionBroadcastAddress,
           "broadcast address " + to_string(broadcast) + ": not one of the subnet's");
  }
}

void plan_mtu(const Lease& lease, const HostRules& rules, HostPlan& plan) {
  const auto value = find_option(lease.options, wire::kOptionInterfaceMtu);
  if (!value) return;
  const std::uint32_t mtu = value->size() == 2 ? load_be16(value->data()) : 0;
  const std::uint32_t most = rules.link_mtu == 0 ? UINT16_MAX : rules.link_mtu;
  if (mtu >= kMinMtu && mtu <= most) {
    plan.settings.mtu = mtu;
  } else {
    refuse(plan, wire::kOptionInterfaceMtu,
           "MTU " + std::to_string(mtu) +
               (mtu < kMinMtu ? ": less than 576" : ": more than the link's"));
  }
}

void plan_name_servers(const Lease& lease, HostPlan& plan) {
  const auto value = find_option(lease.options, wire::kOptionDomainNameServers);
  if (!value) return;
  if (value->empty() || value->size() % 4 != 0) {  // R2132-3-b
    return refuse(plan, wire::kOptionDomainNameServers, "the list of name servers is malformed");
  }
  std::vector<net::Ip4>& servers = plan.settings.name_servers;
  for (ByteReader in(*value); !in.finished();) {
    const net::Ip4 server{in.be32()};
    const char* const wrong = !is_host_address(server)                  ? "no host's address"
                              : std::ranges::count(servers, server) > 0 ? "named twice"
                              : servers.size() == net::kMaxNameServers  ? "too many"
                                                                        : nullptr;
    if (wrong == nullptr) {
      servers.push_back(server);
    } else {
      refuse(plan, wire::kOptionDomainNameServers,
             "name server " + to_string(server) + ": " + wrong);
    }
  }
}

void plan_domain(const Lease& lease, HostPlan& plan) {
  const auto value = find_option(lease.options, wire::kOptionDomainName);
  if (!value) return;
  if (auto name = clean_name(*value)) {
    plan.settings.domain = std::move(*name);
  } else {
    refuse(plan, wire::kOptionDomainName, "domain " + quoted(*value) + ": no name");
  }
}

/// Option 119 (RFC 3397 2), else the domain alone.
void plan_search(const Lease& lease, HostPlan& plan) {
  std::vector<std::string>& search = plan.settings.search;
  if (const auto value = find_option(lease.options, wire::kOptionDomainSearch)) {
    const auto names = wire::read_domain_list(*value);
    if (!names || names->empty()) {
      refuse(plan, wire::kOptionDomainSearch, "the search list is malformed");
    }
    for (const std::string& text : names.value_or(std::vector<std::string>())) {
      auto name = clean_name(as_bytes(text));
      const char* const wrong = !name                                   ? "no name"
                                : std::ranges::count(search, *name) > 0 ? "named twice"
                                : search.size() == net::kMaxSearchNames ? "too many"
                                                                        : nullptr;
      if (wrong == nullptr) {
        search.push_back(std::move(*name));
      } else {
        refuse(plan, wire::kOptionDomainSearch,
               "search name " + quoted(as_bytes(text)) + ": " + wrong);
      }
    }
  }
  if (search.empty() && !plan.settings.domain.empty()) search.push_back(plan.settings.domain);
}

void plan_hostname(const Lease& lease, HostPlan& plan) {
  const auto value = find_option(lease.options, wire::kOptionHostName);
  if (!value) return;
  if (auto name = clean_host_name(*value)) {
    plan.settings.hostname = std::move(*name);
  } else {
    refuse(plan, wire::kOptionHostName, "host name " + quoted(*value) + ": no host's name");
  }
}

}  // namespace

void refuse(HostPlan& plan, wire::OptionCode option, std::string what) {
  if (plan.refusals.size() < kMaxRefusals) plan.refusals.push_back({option, std::move(what)});
  if (plan.refusals.size() == kMaxRefusals) plan.refusals.back() = {option, "and more of the kind"};
}

HostPlan plan_host(const Lease& lease, const HostRules& rules, Now now) {
  HostPlan plan;
  net::HostSettings& settings = plan.settings;
  settings.lifetime = std::max(Duration(), lease.expires_at() - now.mono);
  settings.metric = rules.metric;
  settings.table = rules.table;
  if (rules.address) {
    plan_address(lease, rules, plan);
    plan_broadcast(lease, plan);
    if (rules.mtu) plan_mtu(lease, rules, plan);
    if (rules.routes) plan_routes(lease, rules, plan);
  }
  if (rules.dns) {
    plan_name_servers(lease, plan);
    plan_domain(lease, plan);
    plan_search(lease, plan);
  }
  if (rules.hostname) plan_hostname(lease, plan);
  return plan;
}

}  // namespace lessor::client::v4
