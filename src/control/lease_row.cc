#include "control/lease_row.h"

#include "base/text.h"
#include "config/utf8.h"
#include "store/user_context.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lessor::control {
namespace {

using lease::LeaseState;
using nlohmann::json;

constexpr int kKeaDefault = 0;
constexpr int kKeaDeclined = 1;
constexpr int kKeaExpired = 2;
constexpr int kKeaReleased = 3;

/// What is over and was nobody's was declined: a lease always has a client.
LeaseState from_kea_state(int state, bool has_client) {
  if (state == kKeaDeclined || (state == kKeaExpired && !has_client)) return LeaseState::declined;
  return state == kKeaReleased ? LeaseState::released : LeaseState::active;
}

/// Whole seconds; what is not over has one left at least, else its reader takes it for over.
std::int64_t seconds_left(Duration remaining) {
  return std::max(remaining.to_seconds(), std::int64_t{remaining > Duration() ? 1 : 0});
}

json row_json(const LeaseRow& row) {
  json value = {{"ip-address", net::to_string(row.address)},
                {"hw-address", to_hex(row.hardware.bytes(), ':')},
                {"hostname", row.hostname},
                {"valid-lft", row.lifetime.to_wire()},
                {"cltt", row.started.seconds},
                {"subnet-id", row.subnet_id},
                {"state", kea_state(row)},
                {"fqdn-fwd", false},
                {"fqdn-rev", false}};
  // JSON holds text only: the octets of another name go beside it, so that an export loses none.
  if (!config::is_utf8(row.hostname)) value["hostname-hex"] = to_hex(as_bytes(row.hostname));
  if (!row.extras.empty()) {
    const std::string context = store::user_context_of(as_lease(row));
    if (!context.empty()) value["user-context"] = json::parse(context, nullptr, false);
  }
  if (!row.subnet.empty()) value["subnet"] = row.subnet;
  if (row.hardware.type != 1) value["hw-type"] = row.hardware.type;
  if (!row.client_id.empty()) value["client-id"] = to_hex(as_bytes(row.client_id), ':');
  if (!row.remaining.is_infinite()) value["remaining"] = seconds_left(row.remaining);
  return value;
}

/// Fills `bytes` from a key that holds hexadecimal; absent is empty. False on anything else.
bool read_hex(const json& object, const char* key, std::vector<std::byte>& bytes) {
  const auto found = object.find(key);
  if (found == object.end()) return true;
  const auto text = found->get<std::string>();
  if (text.empty()) return true;
  auto decoded = from_hex(text);
  if (!decoded) return false;
  bytes = std::move(*decoded);
  return true;
}

LeaseRow read_row(const json& value) {
  LeaseRow row;
  const auto address = net::parse_ip4(value.at("ip-address").get<std::string>());
  std::vector<std::byte> hardware;
  std::vector<std::byte> client_id;
  std::vector<std::byte> hostname;
  const bool read = read_hex(value, "hw-address", hardware) &&
                    read_hex(value, "client-id", client_id) &&
                    read_hex(value, "hostname-hex", hostname);
  if (!address || !read || hardware.size() > row.hardware.octets.size()) {
    throw std::invalid_argument("a lease with a malformed address");
  }
  row.address = *address;
  row.hardware.type = value.value("hw-type", std::uint8_t{1});
  row.hardware.size = static_cast<std::uint8_t>(hardware.size());
  copy_bytes(row.hardware.octets, hardware);
  row.client_id = as_text(client_id);
  row.hostname = as_text(hostname);
  if (hostname.empty()) row.hostname = value.value("hostname", std::string());
  row.lifetime = Duration::from_wire(value.at("valid-lft").get<std::uint32_t>());
  row.started = {value.at("cltt").get<std::int64_t>()};
  row.subnet_id = value.value("subnet-id", 0U);
  row.subnet = value.value("subnet", std::string());
  if (const auto context = value.find("user-context"); context != value.end()) {
    const auto extras = store::read_user_context(context->dump());
    if (!extras) throw std::invalid_argument("user-context " + extras.error());
    row.extras = as_text(*extras);
  }
  const bool has_client = !hardware.empty() || !client_id.empty();
  row.state = from_kea_state(value.at("state").get<int>(), has_client);
  row.remaining = value.contains("remaining")
                      ? Duration::seconds(value.at("remaining").get<std::int64_t>())
                      : Duration::infinite();
  return row;
}

LeasePage read_rows(const json& value) {
  LeasePage page;
  for (const json& row : value.at("leases")) page.rows.push_back(read_row(row));
  if (value.contains("next")) page.next = value["next"].get<std::uint32_t>();
  return page;
}

}  // namespace

LeaseRow make_row(const lease::Lease& lease, Now now) {
  return {.address = lease.address,
          .state = lease.state,
          .hardware = lease.hardware,
          .client_id = std::string(as_text(lease.client_id)),
          .hostname = std::string(as_text(lease.hostname)),
          .extras = std::string(as_text(lease.extras)),
          .started = lease.started,
          .lifetime = lease.lifetime,
          .remaining = lease.expires_at - now.mono,
          .subnet_id = lease.subnet_id};
}

lease::Lease as_lease(const LeaseRow& row) {
  lease::Lease lease;
  lease.address = row.address;
  lease.state = row.state;
  lease.hardware = row.hardware;
  lease.client_id = as_bytes(row.client_id);
  lease.hostname = as_bytes(row.hostname);
  lease.extras = as_bytes(row.extras);
  lease.started = row.started;
  lease.lifetime = row.lifetime;
  lease.subnet_id = row.subnet_id;
  return lease;
}

int kea_state(const LeaseRow& row) {
  switch (row.state) {
    case LeaseState::active:
      return row.expired() ? kKeaExpired : kKeaDefault;
    case LeaseState::declined:
      return row.expired() ? kKeaExpired : kKeaDeclined;
    case LeaseState::released:
      return kKeaReleased;
  }
  return kKeaDefault;
}

std::string_view state_name(const LeaseRow& row) {
  switch (row.state) {
    case LeaseState::active:
      return row.expired() ? "expired" : "active";
    case LeaseState::declined:
      return row.expired() ? "expired" : "declined";
    case LeaseState::released:
      return "released";
  }
  return "unknown";
}

std::string to_json(const LeaseRow& row) {
  return row_json(row).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string to_json(const LeasePage& page) {
  json leases = json::array();
  for (const LeaseRow& row : page.rows) leases.push_back(row_json(row));
  json value = {{"leases", std::move(leases)}, {"count", page.rows.size()}};
  if (page.next) value["next"] = *page.next;
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::expected<LeasePage, std::string> read_page(std::string_view text) {
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object()) return std::unexpected("the leases are not a JSON object");
  try {
    return read_rows(value);
  } catch (const std::exception& e) {
    return std::unexpected(std::string("the leases cannot be read: ") + e.what());
  }
}

}  // namespace lessor::control
