#include "cli/bench/bench_max_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace lessor::cli {
namespace {

using load::Probe;
using load::Verdict;

std::string percent(double share) {
  std::array<char, 32> text{};
  return {text.data(),
          static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.3g%%", 100 * share))};
}

/// Cells of fixed widths: a line is printed before the next one is known.
std::string line(const std::vector<std::string>& cells, const std::string& last) {
  constexpr std::array<std::size_t, 7> kWidths = {11, 11, 9, 9, 9, 10, 6};
  std::string text;
  for (std::size_t i = 0; i < kWidths.size(); ++i) {
    text += std::string(kWidths[i] - std::min(kWidths[i], cells[i].size()), ' ') + cells[i];
  }
  return text + (last.empty() ? "" : "  " + last) + "\n";
}

/// The last probe at a rate: after a doubt it is the one that counted.
const Probe* probe_at(const MaxSearch& search, std::optional<double> rate) {
  const auto found = std::find_if(search.probes.rbegin(), search.probes.rend(),
                                  [&](const Probe& probe) { return probe.rate == rate; });
  return found == search.probes.rend() ? nullptr : &*found;
}

std::string why_not_more(const MaxSearch& search) {
  const Probe* const failed = probe_at(search, search.worst);
  if (failed == nullptr) {
    return search.run.interrupted ? "  interrupted: higher rates were not tried\n"
                                  : "  no higher rate can be asked for\n";
  }
  std::string text = "  at " + rate_text(failed->rate) + " ";
  switch (load::judge(*failed, search.max_lost)) {
    case Verdict::generator:
      text += "this generator was the limit: the server may bear more\n";
      break;
    case Verdict::crowded:
      text += percent(failed->lost_share()) +
              " were never begun, as every client was busy: with more --clients the server may "
              "bear more\n";
      break;
    case Verdict::behind:
      text += grouped(failed->waiting) + " exchanges still waited when the last one began\n";
      break;
    case Verdict::refused:
      text += percent(failed->refused_share()) + " were refused\n";
      break;
    case Verdict::passed:
    case Verdict::dropped:
      text += percent(failed->lost_share()) + " were lost\n";
      break;
  }
  if (search.run.interrupted) text += "  interrupted: rates between were not tried\n";
  return text;
}

nlohmann::json json_of(const Probe& probe, double max_lost) {
  return {{"rate", probe.rate},
          {"verdict", load::name(load::judge(probe, max_lost))},
          {"reached", probe.reached},
          {"lost-share", probe.lost_share()},
          {"planned", probe.planned},
          {"begun", probe.begun},
          {"timeouts", probe.timeouts},
          {"unfinished", probe.unfinished},
          {"refused", probe.refused},
          {"waiting", probe.waiting},
          {"held", probe.held},
          {"p50-ns", probe.p50.to_nanoseconds()},
          {"p99-ns", probe.p99.to_nanoseconds()},
          {"late-p99-ns", probe.late.to_nanoseconds()},
          {"cpu-share", probe.cpu_share},
          {"lost-answers", probe.lost_here},
          {"send-failures", probe.send_failures}};
}

}  // namespace

std::string rate_text(double rate) {
  if (rate >= 100) return grouped(static_cast<std::uint64_t>(std::llround(rate)));
  std::array<char, 32> text{};
  return {text.data(),
          static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.3g", rate))};
}

std::string search_title(const BenchReport& report, double max_lost, Duration at_each) {
  const load::Plan& plan = report.plan;
  return "the highest rate of " + heading_of(plan.scenario) + " with at most " + percent(max_lost) +
         " lost, " + place_of(report) + ": " + grouped(plan.clients) + " clients, " +
         short_time(at_each) + " at each rate";
}

std::string search_heading(const BenchReport& report, double max_lost) {
  return search_title(report, max_lost, report.plan.duration) + "\n\n" +
         line({"asked/s", "reached/s", "lost", "p50", "p99", "late p99", "cpu"}, "");
}

std::vector<std::string> probe_cells(const Probe& probe) {
  return {rate_text(probe.rate),
          rate_text(probe.reached),
          percent(probe.lost_share()),
          short_time(probe.p50),
          short_time(probe.p99),
          short_time(probe.late),
          std::to_string(std::llround(100 * probe.cpu_share)) + "%"};
}

std::string probe_line(const Probe& probe, Verdict verdict) {
  return line(probe_cells(probe), std::string(load::name(verdict)));
}

std::string search_answer(const MaxSearch& search) {
  const Probe* const best = probe_at(search, search.best);
  if (best == nullptr) return "\nno rate passed\n" + why_not_more(search);
  std::string text = "\n" + rate_text(best->rate) + " exchanges a second\n";
  if (search.confirmed == false) {
    text += "  tried again it did not pass (" +
            std::string(load::name(load::judge(*best, search.max_lost))) +
            "): take a longer --duration, or the middle of several searches\n";
  }
  return text + why_not_more(search);
}

std::string to_json(const MaxSearch& search) {
  auto json = nlohmann::json::parse(to_json(search.run));
  nlohmann::json& max = json["max"];
  max = {{"most-lost", search.max_lost}, {"probes", nlohmann::json::array()}};
  for (const Probe& probe : search.probes) {
    max["probes"].push_back(json_of(probe, search.max_lost));
  }
  max["rate"] = search.best ? nlohmann::json(*search.best) : nlohmann::json();
  max["confirmed"] = search.confirmed ? nlohmann::json(*search.confirmed) : nlohmann::json();
  max["failed-rate"] = search.worst ? nlohmann::json(*search.worst) : nlohmann::json();
  return json.dump(2) + "\n";
}

}  // namespace lessor::cli
