// lessor-sim-planted: plants bugs, one at a time, and sees whether the worlds find them.

#include "base/text.h"
#include "sim/planted_bugs.h"
#include "sim/world.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>

namespace lessor::sim {
namespace {

/// Within so much of one core's time a bug has to be found.
constexpr double kPatience = 120;
/// --search looks on for so long, and for so many finds: the cheapest becomes the recorded one.
constexpr double kLookOn = 20;
constexpr int kFinds = 4;
/// Nothing lasts longer, but for a world that goes round in circles.
constexpr rlim_t kLongestWorld = 40;

constexpr int kNoBug = -1;

/// What became of one world.
struct Outcome {
  std::string broken;  ///< the first law that was; empty: none
  double seconds = 0;  ///< of processor time
};

/// Plays a world in a process of its own: a planted bug may break more than laws.
[[noreturn]] void play_in_child(std::uint64_t seed, int bug, int out) {
  const rlimit limit{kLongestWorld, kLongestWorld};
  (void)setrlimit(RLIMIT_CPU, &limit);
  const rlimit no_core{0, 0};
  (void)setrlimit(RLIMIT_CORE, &no_core);
  (void)dup2(out, STDERR_FILENO);  // what a CHECK says is a finding, too
  plant(bug);
  World world(draw(seed));
  world.play();
  if (!world.broken_laws().empty()) {
    (void)std::fprintf(stderr, "%s\n", world.broken_laws().front().c_str());
  }
  _exit(0);
}

std::string read_all(int in) {
  std::string text;
  std::array<char, 4'096> room{};
  for (ssize_t got = 0; (got = read(in, room.data(), room.size())) > 0;) {
    text.append(room.data(), static_cast<std::size_t>(got));
  }
  return text;
}

Outcome play(std::uint64_t seed, int bug) {
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) throw std::runtime_error("no pipe can be had");
  (void)std::fflush(stdout);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process can be had");
  if (child == 0) {
    (void)close(pipe_ends[0]);
    play_in_child(seed, bug, pipe_ends[1]);
  }
  (void)close(pipe_ends[1]);
  Outcome outcome{.broken = read_all(pipe_ends[0])};
  (void)close(pipe_ends[0]);
  int status = 0;
  rusage used{};
  (void)wait4(child, &status, 0, &used);
  outcome.seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                    static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  outcome.broken.resize(std::min(outcome.broken.find('\n'), outcome.broken.size()));
  const bool ended_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (outcome.broken.empty() && !ended_well) {
    outcome.broken = "the world ends by signal " + std::to_string(WTERMSIG(status));
  }
  return outcome;
}

/// Where a bug was found.
struct Find {
  std::uint64_t seed = 0;
  std::uint64_t worlds = 0;  ///< played for it
  double seconds = 0;        ///< of all of them
  std::string law;
};

/// The first world from `seed` on that finds the bug, within kPatience.
std::optional<Find> find(int bug, std::uint64_t seed, double patience) {
  Find find{.seed = seed};
  for (; find.seconds < patience; ++find.seed) {
    const Outcome outcome = play(find.seed, bug);
    ++find.worlds;
    find.seconds += outcome.seconds;
    find.law = outcome.broken;
    if (!find.law.empty()) return find;
  }
  return std::nullopt;
}

int number_of(const std::string& name) {
  const auto bugs = planted_bugs();
  const auto found = std::ranges::find(bugs, name, &PlantedBug::name);
  if (found == bugs.end()) throw CLI::ValidationError("--plant", "there is no bug " + name);
  return static_cast<int>(found - bugs.begin());
}

int plant_one(const std::string& name, std::uint64_t from) {
  const auto found = find(number_of(name), from, kPatience);
  if (!found) {
    std::printf("%s: not found within %.0f s\n", name.c_str(), kPatience);
    return 1;
  }
  std::printf("%s: found in world %llu, after %.1f s: %s\n", name.c_str(),
              static_cast<unsigned long long>(found->seed), found->seconds, found->law.c_str());
  return 0;
}

// --- The recorded seeds --------------------------------------------------------------------------

/// "NAME SEED" a line; # begins a remark.
std::map<std::string, std::uint64_t> read_seeds(const std::string& path) {
  std::map<std::string, std::uint64_t> seeds;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos || line.starts_with('#')) continue;
    const auto seed = parse_number(line.substr(blank + 1), UINT64_MAX);
    if (seed) seeds[line.substr(0, blank)] = *seed;
  }
  return seeds;
}

