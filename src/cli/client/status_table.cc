// `lessor client --status` for people, in the manner of a router's `show dhcp lease`.

#include "base/text.h"
#include "cli/client/json.h"
#include "cli/client/tell.h"
#include "cli/columns.h"
#include "cli/state_diagram.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace lessor::cli {
namespace {

using nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

/// A text or a number of the object, fit for a terminal; "" when it is not there.
std::string text_at(const ordered_json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  if (found->is_string()) return sanitise(as_bytes(found->get<std::string>()), 400);
  return found->dump();
}

/// Seconds as people write them; null is infinite.
std::string time_at(const ordered_json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (found->is_null()) return "never";
  const double value = found->is_number() ? found->get<double>() : 0;
  return whole_seconds(Duration::milliseconds(static_cast<std::int64_t>(value * 1'000)));
}

std::string xid_at(const ordered_json& object) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", object.value("xid", 0U));
  return text;
}

void add(Rows& rows, const char* name, std::string value) {
  if (!value.empty()) rows.push_back({name, std::move(value)});
}

/// "1h, renews in 29m58s": a term of the lease and when it is reached.
std::string term(const ordered_json& lease, const char* key, const ordered_json& status,
                 const char* until, const char* what) {
  const auto found = lease.find(key);
  if (found == lease.end()) return {};
  if (found->is_null()) return "infinite";
  return time_at(lease, key) + ", " + what + " " + time_at(status, until);
}

void add_lease(Rows& rows, const ordered_json& status) {
  const auto found = status.find("lease");
  if (found == status.end()) return;
  const ordered_json& lease = *found;
  add(rows, "Address", text_at(lease, "address") + "/" + text_at(lease, "prefix-length"));
  std::string server = text_at(lease, "server");
  const std::string mac = text_at(lease, "server-mac");
  if (!mac.empty()) server += " (" + mac + ")";
  add(rows, "Server", std::move(server));
  add(rows, "Gateway", text_at(lease, "gateway"));
  add(rows, "Lease", term(lease, "lease-time", status, "expires-in", "ends in"));
  add(rows, "T1", term(lease, "t1", status, "renews-in", "renews in"));
  add(rows, "T2", term(lease, "t2", status, "rebinds-in", "rebinds in"));
}

std::string exchange_text(const ordered_json& status) {
  const auto found = status.find("last-exchange");
  if (found == status.end() || found->empty()) return "none";
  std::string text = text_at(*found, "sent");
  if (!text.empty()) text += " " + time_at(*found, "sent-ago") + " ago";
  const std::string received = text_at(*found, "received");
  if (received.empty()) return text + ", no answer yet";
  return text + ", " + received + " " + time_at(*found, "received-ago") + " ago";
}

std::string options_text(const ordered_json& status) {
  const auto lease = status.find("lease");
  if (lease == status.end() || !lease->contains("options")) return {};
  Rows rows;
  for (const auto& [name, value] : (*lease)["options"].items()) {
    rows.push_back({sanitise(as_bytes(name), 64),
                    value.is_string() ? sanitise(as_bytes(value.get<std::string>()), 400) : ""});
  }
  return rows.empty() ? std::string() : "  Options\n" + columns(rows, 4);
}

std::string refused_text(const ordered_json& status) {
  std::string text;
  const auto found = status.find("refused");
  if (found == status.end() || !found->is_array()) return text;
  for (const auto& one : *found) {
    if (one.is_string()) text += "    " + sanitise(as_bytes(one.get<std::string>()), 200) + "\n";
  }
  return text.empty() ? text : "  Asked for by the server and not done\n" + text;
}

}  // namespace

bool has_renewed(const std::string& json, Duration ago) {
  const ordered_json status = ordered_json::parse(json, nullptr, false);
  if (!status.is_object() || text_at(status, "state") != "BOUND") return false;
  const auto last = status.find("last-exchange");
  if (last == status.end() || text_at(*last, "received") != "DHCPACK") return false;
  const auto when = last->find("received-ago");
  return when != last->end() && when->is_number() &&
         when->get<double>() * 1'000 <= static_cast<double>(ago.to_milliseconds());
}

std::string status_table(const std::string& json) {
  const ordered_json status = ordered_json::parse(json, nullptr, false);
  if (!status.is_object()) return "no status\n";
  Rows rows;
  add(rows, "State",
      text_at(status, "state") + " for " + time_at(status, "since") + " (" +
          text_at(status, "why") + ")");
  add_lease(rows, status);
  add(rows, "Next timer", time_at(status, "next-timer"));
  add(rows, "Transaction", xid_at(status) + ", " + text_at(status, "retries") + " retries");
  add(rows, "Client-id", text_at(status, "client-id"));
  add(rows, "Last exchange", exchange_text(status));
  add(rows, "Lease file", text_at(status, "lease-file"));
  return text_at(status, "interface") + " (" + text_at(status, "mac") + ", link " +
         text_at(status, "link") + "), lessor client pid " + text_at(status, "pid") + "\n" +
         columns(rows, 2) + options_text(status) + refused_text(status);
}

std::string status_picture(const std::string& json, const craft::Style& style) {
  const ordered_json status = ordered_json::parse(json, nullptr, false);
  if (!status.is_object()) return "";
  const auto state = parse_state(text_at(status, "state"));
  const auto before = parse_state(text_at(status, "before"));
  return state && before ? draw_states(*state, *before, style) + "\n" : "";
}

}  // namespace lessor::cli
