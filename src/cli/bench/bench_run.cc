#include "cli/bench/bench_run.h"

#include "cli/console.h"
#include "runtime/clock.h"
#include "runtime/cpu_time.h"
#include "runtime/ethernet_interface.h"
#include "runtime/interface_watch.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace lessor::cli {
namespace {

/// What one turn begins, and what a batch of answers causes; the rest waits for room in a full
/// socket.
constexpr std::size_t kOutboxSlots = 256;
constexpr Duration kProgressInterval = Duration::milliseconds(250);
/// A deadline as far away as makes a difference to nobody.
constexpr Duration kIdle = Duration::seconds(1);

std::unexpected<std::string> failure(const runtime::SystemError& error) {
  return std::unexpected(runtime::to_string(error));
}

/// How the kernel reaches the server.
std::expected<runtime::Route, std::string> find_route(net::Ip4 address,
                                                      const net::InterfaceTable& interfaces) {
  const std::string server = net::to_string(address);
  if (interfaces.owns(address)) {
    return std::unexpected(server +
                           " is an address of this host: both would need UDP port 67; "
                           "run the bench on another host or in a network namespace");
  }
  auto routes = runtime::RouteCache::open();
  if (!routes) return failure(routes.error());
  const runtime::Route route = routes->to(address);
  if (route.interface != 0) return route;
  return std::unexpected("there is no route to " + server +
                         "; give this host an address from which it can be reached");
}

}  // namespace

BenchRun::BenchRun(BenchWords words)
    : words_(std::move(words)), outbox_(kOutboxSlots, 0), draws_(::isatty(STDERR_FILENO) == 1) {}

std::expected<std::unique_ptr<BenchRun>, std::string> BenchRun::open(BenchWords words) {
  auto run = std::unique_ptr<BenchRun>(new BenchRun(std::move(words)));
  const auto opened = run->open_link();
  if (!opened) return std::unexpected(opened.error());
  return run;
}

std::expected<void, std::string> BenchRun::open_link() {
  auto loop = runtime::EventLoop::open();
  if (!loop) return failure(loop.error());
  loop_ = std::move(*loop);
  const auto signals =
      loop_->watch_signals({SIGINT, SIGTERM, SIGHUP}, [this](int) { interrupted_ = true; });
  if (!signals) return failure(signals.error());
  const auto opened = words_.interface.empty() ? open_relayed() : open_direct();
  if (!opened) return opened;
  fleet_ = std::make_unique<load::Fleet>(words_.plan, words_.seed.value_or(runtime::random_seed()));
  return {};
}

