#include "config/route_checks.h"

#include "wire/v4/protocol.h"

#include <algorithm>

namespace lessor::config {
namespace {

constexpr wire::OptionCode kMicrosoftClasslessRoutes = 249;

const ConfiguredOption* find(const OptionSet& own, const OptionSet& around, wire::OptionCode code) {
  const ConfiguredOption* found = own.find(code);
  return found != nullptr ? found : around.find(code);
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

bool has_router(const Subnet& subnet, const OptionSet& global) {
  const auto routes = [&](const OptionSet& own) {
    if (find(own, global, wire::kOptionRouters) != nullptr) return true;
    for (const auto code : {wire::kOptionClasslessStaticRoute, kMicrosoftClasslessRoutes}) {
      const ConfiguredOption* classless = find(own, global, code);
      if (classless != nullptr && has_default_route(classless->value)) return true;
    }
    return false;
  };
  return routes(subnet.options) ||
         (!subnet.pools.empty() && std::ranges::all_of(subnet.pools, routes, &Pool::options));
}

void note_no_router(const std::vector<ReadSubnet>& all, const OptionSet& global, Report& report) {
  const ReadSubnet* first = nullptr;
  std::size_t count = 0;
  for (const ReadSubnet& read : all) {
    if (read.subnet.prefix.length == 0 || has_router(read.subnet, global)) continue;
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

void note_odd_routes(const std::vector<ReadSubnet>& all, const OptionSet& global,
                     const ClassNames& classes, Report& report) {
  if (!classes.gives(wire::kOptionRouters)) note_no_router(all, global, report);
  for (const ReadSubnet& read : all) {
    const OptionSet& own = read.subnet.options;
    const bool routers = find(own, global, wire::kOptionRouters) != nullptr;
    for (const auto code : {wire::kOptionClasslessStaticRoute, kMicrosoftClasslessRoutes}) {
      const ConfiguredOption* classless = find(own, global, code);
      if (!routers || classless == nullptr || has_default_route(classless->value)) continue;
      report.note(*read.node.find("subnet"),
                  "option " + std::to_string(code) +
                      " has no default route, and clients that take it ignore routers (RFC 3442): "
                      "give it one, 0.0.0.0/0, too");
    }
  }
}

}  // namespace lessor::config
