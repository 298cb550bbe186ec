#pragma once
// What gives a DHCP client's program away: the order of its parameter request list (55), its vendor
// class (60), and the message size that it takes (57). Must not know: packets.

#include "base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lessor::craft {

struct Fingerprint {
  std::string request_list;  ///< the octets of option 55
  std::string vendor_class;  ///< option 60, as it came
  std::optional<std::uint16_t> max_size;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};
/// "55=1,3,6,15,51,54 60=udhcp 1.35.0 57=576"; what is not there is left out. Printable ASCII.
[[nodiscard]] std::string fingerprint_text(const Fingerprint& print);

/// "udhcpc (busybox): says so", "ISC dhclient on Debian: asks for the same in the same order", or
/// "unknown". A vendor class goes before a list, since others copy lists.
[[nodiscard]] std::string known_client(const Fingerprint& print);

}  // namespace lessor::craft
