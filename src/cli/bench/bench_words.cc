#include "cli/bench/bench_words.h"

#include "base/text.h"
#include "cli/bench/profile_text.h"
#include "cli/bench/scenario_names.h"
#include "cli/workbench/text_file.h"
#include "load/limits.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace lessor::cli {
namespace {

using load::Scenario;

constexpr std::string_view kCommand = " bench";
constexpr std::uint32_t kDefaultWindow = 64;
// Of a search: enough clients not to run out of idle ones while a server is slow, and one question
// each, as who waits for more shows little of a rate.
constexpr std::uint32_t kSearchClients = 10'000;
constexpr double kSearchFrom = 1'000;
constexpr Duration kSearchProbe = Duration::seconds(3);
constexpr Duration kSearchDelay = Duration::seconds(1);
constexpr Duration kSearchProbeMost = Duration::seconds(600);
constexpr double kSearchLost = 0.001;
/// What has no answer cannot be paced by answers.
constexpr double kDefaultUnansweredRate = 1'000;
/// An avalanche on a server that binds nobody ends all the same.
constexpr Duration kDefaultAvalanche = Duration::seconds(600);

/// What `--help` says of the scenarios.
constexpr const char* kScenarioHelp =
    "dora: new leases (default); all others bind everybody first: renew; rebind: as at T2; "
    "reboot: with the address of before; release; decline; mix: of all these; but avalanche: all "
    "at once, until all are bound";
/// An ordinary day's, as far as there is one.
constexpr load::Mix kDefaultMix = {20, 70, 2, 5, 3, 0};

constexpr const char* kFooter =
    "TARGET is a server's address: clients are behind relays, which are addresses of this host\n"
    "(UDP port 67); or an interface: clients are on its link, each with its own hardware address,\n"
    "in raw frames, and the interface needs no address.\n\n"
    "  lessor bench 192.0.2.1 --clients 10000\n"
    "  lessor bench eth0 --scenario renew --clients 5000 --rate 2000 --duration 30s\n"
    "  lessor bench eth0 --max\n"
    "  lessor bench eth0 --scenario avalanche --clients 100000\n"
    "  lessor bench eth0 --scenario mix --mix dora=1,renew=9 --profile morning.txt\n\n"
    "Without --exchanges and --duration there is one exchange for each client. Ctrl-C ends with\n"
    "the figures so far. What they mean: docs/bench.md.\n"
    "Exit code: 0 done, 1 failed, or leases were wrong, 2 usage, 3 no answer came.";

std::unexpected<Stop> refuse(std::string why) {
  return std::unexpected(usage_of(std::move(why), kCommand));
}

/// The words as they came.
struct Raw {
  std::string target;
  std::string scenario = "dora";
  std::vector<std::string> giaddrs;
  std::string duration, retry, wait, within, mix, profile;
  std::uint64_t exchanges = 0;
  std::uint64_t seed = 0;
  bool has_seed = false;
  bool has_clients = false, has_tries = false;
  bool max = false;
  std::string max_drops;
};

void add_load(CLI::App& app, Raw& raw, BenchWords& words) {
  load::Plan& plan = words.plan;
  constexpr const char* kGroup = "Load";
  const auto add = [&](const char* name, auto& value, const char* what, const char* type) {
    return app.add_option(name, value, what)->type_name(type)->group(kGroup);
  };
  add("--scenario", raw.scenario, kScenarioHelp, "WORD");
  add("--clients", plan.clients, "how many there are: 1000 (default; 10000 with --max)", "N")
      ->check(CLI::Range(1U, load::kMaxClients))
      ->each([&raw](const std::string&) { raw.has_clients = true; });
  auto* const window =
      add("--window", plan.window, "closed loop: so many exchanges under way: 64 (default)", "N");
  window->check(CLI::Range(1U, load::kMaxClients));
  auto* const rate = add("--rate", plan.rate,
                         "open loop: so many exchanges begin in a second, answered or not", "R");
  rate->check(CLI::Range(0.001, load::kMaxRate))->excludes(window);
  add("--profile", raw.profile,
      "open loop: a rate that changes, until it ends: lines of seconds and rate", "FILE")
      ->excludes(window);
  add("--mix", raw.mix,
      "proportions of a mix: dora=20,renew=70,rebind=2,reboot=5,release=3 (default)",
      "WORD=PARTS,...");
  add("--within", raw.within, "avalanche: all begin within so long: 0 (default)", "TIME");
  auto* const exchanges = add("--exchanges", raw.exchanges, "end after so many", "N");
  exchanges->check(CLI::Range(std::uint64_t{1}, UINT64_MAX));
  add("--duration", raw.duration, "end after so long; with --max, each rate's time: 3s (default)",
      "TIME");
  auto* const max = app.add_flag("--max", raw.max,
                                 "find the highest rate that the server bears; --rate is where "
                                 "the search begins: 1000 (default)");
  max->group(kGroup)->excludes(window)->excludes(exchanges);
  auto* const pcap = add("--pcap", words.pcap,
                         "play the clients of a capture: what they say, and, without --window, "
                         "--rate and --max, when they came",
                         "FILE");
  add("--speed", words.speed, "so many times as fast as they came: 1 (default)", "X")
      ->check(CLI::Range(0.001, 1e6))
      ->needs(pcap)
      ->excludes(window)
      ->excludes(rate)
      ->excludes(max);
  add("--max-drops", raw.max_drops, "it bears a rate when no more are lost: 0.1% (default)",
      "PERCENT")
      ->needs(max);
}

void add_clients(CLI::App& app, Raw& raw, BenchWords& words) {
  constexpr const char* kGroup = "Clients";
  const auto add = [&](const char* name, auto& value, const char* what, const char* type) {
    return app.add_option(name, value, what)->type_name(type)->group(kGroup);
  };
  add("--giaddr", raw.giaddrs,
      "relays: this host's addresses in it, or, where it has none, all of it, which are played "
      "(repeat it); 10.0.0.1/22x9: one in each of nine subnets; default: this host's address "
      "towards the server",
      "ADDR|PREFIX|RANGE");
  app.add_flag("--udp", words.udp, "relays use UDP sockets, not frames (slower)")->group(kGroup);
  app.add_flag("--broadcast", words.plan.broadcast, "ask for broadcast answers")->group(kGroup);
  add("--first", words.plan.first, "number of the first client, for several benches at once: 0",
      "N");
  add("--retry", raw.retry, "first wait for an answer, doubled each time: 4s (default)", "TIME");
  add("--tries", words.plan.tries, "send a message so often at most: 4 (default)", "N")
      ->check(CLI::Range(1, load::kMaxTries))
      ->each([&raw](const std::string&) { raw.has_tries = true; });
  add("--wait", raw.wait, "at the end, wait so long for what is under way: 10s (default)", "TIME");
  add("--seed", raw.seed, "draw the same transaction identifiers and waits again", "N")
      ->each([&raw](const std::string&) { raw.has_seed = true; });
}

std::expected<void, Stop> read_time(const std::string& text, const char* option, Duration least,
                                    Duration most, Duration& to) {
  if (text.empty()) return {};
  const auto time = parse_duration(text);
  if (!time) return refuse(std::string(option) + ": " + time.error());
  if (*time < least || *time > most) {
    return refuse(std::string(option) + " " + text + ": between " + to_string(least) + " and " +
                  to_string(most));
  }
  to = *time;
  return {};
}

std::expected<void, Stop> read_times(const Raw& raw, load::Plan& plan) {
  constexpr Duration kMost = Duration::seconds(30LL * 86'400);
  auto read =
      read_time(raw.duration, "--duration", Duration::milliseconds(1), kMost, plan.duration);
  if (read) {
    read = read_time(raw.retry, "--retry", Duration::milliseconds(50), load::kMaxFirstDelay,
                     plan.first_delay);
  }
  if (read) read = read_time(raw.wait, "--wait", Duration(), kMost, plan.patience);
  if (read) read = read_time(raw.within, "--within", Duration(), kMost, plan.within);
  return read;
}

std::expected<void, Stop> read_target(const Raw& raw, BenchWords& words) {
  const auto address = net::parse_ip4(raw.target);
  if (address) {
    words.plan.server = *address;
  } else {
    words.interface = raw.target;
  }
  if (!address && !raw.giaddrs.empty()) {
    return refuse("--giaddr is for relays: the target is then a server's address, not " +
                  quote_word(raw.target));
  }
  if (!address && words.udp) {
    return refuse("--udp is for relays: clients on a link have no addresses yet");
  }
  for (const std::string& text : raw.giaddrs) {
    for (const std::string_view part : split(text, ',')) {
      const auto span = parse_relay_span(part);
      if (!span) return refuse("--giaddr " + quote_word(part) + " is no address, prefix or range");
      words.giaddrs.push_back(*span);
    }
  }
  return {};
}

/// "0.1%" as 0.001.
std::expected<double, Stop> read_share(const std::string& text) {
  double percent = 0;
  const char* const end = text.data() + text.size();
  const auto [after, failed] = std::from_chars(text.data(), end, percent);
  const bool understood = failed == std::errc() && std::string_view(after, end) == "%";
  if (understood && percent >= 0 && percent <= 50) return percent / 100;
  return refuse("--max-drops " + quote_word(text) + ": a share from 0% to 50%, such as 0.1%");
}

/// What differs in a search from a run of one rate.
std::expected<void, Stop> read_search(const Raw& raw, BenchWords& words) {
  load::Plan& plan = words.plan;
  if (plan.is_avalanche() || !load::is_answered(load::exchange_of(plan.scenario))) {
    return refuse("--max looks for a rate of exchanges that are answered, not of " + raw.scenario);
  }
  if (!raw.profile.empty()) return refuse("--max looks for a rate: without --profile");
  if (raw.duration.empty()) plan.duration = kSearchProbe;
  if (plan.duration > kSearchProbeMost) {
    return refuse("--duration " + raw.duration + ": a search stays at most " +
                  to_string(kSearchProbeMost) + " at each rate");
  }
  if (!raw.has_clients) plan.clients = kSearchClients;
  if (!raw.has_tries) plan.tries = 1;
  if (raw.retry.empty()) plan.first_delay = kSearchDelay;
  if (plan.rate == 0) plan.rate = kSearchFrom;
  words.max_lost = kSearchLost;
  if (raw.max_drops.empty()) return {};
  const auto share = read_share(raw.max_drops);
  if (!share) return std::unexpected(share.error());
  words.max_lost = *share;
  return {};
}

std::expected<void, Stop> read_parts(std::string_view part, load::Mix& mix) {
  const std::size_t equals = std::min(part.find('='), part.size());
  const std::string_view name = trim(part.substr(0, equals));
  const auto found = std::ranges::find(kExchangeNames, name);
  if (found == kExchangeNames.end()) {
    return refuse("--mix: " + unknown_word(name, "exchange", kExchangeNames));
  }
  const auto parts =
      parse_number(trim(part.substr(std::min(equals + 1, part.size()))), load::kMaxParts);
  if (!parts) {
    return refuse("--mix " + quote_word(part) + ": write " + std::string(name) +
                  "=PARTS, a whole number up to " + std::to_string(load::kMaxParts));
  }
  std::uint32_t& to = mix[static_cast<std::size_t>(found - kExchangeNames.begin())];
  if (to > 0) return refuse("--mix: " + std::string(name) + " is there twice");
  to = static_cast<std::uint32_t>(*parts);
  return {};
}

std::expected<void, Stop> read_mix(const Raw& raw, load::Plan& plan) {
  if (!plan.is_mix()) {
    if (raw.mix.empty()) return {};
    return refuse("--mix is for --scenario mix");
  }
  if (raw.mix.empty()) plan.mix = kDefaultMix;
  for (const std::string_view part : split(raw.mix, ',')) {
    if (auto read = read_parts(part, plan.mix); !read) return read;
  }
  if (load::sum_of(plan.mix) == 0) return refuse("--mix: nothing is in it");
  return {};
}

std::expected<void, Stop> read_rates(const Raw& raw, BenchWords& words) {
  load::Plan& plan = words.plan;
  if (raw.profile.empty()) return {};
  if (!words.pcap.empty()) {
    return refuse("--profile and --pcap: one of the two says when to begin");
  }
  if (plan.rate > 0) return refuse("--profile and --rate: one of the two says when to begin");
  const auto text = read_text_file(raw.profile);
  if (!text) return refuse("--profile: " + text.error());
  auto points = read_profile(*text, raw.profile);
  if (!points) return refuse("--profile " + points.error());
  plan.profile = std::move(*points);
  return {};
}

std::expected<void, Stop> read_scenario(const Raw& raw, load::Plan& plan) {
  const auto found = std::ranges::find(kScenarioNames, raw.scenario);
  if (found == kScenarioNames.end()) {
    std::string text = unknown_word(raw.scenario, "scenario", kScenarioNames);
    if (!text.ends_with('?')) text += ": lessor bench --help names them";
    return refuse(std::move(text));
  }
  plan.scenario = static_cast<Scenario>(found - kScenarioNames.begin());
  if (!plan.is_avalanche() && !raw.within.empty()) {
    return refuse("--within is for --scenario avalanche; for others, --rate says when they begin");
  }
  const bool is_paced = plan.rate > 0 || plan.window > 0 || !plan.profile.empty();
  if (plan.is_avalanche() && (is_paced || raw.exchanges > 0)) {
    return refuse(
        "an avalanche is everybody at once, each until it is bound: --clients, --within "
        "and --duration say how many, how fast and how long at most");
  }
  return {};
}

/// Which loop, and when it ends.
void read_loop(const Raw& raw, BenchWords& words) {
  load::Plan& plan = words.plan;
  if (plan.is_avalanche()) {
    if (raw.duration.empty()) plan.duration = kDefaultAvalanche;
    return;
  }
  // A capture's clients come when they came.
  const bool is_timed = !plan.profile.empty() || !words.pcap.empty();
  if (plan.rate == 0 && plan.window == 0 && !is_timed) {
    const bool answered = load::is_answered(load::exchange_of(plan.scenario));
    if (answered) plan.window = kDefaultWindow;
    if (!answered) plan.rate = kDefaultUnansweredRate;
  }
  if (raw.exchanges > 0) {
    plan.exchanges = raw.exchanges;
  } else if (raw.duration.empty() && plan.profile.empty()) {
    plan.exchanges = plan.clients;
  }
}

std::expected<void, Stop> understand(const Raw& raw, BenchWords& words) {
  load::Plan& plan = words.plan;
  if (auto times = read_times(raw, plan); !times) return times;
  if (auto rates = read_rates(raw, words); !rates) return rates;
  if (auto scenario = read_scenario(raw, plan); !scenario) return scenario;
  if (auto mix = read_mix(raw, plan); !mix) return mix;
  if (raw.max) {
    if (auto search = read_search(raw, words); !search) return search;
  }
  if (plan.first > UINT32_MAX - plan.clients) {
    return refuse("--first: the last client's number would be beyond 32 bits");
  }
  read_loop(raw, words);
  if (raw.has_seed) words.seed = raw.seed;
  return read_target(raw, words);
}

}  // namespace

std::expected<BenchWords, Stop> read_bench_words(std::span<const char* const> argv) {
  BenchWords words;
  Raw raw;
  CLI::App app("Loads a DHCP server with clients that behave like clients, and measures it.",
               "bench");
  app.add_option("TARGET", raw.target, "a server's address, or an interface")
      ->required()
      ->type_name("");
  add_load(app, raw, words);
  add_clients(app, raw, words);
  app.add_flag("--json", words.json, "the figures as JSON");
  app.add_option("--html", words.html, "also a page with charts, to this file")->type_name("FILE");
  app.footer(kFooter);
  if (auto stop = read_words(app, argv)) return std::unexpected(*stop);
  if (auto done = understand(raw, words); !done) return std::unexpected(done.error());
  return words;
}

}  // namespace lessor::cli
