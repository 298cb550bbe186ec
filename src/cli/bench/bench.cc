// `lessor bench`: from words to a running fleet, and what it has shown.

#include "cli/bench/bench_max.h"
#include "cli/bench/bench_run.h"
#include "cli/bench/bench_words.h"
#include "cli/bench/commands.h"
#include "cli/console.h"

namespace lessor::cli {
namespace {

ExitCode play_once(BenchRun& run, const BenchWords& words) {
  run.play();
  const BenchReport report = run.report();
  const ExitCode told = print_or_fail(words.json ? to_json(report) : to_text(report));
  return told == ExitCode::done ? run.verdict() : told;
}

ExitCode search(BenchRun& run, const BenchWords& words) {
  ExitCode told = ExitCode::done;
  const auto say = [&](const std::string& text) {
    if (told == ExitCode::done && !words.json) told = print_or_fail(text);
  };
  BenchReport before = run.report();
  before.plan.scenario = words.plan.scenario;
  before.plan.duration = words.plan.duration;
  say(search_heading(before, words.max_lost.value_or(0)));
  const auto found = search_max(run, words, [&](const load::Probe& probe, load::Verdict verdict) {
    say(probe_line(probe, verdict));
  });
  if (!found) complain(found.error());
  if (!found) return run.verdict() == ExitCode::no_answer ? ExitCode::no_answer : ExitCode::failed;
  say(search_answer(*found) + "\n" + to_text(found->run));
  if (words.json) told = print_or_fail(to_json(*found));
  if (told != ExitCode::done) return told;
  if (run.is_gone()) return run.verdict();
  const bool wrong = found->run.figures.violated() + found->run.preparation.violated() > 0;
  return found->best && !wrong ? ExitCode::done : ExitCode::failed;
}

}  // namespace

ExitCode run_bench(std::span<const char* const> argv) {
  const auto words = read_bench_words(argv);
  if (!words) return print_stop(words.error());
  const auto run = BenchRun::open(words->max_lost ? binding_words(*words) : *words);
  if (run) return words->max_lost ? search(**run, *words) : play_once(**run, *words);
  complain(run.error());
  return ExitCode::failed;
}

}  // namespace lessor::cli
