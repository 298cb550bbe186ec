#include "base/text.h"
#include "craft/story/capture_summary.h"

#include <nlohmann/json.hpp>

namespace lessor::craft {
namespace {

using Json = nlohmann::ordered_json;

double seconds(Duration d) { return static_cast<double>(d.to_nanoseconds()) / 1e9; }

/// A lease's time: seconds, or null when it never ends or is not told.
Json time_json(const std::optional<Duration>& time) {
  if (!time) return nullptr;
  return time->is_infinite() ? Json("infinite") : Json(time->to_seconds());
}

Json address_json(const std::optional<net::Ip4>& address) {
  return address ? Json(net::to_string(*address)) : Json(nullptr);
}

std::string_view state_name(SeenLease::State state) {
  switch (state) {
    case SeenLease::State::held:
      return "held";
    case SeenLease::State::released:
      return "released";
    case SeenLease::State::declined:
      return "declined";
    case SeenLease::State::refused:
      return "refused";
  }
  return "";
}

Json lease_json(const SeenLease& lease) {
  return {{"address", net::to_string(lease.address)},
          {"server", address_json(lease.server)},
          {"granted", seconds(lease.granted)},
          {"lease-time", time_json(lease.lease_time)},
          {"t1", time_json(lease.t1)},
          {"t2", time_json(lease.t2)},
          {"renewals", lease.renewals},
          {"state", state_name(lease.state)}};
}

Json client_json(const CaptureSummary::Client& client) {
  const auto& lease = client.watch.lease();
  return {{"client", net::to_string(client.address)},
          {"host-name", sanitise(as_bytes(client.host_name))},
          {"vendor-class", sanitise(as_bytes(client.print.vendor_class))},
          {"fingerprint", fingerprint_text(client.print)},
          {"program", known_client(client.print)},
          {"messages", client.messages},
          {"lease", lease ? lease_json(*lease) : Json(nullptr)}};
}

Json server_json(const CaptureSummary::Server& server) {
  return {{"server", net::to_string(server.address)},
          {"offers", server.offers},
          {"acks", server.acks},
          {"naks", server.naks},
          {"competing-offers", server.competed},
          {"network", server.gave ? Json(net::to_string(server.network)) : Json(nullptr)},
          {"lease-time", server.gave ? time_json(server.lease_time) : Json(nullptr)}};
}

Json latency_json(const CaptureSummary& all) {
  Json out = Json::object();
  for (std::size_t i = 0; i < kLatencySteps; ++i) {
    const Latency& latency = all.latencies()[i];
    if (latency.count() == 0) continue;
    std::string name = to_lower(to_string(static_cast<LatencyStep>(i)));
    for (char& c : name) c = c == ' ' ? '-' : c;
    Json bars = Json::array();
    for (const Latency::Bar& bar : latency.bars()) {
      bars.push_back({{"below", seconds(bar.below)}, {"count", bar.count}});
    }
    out[name] = {{"count", latency.count()},
                 {"min", seconds(latency.least())},
                 {"median", seconds(latency.percentile(50))},
                 {"p95", seconds(latency.percentile(95))},
                 {"max", seconds(latency.greatest())},
                 {"histogram", bars}};
  }
  return out;
}

Json anomalies_json(const AnomalyLog& log) {
  Json out = Json::array();
  for (const Anomaly& anomaly : log.kept()) {
    const bool whole = anomaly.number == 0;
    out.push_back({{"kind", to_string(anomaly.kind)},
                   {"packet", whole ? Json(nullptr) : Json(anomaly.number)},
                   {"time", whole ? Json(nullptr) : Json(seconds(anomaly.since_1970))},
                   {"text", anomaly.text}});
  }
  return out;
}

Json counts_json(const AnomalyLog& log) {
  Json out = Json::object();
  for (std::size_t i = 0; i < kAnomalyKinds; ++i) {
    const auto kind = static_cast<AnomalyKind>(i);
    if (log.count(kind) > 0) out[std::string(to_string(kind))] = log.count(kind);
  }
  return out;
}

}  // namespace

std::string CaptureSummary::json() const {
  Json out = {{"packets", packets_},
              {"first", first_at_ ? Json(seconds(*first_at_)) : Json(nullptr)},
              {"last", first_at_ ? Json(seconds(last_at_)) : Json(nullptr)}};
  out["messages"] = Json::object();
  for (const auto& [type, count] : messages_) out["messages"][std::string(type)] = count;
  out["clients"] = Json::array();
  for (const Client& client : clients_) out["clients"].push_back(client_json(client));
  out["servers"] = Json::array();
  for (const Server& server : servers_) out["servers"].push_back(server_json(server));
  out["relays"] = Json::array();
  for (const Relay& relay : relays_) {
    out["relays"].push_back({{"relay", net::to_string(relay.address)},
                             {"to-servers", relay.to_servers},
                             {"to-clients", relay.to_clients}});
  }
  out["latency"] = latency_json(*this);
  out["anomalies"] = anomalies_json(anomalies_);
  out["anomaly-counts"] = counts_json(anomalies_);
  out["left-out"] = left_out_;
  return out.dump(2) + "\n";
}

}  // namespace lessor::craft
