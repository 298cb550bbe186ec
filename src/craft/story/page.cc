#include "craft/story/page.h"

#include "base/text.h"
#include "craft/story/page_assets.h"
#include "craft/story/page_data.h"
#include "craft/story/picture.h"
#include "craft/summary.h"
#include "craft/view/heading.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kRowsMax = 500;  // of a table above the timeline

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

/// Base64 of octets given in hexadecimal: how a content security policy writes a hash.
std::string base64(std::string_view hexadecimal) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto octets = from_hex(hexadecimal).value_or(std::vector<std::byte>());
  std::string out;
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    const std::size_t there = std::min<std::size_t>(3, octets.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < there ? load_u8(&octets[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= there ? kLetters[group >> (18 - 6 * k) & 63U] : '=';
    }
  }
  return out;
}

/// '<' never stands in the data, so that nothing there can end the element.
std::string in_script(std::string json) {
  for (std::size_t at = json.find('<'); at != std::string::npos; at = json.find('<', at)) {
    json.replace(at, 1, "\\u003c");
  }
  return json;
}

std::string head(std::string_view name) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src "
         "'sha256-" +
         base64(page_assets::kScriptHash) + "'; style-src 'sha256-" +
         base64(page_assets::kPageStyleHash) +
         "'; base-uri 'none'; form-action 'none'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
         "<meta name=\"generator\" content=\"lessor\">\n<title>" +
         escape_markup(name) + " - DHCP</title>\n<style>" + std::string(page_assets::kPageStyle) +
         "</style>\n</head>\n<body>\n";
}

std::string cell(std::string_view text, std::string_view type = {}) {
  return "<td" + (type.empty() ? "" : " class=\"" + std::string(type) + "\"") + ">" +
         escape_markup(text) + "</td>";
}

std::string facts(std::string_view title, std::size_t count, bool open, std::string_view heads,
                  const std::string& rows, bool wrong = false) {
  return "<details class=\"facts" + std::string(wrong ? " wrong" : "") + "\"" +
         (open ? " open" : "") + "><summary>" + std::string(title) + " <span class=\"count\">" +
         std::to_string(count) + "</span></summary><div class=\"scroll\"><table><thead><tr>" +
         std::string(heads) + "</tr></thead><tbody>\n" + rows +
         "</tbody></table></div></details>\n";
}

std::string anomaly_facts(const CaptureSummary& all) {
  const AnomalyLog& log = all.anomalies();
  if (log.total() == 0) return "";
  std::string rows;
  for (const Anomaly& anomaly : log.kept()) {
    const std::string number = std::to_string(anomaly.number);
    rows += "<tr><td class=\"n\">";
    rows += anomaly.number == 0 ? std::string("all")
                                : "<button type=\"button\" class=\"go\" data-go=\"" + number +
                                      "\">" + number + "</button>";
    rows += "</td>" + cell(to_string(anomaly.kind), "nb") + cell(anomaly.text) + "</tr>\n";
  }
  return facts("What is wrong", log.total(), log.total() <= 8,
               "<th class=\"n\">packet</th><th>kind</th><th>what</th>", rows, true);
}

std::string lease_text(const CaptureSummary::Client& client) {
  const auto& lease = client.watch.lease();
  if (!lease) return "none";
  std::string text = net::to_string(lease->address);
  if (lease->state == SeenLease::State::released) text += ", released";
  if (lease->state == SeenLease::State::declined) text += ", declined";
  if (lease->state == SeenLease::State::refused) text += ", refused";
  if (lease->lease_time) text += ", for " + to_string(*lease->lease_time);
  if (lease->server) text += " by " + net::to_string(*lease->server);
  return text;
}

std::string client_facts(const CaptureSummary& all) {
  std::string rows;
  std::size_t count = 0;
  for (const CaptureSummary::Client& client : all.clients()) {
    if (count++ == kRowsMax) break;
    const std::string address = net::to_string(client.address);
    rows += "<tr><td class=\"nb mono\"><button type=\"button\" class=\"go\" data-filter=\"" +
            address + "\">" + address + "</button></td>" +
            cell(sanitise(as_bytes(client.host_name))) + cell(lease_text(client)) +
            cell(known_client(client.print)) + cell(fingerprint_text(client.print), "mono") +
            "</tr>\n";
  }
  return facts("Clients", all.clients().size(), all.clients().size() <= 5,
               "<th>client</th><th>host name</th><th>lease</th><th>program</th>"
               "<th>fingerprint</th>",
               rows);
}

std::string latency_facts(const CaptureSummary& all) {
  std::string rows;
  std::size_t count = 0;
  for (std::size_t i = 0; i < kLatencySteps; ++i) {
    const Latency& latency = all.latencies()[i];
    if (latency.count() == 0) continue;
    ++count;
    rows += "<tr>" + cell(to_string(static_cast<LatencyStep>(i)), "nb") +
            cell(std::to_string(latency.count()), "n") + cell(latency_text(latency.least()), "n") +
            cell(latency_text(latency.percentile(50)), "n") +
            cell(latency_text(latency.percentile(95)), "n") +
            cell(latency_text(latency.greatest()), "n") + "</tr>\n";
  }
  if (count == 0) return "";
  return facts("How long answers took", count, false,
               "<th>step</th><th class=\"n\">count</th><th class=\"n\">min</th>"
               "<th class=\"n\">median</th><th class=\"n\">p95</th><th class=\"n\">max</th>",
               rows);
}