std::expected<void, std::string> BenchRun::open_direct() {
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

std::expected<void, std::string> BenchRun::open_relayed() {
  target_ = net::to_string(words_.plan.server);
  const auto watch = runtime::InterfaceWatch::open();
  if (!watch) return failure(watch.error());
  const auto route = find_route(words_.plan.server, watch->table());
  if (!route) return std::unexpected(route.error());
  auto relays = words_.giaddrs.empty() ? Relays{.addresses = {route->source}}
                                       : choose_relays(words_.giaddrs, watch->table());
  if (!relays) return std::unexpected(relays.error());
  plays_relays_ = !relays->own;
  words_.plan.relays = std::move(relays->addresses);
  auto framed = open_routers(*route, watch->table());
  if (framed) return {};
  if (plays_relays_) {
    return std::unexpected(framed.error() +
                           "; relays at addresses that are not this host's own "
                           "take frames");
  }
  if (!words_.udp) complain(framed.error() + "; relays use UDP sockets, which is slower");
  auto link =
      runtime::FleetLink::open_routed(*loop_, outbox_, *this, watch->table(), wire::kServerPort);
  if (!link) return failure(link.error());
  link_ = std::move(*link);
  return {};
}

/// Relays that send and receive frames.
std::expected<void, std::string> BenchRun::open_routers(const runtime::Route& route,
                                                        const net::InterfaceTable& interfaces) {
  if (words_.udp) return std::unexpected("--udp: no frames are sent");
  const net::Interface* const interface = interfaces.find(route.interface);
  if (interface == nullptr || !interface->ethernet) {
    return std::unexpected("the way to " + target_ + " is no Ethernet");
  }
  auto link = runtime::FleetLink::open_routers(
      *loop_, outbox_, *this, *interface,
      {.port = wire::kServerPort,
       .next_hop = route.gateway.is_zero() ? words_.plan.server : route.gateway,
       .asks_from = route.source,
       .own = !plays_relays_});
  if (!link) return failure(link.error());
  link_ = std::move(*link);
  return {};
}

std::optional<net::Mac> BenchRun::mac_of(Now now, net::Ip4 address) {
  if (!words_.plan.is_relayed()) return fleet_->holder_mac(now.mono, address);
  const bool played = plays_relays_ && std::ranges::binary_search(words_.plan.relays, address);
  if (!played) return std::nullopt;
  return runtime::FleetLink::router_mac(address);
}

void BenchRun::play() {
  began_ = runtime::read_clock().mono;
  cpu_ = runtime::process_cpu_time();
  lost_ = counted_lost();
  failed_ = counted_failed();
  reached_.reset();
  sampled_ = false;
  while (fleet_->phase() != load::Phase::done) {
    const Now now = runtime::read_clock();
    if (is_stopped()) fleet_->stop();
    fleet_->on_time(now, outbox_);
    note_reached(now.mono);
    take_sample(now.mono);
    link_->on_time(now.mono);
    link_->send();
    show_progress(now.mono);
    if (fleet_->phase() != load::Phase::done) loop_->turn(deadline(now.mono));
  }
  erase_progress();
  ended_ = runtime::read_clock().mono;
  cpu_ = runtime::process_cpu_time() - cpu_;
  lost_ = counted_lost() - lost_;
  failed_ = counted_failed() - failed_;
}

void BenchRun::play_again(const load::Plan& plan) {
  words_.plan = plan;
  fleet_->run_again(plan);
  play();
}

void BenchRun::rest(Duration time) {
  const Instant until = runtime::read_clock().mono + time;
  while (!is_stopped() && runtime::read_clock().mono < until) loop_->turn(until);
}

/// What is answered while nothing is asked any more says nothing of a rate.
void BenchRun::note_reached(Instant now) {
  const load::Phase phase = fleet_->phase();
  if (reached_ || (phase != load::Phase::ending && phase != load::Phase::done)) return;
  const auto ns = static_cast<double>((now - began_).to_nanoseconds());
  const auto done = static_cast<double>(fleet_->figures().count(load::Count::done));
  waiting_ = fleet_->outstanding();
  reached_ = ns > 0 ? done * 1e9 / ns : 0;
}

/// Also early, when the run ends. Binding everybody before a run is in no sample.
void BenchRun::take_sample(Instant now) {
  const load::Phase phase = fleet_->phase();
  if (phase == load::Phase::waiting || phase == load::Phase::preparing) return;
  if (!sampled_) series_.begin_run(now);
  sampled_ = true;
  if (now < series_.next_deadline() && phase != load::Phase::done) return;
  series_.take(now, fleet_->figures(), fleet_->outstanding());
}

BenchReport BenchRun::report() const {
  return {.plan = words_.plan,
          .target = target_,
          .figures = fleet_->figures(),
          .preparation = fleet_->preparation(),
          .holding = fleet_->holding(ended_),
          .cpu = cpu_,
          .wall = ended_ - began_,
          .lost_here = lost_,
          .send_failures = failed_,
          .reached = reached_.value_or(0),
          .waiting = waiting_,
          .framed = link_->is_framed(),
          .interrupted = interrupted_,
          .samples = series_.samples()};
}

ExitCode BenchRun::verdict() const {
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

Instant BenchRun::deadline(Instant now) const {
  Instant next = std::min(fleet_->next_deadline(), link_->next_deadline());
  if (draws_) next = std::min(next, draw_at_);
  if (sampled_) next = std::min(next, series_.next_deadline());
  return std::min(next, now + kIdle);
}

void BenchRun::show_progress(Instant now) {
  if (!draws_ || now < draw_at_) return;
  const std::uint64_t done = fleet_->figures().count(load::Count::done);
  const auto since = static_cast<double>((now - drawn_at_).to_nanoseconds());
  const double rate = static_cast<double>(done - drawn_done_) * 1e9 / since;
  std::fputs(("\r\033[K" + progress_line(*fleet_, words_.plan, rate)).c_str(), stderr);
  drawn_at_ = now;
  drawn_done_ = done;
  draw_at_ = now + kProgressInterval;
}

void BenchRun::erase_progress() const {
  if (draws_) std::fputs("\r\033[K", stderr);
}

std::uint64_t BenchRun::counted_lost() const {
  link_->count_losses();
  return link_->counters().value(runtime::IoCount::receive_lost);
}

std::uint64_t BenchRun::counted_failed() const {
  return link_->counters().value(runtime::IoCount::send_failed) +
         link_->counters().value(runtime::IoCount::send_dropped_full);
}

}  // namespace lessor::cli
