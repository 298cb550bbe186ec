#include "cli/followers/legal_text.h"

#include "base/text.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_cursor.h"

#include <algorithm>
#include <array>

namespace lessor::cli {
namespace {

using server::v4::EventKind;
using server::v4::LeaseEvent;

struct Identifier {
  std::string_view name;
  wire::OptionCode code;
};
/// Sub-options of option 82 that say where a client is (RFC 3046, RFC 3993).
constexpr std::array kIdentifiers =
    std::to_array<Identifier>({{"circuit-id", 1}, {"remote-id", 2}, {"subscriber-id", 6}});

/// "68:6f:77 (how)": in brackets where all of it can be read. What would look like the brackets'
/// end is escaped.
std::string shown(Bytes octets) {
  std::string text = to_hex(octets, ':');
  const bool printable = std::ranges::all_of(
      octets, [](std::byte o) { return o >= std::byte{' '} && o <= std::byte{'~'}; });
  if (!printable || octets.empty()) return text;
  text += " (";
  for (const char c : sanitise(octets)) {
    if (c == '(' || c == ')') {
      text += "\\x" + to_hex(as_bytes(std::string_view(&c, 1)));
    } else {
      text += c;
    }
  }
  return text + ")";
}

std::string device(const lease::Lease& lease, bool with_type) {
  std::string text = "hardware address: ";
  if (with_type) text += "hwtype=" + std::to_string(lease.hardware.type) + " ";
  text += to_hex(lease.hardware.bytes(), ':');
  if (!lease.client_id.empty()) text += ", client-id: " + shown(lease.client_id);
  return text;
}

/// By the message that brought the event about.
std::string relay_text(const LeaseEvent& event) {
  if (!event.has_query) return {};
  static thread_local wire::ParseScratch scratch;
  const net::Datagram query = event.query.datagram();
  const auto message = wire::MessageView::parse(query.payload, scratch);
  if (!message || message->giaddr().is_zero()) return {};
  const std::string text = " connected via relay at address: " + net::to_string(message->giaddr());
  std::string by;
  const auto relay_info = message->option(wire::kOptionDhcpAgentOptions);
  wire::OptionCursor cursor(relay_info.value_or(Bytes()), wire::OptionCursor::Grammar::sub_options);
  std::array<Bytes, kIdentifiers.size()> found;
  for (wire::RawOption sub; cursor.next(sub);) {
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (sub.code == kIdentifiers[i].code && found[i].empty()) found[i] = sub.value;
    }
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].empty()) continue;
    if (!by.empty()) by += " and ";
    by.append(kIdentifiers[i].name).append(": ").append(shown(found[i]));
  }
  return by.empty() ? text : text + ", identified by " + by;
}

std::string given(const LeaseEvent& event) {
  const lease::Lease lease = event.lease.lease();
  return "Address: " + net::to_string(lease.address) + " has been " +
         (event.was_held ? "renewed" : "assigned") + " for " + legal_duration(event.lease_time) +
         " to a device with " + device(lease, true) + relay_text(event);
}

std::string given_back(const LeaseEvent& event) {
  const lease::Lease lease = event.lease.lease();
  return "Address: " + net::to_string(lease.address) + " has been released from a device with " +
         device(lease, true) + relay_text(event);
}

std::string set_by_command(const LeaseEvent& event) {
  const lease::Lease lease = event.lease.lease();
  std::string text = "Administrator ";
  text += event.was_held ? "updated information on the lease" : "added a lease";
  return text + " of address: " + net::to_string(lease.address) + " to a device with " +
         device(lease, false) + " for " + legal_duration(lease.lifetime);
}

}  // namespace

std::string legal_duration(Duration time) {
  if (time.is_infinite()) return "infinite duration";
  const std::int64_t seconds = time.to_seconds();
  std::string text;
  if (seconds >= 86'400) text = std::to_string(seconds / 86'400) + " days ";
  return text + std::to_string(seconds / 3'600 % 24) + " hrs " + std::to_string(seconds / 60 % 60) +
         " mins " + std::to_string(seconds % 60) + " secs";
}

std::string legal_entry(const LeaseEvent& event) {
  const EventKind kind = event.kind;
  const bool has_moved =
      kind == EventKind::lease_ended && event.reason == server::v4::Reason::moved;
  if (kind == EventKind::ack) return given(event);
  if (kind == EventKind::release || kind == EventKind::decline || has_moved) {
    return given_back(event);
  }
  if (kind == EventKind::lease_set) return set_by_command(event);
  if (kind != EventKind::lease_ended) return {};
  return "Administrator deleted the lease for address: " +
         net::to_string(event.lease.lease().address);
}

std::string legal_message(std::string_view pattern, std::string_view entry,
                          std::string_view thread) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%') {
      text += pattern[at];
      continue;
    }
    ++at;
    const bool left = at < pattern.size() && pattern[at] == '-';
    if (left) ++at;
    std::size_t width = 0;
    for (; at < pattern.size() && pattern[at] >= '0' && pattern[at] <= '9'; ++at) {
      width = width * 10 + static_cast<std::size_t>(pattern[at] - '0');
    }
    const char letter = at < pattern.size() ? pattern[at] : '%';
    std::string_view value = "%";
    if (letter == 'm') value = entry;
    if (letter == 'p') value = "INFO";
    if (letter == 'c') value = "lessor.legal-log";
    if (letter == 't') value = thread;
    if (letter == 'n') value = "\n";
    const std::string blanks(width - std::min(width, value.size()), ' ');
    text += left ? std::string(value) + blanks : blanks + std::string(value);
  }
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace lessor::cli
