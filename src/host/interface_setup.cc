#include "host/interface_setup.h"

#include <algorithm>
#include <cerrno>

namespace lessor::host {
namespace {

using runtime::Result;

net::Ip4 broadcast_of(const net::HostSettings& settings) {
  if (!settings.broadcast.is_zero()) return settings.broadcast;
  return settings.address.length < 31 ? settings.address.last() : net::kIp4Any;
}

/// A metric or table of its own: the kernel's route to the subnet would have neither.
bool wants_own_prefix_route(const net::HostSettings& settings) {
  return settings.address.length < 32 && (settings.metric != 0 || settings.table != 0);
}

/// The routes to add, in order. The subnet's comes first, since gateways are found by it.
std::vector<Route> wanted_routes(const net::HostSettings& settings) {
  if (settings.address == net::Prefix4{}) return {};
  const net::Prefix4 subnet{settings.address.network(), settings.address.length};
  const auto route_of = [&](const net::HostRoute& route) {
    return Route{.destination = route.destination,
                 .gateway = route.gateway,
                 .source = settings.address.address,
                 .metric = settings.metric,
                 .table = settings.table};
  };
  std::vector<Route> wanted;
  if (wants_own_prefix_route(settings)) {
    wanted.push_back(route_of({.destination = subnet, .gateway = net::kIp4Any}));
  }
  for (const net::HostRoute& route : settings.routes) {
    const bool is_subnet = route.destination == subnet && route.gateway.is_zero();
    if (!is_subnet || subnet.length == 32) wanted.push_back(route_of(route));
  }
  return wanted;
}

std::string lasting(Duration lifetime) {
  return lifetime.is_infinite() ? " for ever" : " for " + to_string(lifetime);
}

bool contains(const std::vector<Route>& routes, const Route& route) {
  return std::ranges::find(routes, route) != routes.end();
}

/// Nothing to remove: it went away by itself, or the interface did.
bool is_gone(int number) {
  return number == ESRCH || number == ENOENT || number == EADDRNOTAVAIL || number == ENODEV;
}

}  // namespace

/// What was on an interface that was removed went with it.
void InterfaceSetup::forget_if_replaced(net::InterfaceIndex index) {
  if (index_ == index) return;
  *this = InterfaceSetup(std::move(name_));
  index_ = index;
}

Result<void> InterfaceSetup::configure(Kernel& kernel, const Steps& steps,
                                       const net::HostSettings& settings) {
  const auto link = kernel.find_link(name_);
  if (!link) return std::unexpected(link.error());
  forget_if_replaced(link->index);
  const AddressWish wish{.prefix = settings.address,
                         .broadcast = broadcast_of(settings),
                         .lifetime = settings.lifetime,
                         .no_prefix_route = wants_own_prefix_route(settings)};
  put_mtu(kernel, steps, settings.mtu);
  remove_leftovers(kernel, steps, wish);
  const bool has_address = settings.address != net::Prefix4{};
  if (has_address) {
    if (auto put = put_address(kernel, steps, wish); !put) return put;
  }
  put_routes(kernel, steps, wanted_routes(settings));
  return {};
}

/// The address of the last lease, and those of an earlier run that was killed. First, since what
/// is secondary in a subnet goes with its primary.
void InterfaceSetup::remove_leftovers(Kernel& kernel, const Steps& steps, const AddressWish& wish) {
  const auto present = kernel.addresses(index_);
  if (!present) return steps.trouble(present.error());
  for (const AddressFacts& address : *present) {
    if (address.prefix == wish.prefix) continue;
    if (address.prefix == address_ || address.ours) {
      const auto routes = kernel.dhcp_routes(index_);
      for (const Route& route : routes.value_or(std::vector<Route>())) {
        if (route.source == address.prefix.address) remove_route(kernel, steps, route);
      }
      remove_address(kernel, steps, address.prefix);
    }
  }
  if (address_ && address_ != wish.prefix) {
    if (steps.is_test()) remove_address(kernel, steps, *address_);  // it never was there
    address_.reset();
    was_there_.reset();
  }
}

Result<void> InterfaceSetup::put_address(Kernel& kernel, const Steps& steps,
                                         const AddressWish& wish) {
  const auto present = kernel.addresses(index_);
  if (!present) return std::unexpected(present.error());
  const auto found = std::ranges::find(*present, wish.prefix, &AddressFacts::prefix);
  const bool is_there = found != present->end();
  if (is_there && !address_ && !found->ours && found->permanent) was_there_ = *found;
  // The kernel renews lifetimes in place, nothing else.
  const bool same = is_there && found->no_prefix_route == wish.no_prefix_route &&
                    found->broadcast == wish.broadcast;
  const bool renewable = same || (steps.is_test() && address_ == wish.prefix);
  if (is_there && !same) remove_address(kernel, steps, wish.prefix);
  const std::string what = (renewable ? "keep " : "add ") + net::to_string(wish.prefix) +
                           (renewable ? " on " : " to ") + name_ + lasting(wish.lifetime);
  auto put = steps.attempt(what, [&] { return kernel.put_address(index_, wish); });
  if (put) {
    address_ = wish.prefix;
    return {};
  }
  put.error().attempted += " to " + name_;
  return put;
}

void InterfaceSetup::put_routes(Kernel& kernel, const Steps& steps,
                                const std::vector<Route>& wanted) {
  for (const Route& route : std::vector<Route>(routes_)) {
    if (!contains(wanted, route)) remove_route(kernel, steps, route);
  }
  for (const Route& route : wanted) add_route(kernel, steps, route);
}

void InterfaceSetup::add_route(Kernel& kernel, const Steps& steps, const Route& route) {
  const auto present = kernel.dhcp_routes(index_);
  const bool is_known = contains(routes_, route);
  const bool is_there = (present && contains(*present, route)) || (is_known && steps.is_test());
  if (is_there) {  // ours still, or of a run of ours that was killed
    if (!is_known) routes_.push_back(route);
    return;
  }
  const auto added = steps.attempt("add the route " + to_string(route) + " by " + name_,
                                   [&] { return kernel.add_route(index_, route); });
  if (added && !is_known) routes_.push_back(route);
  if (added) return;
  auto error = added.error();
  error.attempted += " by " + name_;
  if (error.number == EEXIST) {
    error.reason = "there is another route to it with this metric";
    error.hint = "remove that one, or choose another metric";
  }
  steps.trouble(error);
}

void InterfaceSetup::remove_route(Kernel& kernel, const Steps& steps, const Route& route) {
  std::erase(routes_, route);
  const auto removed = steps.attempt("remove the route " + to_string(route) + " by " + name_,
                                     [&] { return kernel.remove_route(index_, route); });
  if (!removed && !is_gone(removed.error().number)) steps.trouble(removed.error());
}

void InterfaceSetup::remove_address(Kernel& kernel, const Steps& steps, net::Prefix4 prefix) {
  const auto removed = steps.attempt("remove " + net::to_string(prefix) + " from " + name_,
                                     [&] { return kernel.remove_address(index_, prefix); });
  if (!removed && !is_gone(removed.error().number)) steps.trouble(removed.error());
}

void InterfaceSetup::put_mtu(Kernel& kernel, const Steps& steps,
                             std::optional<std::uint32_t> wanted) {
  const auto link = kernel.find_link(name_);
  if (!link) return;
  // Somebody else has set it since: it is theirs.
  if (mtu_ && link->mtu != mtu_->ours && !steps.is_test()) mtu_.reset();
  if (!wanted && !mtu_) return;
  const std::uint32_t target = wanted ? *wanted : mtu_->before;
  const std::uint32_t before = mtu_ ? mtu_->before : link->mtu;
  if (target == (steps.is_test() && mtu_ ? mtu_->ours : link->mtu)) return;
  const bool set = steps.take("set the MTU of " + name_ + " to " + std::to_string(target),
                              [&] { return kernel.set_mtu(index_, target); });
  if (!set) return;
  mtu_ = wanted ? std::optional(Mtu{.before = before, .ours = target}) : std::nullopt;
}

void InterfaceSetup::deconfigure(Kernel& kernel, const Steps& steps) {
  // By its index: it may have another name by now. If it is gone, so is everything on it.
  const std::vector<Route> routes(routes_.rbegin(), routes_.rend());
  for (const Route& route : routes) remove_route(kernel, steps, route);
  if (address_) {
    remove_address(kernel, steps, *address_);
    if (was_there_) {
      const AddressWish before{.prefix = was_there_->prefix,
                               .broadcast = was_there_->broadcast,
                               .lifetime = Duration::infinite(),
                               .no_prefix_route = was_there_->no_prefix_route,
                               .ours = false};
      steps.take("put " + net::to_string(before.prefix) + " back on " + name_,
                 [&] { return kernel.put_address(index_, before); });
    }
  }
  address_.reset();
  was_there_.reset();
  put_mtu(kernel, steps, std::nullopt);
}

Result<void> InterfaceSetup::change_mac(Kernel& kernel, const LinkFacts& link,
                                        const net::Mac& mac) {
  if (link.up) {
    if (auto down = kernel.set_up(link.index, false); !down) return down;
  }
  auto set = kernel.set_mac(link.index, mac);
  if (!link.up) return set;
  const auto up = kernel.set_up(link.index, true);
  return set ? up : set;
}

Result<void> InterfaceSetup::set_mac(Kernel& kernel, const Steps& steps, const net::Mac& mac) {
  const auto link = kernel.find_link(name_);
  if (!link) return std::unexpected(link.error());
  forget_if_replaced(link->index);
  if (link->mac == mac) return {};
  auto set = steps.attempt("set the hardware address of " + name_ + " to " + net::to_string(mac),
                           [&] { return change_mac(kernel, *link, mac); });
  if (set && !first_mac_) first_mac_ = link->mac;
  return set;
}

void InterfaceSetup::put_back(Kernel& kernel, const Steps& steps) {
  deconfigure(kernel, steps);
  const auto link = kernel.find_link(name_);
  if (!first_mac_ || !link || link->index != index_) return;
  steps.take("set the hardware address of " + name_ + " back to " + net::to_string(*first_mac_),
             [&] { return change_mac(kernel, *link, *first_mac_); });
  first_mac_.reset();
}

}  // namespace lessor::host
