// lessor-sim: plays simulated worlds by their seeds.

#include "base/text.h"
#include "sim/player.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>

namespace lessor::sim {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::optional<std::uint64_t> seed;
  std::uint64_t first = 1;
  std::uint64_t count = 0;
  std::string seed_file;
  double minutes = 3;
  std::string folder = "build/sim";
  bool tolerant = false;
  bool all_events = false;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One number a line; # begins a remark.
std::vector<std::uint64_t> read_seeds(const std::string& path) {
  std::vector<std::uint64_t> seeds;
  std::ifstream in(path);
  if (!in) throw CLI::ValidationError("--seeds", path + " cannot be read");
  for (std::string line; std::getline(in, line);) {
    const auto number = parse_number(line.substr(0, line.find_first_of(" #")), UINT64_MAX);
    if (number) seeds.push_back(*number);
  }
  return seeds;
}

void play_one(const Options& options, Account& account) {
  std::printf("%s\n", to_string(draw(*options.seed)).c_str());
  (void)play(*options.seed, options.folder, account, options.all_events);
}

void play_fixed(const Options& options, Account& account) {
  for (std::uint64_t i = 0; i < options.count; ++i) {
    (void)play(options.first + i, options.folder, account);
  }
  if (options.seed_file.empty()) return;
  for (const std::uint64_t seed : read_seeds(options.seed_file)) {
    (void)play(seed, options.folder, account);
  }
}

/// Seeds that nobody has played: from the time of day on.
void play_new(const Options& options, Account& account) {
  const auto start = Clock::now();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  auto seed = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  std::printf("new seeds, from %llu on\n", static_cast<unsigned long long>(seed));
  while (seconds_since(start) < options.minutes * 60) {
    (void)play(seed++, options.folder, account);
  }
}

int run(const Options& options) {
  Account account;
  const auto start = Clock::now();
  if (options.seed) {
    play_one(options, account);
  } else if (options.count > 0 || !options.seed_file.empty()) {
    play_fixed(options, account);
  } else {
    play_new(options, account);
  }
  const double seconds = seconds_since(start);
  std::printf("%s\n%.0f s, %.0f client-hours a minute\n", to_string(account).c_str(), seconds,
              account.client_hours() * 60 / std::max(seconds, 0.001));
  for (const std::uint64_t seed : account.failed) {
    std::printf("broken: ./dev sim --seed %llu\n", static_cast<unsigned long long>(seed));
  }
  return account.failed.empty() || options.tolerant ? 0 : 1;
}

}  // namespace
}  // namespace lessor::sim

int main(int argc, char** argv) {
  lessor::sim::Options options;
  CLI::App app("Plays simulated networks: servers, relays, clients, their disks and clocks");
  app.name("lessor-sim");
  app.add_option("--seed", options.seed, "play this world and tell about it");
  app.add_option("--minutes", options.minutes, "play new worlds for so long")
      ->envname("LESSOR_SIM_MINUTES");
  app.add_option("--first", options.first, "play fixed worlds from this seed on");
  app.add_option("--count", options.count, "so many of them");
  app.add_option("--seeds", options.seed_file, "play the seeds of a file, one a line");
  app.add_option("--folder", options.folder, "where captures of broken worlds go");
  app.add_flag("--all-events", options.all_events, "with --seed: print every event");
  app.add_flag("--tolerant", options.tolerant, "a broken world is told, and is no failure");
  CLI11_PARSE(app, argc, argv);
  try {
    return lessor::sim::run(options);
  } catch (const CLI::Error& error) {
    return app.exit(error);
  }
}