/// Each bug is found where it was found last; without a bug nothing is.
int check(const std::string& path) {
  const auto seeds = read_seeds(path);
  std::set<std::uint64_t> played;
  int failures = 0;
  const auto bugs = planted_bugs();
  for (int bug = 0; bug < static_cast<int>(bugs.size()); ++bug) {
    const std::string name(bugs[static_cast<std::size_t>(bug)].name);
    const auto seed = seeds.find(name);
    const Outcome outcome = seed == seeds.end() ? Outcome() : play(seed->second, bug);
    if (seed != seeds.end()) played.insert(seed->second);
    const bool found = !outcome.broken.empty();
    std::printf("%s %s: %s\n", found ? "found    " : "NOT FOUND", name.c_str(),
                outcome.broken.c_str());
    failures += found ? 0 : 1;
  }
  if (failures > 0) {
    std::printf(
        "%d bugs are not found where %s says. Where else? build/lessor-sim-planted "
        "--search\n",
        failures, path.c_str());
  }
  for (const std::uint64_t seed : played) {
    const Outcome outcome = play(seed, kNoBug);
    if (outcome.broken.empty()) continue;
    ++failures;
    std::printf("world %llu breaks a law with no bug planted: %s\n",
                static_cast<unsigned long long>(seed), outcome.broken.c_str());
  }
  return failures > 0 ? 1 : 0;
}

/// A seed that finds the bug soon; the first find counts for the document.
std::optional<std::uint64_t> search_cheap(int bug) {
  const auto first = find(bug, 1, kPatience);
  const std::string name(planted_bugs()[static_cast<std::size_t>(bug)].name);
  if (!first) {
    std::printf("| `%s` | not found in %.0f s | |\n", name.c_str(), kPatience);
    return std::nullopt;
  }
  std::printf("| `%s` | %llu | %.1f | %s |\n", name.c_str(),
              static_cast<unsigned long long>(first->worlds), first->seconds, first->law.c_str());
  std::uint64_t best = first->seed;
  double cheapest = play(best, bug).seconds;
  double looked = 0;
  std::uint64_t next = first->seed + 1;
  for (int finds = 1; finds < kFinds && looked < kLookOn && cheapest > 0.1; ++finds) {
    const auto other = find(bug, next, kLookOn - looked);
    if (!other) break;
    looked += other->seconds;
    next = other->seed + 1;
    const double seconds = play(other->seed, bug).seconds;
    if (seconds >= cheapest) continue;
    cheapest = seconds;
    best = other->seed;
  }
  return best;
}

/// Looks for every bug afresh (or for those named) and rewrites the file.
int search(const std::string& path, const std::vector<std::string>& names) {
  auto seeds = read_seeds(path);
  int failures = 0;
  const auto bugs = planted_bugs();
  for (int bug = 0; bug < static_cast<int>(bugs.size()); ++bug) {
    const std::string name(bugs[static_cast<std::size_t>(bug)].name);
    if (!names.empty() && std::ranges::find(names, name) == names.end()) continue;
    const auto seed = search_cheap(bug);
    failures += seed ? 0 : 1;
    if (seed) seeds[name] = *seed;
  }
  std::ofstream out(path);
  out << "# The bugs of planted_bugs.txt, each with a world that finds it soon. Written by\n"
         "# build/lessor-sim-planted --search; played by the test sim.planted_bugs.\n";
  for (const PlantedBug& bug : bugs) {
    const auto seed = seeds.find(std::string(bug.name));
    if (seed != seeds.end()) out << seed->first << ' ' << seed->second << '\n';
  }
  return failures > 0 ? 1 : 0;
}

int list() {
  for (const PlantedBug& bug : planted_bugs()) {
    std::printf("%.*s\n    %.*s\n", static_cast<int>(bug.name.size()), bug.name.data(),
                static_cast<int>(bug.about.size()), bug.about.data());
  }
  return 0;
}

int run(int argc, char** argv) {
  std::string name;
  std::string path = "sim/planted_seeds.txt";
  std::uint64_t from = 1;
  bool lists = false;
  bool checks = false;
  bool searches = false;
  std::vector<std::string> names;
  CLI::App app("Plants bugs in simulated worlds, and sees whether a law is broken");
  app.name("lessor-sim-planted");
  app.add_flag("--list", lists, "tell of every bug");
  app.add_option("--plant", name, "play worlds with this bug until one breaks a law");
  app.add_option("--from", from, "from this seed on");
  app.add_flag("--check", checks,
               "play the worlds that are known to find the bugs (also without options)");
  app.add_flag("--search", searches, "find such worlds afresh");
  app.add_option("names", names, "search for these alone");
  app.add_option("--seeds", path, "the file of those worlds");
  CLI11_PARSE(app, argc, argv);
  try {
    if (lists) return list();
    if (!name.empty()) return plant_one(name, from);
    return searches ? search(path, names) : check(path);
  } catch (const CLI::Error& error) {
    return app.exit(error);
  }
}

}  // namespace
}  // namespace lessor::sim

int main(int argc, char** argv) {
  try {
    return lessor::sim::run(argc, argv);
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "lessor-sim-planted: %s\n", error.what());
    return 1;
  }
}
