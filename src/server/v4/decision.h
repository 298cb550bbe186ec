#pragma once
// What a decision reads and what it says. Values only: the doors of a packet's walk hand these to
// each other.

#include "lease/lease_table.h"
#include "lease/offer_table.h"
#include "net/datagram.h"
#include "net/interfaces.h"
#include "server/v4/census.h"
#include "server/v4/classify.h"
#include "server/v4/client.h"
#include "server/v4/flex_options.h"
#include "server/v4/prepared.h"
#include "server/v4/rules.h"
#include "server/v4/select_subnet.h"

namespace lessor::server::v4 {

struct RenewGrant;

/// A request with all that is known of it before anything is looked up. Borrows the receive slot
/// and the configuration: valid for one packet.
struct Packet {
  const net::Datagram& in;
  const wire::Request& request;
  Phase phase;
  Selection selection;
  const config::SharedNetwork* network = nullptr;  ///< the subnet's; null: it is in none
  Client client;
  std::uint64_t source = 0;          ///< DISCOVER: on whose account its offer goes
  const Classes* classes = nullptr;  ///< null where the configuration has none
  /// The whole message: what additional classes test, which vendor's options a client takes.
  const wire::MessageView* view = nullptr;
  bool rejected = false;  ///< the client is in the class REJECT
  /// What expressions made for the reply; read only where the configuration has some.
  const FlexOptions* flex = nullptr;
  const RenewGrant* renew = nullptr;  ///< null: the configuration has no force-renew

  /// The client's: the one selected, or in a shared network at last the one of its address.
  [[nodiscard]] const config::Subnet& subnet() const { return *selection.subnet; }
  /// Whether something guarded by classes is for this client.
  [[nodiscard]] bool is_admitted(const std::vector<config::ClassId>& guard) const {
    return v4::is_admitted(classes, guard);
  }
};

/// Whether it is a BOOTP request.
[[nodiscard]] inline bool is_bootp(const Packet& packet) {
  return packet.request.type == wire::MessageType::none;
}

/// What a decision may read.
struct World {
  const Prepared& prepared;
  const lease::LeaseTable& leases;
  const lease::OfferTable& offers;
  const net::InterfaceTable& interfaces;
  const Census* census = nullptr;  ///< who has how many; null unless the configuration limits it
  lease::Sequence durable = 0;     ///< up to here lease changes are on disk
  Now now;
};

/// What an offer's note says about ARP probes.
enum class ProbeNote : std::uint32_t { none = 0, waiting = 1, clean = 2 };

/// What to say.
enum class Verdict : std::uint8_t { silence, offer, ack, inform_ack, nak };

/// What to change. Only apply() does.
enum class Effect : std::uint8_t {
  none,
  hold,         ///< hold `address` for the client
  probe,        ///< hold it, and ask the link whether it is in use before it is offered
  make_room,    ///< the pool is used up: end an older hold, and decide again
  lease_offer,  ///< lease it to the client for as long as offers are good (offer-lifetime)
  bind,         ///< lease `address` to the client
  reuse,        ///< its lease of `address` serves as it is
  release,      ///< the client gave `address` back
  decline,      ///< `address` is in use by a stranger
  drop_offer,   ///< the client chose another server: end its hold
};

struct Decision {
  Verdict verdict = Verdict::silence;
  Effect effect = Effect::none;
  Reason reason = Reason::none;
  std::uint8_t detail = 0;        ///< option_missing: the option's code
  net::Ip4 address;               ///< offered, leased, refused, given back ...
  Duration lease_time;            ///< as told to the client
  Reason waiting = Reason::none;  ///< why the client cannot have its reserved address yet
};

/// Silence with its reason.
[[nodiscard]] constexpr Decision silent(Reason reason, net::Ip4 address = {}) {
  return {.reason = reason, .address = address};
}

}  // namespace lessor::server::v4
