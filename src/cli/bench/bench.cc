// `lessor bench`: from words to a running fleet, and what it has shown.

#include "cli/bench/bench_report.h"
#include "cli/bench/bench_words.h"
#include "cli/bench/commands.h"
#include "cli/console.h"
#include "runtime/clock.h"
#include "runtime/cpu_time.h"
#include "runtime/ethernet_interface.h"
#include "runtime/fleet_link.h"
#include "runtime/interface_watch.h"
#include "runtime/route_cache.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace lessor::cli {
namespace {

constexpr std::size_t kOutboxSlots = 4'096;
constexpr Duration kProgressInterval = Duration::milliseconds(250);
/// A deadline as far away as makes a difference to nobody.
constexpr Duration kIdle = Duration::seconds(1);

std::unexpected<std::string> failure(const runtime::SystemError& error) {
  return std::unexpected(runtime::to_string(error));
}

/// This host's addresses in `giaddrs`, or the one that the kernel would choose.
std::expected<std::vector<net::Ip4>, std::string> find_relays(
    const BenchWords& words, const net::InterfaceTable& interfaces) {
  const std::string server = net::to_string(words.plan.server);
  auto routes = runtime::RouteCache::open();
  if (!routes) return failure(routes.error());
  const runtime::Route route = routes->to(words.plan.server);
  if (route.interface == 0) {
    return std::unexpected("there is no route to " + server +
                           "; give this host an address from which it can be reached");
  }
  if (interfaces.owns(words.plan.server)) {
    return std::unexpected(server +
                           " is an address of this host: both would need UDP port 67; "
                           "run the bench on another host or in a network namespace");
  }
  if (words.giaddrs.empty()) return std::vector{route.source};
  std::vector<net::Ip4> relays;
  for (const net::Range4& range : words.giaddrs) {
    const std::size_t before = relays.size();
    std::ranges::copy_if(interfaces.own_addresses(), std::back_inserter(relays),
                         [&](net::Ip4 address) { return range.contains(address); });
    if (relays.size() == before) {
      const std::string shown =
          range.size() == 1 ? net::to_string(range.first) : net::to_string(range);
      return std::unexpected("--giaddr " + shown +
                             ": this host has no such address, so no answer could reach it; "
                             "add it: ip addr add ADDRESS dev INTERFACE");
    }
  }
  std::ranges::sort(relays);
  relays.erase(std::ranges::unique(relays).begin(), relays.end());
  if (relays.size() > load::kMaxRelays) {
    return std::unexpected("--giaddr: " + std::to_string(relays.size()) + " relays are more than " +
                           std::to_string(load::kMaxRelays));
  }
  return relays;
}

class Bench final : public runtime::FleetLinkHandler {
 public:
  static std::expected<std::unique_ptr<Bench>, std::string> open(BenchWords words) {
    auto bench = std::unique_ptr<Bench>(new Bench(std::move(words)));
    const auto opened = bench->open_link();
    if (!opened) return std::unexpected(opened.error());
    return bench;
  }

  ExitCode run() {
    const Instant began = runtime::read_clock().mono;
    const Duration cpu_before = runtime::process_cpu_time();
    while (fleet_->phase() != load::Phase::done) {
      const Now now = runtime::read_clock();
      if (interrupted_ || link_->is_gone()) fleet_->stop();
      fleet_->on_time(now, outbox_);
      link_->on_time(now.mono);
      link_->send();
      show_progress(now.mono);
      if (fleet_->phase() != load::Phase::done) loop_->turn(deadline(now.mono));
    }
    erase_progress();
    const Now now = runtime::read_clock();
    const BenchReport report{.plan = words_.plan,
                             .target = target_,
                             .figures = fleet_->figures(),
                             .preparation = fleet_->preparation(),
                             .holding = fleet_->holding(now.mono),
                             .cpu = runtime::process_cpu_time() - cpu_before,
                             .wall = now.mono - began,
                             .lost_here = count(runtime::IoCount::receive_lost),
                             .send_failures = count(runtime::IoCount::send_failed) +
                                              count(runtime::IoCount::send_dropped_full),
                             .interrupted = interrupted_};
    const ExitCode told = print_or_fail(words_.json ? to_json(report) : to_text(report));
    return told == ExitCode::done ? verdict() : told;
  }

  void on_datagram(Now now, const net::Datagram& in) override {
    fleet_->on_datagram(now, in, outbox_);
  }
  std::optional<net::Mac> mac_of(Now now, net::Ip4 address) override {
    return fleet_->holder_mac(now.mono, address);
  }

