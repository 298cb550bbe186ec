#include "cli/bench/bench_report.h"

#include "cli/bench/scenario_names.h"
#include "cli/columns.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace lessor::cli {
namespace {

using load::Count;
using load::Exchange;
using load::Figures;
using load::Step;
using load::Violation;

/// From here on the generator is likely to be the limit.
constexpr double kBusy = 0.9;

struct Share {
  const char* name;
  std::uint32_t per_million;
};
constexpr Share kShares[] = {
    {"p50", 500'000}, {"p90", 900'000}, {"p99", 990'000}, {"p99.9", 999'000}};

struct StepName {
  Step step;
  const char* text;
  const char* json;
};
constexpr StepName kStepNames[] = {{Step::offer, "DISCOVER to OFFER", "offer"},
                                   {Step::acknowledge, "REQUEST to ACK", "acknowledge"},
                                   {Step::bind, "whole exchange", "bind"},
                                   {Step::renew, "REQUEST to ACK, renewing", "renew"},
                                   {Step::rebind, "REQUEST to ACK, rebinding", "rebind"},
                                   {Step::reboot, "REQUEST to ACK, rebooting", "reboot"},
                                   {Step::lateness, "begun late by", "lateness"}};

/// In the order of load::Scenario.
constexpr std::array<const char*, kScenarioNames.size()> kHeadings = {
    "new leases", "renewals", "rebindings", "reboots",
    "releases",   "declines", "a mix",      "an avalanche"};

/// In the order of load::Violation: for programs, and for people.
constexpr std::array<std::pair<const char*, const char*>, load::kViolations> kViolationNames = {{
    {"two-holders", "an address that another client's lease covers"},
    {"other-address", "another address than was offered or held"},
    {"server-changed", "an answer from another server than was asked"},
    {"no-address", "an OFFER or ACK without an address"},
    {"no-server", "an OFFER or ACK without a server identifier"},
    {"no-lease-time", "an ACK without a lease time"},
    {"times-disorder", "T1, T2 and the lease time out of order"},
    {"relay-info-changed", "another option 82 than the relay sent"},
    {"options-changed", "other options than in the OFFER, or in the ACK before"},
}};

/// In the order of load::Count.
constexpr std::array<const char*, load::kCounts> kCountNames = {
    "begun",   "done",     "dropped",        "refused", "unfinished", "timeouts", "retransmissions",
    "sent",    "received", "further-offers", "late",    "strange",    "held",     "expired",
    "restarts"};

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string count_of(std::uint64_t n, const char* what) {
  return grouped(n) + " " + what + (n == 1 ? "" : "s");
}

std::string pace(const load::Plan& plan) {
  if (plan.is_avalanche()) {
    return plan.within > Duration() ? "all within " + short_time(plan.within) : "all at once";
  }
  if (!plan.arrivals.is_empty()) {
    return "as " + count_of(plan.arrivals.size(), "captured client") + " came, in " +
           short_time(plan.arrivals.at(plan.arrivals.size() - 1));
  }
  if (!plan.profile.empty()) return "at a rate that changes, " + short_time(plan.profile.back().at);
  if (plan.rate > 0) {
    const bool few = plan.rate < 10;
    return (few ? fixed(plan.rate, 2)
                : grouped(static_cast<std::uint64_t>(std::llround(plan.rate)))) +
           " exchanges begun a second";
  }
  return count_of(plan.window, "exchange") + " at a time";
}

std::string heading(const BenchReport& r) {
  const load::Plan& plan = r.plan;
  const std::string text = heading_of(plan.scenario) + ", " + place_of(r) + ": " +
                           count_of(plan.clients, "client") + ", " + pace(plan);
  return text + (r.interrupted ? " (interrupted)" : "");
}

using Rows = std::vector<std::vector<std::string>>;

/// An avalanche's own rows.
void add_milestones(const BenchReport& r, Rows& rows) {
  for (std::size_t i = 0; i < load::kMilestones.size(); ++i) {
    const auto& reached = r.figures.milestones[i];
    rows.push_back({std::to_string(load::kMilestones[i]) + "% bound after",
                    reached ? short_time(*reached) : "never"});
  }
}

Rows counts(const BenchReport& r) {
  const Figures& f = r.figures;
  const Exchange kind = load::exchange_of(r.plan.scenario);
  Rows rows;
  const auto row = [&](const char* name, const std::string& value, const char* why = "") {
    rows.push_back({name, value, why});
  };
  if (load::binds_first(r.plan.scenario)) {
    row("bound before", grouped(r.preparation.count(Count::done)));
  }
  if (!r.plan.sets.empty()) {
    row("option sets", grouped(r.plan.sets.size()), "of captured clients");
  }
  const bool answered = load::is_answered(kind);
  row(answered ? "exchanges" : "sent", grouped(f.count(Count::done)),
      answered ? "" : "there is no answer that could be lost or late");
  row("in", short_time(f.elapsed));
  row("a second", grouped(static_cast<std::uint64_t>(std::llround(f.rate()))));
  row("dropped", grouped(f.count(Count::dropped)), "no answer after all tries");
  row("refused", grouped(f.count(Count::refused)), "DHCPNAK");
  row("unfinished", grouped(f.count(Count::unfinished)), "when the run ended");
  row("timeouts", grouped(f.count(Count::timeouts)),
      (grouped(f.count(Count::retransmissions)) + " messages were sent again").c_str());
  const auto maybe = [&](Count count, const char* name, const char* why) {
    if (f.count(count) > 0) row(name, grouped(f.count(count)), why);
  };
  maybe(Count::further_offers, "further offers", "for who had accepted one");
  maybe(Count::late, "late answers", "to what nobody asked any more");
  maybe(Count::held, "held", "every client was busy when it was time: more --clients");
  maybe(Count::expired, "expired", "leases that ended before it was their turn");
  if (r.plan.is_avalanche()) {
    row("messages sent", grouped(f.count(Count::sent)));
    maybe(Count::restarts, "begun again", "clients that were refused, or got no ACK");
    add_milestones(r, rows);
  }
  return rows;
}

/// A mix's exchanges, kind by kind.
Rows kinds(const BenchReport& r) {
  if (!r.plan.is_mix()) return {};
  Rows rows = {{"of these", "begun", "done", "dropped", "refused", "unfinished", "timeouts"}};
  for (std::size_t i = 0; i < load::kExchanges; ++i) {
    const auto& counts = r.figures.exchanges[i];
    if (counts[0] == 0) continue;
    rows.push_back({std::string(kExchangeNames[i])});
    for (std::size_t j = 0; j < rows[0].size() - 1; ++j) rows.back().push_back(grouped(counts[j]));
  }
  return rows;
}

Rows latencies(const BenchReport& r) {
  Rows rows = {{"latency"}};
  for (const Share& share : kShares) rows[0].emplace_back(share.name);
  rows[0].emplace_back("max");
  for (const TimedStep& step : timed_steps(r)) {
    rows.push_back({step.name});
    for (const Share& share : kShares) {
      rows.back().push_back(short_time(step.times->percentile(share.per_million)));
    }
    rows.back().push_back(short_time(step.times->max()));
  }
  if (rows.size() == 1) rows.clear();
  return rows;
}

std::string own_limits(const BenchReport& r) {
  std::string text = "  this generator took " + fixed(100 * cpu_share(r), 0) +
                     "% of one processor, lost " + count_of(r.lost_here, "answer") +
                     " and failed to send " + count_of(r.send_failures, "message") + "\n";
  if (is_limit(r)) text += "  it was a limit itself: these figures are not the server's alone\n";
  return text;
}

/// Exchanges that ended with an ACK.
std::uint64_t granted(const Figures& figures) {
  return figures.count(Count::done) - figures.count(Count::done, Exchange::release) -
         figures.count(Count::done, Exchange::decline);
}

std::string correctness(const BenchReport& r) {
  const std::uint64_t wrong = r.figures.violated() + r.preparation.violated();
  const std::uint64_t leases = granted(r.figures) + granted(r.preparation);
  if (wrong == 0) {
    if (leases == 0) return "  no lease was granted, so none was checked\n";
    return "  correct: nothing was wrong with " + count_of(leases, "lease") + "; " +
           count_of(r.holding, "client") + " hold one now\n";
  }
  std::string text = "  WRONG: " + count_of(wrong, "answer") + "\n";
  for (std::size_t i = 0; i < load::kViolations; ++i) {
    const std::uint64_t n = r.figures.violations[i] + r.preparation.violations[i];
    if (n > 0) text += "    " + grouped(n) + " times " + kViolationNames[i].second + "\n";
  }
  const auto& first = r.preparation.evidence ? r.preparation.evidence : r.figures.evidence;
  if (!first) return text;
  text += "    first: " + short_time(first->at) + " after the beginning, " +
          net::to_string(first->address) + " to " + net::to_string(load::mac_of(first->client));
  if (first->what == Violation::two_holders) {
    text += ", which " + net::to_string(load::mac_of(first->other)) + " holds";
  }
  return text + "\n";
}

nlohmann::json json_of(const load::Histogram& times) {
  nlohmann::json json = {{"count", times.count()},
                         {"min", times.min().to_nanoseconds()},
                         {"mean", times.mean().to_nanoseconds()},
                         {"max", times.max().to_nanoseconds()}};
  for (const Share& share : kShares) {
    json[share.name] = times.percentile(share.per_million).to_nanoseconds();
  }
  return json;
}

nlohmann::json json_of(const std::vector<load::Sample>& samples) {
  nlohmann::json json = nlohmann::json::array();
  for (const load::Sample& sample : samples) {
    json.push_back({{"at", sample.at.to_nanoseconds()},
                    {"span", sample.span.to_nanoseconds()},
                    {"begun", sample.begun},
                    {"done", sample.done},
                    {"refused", sample.refused},
                    {"timeouts", sample.timeouts},
                    {"outstanding", sample.outstanding},
                    {"p50", sample.p50.to_nanoseconds()},
                    {"p99", sample.p99.to_nanoseconds()}});
  }
  return json;
}

nlohmann::json json_of_milestones(const Figures& figures) {
  nlohmann::json json;
  for (std::size_t i = 0; i < load::kMilestones.size(); ++i) {
    const auto& reached = figures.milestones[i];
    nlohmann::json& value = json[std::to_string(load::kMilestones[i]) + "%"];
    if (reached) value = reached->to_nanoseconds();
  }
  return json;
}

/// What was to be, and what came of each kind.
void add_mix(const BenchReport& report, nlohmann::json& json) {
  for (std::size_t i = 0; i < load::kExchanges; ++i) {
    const std::string name(kExchangeNames[i]);
    if (report.plan.mix[i] > 0) json["mix"][name] = report.plan.mix[i];
    const auto& counts = report.figures.exchanges[i];
    if (counts[0] == 0) continue;
    nlohmann::json& kind = json["run"]["exchanges"][name];
    for (std::size_t j = 0; j < counts.size(); ++j) kind[kCountNames[j]] = counts[j];
  }
}

nlohmann::json json_of(const Figures& figures) {
  nlohmann::json json = {{"elapsed", figures.elapsed.to_nanoseconds()},
                         {"exchanges-per-second", figures.rate()}};
  for (std::size_t i = 0; i < load::kCounts; ++i)
    json["counts"][kCountNames[i]] = figures.counts[i];
  for (const StepName& name : kStepNames) {
    const load::Histogram& times = figures.step(name.step);
    if (times.count() > 0) json["latency-ns"][name.json] = json_of(times);
  }
  for (std::size_t i = 0; i < load::kViolations; ++i) {
    json["violations"][kViolationNames[i].first] = figures.violations[i];
  }
  if (!figures.evidence) return json;
  const load::Evidence& first = *figures.evidence;
  json["first-violation"] = {{"what", kViolationNames[static_cast<std::size_t>(first.what)].first},
                             {"at", first.at.to_nanoseconds()},
                             {"address", net::to_string(first.address)},
                             {"mac", net::to_string(load::mac_of(first.client))}};
  if (first.what == Violation::two_holders) {
    json["first-violation"]["other-mac"] = net::to_string(load::mac_of(first.other));
  }
  return json;
}

}  // namespace

