// The JSON side of tell.h.

#include "cli/client/json.h"
#include "cli/client/tell.h"
#include "client/v4/host_plan.h"
#include "craft/packet/time_text.h"

#include <nlohmann/json.hpp>

namespace lessor::cli {

using client::v4::Event;
using client::v4::EventKind;
using nlohmann::ordered_json;

namespace {

/// What only some events have.
void add_facts(ordered_json& to, const Event& e) {
  if (e.reason != client::v4::Reason::none) to["reason"] = name_of(e.reason);
  if (e.message != wire::MessageType::none) to["message"] = to_string(e.message);
  if (e.xid != 0) to["xid"] = e.xid;
  if (!e.address.is_zero()) to["address"] = net::to_string(e.address);
  if (!e.server.is_zero()) to["server"] = net::to_string(e.server);
  if (e.duration > Duration() && !e.duration.is_infinite()) {
    to["seconds"] = static_cast<double>(e.duration.to_milliseconds()) / 1'000;
  }
  if (!e.said.empty()) to["said"] = client::v4::clean_text(e.said.bytes(), 128);
}

}  // namespace

std::string event_json(const Event& event, std::string_view interface,
                       const client::v4::Lease* lease, Duration at) {
  ordered_json json{
      {"time", craft::print_time(at)}, {"interface", interface}, {"event", name_of(event.kind)}};
  if (event.kind == EventKind::entered) {
    json["state"] = to_string(event.state);
    json["before"] = to_string(event.before);
  }
  add_facts(json, event);
  const bool taken_up =
      event.kind == EventKind::entered && lease != nullptr &&
      (event.state == client::v4::State::bound || event.state == client::v4::State::informed);
  if (taken_up) json["lease"] = ordered_json::parse(lease_json(*lease));
  return json.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
}

}  // namespace lessor::cli
