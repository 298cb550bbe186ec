#include "craft/story/diagram.h"

#include <algorithm>

namespace lessor::craft {
namespace {

// An answer comes soon or is none; a flood must not be searched to its end for each of its packets.
constexpr std::size_t kAnswerWithin = 64;          // messages
constexpr Duration kPause = Duration::seconds(2);  // longer is drawn as the RFC's dots

std::string remark_of(const DhcpEvent& event) {
  if (event.op == wire::Op::reply && !event.yiaddr.is_zero()) {
    const std::string address = net::to_string(event.yiaddr);
    return event.lease_time ? address + " for " + to_string(*event.lease_time) : address;
  }
  if (!event.giaddr.is_zero()) return "relayed";
  return event.broadcast() || event.op == wire::Op::reply ? "" : "to this server only";
}

std::string_view name_of(ProbeKind kind) {
  switch (kind) {
    case ProbeKind::arp_probe:
      return "ARP probe";
    case ProbeKind::arp_announcement:
      return "ARP announcement";
    case ProbeKind::arp_reply:
      return "ARP reply";
    case ProbeKind::echo_request:
      return "ping";
    case ProbeKind::echo_reply:
      return "ping reply";
  }
  return "";
}

std::string remark_of(const ProbeEvent& probe) {
  const bool asks = probe.kind == ProbeKind::arp_probe || probe.kind == ProbeKind::echo_request;
  return net::to_string(probe.about) + (asks ? "?" : " is mine");
}

}  // namespace

std::vector<Row> Diagram::add(const DhcpEvent& event, std::span<const DhcpEvent> answers,
                              std::string_view mark) {
  std::vector<Row> rows;
  add_pause(event.since_1970, rows);
  add_steps(story_.before(event), rows);
  ArrowRow arrow{.at = event.since_1970,
                 .number = event.number,
                 .name = std::string(wire::to_string(event.type)),
                 .remark = remark_of(event),
                 .leg = leg_of(event, lanes_),
                 .tone = event.op == wire::Op::reply ? Tone::server : Tone::client};
  const std::size_t from = arrow.leg.from;
  rows.emplace_back(std::move(arrow));
  if (!mark.empty()) rows.emplace_back(StepsRow{{{from, std::string(mark), true}}});
  add_steps(story_.after(event, answers), rows);
  return rows;
}

std::vector<Row> Diagram::add(const ProbeEvent& probe, std::string_view mark) {
  const auto leg = leg_of(probe, lanes_);
  if (!leg) return {};
  std::vector<Row> rows;
  add_pause(probe.since_1970, rows);
  rows.emplace_back(ArrowRow{.at = probe.since_1970,
                             .number = probe.number,
                             .name = std::string(name_of(probe.kind)),
                             .remark = remark_of(probe),
                             .leg = *leg,
                             .tone = mark.empty() ? Tone::dim : Tone::bad,
                             .probe = true});
  if (!mark.empty()) rows.emplace_back(StepsRow{{{leg->from, std::string(mark), true}}});
  return rows;
}

Row Diagram::client_step(std::string_view text, bool bad) const {
  return StepsRow{{{lanes_.client_lane(), std::string(text), bad}}};
}

void Diagram::add_pause(Duration at, std::vector<Row>& rows) {
  const Duration length = at - last_at_.value_or(at);
  if (length >= kPause) rows.emplace_back(PauseRow{length});
  last_at_ = at;
}

void Diagram::add_steps(const std::vector<Step>& steps, std::vector<Row>& rows) const {
  if (steps.empty()) return;
  StepsRow row;
  for (const Step& step : steps) {
    const bool beside = steps.size() > 1 || step.server.has_value();
    row.entries.push_back({lanes_.lane_of(step.server), step.text, step.bad, beside});
  }
  rows.emplace_back(std::move(row));
}

std::vector<DhcpEvent> find_answers(std::span<const DhcpEvent> events) {
  const DhcpEvent& question = events.front();
  const bool asks_for_offers = question.type == wire::MessageType::discover;
  std::vector<DhcpEvent> answers;
  for (const DhcpEvent& event : events.subspan(1, std::min(events.size() - 1, kAnswerWithin))) {
    const bool same = event.type == question.type && event.xid == question.xid;
    const bool passed_on = same && !event.giaddr.is_zero();
    if (event.op == wire::Op::request && !passed_on &&
        (!asks_for_offers || event.type == question.type)) {
      break;
    }
    const bool offer = event.type == wire::MessageType::offer;
    const bool answer = event.op == wire::Op::reply && event.xid == question.xid;
    if (answer && offer == asks_for_offers) answers.push_back(event);
  }
  return answers;
}

}  // namespace lessor::craft
