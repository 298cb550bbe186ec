#include "cli/relay/relay_report.h"

#include "base/text.h"
#include "cli/columns.h"
#include "wire/v4/message_view.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lessor::cli {
namespace {

using nlohmann::json;
using Count = RelayReport::Count;

constexpr const char* kDropped = "lessor_relay_dropped_total";

/// As Prometheus' text wants it: a quote and a backslash get a backslash.
std::string label(std::string_view name, std::string_view value) {
  std::string text = std::string(name) + "=\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

template <typename Counts>
void add_types(std::vector<Count>& to, const char* name, const Counts& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0 && i > 8) continue;  // leasequery's messages, where there are any
    const auto type = static_cast<wire::MessageType>(i);
    to.push_back({name, label("type", i == 0 ? "BOOTP" : wire::to_string(type)), counts[i]});
  }
}

json links_json(const std::vector<RelayReport::Link>& links) {
  json list = json::array();
  for (const auto& l : links) {
    list.push_back({{"interface", l.interface},
                    {"up", l.up},
                    {"why", l.why},
                    {"giaddr", l.giaddr},
                    {"requests", l.requests},
                    {"replies", l.replies},
                    {"dropped", l.dropped},
                    {"clients", l.clients}});
  }
  return list;
}

json servers_json(const std::vector<RelayReport::Server>& servers) {
  json list = json::array();
  for (const auto& s : servers) {
    json one = {{"address", s.address},      {"health", s.health},
                {"interface", s.by},         {"sent", s.sent},
                {"answers", s.answers},      {"clients-without-answer", s.unanswered},
                {"times-down", s.times_down}};
    if (s.answered_ago_s >= 0) one["answered-seconds-ago"] = s.answered_ago_s;
    list.push_back(std::move(one));
  }
  return list;
}

RelayReport read(const json& j) {
  RelayReport r;
  r.version = j.value("version", "");
  r.source = j.value("source", "");
  r.pid = j.value("pid", 0);
  r.uptime = Duration::seconds(j.value("uptime-seconds", std::int64_t{0}));
  r.choice = j.value("choice", "");
  r.reloads = j.value("reloads", std::uint64_t{0});
  r.reloads_refused = j.value("reloads-refused", std::uint64_t{0});
  for (const json& l : j.value("downlinks", json::array())) {
    r.links.push_back({.interface = l.value("interface", ""),
                       .up = l.value("up", false),
                       .why = l.value("why", ""),
                       .giaddr = l.value("giaddr", ""),
                       .requests = l.value("requests", std::uint64_t{0}),
                       .replies = l.value("replies", std::uint64_t{0}),
                       .dropped = l.value("dropped", std::uint64_t{0}),
                       .clients = l.value("clients", 0U)});
  }
  for (const json& s : j.value("servers", json::array())) {
    r.servers.push_back({.address = s.value("address", ""),
                         .health = s.value("health", ""),
                         .by = s.value("interface", ""),
                         .sent = s.value("sent", std::uint64_t{0}),
                         .answers = s.value("answers", std::uint64_t{0}),
                         .unanswered = s.value("clients-without-answer", 0U),
                         .times_down = s.value("times-down", 0U),
                         .answered_ago_s = s.value("answered-seconds-ago", std::int64_t{-1})});
  }
  for (const json& c : j.value("counts", json::array())) {
    r.counts.push_back(
        {c.value("name", ""), c.value("label", ""), c.value("value", std::uint64_t{0})});
  }
  return r;
}

std::string links_text(const RelayReport& r) {
  std::vector<std::vector<std::string>> rows = {
      {"DOWNLINK", "STATE", "GIADDR", "REQUESTS", "REPLIES", "DROPPED", "CLIENTS"}};
  for (const auto& l : r.links) {
    rows.push_back({sanitise(as_bytes(l.interface), 16), l.up ? "relaying" : l.why,
                    l.giaddr.empty() ? "-" : l.giaddr, std::to_string(l.requests),
                    std::to_string(l.replies), std::to_string(l.dropped),
                    l.clients == 0 ? "-" : std::to_string(l.clients)});
  }
  return "\n" + columns(rows);
}

