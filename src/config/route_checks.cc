#include "config/route_checks.h"

#include "wire/v4/protocol.h"

#include <algorithm>

namespace lessor::config {
namespace {

constexpr wire::OptionCode kMicrosoftClasslessRoutes = 249;

/// What is around a subnet: its shared network (null: none) and the global scope.
struct Around {
  const OptionSet* network = nullptr;
  const OptionSet& global;
};

const ConfiguredOption* find(const OptionSet& own, const Around& around, wire::OptionCode code) {
  if (const ConfiguredOption* found = own.find(code)) return found;
  const ConfiguredOption* shared = around.network == nullptr ? nullptr : around.network->find(code);
  return shared != nullptr ? shared : around.global.find(code);
}

/// RFC 3442: a width, the significant octets of the destination, a router; a width of 0 is the
/// default route.
bool has_default_route(Bytes routes) {
  ByteReader reader(routes);
  while (reader.remaining() > 0) {
    const std::uint8_t width = reader.u8();
    if (width == 0) return true;
    (void)reader.bytes((width + 7U) / 8 + 4);
  }
  return false;
}

bool has_router(const Subnet& subnet, const Around& around) {
  const auto routes = [&](const OptionSet& own) {
    if (find(own, around, wire::kOptionRouters) != nullptr) return true;
    for (const auto code : {wire::kOptionClasslessStaticRoute, kMicrosoftClasslessRoutes}) {
      const ConfiguredOption* classless = find(own, around, code);
      if (classless != nullptr && has_default_route(classless->value)) return true;
    }
    return false;
  };
  return routes(subnet.options) ||
         (!subnet.pools.empty() && std::ranges::all_of(subnet.pools, routes, &Pool::options));
}

template <typename AroundOf>
void note_no_router(const std::vector<ReadSubnet>& all, const AroundOf& around_of, Report& report) {
  const ReadSubnet* first = nullptr;
  std::size_t count = 0;
  for (const ReadSubnet& read : all) {
    if (read.subnet.prefix.length == 0 || has_router(read.subnet, around_of(read.subnet))) continue;
    if (first == nullptr) first = &read;
    ++count;
  }
  if (first == nullptr) return;
  const std::string more =
      count > 1 ? " (nor have those of " + std::to_string(count - 1) + " more subnets)" : "";
  report.note(*first->node.find("subnet"),
              "clients of " + to_string(first->subnet.prefix) +
                  " get no default gateway: the option routers is missing" + more);
}

}  // namespace

void note_odd_routes(const std::vector<ReadSubnet>& all, const std::vector<SharedNetwork>& networks,
                     const OptionSet& global, const ClassNames& classes, Report& report) {
  const auto around_of = [&](const Subnet& subnet) {
    const bool shared = subnet.network != kNoNetwork;
    return Around{shared ? &networks[subnet.network].options : nullptr, global};
  };
  if (!classes.gives(wire::kOptionRouters)) note_no_router(all, around_of, report);
  for (const ReadSubnet& read : all) {
    const OptionSet& own = read.subnet.options;
    const Around around = around_of(read.subnet);
    const bool routers = find(own, around, wire::kOptionRouters) != nullptr;
    for (const auto code : {wire::kOptionClasslessStaticRoute, kMicrosoftClasslessRoutes}) {
      const ConfiguredOption* classless = find(own, around, code);
      if (!routers || classless == nullptr || has_default_route(classless->value)) continue;
      report.note(*read.node.find("subnet"),
                  "option " + std::to_string(code) +
                      " has no default route, and clients that take it ignore routers (RFC 3442): "
                      "give it one, 0.0.0.0/0, too");
    }
  }
}

}  // namespace lessor::config
