#include "cli/bench/bench_page.h"

#include "base/text.h"
#include "cli/bench/bench_charts.h"
#include "cli/bench/bench_page_style.h"
#include "craft/story/picture.h"

#include <algorithm>

namespace lessor::cli {
namespace {

using craft::escape_markup;
using load::Count;
using load::Step;

std::string head(const BenchPage& page, const std::string& title) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
         "<meta name=\"generator\" content=\"lessor " +
         escape_markup(page.version) + "\">\n<title>" + escape_markup(title) +
         " - lessor bench</title>\n<style>" + std::string(kBenchPageStyle) +
         "</style>\n</head>\n<body>\n";
}

std::string fact(const char* name, const std::string& value, const char* look = "") {
  if (value.empty()) return "";
  return std::string("<div><dt>") + name + "</dt><dd" + look + ">" + escape_markup(value) +
         "</dd></div>";
}

std::string header(const BenchPage& page, const std::string& title) {
  return "<header><p class=\"kind\">lessor bench</p><h1>" + escape_markup(title) +
         "</h1>\n<dl class=\"facts\">" + fact("Command", page.command, " class=\"mono\"") +
         fact("Date", page.date) + fact("Target", page.report.target) +
         fact("Host", page.machine.name) + fact("Processor", page.machine.processor) +
         fact("Kernel", page.machine.kernel) + fact("Version", page.version) +
         "</dl></header>\n<main>\n";
}

std::string tile(const std::string& value, const std::string& name, const char* look = "") {
  return std::string("<li class=\"tile ") + look + "\"><b>" + escape_markup(value) + "</b><span>" +
         escape_markup(name) + "</span></li>";
}

/// What the exchanges that are measured as a whole took.
const load::Histogram* whole(const BenchReport& report) {
  const load::Histogram* found = nullptr;
  for (const TimedStep& step : timed_steps(report)) {
    if (step.step != Step::lateness && step.step != Step::offer && step.step != Step::acknowledge) {
      found = step.times;
    }
  }
  return found;
}

std::string tiles(const BenchPage& page) {
  const BenchReport& r = page.report;
  std::string out = "<ul class=\"tiles\">";
  if (page.search != nullptr) {
    const auto& best = page.search->best;
    out +=
        tile(best ? rate_text(*best) : "none", "exchanges a second at most", best ? "good" : "bad");
  } else {
    out += tile(rate_text(r.figures.rate()), "exchanges a second");
  }
  if (const load::Histogram* const times = whole(r)) {
    out += tile(short_time(times->percentile(500'000)), "p50") +
           tile(short_time(times->percentile(990'000)), "p99");
  }
  const std::uint64_t dropped = r.figures.count(Count::dropped);
  out += tile(grouped(dropped), "dropped", dropped > 0 ? "bad" : "");
  const std::uint64_t wrong = r.figures.violated() + r.preparation.violated();
  out += wrong > 0 ? tile(grouped(wrong), "answers were wrong", "bad")
                   : tile(grouped(r.holding), "hold a lease");
  return out + "</ul>\n";
}

std::string table(const std::vector<std::vector<std::string>>& rows, const char* look, bool heads) {
  std::string out = std::string("<div class=\"scroll\"><table class=\"") + look + "\">";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string cell = heads && i == 0 ? "th" : "td";
    out += "<tr>";
    for (const std::string& text : rows[i]) {
      out += "<" + cell + ">" + escape_markup(text) + "</" + cell + ">";
    }
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

/// A paragraph for each line.
std::string paragraphs(const std::string& text, const char* look) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    out += std::string("<p class=\"") + look + "\">" + escape_markup(trim(line)) + "</p>\n";
  }
  return out;
}

std::string section(const std::string& title, const std::string& inside) {
  if (inside.empty()) return "";
  return "<section><h2>" + title + "</h2>\n" + inside + "</section>\n";
}

std::string all_of(const std::vector<Chart>& charts) {
  std::string out;
  for (const Chart& chart : charts) out += draw(chart);
  return out.empty() ? out : "<div class=\"charts\">" + out + "</div>\n";
}

std::string search_section(const MaxSearch& search) {
  std::vector<std::vector<std::string>> rows = {
      {"asked/s", "reached/s", "lost", "p50", "p99", "late p99", "cpu", "verdict"}};
  for (const load::Probe& probe : search.probes) {
    rows.push_back(probe_cells(probe));
    rows.back().emplace_back(load::name(load::judge(probe, search.max_lost)));
  }
  return section("Rates tried", paragraphs(search_answer(search), "said") +
                                    all_of(search_charts(search)) + table(rows, "figures", true));
}

std::string latency_section(const BenchReport& report, const ReportParts& parts) {
  if (parts.latencies.empty()) return "";
  return section("Latency", "<div class=\"pair\">" + draw(percentile_chart(report)) +
                                table(parts.latencies, "figures", true) + "</div>\n");
}

std::string kinds_section(const ReportParts& parts) {
  if (parts.kinds.empty()) return "";
  return section("Kinds of exchanges", table(parts.kinds, "figures", true));
}

std::string title_of(const BenchPage& page, const ReportParts& parts) {
  if (page.search == nullptr) return parts.heading;
  return search_title(page.report, page.search->max_lost, page.search->at_each) +
         (page.report.interrupted ? " (interrupted)" : "");
}

}  // namespace

std::string to_html(const BenchPage& page) {
  const BenchReport& report = page.report;
  const ReportParts parts = parts_of(report);
  const std::string title = title_of(page, parts);
  const bool wrong = report.figures.violated() + report.preparation.violated() > 0;
  std::string out = head(page, title) + header(page, title) + tiles(page);
  if (page.search != nullptr) out += search_section(*page.search);
  out += "<div class=\"pair\">" +
         section(page.search != nullptr ? "The run at that rate" : "Figures",
                 table(parts.counts, "counts", false)) +
         "<div>" +
         section("Correctness", paragraphs(parts.correctness, wrong ? "said bad" : "said")) +
         section("The generator itself",
                 paragraphs(parts.own_limits, is_limit(report) ? "said bad" : "said")) +
         "</div></div>\n";
  out += kinds_section(parts);
  out += latency_section(report, parts);
  out += section("Over time", all_of(time_charts(report.samples)));
  return out + "</main>\n</body>\n</html>\n";
}

std::string command_line_of(std::string_view program, std::span<const char* const> words) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=%+@";
  std::string line(program);
  for (const std::string_view word : words) {
    const bool plain = !word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos;
    if (plain) {
      line += " " + std::string(word);
      continue;
    }
    line += " '";
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += "'";
  }
  return line;
}

}  // namespace lessor::cli
