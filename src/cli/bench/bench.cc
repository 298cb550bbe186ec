// `lessor bench`: from words to a running fleet, and what it has shown.

#include "cli/bench/bench_max.h"
#include "cli/bench/bench_page.h"
#include "cli/bench/bench_run.h"
#include "cli/bench/bench_words.h"
#include "cli/bench/captured_clients.h"
#include "cli/bench/commands.h"
#include "cli/console.h"
#include "cli/version.h"
#include "load/limits.h"
#include "runtime/clock.h"

#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace lessor::cli {
namespace {

/// A page that could not be written is known before an hour's run, not after it.
std::expected<void, std::string> check_folder_of(const std::string& path) {
  if (path.empty()) return {};
  const auto folder = std::filesystem::path(path).parent_path();
  const std::string there = folder.empty() ? "." : folder.string();
  if (std::filesystem::is_directory(path)) return std::unexpected("--html " + path + ": a folder");
  if (::access(there.c_str(), W_OK | X_OK) == 0) return {};
  return std::unexpected("--html " + path + ": cannot write in " + there + ": " +
                         std::strerror(errno));
}

/// What the capture's clients say, and when they came, where nothing else says when.
std::expected<void, std::string> add_captured(BenchWords& words) {
  if (words.pcap.empty()) return {};
  auto found = read_captured_clients(words.pcap);
  if (!found) return std::unexpected(found.error());
  if (found->more) {
    complain("of the clients in " + words.pcap + " the first " +
             grouped(load::kMaxCapturedClients) + " are played");
  }
  load::Plan& plan = words.plan;
  plan.sets = std::move(found->sets);
  if (plan.window == 0 && plan.rate == 0 && plan.profile.empty()) {
    plan.arrivals = load::Arrivals(std::move(found->came), words.speed);
  }
  return {};
}

class Command {
 public:
  Command(std::span<const char* const> argv, const BenchWords& words, BenchRun& run)
      : argv_(argv), words_(words), run_(run) {}

  ExitCode play_once() {
    run_.play();
    const BenchReport report = run_.report();
    say(words_.json ? to_json(report) : to_text(report));
    write_page(report, nullptr);
    const ExitCode verdict = run_.verdict();
    return told_ == ExitCode::done ? verdict : told_;
  }

  ExitCode search() {
    BenchReport before = run_.report();
    before.plan.scenario = words_.plan.scenario;
    before.plan.duration = words_.plan.duration;
    const auto say_text = [this](const std::string& text) {
      if (!words_.json) say(text);
    };
    say_text(search_heading(before, words_.max_lost.value_or(0)));
    const auto found = search_max(run_, words_, [&](const load::Probe& probe, load::Verdict how) {
      say_text(probe_line(probe, how));
    });
    if (!found) {
      complain(found.error());
      return run_.verdict() == ExitCode::no_answer ? ExitCode::no_answer : ExitCode::failed;
    }
    say(words_.json ? to_json(*found) : search_answer(*found) + "\n" + to_text(found->run));
    write_page(found->run, &*found);
    if (told_ != ExitCode::done) return told_;
    if (run_.is_gone()) return run_.verdict();
    const bool wrong = found->run.figures.violated() + found->run.preparation.violated() > 0;
    return found->best && !wrong ? ExitCode::done : ExitCode::failed;
  }

 private:
  void say(const std::string& text) {
    if (told_ == ExitCode::done) told_ = print_or_fail(text);
  }

  void write_page(const BenchReport& report, const MaxSearch* search) {
    if (words_.html.empty()) return;
    const auto written =
        write_file(words_.html, to_html({.report = report,
                                         .search = search,
                                         .command = command_line_of("lessor bench", argv_),
                                         .date = to_string(runtime::read_clock().wall),
                                         .version = kVersion,
                                         .machine = this_machine()}));
    if (written) return;
    complain(written.error());
    told_ = ExitCode::failed;
  }

  std::span<const char* const> argv_;
  const BenchWords& words_;
  BenchRun& run_;
  ExitCode told_ = ExitCode::done;
};

}  // namespace

ExitCode run_bench(std::span<const char* const> argv) {
  auto words = read_bench_words(argv);
  if (!words) return print_stop(words.error());
  auto ready = check_folder_of(words->html);
  if (ready) ready = add_captured(*words);
  if (!ready) {
    complain(ready.error());
    return ExitCode::failed;
  }
  const auto run = BenchRun::open(words->max_lost ? binding_words(*words) : *words);
  if (!run) {
    complain(run.error());
    return ExitCode::failed;
  }
  Command command(argv, *words, **run);
  return words->max_lost ? command.search() : command.play_once();
}

}  // namespace lessor::cli
