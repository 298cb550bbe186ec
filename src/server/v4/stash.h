#pragma once
// stash-agent-options: a client that renews past its relay is taken to be where its lease says that
// it is. Must not know: what the relay agent information is good for.

#include "lease/lease_table.h"
#include "net/datagram.h"
#include "net/outbox.h"
#include "wire/v4/request.h"

#include <array>
#include <optional>

namespace lessor::server::v4 {

class Stash {
 public:
  /// A message with what was put into it; both views borrow from the stash.
  struct Recalled {
    net::Datagram datagram;
    wire::MessageView view;
    wire::Request request;  ///< relay_info_is_stashed
  };
  /// A DHCPREQUEST with ciaddr that came without a relay and without option 82, with that of its
  /// client's running lease put in. Nothing when it is another message, or there is no such lease.
  /// Valid until the next call.
  [[nodiscard]] std::optional<Recalled> recall(const wire::Request& request,
                                               const net::Datagram& in,
                                               const lease::LeaseTable& leases, Instant now);

 private:
  wire::ParseScratch scratch_;
  std::array<std::byte, net::kMaxPayload + 2 + 255> room_;
};

}  // namespace lessor::server::v4
