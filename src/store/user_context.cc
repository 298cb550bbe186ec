#include "store/user_context.h"

#include "base/text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lessor::store {
namespace {

using nlohmann::json;

constexpr const char* kIsc = "ISC";
constexpr const char* kRelayAgentInfo = "relay-agent-info";
constexpr const char* kSubOptions = "sub-options";
constexpr std::size_t kMaxText = 4'096;  // eight times the longest that is kept
constexpr int kMaxDepth = 16;            // maps and lists inside one another

std::string to_text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Kea writes capitals, without separators.
std::string capital_hex(Bytes bytes) {
  std::string text = to_hex(bytes);
  std::ranges::transform(text, text.begin(), [](char c) {
    return 'a' <= c && c <= 'f' ? static_cast<char>(c - 32) : c;
  });
  return text;
}

json relay_agent_info(const lease::Lease& lease) {
  json info = {{kSubOptions, "0x" + capital_hex(lease::relay_info_of(lease))}};
  const Bytes remote = lease::remote_id_of(lease);
  const Bytes relay = lease::relay_id_of(lease);
  if (!remote.empty()) info["remote-id"] = capital_hex(remote);
  if (!relay.empty()) info["relay-id"] = capital_hex(relay);
  return info;
}

/// Takes it out of `context`; nothing when there is none that can be read.
std::vector<std::byte> take_relay_info(json& context) {
  const auto isc = context.find(kIsc);
  if (isc == context.end() || !isc->is_object()) return {};
  const auto found = isc->find(kRelayAgentInfo);
  if (found == isc->end()) return {};
  const json info = std::move(*found);
  isc->erase(found);
  if (isc->empty()) context.erase(isc);
  const json text = info.is_object() ? info.value(kSubOptions, json()) : info;
  if (!text.is_string()) return {};
  auto octets = from_hex(text.get<std::string>());
  if (!octets || !lease::for_each_triple(*octets, [](std::uint8_t, Bytes) { return true; })) {
    return {};
  }
  return std::move(*octets);
}

/// A map that is not too deep to be written again; else nothing.
std::optional<json> parse(std::string_view text) {
  bool is_too_deep = text.size() > kMaxText;
  if (is_too_deep) return std::nullopt;
  json value = json::parse(
      text,
      [&](int depth, json::parse_event_t, json&) {
        is_too_deep |= depth > kMaxDepth;
        return depth <= kMaxDepth;
      },
      false);
  if (is_too_deep || !value.is_object()) return std::nullopt;
  return value;
}

}  // namespace

std::string user_context_of(const lease::Lease& lease) {
  if (lease.extras.empty()) return {};
  const Bytes own = lease::find_extra(lease, lease::Extra::user_context);
  json context = own.empty() ? json::object() : parse(as_text(own)).value_or(json::object());
  if (!lease::relay_info_of(lease).empty()) {
    if (!context[kIsc].is_object()) context[kIsc] = json::object();
    context[kIsc][kRelayAgentInfo] = relay_agent_info(lease);
  }
  return context.empty() ? std::string() : to_text(context);
}

std::expected<std::vector<std::byte>, std::string> read_user_context(std::string_view text) {
  auto context = parse(text);
  if (!context) {
    return std::unexpected("is no map of at most " + std::to_string(kMaxText) +
                           " octets, maps and lists in it no more than " +
                           std::to_string(kMaxDepth) + " deep");
  }
  lease::ExtrasWriter extras;
  const std::vector<std::byte> relay_info = take_relay_info(*context);
  (void)extras.set(lease::Extra::relay_info, relay_info);
  if (!context->empty()) {
    const std::string own = to_text(*context);
    if (!extras.set(lease::Extra::user_context, as_bytes(own))) {
      const std::size_t left = lease::kMaxExtras - extras.bytes().size();
      return std::unexpected("is too long: of its " + std::to_string(own.size()) + " octets " +
                             std::to_string(left < 2 ? 0 : left - 2) + " can be kept");
    }
  }
  const Bytes made = extras.bytes();
  return std::vector<std::byte>(made.begin(), made.end());
}

}  // namespace lessor::store
