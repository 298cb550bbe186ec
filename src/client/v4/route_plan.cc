#include "client/v4/route_plan.h"

#include "net/host_address.h"
#include "wire/v4/kind_routes.h"

#include <algorithm>

namespace lessor::client::v4 {
namespace {

/// Microsoft's option, which says the same as 121 and was there before it.
constexpr wire::OptionCode kOptionMicrosoftRoutes = 249;
/// No network is larger than a class A one. What is shorter is (part of) the default route: two
/// halves do the same as the whole and win against it.
constexpr std::uint8_t kShortestNetwork = 8;
constexpr net::Prefix4 kDefault{};

/// A route as a server wishes it.
struct Wish {
  wire::OptionCode option = 0;
  net::Prefix4 destination;
  net::Ip4 router;  ///< 0.0.0.0: on the link (R3442-b)
};
using Wishes = std::vector<Wish>;

std::string to_string(const Wish& wish) {
  return "route " + to_string(wish.destination) + " by " + to_string(wish.router);
}

/// Networks that no route leads to: this network, loopback, multicast, reserved and broadcast (RFC
/// 6890). What contains one of them and more is no part of it.
bool is_nowhere(net::Prefix4 destination) {
  constexpr net::Prefix4 kNowhere[] = {
      {{0x0000'0000}, 8}, {{0x7f00'0000}, 8}, {{0xe000'0000}, 4}, {{0xf000'0000}, 4}};
  return std::ranges::any_of(kNowhere, [&](net::Prefix4 prefix) {
    return destination.length >= prefix.length && prefix.contains(destination.address);
  });
}

/// Takes wishes one by one, in the order in which the kernel needs them.
class RoutePlanner {
 public:
  RoutePlanner(const HostRules& rules, HostPlan& plan)
      : rules_(rules), plan_(plan), own_(plan.settings.address) {}

  /// Takes a wish, or tells why not.
  void take(const Wish& wish) {
    const std::string objection = objection_to(wish);
    if (!objection.empty()) return refuse(plan_, wish.option, to_string(wish) + ": " + objection);
    const net::HostRoute way{{wish.router, 32}, net::kIp4Any};
    if (!is_on_link(wish.router)) routes().push_back(way);
    // A route to the router by itself is that way, said in another manner.
    if (routes().empty() || routes().back().destination != wish.destination) {
      routes().push_back({wish.destination, wish.router});
    }
  }

  /// Whether the subnet, or a route that was taken, leads to it without a router.
  [[nodiscard]] bool is_on_link(net::Ip4 router) const {
    return router.is_zero() || own_.contains(router) ||
           std::ranges::any_of(plan_.settings.routes, [&](const net::HostRoute& route) {
             return route.gateway.is_zero() && route.destination.contains(router);
           });
  }

  /// What is wrong with a router, whatever it leads to; empty when nothing is.
  [[nodiscard]] std::string objection_to_router(net::Ip4 router) const {
    if (router.is_zero()) return {};
    if (router == own_.address) return "the router is our own address";
    const bool subnet_has_more = own_.length < 31 && own_.contains(router);
    if (!is_host_address(router) ||
        (subnet_has_more && (router == own_.network() || router == own_.last()))) {
      return "the router is no host's address";
    }
    return {};
  }

 private:
  [[nodiscard]] std::vector<net::HostRoute>& routes() const { return plan_.settings.routes; }

  [[nodiscard]] std::string objection_to(const Wish& wish) const {
    if (is_nowhere(wish.destination)) return "no network that a route may lead to";
    if (wish.destination == net::Prefix4{own_.address, 32}) return "our own address";
    if (const auto protector = protector_of(rules_, wish.destination)) {
      return "inside the protected " + net::to_string(*protector);
    }
    if (std::string wrong = objection_to_router(wish.router); !wrong.empty()) return wrong;
    const bool taken = std::ranges::any_of(routes(), [&](const net::HostRoute& route) {
      return route.destination == wish.destination;
    });
    if (taken) return "another route leads there";
    return objection_to_way(wish.router);
  }

  /// What is wrong with the route that a router outside of the subnet needs for itself.
  [[nodiscard]] std::string objection_to_way(net::Ip4 router) const {
    const bool on_link = is_on_link(router);
    const auto protector = protector_of(rules_, {router, 32});
    if (!on_link && protector) {
      return "its router is not in the subnet, and a route to it would be inside the protected " +
             net::to_string(*protector);
    }
    const bool full = routes().size() + (on_link ? 1 : 2) > net::kMaxHostRoutes;
    return full ? "too many routes" : std::string();
  }

