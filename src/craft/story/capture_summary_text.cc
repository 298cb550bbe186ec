#include "base/text.h"
#include "craft/story/capture_summary.h"
#include "craft/table.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kRowsMax = 40;  // of a list that people read; --json has all
constexpr std::size_t kBarWidth = 40;

std::string more_text(std::size_t all) {
  return "and " + std::to_string(all - kRowsMax) + " more (--json has all)";
}

std::string heading(std::string_view text, const Style& style) {
  return "\n" + paint(text, Tone::strong, style) + "\n";
}

std::string time_text(Duration since_1970) {
  return to_string(WallTime{since_1970.to_seconds()}) + " UTC";
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string overview(const CaptureSummary& all, const Style& style) {
  std::string text =
      counted(all.packets(), "packet") + ", " + counted(all.clients().size(), "client") + ", " +
      counted(all.servers().size(), "server") + ", " + counted(all.relays().size(), "relay");
  if (all.first_at()) {
    text += "; " + latency_text(all.last_at() - *all.first_at()) + " from " +
            time_text(*all.first_at());
  }
  const std::string out = paragraph(text, style, 0, Tone::strong);
  std::string types;
  for (const auto& [type, count] : all.messages()) {
    types += (types.empty() ? "" : ", ") + std::string(type) + " " + std::to_string(count);
  }
  return types.empty() ? out : out + paragraph(types, style);
}

std::string server_table(const CaptureSummary& all, const Style& style) {
  if (all.servers().empty()) return "";
  Table table({{.title = "server"},
               {.title = "offers", .right_aligned = true},
               {.title = "acks", .right_aligned = true},
               {.title = "naks", .right_aligned = true},
               {.title = "network"},
               {.title = "lease"},
               {.title = "after another's", .wraps = true}});
  for (const CaptureSummary::Server& server : all.servers()) {
    const std::string competes =
        server.competed == 0
            ? ""
            : std::to_string(server.competed) + (server.competed == 1 ? " offer" : " offers");
    table.add({{net::to_string(server.address), Tone::server},
               {std::to_string(server.offers)},
               {std::to_string(server.acks)},
               {std::to_string(server.naks)},
               {server.gave ? net::to_string(server.network) : ""},
               {server.gave ? to_string(server.lease_time) : ""},
               {competes, Tone::bad}});
  }
  return heading("Servers", style) + table.draw(style);
}

std::string relay_table(const CaptureSummary& all, const Style& style) {
  if (all.relays().empty()) return "";
  Table table({{.title = "relay"},
               {.title = "to servers", .right_aligned = true},
               {.title = "to clients", .right_aligned = true}});
  for (const CaptureSummary::Relay& relay : all.relays()) {
    table.add({{net::to_string(relay.address), Tone::server},
               {std::to_string(relay.to_servers)},
               {std::to_string(relay.to_clients)}});
  }
  return heading("Relays", style) + table.draw(style);
}

std::string_view state_text(SeenLease::State state) {
  switch (state) {
    case SeenLease::State::held:
      return "";
    case SeenLease::State::released:
      return " released";
    case SeenLease::State::declined:
      return " declined";
    case SeenLease::State::refused:
      return " refused";
  }
  return "";
}

std::string times_text(const SeenLease& lease) {
  std::string text = lease.lease_time ? to_string(*lease.lease_time) : "?";
  if (lease.t1) text += ", T1 " + to_string(*lease.t1);
  if (lease.t2) text += ", T2 " + to_string(*lease.t2);
  return text;
}

std::string client_table(const CaptureSummary& all, const Style& style) {
  if (all.clients().empty()) return "";
  Table table({{.title = "client"},
               {.title = "host name", .wraps = true},
               {.title = "messages", .right_aligned = true},
               {.title = "lease", .wraps = true, .narrowest = 15},
               {.title = "from", .wraps = true, .narrowest = 15},
               {.title = "for", .wraps = true, .narrowest = 10}});
  std::size_t rows = 0;
  for (const CaptureSummary::Client& client : all.clients()) {
    if (rows++ == kRowsMax) break;
    const auto& lease = client.watch.lease();
    const bool lost = lease && lease->state != SeenLease::State::held;
    table.add({{net::to_string(client.address), Tone::client},
               {sanitise(as_bytes(client.host_name))},
               {std::to_string(client.messages)},
               {lease ? net::to_string(lease->address).append(state_text(lease->state)) : "none",
                lease && !lost ? Tone::plain : Tone::dim},
               {lease && lease->server ? net::to_string(*lease->server) : ""},
               {lease ? times_text(*lease) : ""}});
  }
  if (all.clients().size() > kRowsMax) table.add_banner(more_text(all.clients().size()));
  return heading("Clients", style) + table.draw(style);
}

std::string print_table(const CaptureSummary& all, const Style& style) {
  std::map<Fingerprint, std::size_t> prints;
  for (const CaptureSummary::Client& client : all.clients()) ++prints[client.print];
  if (prints.empty()) return "";
  Table table({{.title = "clients", .right_aligned = true},
               {.title = "fingerprint (options 55, 60, 57)", .wraps = true, .narrowest = 30},
               {.title = "program", .wraps = true, .narrowest = 16}});
  std::size_t rows = 0;
  for (const auto& [print, count] : prints) {
    if (rows++ == kRowsMax) break;
    table.add({{std::to_string(count)}, {fingerprint_text(print)}, {known_client(print)}});
  }
  if (prints.size() > kRowsMax) table.add_banner(more_text(prints.size()));
  return heading("Fingerprints", style) + table.draw(style);
}

/// One line a bar, as long as its share of the longest.
std::string histogram(const Latency& latency, const Style& style) {
  const auto bars = latency.bars();
  std::uint64_t most = 1;
  for (const Latency::Bar& bar : bars) most = std::max(most, bar.count);
  std::string out;
  for (const Latency::Bar& bar : bars) {
    const auto length = static_cast<std::size_t>((bar.count * kBarWidth + most - 1) / most);
    out += pad_left("< " + to_string(bar.below), 12) + " " +
           paint(repeat(style.unicode ? "█" : "#", length), Tone::server, style) + " " +
           std::to_string(bar.count) + "\n";
  }
  return out;
}

std::string latency_tables(const CaptureSummary& all, const Style& style) {
  Table table({{.title = "step"},
               {.title = "count", .right_aligned = true},
               {.title = "min", .right_aligned = true},
               {.title = "median", .right_aligned = true},
               {.title = "p95", .right_aligned = true},
               {.title = "max", .right_aligned = true}});
  std::string histograms;
  for (std::size_t i = 0; i < kLatencySteps; ++i) {
    const Latency& latency = all.latencies()[i];
    if (latency.count() == 0) continue;
    const std::string step(to_string(static_cast<LatencyStep>(i)));
    table.add({{step},
               {std::to_string(latency.count())},
               {latency_text(latency.least())},
               {latency_text(latency.percentile(50))},
               {latency_text(latency.percentile(95))},
               {latency_text(latency.greatest())}});
    if (latency.count() > 1) histograms += "\n" + step + "\n" + histogram(latency, style);
  }
  if (!std::any_of(all.latencies().begin(), all.latencies().end(),
                   [](const Latency& l) { return l.count() > 0; })) {
    return "";
  }
  return heading("Latency (from the last time that it was asked to the first answer)", style) +
         table.draw(style) + histograms;
}

std::string anomaly_table(const CaptureSummary& all, const Style& style) {
  const AnomalyLog& log = all.anomalies();
  if (log.total() == 0) return "\nNo anomalies.\n";
  Table table({{.title = "packet", .right_aligned = true},
               {.title = "after", .right_aligned = true},
               {.title = "kind"},
               {.title = "what", .wraps = true, .narrowest = 30}});
  std::size_t rows = 0;
  for (const Anomaly& anomaly : log.kept()) {
    if (rows++ == kRowsMax) break;
    const bool whole = anomaly.number == 0;
    table.add({{whole ? "all" : std::to_string(anomaly.number)},
               {whole ? "" : stopwatch(anomaly.since_1970 - all.first_at().value_or(Duration()))},
               {std::string(to_string(anomaly.kind)), Tone::bad},
               {anomaly.text}});
  }
  if (log.total() > rows) table.add_banner("of " + std::to_string(log.total()) + " in all");
  return heading("Anomalies", style) + table.draw(style);
}

}  // namespace

std::string CaptureSummary::text(const Style& style) const {
  const std::string out = overview(*this, style) + client_table(*this, style) +
                          server_table(*this, style) + relay_table(*this, style) +
                          latency_tables(*this, style) + print_table(*this, style) +
                          anomaly_table(*this, style);
  const std::string rest = left_out();
  return rest.empty() ? out : out + "\n" + paint(rest + ".", Tone::bad, style) + "\n";
}

}  // namespace lessor::craft