double cpu_share(const BenchReport& report) {
  const auto wall = static_cast<double>(report.wall.to_nanoseconds());
  return wall > 0 ? static_cast<double>(report.cpu.to_nanoseconds()) / wall : 0;
}

std::string short_time(Duration time) {
  struct Unit {
    double nanoseconds;
    const char* name;
  };
  constexpr Unit kUnits[] = {{1e9, " s"}, {1e6, " ms"}, {1e3, " us"}};
  const auto value = static_cast<double>(time.to_nanoseconds());
  for (const Unit& unit : kUnits) {
    const double scaled = value / unit.nanoseconds;
    // What would be rounded up to 1000 of a unit is 1.00 of the next.
    if (scaled < 0.9995) continue;
    return fixed(scaled, scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0) + unit.name;
  }
  return fixed(value, 0) + " ns";
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string heading_of(load::Scenario scenario) {
  return kHeadings[static_cast<std::size_t>(scenario)];
}

std::string place_of(const BenchReport& report) {
  const std::size_t relays = report.plan.relays.size();
  const std::string way =
      relays > 0 ? "behind " + count_of(relays, "relay") + " to " : "on the link of ";
  return way + report.target;
}

bool is_limit(const BenchReport& report) {
  return cpu_share(report) > kBusy || report.lost_here > 0 || report.send_failures > 0;
}

std::vector<TimedStep> timed_steps(const BenchReport& report) {
  std::vector<TimedStep> steps;
  for (const StepName& name : kStepNames) {
    const load::Histogram& times = report.figures.step(name.step);
    if (times.count() > 0) steps.push_back({name.text, name.step, &times});
  }
  return steps;
}

ReportParts parts_of(const BenchReport& report) {
  return {.heading = heading(report),
          .counts = counts(report),
          .kinds = kinds(report),
          .latencies = latencies(report),
          .own_limits = own_limits(report),
          .correctness = correctness(report)};
}

std::string to_text(const BenchReport& report) {
  const ReportParts parts = parts_of(report);
  const std::string gap = parts.latencies.empty() ? "" : "\n";
  const std::string mix = parts.kinds.empty() ? "" : "\n" + columns(parts.kinds, 2);
  return parts.heading + "\n\n" + columns(parts.counts, 2) + mix + gap +
         columns(parts.latencies, 2) + "\n" + parts.own_limits + parts.correctness;
}

std::string to_json(const BenchReport& report) {
  const load::Plan& plan = report.plan;
  nlohmann::json json = {{"scenario", name_of(plan.scenario)},
                         {"target", report.target},
                         {"relays", plan.relays.size()},
                         {"clients", plan.clients},
                         {"interrupted", report.interrupted},
                         {"holding", report.holding},
                         {"generator",
                          {{"cpu-share", cpu_share(report)},
                           {"packets", report.framed ? "frames" : "udp"},
                           {"lost-answers", report.lost_here},
                           {"send-failures", report.send_failures}}},
                         {"run", json_of(report.figures)}};
  json["series"] = json_of(report.samples);
  if (plan.rate > 0) json["rate"] = plan.rate;
  if (!plan.sets.empty()) json["option-sets"] = plan.sets.size();
  if (plan.window > 0) json["window"] = plan.window;
  for (const load::RatePoint& point : plan.profile) {
    json["profile"].push_back({{"at", point.at.to_nanoseconds()}, {"rate", point.rate}});
  }
  if (plan.is_mix()) add_mix(report, json);
  if (plan.is_avalanche()) json["run"]["bound-within"] = json_of_milestones(report.figures);
  if (load::binds_first(plan.scenario)) json["preparation"] = json_of(report.preparation);
  return json.dump(2) + "\n";
}

namespace {

std::string avalanche_line(const load::Fleet& fleet, const load::Plan& plan, double rate) {
  const Figures& f = fleet.figures();
  std::string text = " bound: " + grouped(f.count(Count::done)) + " of " +
                     count_of(plan.clients, "client") + ", " +
                     grouped(static_cast<std::uint64_t>(rate)) + " a second, " +
                     grouped(f.count(Count::sent)) + " messages sent";
  if (f.violated() > 0) text += ", WRONG: " + grouped(f.violated());
  return text;
}

}  // namespace

std::string progress_line(const load::Fleet& fleet, const load::Plan& plan, double rate) {
  if (fleet.phase() == load::Phase::preparing) {
    return " binding: " + grouped(fleet.preparation().count(Count::done)) + " of " +
           count_of(plan.clients, "client");
  }
  const Figures& f = fleet.figures();
  if (plan.is_avalanche()) return avalanche_line(fleet, plan, rate);
  const Step whole = load::whole_of(load::exchange_of(plan.scenario));
  std::string text = " " + grouped(f.count(Count::done)) + " exchanges, " +
                     grouped(static_cast<std::uint64_t>(rate)) + " a second, p99 " +
                     short_time(f.step(whole).percentile(990'000));
  if (f.count(Count::timeouts) > 0) text += ", " + count_of(f.count(Count::timeouts), "timeout");
  if (f.violated() > 0) text += ", WRONG: " + grouped(f.violated());
  if (fleet.phase() == load::Phase::ending) {
    text += ", waiting for " + grouped(fleet.outstanding());
  }
  return text;
}

}  // namespace lessor::cli
