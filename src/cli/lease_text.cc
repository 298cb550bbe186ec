#include "cli/lease_text.h"

#include "base/text.h"
#include "cli/columns.h"
#include "store/lease_csv.h"

namespace lessor::cli {
namespace {

using control::LeaseRow;

/// What is left as people say it: whole seconds, and how long ago when it is over.
std::string remaining_text(const LeaseRow& row) {
  if (row.state == lease::LeaseState::released) return "-";
  if (row.remaining.is_infinite()) return "infinite";
  const std::int64_t seconds = row.remaining.to_seconds();
  if (seconds >= 0) return to_string(Duration::seconds(seconds));
  return to_string(Duration::seconds(-seconds)) + " ago";
}

std::string ends_text(const LeaseRow& row) {
  return row.lifetime.is_infinite() ? "never" : to_string(row.ends());
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

}  // namespace

std::string lease_csv(const std::vector<LeaseRow>& rows) {
  std::string text(store::kLeaseCsvHeading);
  for (const LeaseRow& row : rows) text += store::to_csv(as_lease(row));
  return text;
}

std::string lease_table(const std::vector<LeaseRow>& rows) {
  if (rows.empty()) return "No leases.\n";
  std::vector<std::vector<std::string>> cells = {{"ADDRESS", "STATE", "HARDWARE", "HOSTNAME",
                                                  "ENDS (UTC)", "REMAINING", "SUBNET",
                                                  "CLIENT-ID"}};
  for (const LeaseRow& row : rows) {
    cells.push_back({net::to_string(row.address), std::string(state_name(row)),
                     or_dash(to_hex(row.hardware.bytes(), ':')),
                     or_dash(sanitise(as_bytes(row.hostname), 64)), ends_text(row),
                     remaining_text(row),
                     row.subnet.empty() ? std::to_string(row.subnet_id) : row.subnet,
                     or_dash(to_hex(as_bytes(row.client_id), ':'))});
  }
  return columns(cells);
}

std::string lease_json(const std::vector<LeaseRow>& rows) {
  std::string text = "[";
  for (const LeaseRow& row : rows) text.append(text.size() > 1 ? ",\n" : "\n") += to_json(row);
  return text + (rows.empty() ? "]\n" : "\n]\n");
}

}  // namespace lessor::cli
