#pragma once
// Classless static routes: options 121 and 249 (RFC 3442).

#include "net/address.h"
#include "wire/value_codec.h"

namespace lessor::wire {

/// One route. Router 0.0.0.0 means on-link (R3442-b). Host bits of the destination may be set on
/// the wire; a client must clear them (R3442-a).
struct Route {
  net::Prefix4 destination;
  net::Ip4 router;
  friend bool operator==(const Route&, const Route&) = default;
};

/// Reads the next route; false (and `in` not ok, or a width above 32) when there is none whole.
[[nodiscard]] bool read_route(ByteReader& in, Route& route);
/// Appends the destination descriptor (a width and only the significant octets) and the router.
void append_route(const Route& route, std::vector<std::byte>& out);

namespace kind {
extern const ValueCodec kRoute;  ///< "10.0.0.0/8 - 192.0.2.1"
/// One route or more, a comma between them. Reads the older form of triples, too: "10.0.0.0,
/// 255.0.0.0, 192.0.2.1".
extern const ValueCodec kRouteList;
}  // namespace kind

}  // namespace lessor::wire
