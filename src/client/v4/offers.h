#pragma once
// The offers that came for one DHCPDISCOVER, and which of them is taken. Must not know: how long
// they are collected.

#include "client/v4/lease.h"
#include "client/v4/server_message.h"
#include "client/v4/settings.h"

#include <vector>

namespace lessor::client::v4 {

/// One usable DHCPOFFER.
struct Offer {
  net::Ip4 server;
  net::Ip4 address;
  std::optional<Duration> v6_only;  ///< option 108
  std::size_t wanted = 0;           ///< how many of the options asked for it has
};

/// Makes an Offer of a message, `settings.request_list` counted.
[[nodiscard]] Offer make_offer(const ServerMessage& facts, const wire::MessageView& message,
                               const Settings& settings);

/// One server's offers count once, the newest: it may have been sent for a retransmission.
class Offers {
 public:
  /// False when there are kMaxOffers already.
  [[nodiscard]] bool add(const Offer& offer);
  void clear() { all_.clear(); }
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  /// The one to take now; nullptr when there is none. The preferred server's before all; then as
  /// the policy says.
  [[nodiscard]] const Offer* choose(const Settings& settings) const;
  /// Whether waiting for more offers cannot change the choice.
  [[nodiscard]] bool is_settled(const Settings& settings) const;

 private:
  std::vector<Offer> all_;  // in the order in which the servers came
};

}  // namespace lessor::client::v4