std::string ago(std::int64_t seconds) {
  return seconds < 0 ? "never" : to_string(Duration::seconds(seconds)) + " ago";
}

std::string servers_text(const RelayReport& r) {
  std::vector<std::vector<std::string>> rows = {
      {"SERVER", "HEALTH", "ANSWERED", "SENT", "ANSWERS", "SILENT TO", "TIMES DOWN", "BY"}};
  for (const auto& s : r.servers) {
    rows.push_back({s.address, s.health, ago(s.answered_ago_s), std::to_string(s.sent),
                    std::to_string(s.answers), std::to_string(s.unanswered),
                    std::to_string(s.times_down), s.by.empty() ? "no route" : s.by});
  }
  return "\n" + columns(rows);
}

/// "lessor_relay_dropped_total", reason="x" -> "dropped: x", as `lessor status` says it.
std::string plain_name(const Count& c) {
  std::string name = c.name.substr(std::string_view("lessor_relay_").size());
  if (name.ends_with("_total")) name.resize(name.size() - std::string_view("_total").size());
  std::ranges::replace(name, '_', ' ');
  const std::size_t quoted = c.label.find('"');
  if (quoted == std::string::npos) return name;
  return name + ": " + c.label.substr(quoted + 1, c.label.size() - quoted - 2);
}

std::string counts_text(const RelayReport& r) {
  std::vector<std::vector<std::string>> rows;
  for (const Count& c : r.counts) {
    if (c.value > 0) rows.push_back({std::to_string(c.value), plain_name(c)});
  }
  return rows.empty() ? "\nCounts: all zero\n" : "\nCounts\n" + columns(rows, 2);
}

/// Writes samples; the first of a name gets its TYPE line.
class MetricsText {
 public:
  void add(std::string_view name, std::string_view labels, std::uint64_t value) {
    if (name != last_) {
      const bool counter = name.ends_with("_total");
      text_.append("# TYPE ").append(name).append(counter ? " counter\n" : " gauge\n");
      last_ = name;
    }
    text_.append(name);
    if (!labels.empty()) text_.append("{").append(labels).append("}");
    text_.append(" ").append(std::to_string(value)).append("\n");
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string last_;
};

void add_links(MetricsText& to, const RelayReport& r) {
  using Link = RelayReport::Link;
  const auto each = [&](const char* name, auto value_of) {
    for (const Link& l : r.links) {
      to.add(name, label("interface", sanitise(as_bytes(l.interface), 16)), value_of(l));
    }
  };
  each("lessor_relay_downlink_up", [](const Link& l) -> std::uint64_t { return l.up ? 1 : 0; });
  each("lessor_relay_downlink_requests_total", [](const Link& l) { return l.requests; });
  each("lessor_relay_downlink_replies_total", [](const Link& l) { return l.replies; });
  each("lessor_relay_downlink_dropped_total", [](const Link& l) { return l.dropped; });
  each("lessor_relay_downlink_clients", [](const Link& l) -> std::uint64_t { return l.clients; });
}

void add_servers(MetricsText& to, const RelayReport& r) {
  using Server = RelayReport::Server;
  const auto each = [&](const char* name, auto value_of) {
    for (const Server& s : r.servers) to.add(name, label("server", s.address), value_of(s));
  };
  each("lessor_relay_server_in_service",
       [](const Server& s) -> std::uint64_t { return s.health == "down" ? 0 : 1; });
  each("lessor_relay_server_sent_total", [](const Server& s) { return s.sent; });
  each("lessor_relay_server_answers_total", [](const Server& s) { return s.answers; });
  each("lessor_relay_server_unanswered_clients",
       [](const Server& s) -> std::uint64_t { return s.unanswered; });
  each("lessor_relay_server_down_total",
       [](const Server& s) -> std::uint64_t { return s.times_down; });
}

}  // namespace