 private:
  explicit Bench(BenchWords words)
      : words_(std::move(words)), outbox_(kOutboxSlots, 0), draws_(::isatty(STDERR_FILENO) == 1) {}

  std::expected<void, std::string> open_link() {
    auto loop = runtime::EventLoop::open();
    if (!loop) return failure(loop.error());
    loop_ = std::move(*loop);
    const auto signals =
        loop_->watch_signals({SIGINT, SIGTERM, SIGHUP}, [this](int) { interrupted_ = true; });
    if (!signals) return failure(signals.error());
    const auto opened = words_.interface.empty() ? open_relayed() : open_direct();
    if (!opened) return opened;
    fleet_ =
        std::make_unique<load::Fleet>(words_.plan, words_.seed.value_or(runtime::random_seed()));
    return {};
  }

  std::expected<void, std::string> open_direct() {
    target_ = words_.interface;
    const auto interface = runtime::find_ethernet(words_.interface);
    if (!interface) {
      return std::unexpected(runtime::to_string(interface.error()) +
                             " (a server's address is a target, too)");
    }
    words_.plan.interface = interface->index;
    auto link = runtime::FleetLink::open_framed(
        *loop_, outbox_, *this, *interface,
        {.port = wire::kClientPort, .source_mac_at = wire::kChaddrOffset});
    if (!link) return failure(link.error());
    link_ = std::move(*link);
    return {};
  }

  std::expected<void, std::string> open_relayed() {
    target_ = net::to_string(words_.plan.server);
    const auto watch = runtime::InterfaceWatch::open();
    if (!watch) return failure(watch.error());
    auto relays = find_relays(words_, watch->table());
    if (!relays) return std::unexpected(relays.error());
    words_.plan.relays = std::move(*relays);
    auto link =
        runtime::FleetLink::open_routed(*loop_, outbox_, *this, watch->table(), wire::kServerPort);
    if (!link) return failure(link.error());
    link_ = std::move(*link);
    return {};
  }

  [[nodiscard]] Instant deadline(Instant now) const {
    Instant next = std::min(fleet_->next_deadline(), link_->next_deadline());
    if (draws_) next = std::min(next, draw_at_);
    return std::min(next, now + kIdle);
  }

  [[nodiscard]] std::uint64_t count(runtime::IoCount what) const {
    return link_->counters().value(what);
  }

  void show_progress(Instant now) {
    if (!draws_ || now < draw_at_) return;
    const std::uint64_t done = fleet_->figures().count(load::Count::done);
    const auto since = static_cast<double>((now - drawn_at_).to_nanoseconds());
    const double rate = static_cast<double>(done - drawn_done_) * 1e9 / since;
    std::fputs(("\r\033[K" + progress_line(*fleet_, words_.plan, rate)).c_str(), stderr);
    drawn_at_ = now;
    drawn_done_ = done;
    draw_at_ = now + kProgressInterval;
  }
  void erase_progress() const {
    if (draws_) std::fputs("\r\033[K", stderr);
  }

  [[nodiscard]] ExitCode verdict() const {
    const load::Figures& run = fleet_->figures();
    const load::Figures& before = fleet_->preparation();
    if (link_->is_gone()) {
      complain("the interface " + target_ + " has gone");
      return ExitCode::failed;
    }
    if (run.violated() + before.violated() > 0) return ExitCode::failed;
    if (run.count(load::Count::done) > 0) return ExitCode::done;
    if (run.count(load::Count::received) + before.count(load::Count::received) > 0) {
      return ExitCode::failed;
    }
    complain("no answer came from " + target_);
    return ExitCode::no_answer;
  }

  BenchWords words_;
  std::string target_;
  net::Outbox outbox_;
  std::unique_ptr<runtime::EventLoop> loop_;
  std::unique_ptr<load::Fleet> fleet_;
  std::unique_ptr<runtime::FleetLink> link_;  // before the loop and the Outbox that it uses go
  bool interrupted_ = false;
  bool draws_;
  Instant draw_at_;
  Instant drawn_at_;
  std::uint64_t drawn_done_ = 0;
};

}  // namespace

ExitCode run_bench(std::span<const char* const> argv) {
  auto words = read_bench_words(argv);
  if (!words) return print_stop(words.error());
  const auto bench = Bench::open(std::move(*words));
  if (bench) return (*bench)->run();
  complain(bench.error());
  return ExitCode::failed;
}

}  // namespace lessor::cli