std::string header(std::string_view name, const CaptureSummary& all) {
  std::string sub =
      counted(all.packets(), "packet") + ", " + counted(all.clients().size(), "client") + ", " +
      counted(all.servers().size(), "server") + ", " + counted(all.relays().size(), "relay");
  if (all.first_at() && all.packets() > 1) {
    sub += ", " + latency_text(all.last_at() - *all.first_at()) + " from " +
           time_text(*all.first_at());
  }
  std::string chips;
  for (const auto& [type, count] : all.messages()) {
    chips += "<li><button type=\"button\" class=\"chip\" data-filter=\"" +
             escape_markup(to_lower(type)) + "\">" + escape_markup(type) + "<b>" +
             std::to_string(count) + "</b></button></li>";
  }
  return "<header>\n<h1>" + escape_markup(name) + "</h1>\n<p class=\"sub\">" + escape_markup(sub) +
         "</p>\n<ul class=\"chips\">" + chips + "</ul>\n" + anomaly_facts(all) + client_facts(all) +
         latency_facts(all) + "</header>\n";
}

constexpr std::string_view kBar =
    "<div class=\"bar\"><form><input id=\"filter\" type=\"search\" autocomplete=\"off\" "
    "placeholder=\"Filter: words in packets, such as offer 192.0.2.7 host\" "
    "aria-label=\"filter messages\"><output id=\"hits\"></output><span class=\"keys\">"
    "<kbd>/</kbd> filter <kbd>j</kbd> <kbd>k</kbd> next, previous <kbd>Enter</kbd> open "
    "<kbd>Esc</kbd> close</span></form></div>\n";

std::string part(const CaptureStory::Act& act, const CaptureStory::Scene& scene, Duration began) {
  const Exchange& exchange = *scene.exchange;
  return "<div class=\"part\"><div class=\"title " +
         std::string(is_bad(exchange) ? "wrong" : "good") + "\"><span class=\"how\">" +
         escape_markup(outcome_text(exchange)) + "</span><span class=\"xid mono\">xid " +
         hex(exchange.xid, 8) + "</span></div>\n" + scene_picture(act.lanes, scene, began) +
         "</div>\n";
}

std::string act_html(const CaptureStory::Act& act, const CaptureSummary& all, Duration began) {
  const auto client = std::find_if(all.clients().begin(), all.clients().end(),
                                   [&](const auto& c) { return c.address == act.client; });
  std::string who = counted(act.messages, "message");
  if (client != all.clients().end() && !client->host_name.empty()) {
    who = sanitise(as_bytes(client->host_name)) + ", " + who;
  }
  std::string out = "<section class=\"act\"><h2><span class=\"mono\">" +
                    net::to_string(act.client) + "</span><span class=\"who\">" +
                    escape_markup(who) + "</span></h2>\n<div class=\"lanes\">" +
                    heads_picture(act.lanes);
  for (const CaptureStory::Scene& scene : act.scenes) out += part(act, scene, began);
  return out + "</div></section>\n";
}

}  // namespace

void CapturePage::add(const ShownPacket& packet) {
  summary_.add(packet.frame.number, packet.frame.since_1970, packet.frame.bytes, packet.dissection);
  const bool wanted = !story_.full();
  story_.add(packet.frame.number, packet.frame.since_1970, packet.frame.bytes, packet.dissection);
  const bool drawn = packet.dissection.is_dhcp() ||
                     read_probe(packet.frame.bytes, packet.dissection, {}).has_value();
  if (!drawn || !wanted) return;
  // Probes are kept on suspicion: whether they concern a client is known later.
  const bool room = packets_.size() < 2 * limits_.packets_max && tables_ < limits_.tables_max;
  if (!room) {
    ++left_out_;
    return;
  }
  std::string tables = page_packet_json(packet, limits_.octets_of_packet_max);
  // Not the frame's octets: a hostile one becomes thirty times as many.
  tables_ += tables.size();
  packets_.emplace(packet.frame.number, std::move(tables));
}

/// What the script reads. Probes that concern nobody are not in the timeline, and not here.
std::string CapturePage::data_json(const std::vector<CaptureStory::Act>& acts) const {
  std::string packets;
  for (const CaptureStory::Act& act : acts) {
    for (const CaptureStory::Scene& scene : act.scenes) {
      for (const Row& row : scene.rows) {
        const auto* arrow = std::get_if<ArrowRow>(&row);
        const auto found = arrow == nullptr ? packets_.end() : packets_.find(arrow->number);
        if (found == packets_.end()) continue;
        packets += (packets.empty() ? "" : ",\n") + found->second;
      }
    }
  }
  return "{\"layers\":" + page_layers_json() + ",\n\"options\":" + page_options_json() +
         ",\n\"packets\":[" + packets + "]}";
}

std::string CapturePage::html(std::string_view name) {
  summary_.finish();
  const std::string shown = sanitise(as_bytes(name));
  const auto acts = story_.acts();
  std::string out = head(shown) + header(shown, summary_) + kBar.data() + "<main>\n<div>\n";
  std::string rest = story_.left_out();
  if (left_out_ > 0) {
    rest += (rest.empty() ? "" : "; ") + counted(left_out_, "packet") +
            " without tables: a page holds the first " + std::to_string(packets_.size());
  }
  if (!rest.empty()) out += "<p class=\"note\">" + escape_markup(rest) + ".</p>\n";
  if (acts.empty()) out += "<p>No DHCP message to draw a timeline of.</p>\n";
  for (const CaptureStory::Act& act : acts) out += act_html(act, summary_, story_.began());
  out +=
      "</div>\n<aside id=\"packet\" class=\"empty\" tabindex=\"-1\" aria-label=\"packet\" "
      "aria-live=\"polite\"></aside>\n</main>\n<footer>Made by lessor; this page asks nothing of "
      "any network.</footer>\n";
  out += "<script type=\"application/json\" id=\"data\">" + in_script(data_json(acts)) +
         "</script>\n<script>" + std::string(page_assets::kScript) +
         "</script>\n</body>\n</html>\n";
  return out;
}

}  // namespace lessor::craft