std::vector<Count> relay_counts(const relay::v4::Counters& engine,
                                const runtime::PacketCounters& packets) {
  std::vector<Count> all;
  add_types(all, "lessor_relay_requests_total", engine.requests);
  add_types(all, "lessor_relay_replies_total", engine.replies);
  const Count plain[] = {
      {"lessor_relay_sent_to_servers_total", {}, engine.sent_to_servers},
      {"lessor_relay_agent_info_added_total", {}, engine.info_added},
      {"lessor_relay_agent_info_left_out_total", {}, engine.info_left_out},
      {"lessor_relay_agent_info_stripped_total", {}, engine.info_stripped},
      {"lessor_relay_probes_sent_total", {}, engine.probes_sent},
      {"lessor_relay_probes_answered_total", {}, engine.probes_answered},
      {"lessor_relay_leasequeries_sent_total", {}, engine.queries_sent},
      {"lessor_relay_leasequeries_answered_total", {}, engine.queries_answered},
  };
  all.insert(all.end(), std::begin(plain), std::end(plain));
  for (std::size_t i = 1; i < engine.dropped.size(); ++i) {
    const auto reason = static_cast<relay::v4::Reason>(i);
    all.push_back({kDropped, label("reason", name_of(reason)), engine.dropped[i]});
  }
  for (std::size_t i = 0; i < runtime::kIoCountSize; ++i) {
    const auto count = static_cast<runtime::IoCount>(i);
    all.push_back(
        {"lessor_relay_packets_total", label("what", runtime::name(count)), packets.value(count)});
  }
  for (std::size_t i = 0; i < net::kFrameRefusalCount; ++i) {
    const auto refusal = static_cast<net::FrameRefusal>(i);
    all.push_back({"lessor_relay_frames_refused_total", label("reason", net::name(refusal)),
                   packets.value(refusal)});
  }
  return all;
}

std::string to_json(const RelayReport& r) {
  json counts = json::array();
  for (const Count& c : r.counts) {
    counts.push_back({{"name", c.name}, {"label", c.label}, {"value", c.value}});
  }
  return json{{"version", r.version},
              {"source", r.source},
              {"pid", r.pid},
              {"uptime-seconds", r.uptime.to_seconds()},
              {"choice", r.choice},
              {"reloads", r.reloads},
              {"reloads-refused", r.reloads_refused},
              {"downlinks", links_json(r.links)},
              {"servers", servers_json(r.servers)},
              {"counts", std::move(counts)}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::expected<RelayReport, std::string> read_relay_report(std::string_view text) {
  try {
    return read(json::parse(text));
  } catch (const json::exception& e) {
    return std::unexpected(std::string("the relay's answer cannot be read: ") + e.what());
  }
}

std::string to_table(const RelayReport& r) {
  std::string text = "lessor " + r.version + " relaying " + r.source + ", running for " +
                     to_string(Duration::seconds(r.uptime.to_seconds())) + ", pid " +
                     std::to_string(r.pid) + "\nservers are chosen by: " + r.choice + "\n";
  if (r.reloads + r.reloads_refused > 0) {
    text +=
        std::to_string(r.reloads) + " reloads, " + std::to_string(r.reloads_refused) + " refused\n";
  }
  return text + links_text(r) + servers_text(r) + counts_text(r);
}

std::string to_metrics(const RelayReport& r) {
  MetricsText text;
  text.add("lessor_relay_uptime_seconds", {}, static_cast<std::uint64_t>(r.uptime.to_seconds()));
  text.add("lessor_relay_reloads_total", {}, r.reloads);
  text.add("lessor_relay_reloads_refused_total", {}, r.reloads_refused);
  add_links(text, r);
  add_servers(text, r);
  for (const Count& c : r.counts) text.add(c.name, c.label, c.value);
  return text.take();
}

}  // namespace lessor::cli
