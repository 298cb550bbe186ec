#include "server/v4/lease_news.h"

#include "lease/extras.h"
#include "server/v4/client.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

constexpr std::uint8_t kCircuitId = 1;

/// What stands for its client when it is looked up.
wire::Request request_of(const lease::Lease& lease) {
  wire::Request request{};
  request.hardware_address = lease.hardware;
  if (!lease.client_id.empty()) request.client_id = lease.client_id;
  const Bytes circuit = lease::find_sub_option(lease::relay_info_of(lease), kCircuitId);
  if (!circuit.empty()) request.relay.circuit_id = circuit;
  return request;
}

/// The class numbers of two configurations are not the same ones.
bool are_same_classes(const std::vector<config::ClassId>& a, const config::ServerConfig& of_a,
                      const std::vector<config::ClassId>& b, const config::ServerConfig& of_b) {
  return std::ranges::equal(a, b, [&](config::ClassId x, config::ClassId y) {
    return of_a.classes.names[x] == of_b.classes.names[y];
  });
}

/// A lease, its subnet and its client's reservation in one of the configurations.
struct View {
  const config::ServerConfig& config;
  const config::Subnet* subnet;
  const config::Reservation* own = nullptr;
  const config::Pool* pool = nullptr;
  bool is_anothers = false;  ///< the address is set aside for another client
};

View view_of(const lease::Lease& lease, const config::ServerConfig& config, HashKey key) {
  View view{config, config.find_subnet(lease.address)};
  if (view.subnet == nullptr) return view;
  view.own = identify(request_of(lease), config, *view.subnet, key).reservation;
  view.pool = view.subnet->find_pool(lease.address);
  const config::Reservation* in_subnet = view.subnet->find_reservation(lease.address);
  const config::Reservation* of_all = view.subnet->reservations_global
                                          ? config.hosts().find(config.reservations, lease.address)
                                          : nullptr;
  view.is_anothers =
      (in_subnet != nullptr && in_subnet != view.own) || (of_all != nullptr && of_all != view.own);
  return view;
}

bool is_same_reservation(const View& a, const View& b) {
  if (a.own == nullptr || b.own == nullptr) return a.own == b.own;
  return a.own->address == b.own->address && a.own->hostname == b.own->hostname &&
         a.own->options == b.own->options && a.own->boot == b.own->boot &&
         are_same_classes(a.own->classes, a.config, b.own->classes, b.config);
}

const config::OptionSet& network_options(const View& view) {
  static const config::OptionSet kNone;
  const config::SharedNetwork* network = view.config.network_of(*view.subnet);
  return network == nullptr ? kNone : network->options;
}

/// Whom they are for, and which classes are evaluated for them: a subnet, a pool or a network.
template <typename Scope>
bool is_for_the_same(const Scope& x, const View& a, const Scope& y, const View& b) {
  return are_same_classes(x.guard, a.config, y.guard, b.config) &&
         are_same_classes(x.additional_classes, a.config, y.additional_classes, b.config);
}

bool is_same_network(const View& a, const View& b) {
  const config::SharedNetwork* x = a.config.network_of(*a.subnet);
  const config::SharedNetwork* y = b.config.network_of(*b.subnet);
  return x == nullptr || y == nullptr ? x == y : is_for_the_same(*x, a, *y, b);
}

bool is_same_subnet(const View& a, const View& b) {
  const config::Subnet& x = *a.subnet;
  const config::Subnet& y = *b.subnet;
  return x.prefix == y.prefix && x.lifetimes == y.lifetimes && x.timers == y.timers &&
         x.boot == y.boot && x.boot_profile == y.boot_profile && x.options == y.options &&
         network_options(a) == network_options(b) && is_same_network(a, b) &&
         is_for_the_same(x, a, y, b);
}

bool is_same_pool(const View& a, const View& b) {
  if (a.pool == nullptr || b.pool == nullptr) return a.pool == b.pool;
  return a.pool->options == b.pool->options && is_for_the_same(*a.pool, a, *b.pool, b);
}

}  // namespace

LeaseNews::LeaseNews(const config::ServerConfig& before, const config::ServerConfig& now)
    : before_(before),
      now_(now),
      concern_all_(before.options != now.options || before.class_print != now.class_print) {}

bool LeaseNews::concern(const lease::Lease& lease, HashKey key) const {
  if (concern_all_) return true;
  const View before = view_of(lease, before_, key);
  const View now = view_of(lease, now_, key);
  if (before.subnet == nullptr || now.subnet == nullptr) return before.subnet != now.subnet;
  return !is_same_subnet(before, now) || !is_same_pool(before, now) ||
         !is_same_reservation(before, now) || before.is_anothers != now.is_anothers;
}

}  // namespace lessor::server::v4
