#pragma once
// Which way the kernel would send: its routing decision for a destination, remembered until routes
// change.

#include "net/datagram.h"
#include "runtime/netlink_socket.h"
#include "runtime/route_parts.h"

#include <array>
#include <optional>
#include <vector>

namespace lessor::runtime {

/// How the kernel reaches a destination.
struct Route {
  net::InterfaceIndex interface = 0;  ///< 0: there is no route
  net::Ip4 source;                    ///< the source address that it would choose
  net::Ip4 gateway;                   ///< 0.0.0.0 when the destination is on the link
};

/// A bounded cache of RTM_GETROUTE answers, flushed by any change of routes, rules, links or
/// addresses: for few destinations each of its own; for many one for all that no route tells apart
/// (RouteParts), unless there are too many routes. No heap after open(). One thread.
class RouteCache {
 public:
  [[nodiscard]] static Result<RouteCache> open();

  /// The route to `destination`; interface 0 when there is none. Asks the kernel (some
  /// microseconds) only when it does not remember.
  [[nodiscard]] Route to(net::Ip4 destination);
  /// Readable when routes have changed: then call take_events().
  [[nodiscard]] int fd() const { return events_.fd(); }
  void take_events();
  void flush();
  /// Another one: what to() said may be wrong by now.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  /// How many questions went to the kernel.
  [[nodiscard]] std::uint64_t asked() const { return asked_; }

  /// The default gateway by `interface` (main table, lowest metric); nothing when there is none.
  [[nodiscard]] Result<std::optional<net::Ip4>> default_gateway(net::InterfaceIndex interface);

 private:
  static constexpr std::size_t kEntries = 512;  // giaddrs; a power of two
  // Questions after which it is worth while to read all routes, which takes as long as some
  // hundreds; and reads that may take, for about a thousand routes.
  static constexpr std::uint64_t kManyQuestions = 256;
  static constexpr int kRouteReads = 4;
  struct Entry {
    net::Ip4 destination;
    std::uint64_t generation = 0;  // 0: empty
    Route route;
  };
  RouteCache(NetlinkSocket events, NetlinkSocket questions, NetlinkSocket tables);
  [[nodiscard]] Route ask(net::Ip4 destination);
  [[nodiscard]] const Route* find_by_part(net::Ip4 destination);
  void divide();
  [[nodiscard]] bool read_table(std::uint16_t type);

  NetlinkSocket events_;
  NetlinkSocket questions_;
  std::optional<NetlinkSocket> tables_;  // until a table was too long to be read
  std::array<Entry, kEntries> entries_{};
  RouteParts parts_;                               // none: not divided
  std::vector<std::optional<Route>> part_routes_;  // by the part's number; none: not asked yet
  std::uint64_t generation_ = 1;
  std::uint64_t asked_ = 0;
  std::uint64_t asked_before_ = 0;  // when this generation, or the last try to divide it, began
};

}  // namespace lessor::runtime
