#include "relay/v4/events.h"

#include "relay/v4/counters.h"

namespace lessor::relay::v4 {
namespace {

struct ReasonText {
  std::string_view name;
  std::string_view sentence;
};

/// In the order of Reason.
constexpr std::array<ReasonText, kReasons> kReasonTexts{{
    {"none", "nothing is wrong"},
    {"too-short", "the message is shorter than its fixed header"},
    {"too-long", "the message does not fit a frame"},
    {"bad-op", "op is neither BOOTREQUEST nor BOOTREPLY"},
    {"bad-hardware", "hlen is more than the 16 octets of chaddr"},
    {"bad-options", "an option runs past the options field"},
    {"outbox-full", "more is to be sent than can be sent"},
    {"not-a-downlink", "a request came by an interface that is no downlink"},
    {"no-giaddr", "the downlink has no address to use as giaddr"},
    {"own-giaddr", "giaddr is our own, but the message is not"},
    {"bad-giaddr", "giaddr is no host's address"},
    {"too-many-hops", "the message has come through too many relays"},
    {"too-early", "the client has not asked for long enough"},
    {"untrusted-info", "option 82 without giaddr by a downlink that is not trusted"},
    {"foreign-info", "the message has option 82 already, and is to be dropped then"},
    {"rate-limit", "the downlink sends more messages a second than it may"},
    {"client-limit", "the downlink has as many clients as it may"},
    {"not-for-servers", "a message that only servers send came from a client"},
    {"not-our-giaddr", "a reply to a giaddr that is no downlink's"},
    {"stranger", "a reply that is not from a server of ours"},
    {"wrong-port", "a reply to a port that is not the relay's"},
    {"unknown-link", "several downlinks share the giaddr, and nothing says which is meant"},
    {"link-down", "the client's link is gone"},
    {"not-for-clients", "a message that only clients send came from a server"},
}};

}  // namespace

std::string_view name_of(Reason reason) {
  return kReasonTexts[static_cast<std::size_t>(reason)].name;
}
std::string_view to_string(Reason reason) {
  return kReasonTexts[static_cast<std::size_t>(reason)].sentence;
}

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::drop:
      return "drop";
    case EventKind::info_left_out:
      return "info-left-out";
    case EventKind::server_suspect:
      return "server-suspect";
    case EventKind::server_down:
      return "server-down";
    case EventKind::server_up:
      return "server-up";
    case EventKind::last_server:
      return "last-server";
    case EventKind::downlink_up:
      return "downlink-up";
    case EventKind::downlink_down:
      return "downlink-down";
  }
  return "unknown";
}

std::string_view name_of(Health health) {
  switch (health) {
    case Health::unknown:
      return "unknown";
    case Health::good:
      return "good";
    case Health::suspect:
      return "suspect";
    case Health::down:
      return "down";
  }
  return "unknown";
}

void EventRing::put(const Event& event) {
  if (count_ == ring_.size()) {
    ++dropped_;
    return;
  }
  ring_[(head_ + count_++) % ring_.size()] = event;
}

bool EventRing::take(Event& event) {
  if (count_ == 0) return false;
  event = ring_[head_];
  head_ = (head_ + 1) % ring_.size();
  --count_;
  return true;
}

}  // namespace lessor::relay::v4
