#include "server/v4/events.h"

namespace lessor::server::v4 {

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::offer:
      return "offer";
    case EventKind::ack:
      return "ack";
    case EventKind::nak:
      return "nak";
    case EventKind::inform:
      return "inform";
    case EventKind::release:
      return "release";
    case EventKind::decline:
      return "decline";
    case EventKind::drop:
      return "drop";
    case EventKind::lease_expired:
      return "lease_expired";
    case EventKind::decline_over:
      return "decline_over";
    case EventKind::offer_dropped:
      return "offer_dropped";
    case EventKind::address_in_use:
      return "address_in_use";
    case EventKind::reservation_waiting:
      return "reservation_waiting";
    case EventKind::reservation_taken:
      return "reservation_taken";
    case EventKind::lease_ended:
      return "lease_ended";
    case EventKind::lease_set:
      return "lease_set";
    case EventKind::configuration:
      return "configuration";
    case EventKind::other_server:
      return "other_server";
    case EventKind::lease_told:
      return "lease_told";
    case EventKind::renew_asked:
      return "renew_asked";
  }
  return "unknown";
}

}  // namespace lessor::server::v4
