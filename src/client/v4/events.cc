#include "client/v4/events.h"

namespace lessor::client::v4 {

std::string_view name_of(Reason reason) {
  static constexpr std::array<std::string_view, kReasons> kNames = {
      "none",           "started",         "link-lost",    "link-back",       "resumed",
      "granted",        "confirmed",       "refused",      "no-answer",       "unconfirmed",
      "t1-reached",     "t2-reached",      "expired",      "address-taken",   "conflict",
      "prefers-v6",     "ordered",         "forced",       "address-changed", "malformed",
      "not-a-reply",    "other-xid",       "other-client", "unexpected",      "other-server",
      "refused-server", "bad-server-id",   "bad-address",  "other-address",   "bad-option",
      "no-lease-time",  "too-many-offers", "not-authentic"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::entered:
      return "entered";
    case EventKind::sent:
      return "sent";
    case EventKind::received:
      return "received";
    case EventKind::dropped:
      return "dropped";
    case EventKind::offer:
      return "offer";
    case EventKind::chosen:
      return "chosen";
    case EventKind::declined:
      return "declined";
  }
  return "";
}

}  // namespace lessor::client::v4
