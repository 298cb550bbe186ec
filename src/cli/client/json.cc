#include "cli/client/json.h"

#include "base/text.h"
#include "cli/client/tell.h"
#include "wire/v4/option_text.h"

#include <nlohmann/json.hpp>

namespace lessor::cli {
namespace {

using client::v4::ClientEngine;
using client::v4::Lease;
using nlohmann::ordered_json;

/// Seconds; what never ends is null.
ordered_json seconds(Duration time) {
  return time.is_infinite() ? ordered_json() : ordered_json(time.to_seconds());
}
/// Seconds from now, with their thousandths; null when it never comes.
ordered_json seconds_until(Instant then, Instant now) {
  if (then.is_never()) return {};
  return static_cast<double>((then - now).to_milliseconds()) / 1'000;
}
ordered_json seconds_since(Instant then, Instant now) {
  if (then.is_never()) return {};
  return static_cast<double>((now - then).to_milliseconds()) / 1'000;
}

ordered_json lease_object(const Lease& lease) {
  ordered_json json{{"address", net::to_string(lease.address)},
                    {"prefix-length", client::v4::prefix_length(lease)},
                    {"server", net::to_string(lease.server)},
                    {"lease-time", seconds(lease.lease_time)},
                    {"t1", seconds(lease.t1)},
                    {"t2", seconds(lease.t2)},
                    {"xid", lease.xid}};
  if (lease.server_mac != net::Mac()) json["server-mac"] = net::to_string(lease.server_mac);
  if (const auto router = client::v4::find_address(lease.options, wire::kOptionRouters)) {
    json["gateway"] = net::to_string(*router);
  }
  ordered_json options = ordered_json::object();
  for (const auto& [code, value] : lease.options) {
    options[wire::option_name(code)] = wire::print_option(code, value);
  }
  json["options"] = std::move(options);
  return json;
}

ordered_json exchange_object(const client::v4::Situation& s, Instant now) {
  ordered_json json = ordered_json::object();
  if (!s.last_sent_at.is_never()) {
    json["sent"] = to_string(s.last_sent);
    json["sent-ago"] = seconds_since(s.last_sent_at, now);
  }
  if (!s.last_received_at.is_never()) {
    json["received"] = to_string(s.last_received);
    json["received-ago"] = seconds_since(s.last_received_at, now);
  }
  return json;
}

ordered_json counters_object(const client::v4::Counters& counters) {
  ordered_json sent = ordered_json::object();
  ordered_json received = ordered_json::object();
  ordered_json dropped = ordered_json::object();
  for (std::size_t type = 1; type < counters.sent.size(); ++type) {
    const std::string name(to_string(static_cast<wire::MessageType>(type)));
    if (counters.sent[type] > 0) sent[name] = counters.sent[type];
    if (counters.received[type] > 0) received[name] = counters.received[type];
  }
  for (std::size_t reason = 0; reason < counters.dropped.size(); ++reason) {
    if (counters.dropped[reason] == 0) continue;
    dropped[std::string(name_of(static_cast<client::v4::Reason>(reason)))] =
        counters.dropped[reason];
  }
  return {{"sent", std::move(sent)},
          {"received", std::move(received)},
          {"dropped", std::move(dropped)},
          {"conflicts", counters.conflicts}};
}

std::string dump(const ordered_json& json) {
  return json.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string lease_json(const Lease& lease) { return dump(lease_object(lease)); }

std::string status_json(const ClientEngine& engine, const ClientFacts& facts, Instant now) {
  const client::v4::Situation s = engine.situation();
  ordered_json json{{"interface", facts.interface},
                    {"pid", facts.pid},
                    {"mac", net::to_string(facts.mac)},
                    {"link", facts.link_up ? "up" : "down"},
                    {"state", to_string(s.state)},
                    {"before", to_string(s.before)},
                    {"since", seconds_since(s.since, now)},
                    {"why", name_of(s.why)},
                    {"xid", s.xid},
                    {"retries", s.tries > 0 ? s.tries - 1 : 0},
                    {"offers", s.offers},
                    {"next-timer", seconds_until(s.next, now)}};
  const auto& id = engine.settings().client_id;
  if (!id.empty()) json["client-id"] = wire::print_option(wire::kOptionDhcpClientIdentifier, id);
  if (const Lease* lease = engine.lease()) {
    json["lease"] = lease_object(*lease);
    json["renews-in"] = seconds_until(lease->renew_at(), now);
    json["rebinds-in"] = seconds_until(lease->rebind_at(), now);
    json["expires-in"] = seconds_until(lease->expires_at(), now);
  }
  json["last-exchange"] = exchange_object(s, now);
  json["counters"] = counters_object(engine.counters());
  json["refused"] = facts.refusals;
  json["lease-file"] = facts.lease_file;
  return dump(json);
}

}  // namespace lessor::cli