  const HostRules& rules_;
  HostPlan& plan_;
  net::Prefix4 own_;
};

/// Reads option 121 or 249. A list that is not whole is refused whole: what stands behind the error
/// would be read from the wrong octet.
std::optional<Wishes> read_classless(const Lease& lease, wire::OptionCode code, HostPlan& plan) {
  const auto value = find_option(lease.options, code);
  if (!value) return std::nullopt;
  Wishes wishes;
  ByteReader in(*value);
  wire::Route route;
  while (!in.finished() && read_route(in, route)) {
    // R3442-a: bits that the mask leaves out do not count.
    wishes.push_back({code, {route.destination.network(), route.destination.length}, route.router});
  }
  if (in.finished() && !wishes.empty()) return wishes;
  refuse(plan, code, "the list of routes is malformed");
  return std::nullopt;
}

/// Reads option 33 (RFC 2132 5.8): pairs of a destination and its router. The destination's class
/// says how long it is; one with host bits is a host.
Wishes read_static(const Lease& lease, HostPlan& plan) {
  const auto value = find_option(lease.options, wire::kOptionStaticRoutes);
  if (!value) return {};
  if (value->empty() || value->size() % 8 != 0) {  // R2132-3-b
    refuse(plan, wire::kOptionStaticRoutes, "the list of static routes is malformed");
    return {};
  }
  Wishes wishes;
  ByteReader in(*value);
  while (!in.finished()) {
    const net::Ip4 address{in.be32()};
    const net::Prefix4 network = classful_network(address);
    const bool host = address != network.network();
    // "The default route (0.0.0.0) is an illegal destination": 0.0.0.0/8 is refused with its like.
    wishes.push_back({wire::kOptionStaticRoutes, host ? net::Prefix4{address, 32} : network,
                      net::Ip4{in.be32()}});
  }
  return wishes;
}

/// Option 3's routers that are hosts.
std::vector<net::Ip4> read_routers(const Lease& lease, const RoutePlanner& planner,
                                   HostPlan& plan) {
  const auto value = find_option(lease.options, wire::kOptionRouters);
  if (!value) return {};
  if (value->empty() || value->size() % 4 != 0) {  // R2132-3-b
    refuse(plan, wire::kOptionRouters, "the list of routers is malformed");
    return {};
  }
  std::vector<net::Ip4> routers;
  for (ByteReader in(*value); !in.finished();) {
    const net::Ip4 router{in.be32()};
    const std::string wrong =
        router.is_zero() ? "the router is no host's address" : planner.objection_to_router(router);
    if (wrong.empty()) {
      routers.push_back(router);
    } else {
      refuse(plan, wire::kOptionRouters, "router " + to_string(router) + ": " + wrong);
    }
  }
  return routers;
}

/// The default route by option 3 (RFC 2132 3.5): its routers stand "in order of preference", but
/// one that needs no route of its own is better than one that does.
void add_default(const Lease& lease, const RoutePlanner& planner, HostPlan& plan, Wishes& wishes) {
  const std::vector<net::Ip4> routers = read_routers(lease, planner, plan);
  if (routers.empty()) return;
  const auto near =
      std::ranges::find_if(routers, [&](net::Ip4 router) { return planner.is_on_link(router); });
  const net::Ip4 best = near == routers.end() ? routers.front() : *near;
  wishes.push_back({wire::kOptionRouters, kDefault, best});
  for (const net::Ip4 router : routers) {
    if (router == best) continue;
    refuse(plan, wire::kOptionRouters,
           "router " + to_string(router) + ": one default route is enough, it is by " +
               to_string(best));
  }
}

Wishes read_wishes(const Lease& lease, const HostRules& rules, const RoutePlanner& planner,
                   HostPlan& plan) {
  for (const wire::OptionCode code : {wire::kOptionClasslessStaticRoute, kOptionMicrosoftRoutes}) {
    // R3442-a: "If the DHCP server returns both ..., the DHCP client MUST ignore" 3 and 33.
    if (auto wishes = read_classless(lease, code, plan)) return *wishes;
  }
  Wishes wishes = read_static(lease, plan);
  if (rules.default_route) add_default(lease, planner, plan, wishes);
  return wishes;
}

/// The order in which wishes are taken: what is on the link leads to routers, so it comes first;
/// then the default, so that no limit cuts it off.
enum class Rank : std::uint8_t { on_link, is_default, other };
Rank rank_of(const Wish& wish) {
  if (wish.router.is_zero()) return Rank::on_link;
  return wish.destination == kDefault ? Rank::is_default : Rank::other;
}

}  // namespace

std::optional<net::Prefix4> protector_of(const HostRules& rules, net::Prefix4 destination) {
  if (destination.length == 0) return std::nullopt;
  for (const net::Prefix4 prefix : rules.protected_prefixes) {
    const bool inside = destination.length >= prefix.length && prefix.contains(destination.address);
    if (inside) return net::Prefix4{prefix.network(), prefix.length};
  }
  return std::nullopt;
}

net::Prefix4 classful_network(net::Ip4 address) {
  const std::uint32_t first = address.value >> 24;
  const std::uint8_t length = first < 128 ? 8 : first < 192 ? 16 : 24;
  return {net::Prefix4{address, length}.network(), length};
}

void plan_routes(const Lease& lease, const HostRules& rules, HostPlan& plan) {
  RoutePlanner planner(rules, plan);
  const Wishes wishes = read_wishes(lease, rules, planner, plan);
  for (const Rank rank : {Rank::on_link, Rank::is_default, Rank::other}) {
    for (const Wish& wish : wishes) {
      const bool allowed = rules.default_route || wish.destination.length >= kShortestNetwork;
      if (rank_of(wish) == rank && allowed) planner.take(wish);
    }
  }
}

}  // namespace lessor::client::v4
