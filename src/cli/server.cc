#include "cli/server.h"

#include "cli/server_report.h"
#include "cli/server_target.h"
#include "cli/version.h"
#include "control/control_server.h"
#include "runtime/clock.h"
#include "runtime/service_manager.h"

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace lessor::cli {

void Server::on_datagram(Now now, const net::Datagram& in) {
  engine_->on_datagram(stored(now), in, outbox_);
}

void Server::fetch_ahead(Bytes payload) { engine_->fetch_ahead(payload); }

bool Server::picks_in_crowd(std::size_t most) {
  engine_->begin_turn(most);
  return true;
}

bool Server::admits(Now now, const net::Datagram& in) { return engine_->admits(now, in); }

void Server::on_arp(Now now, const net::ArpSighting& sighting) {
  engine_->on_arp(stored(now), sighting, outbox_);
}

void Server::on_echo(Now now, const net::EchoSighting& sighting) {
  engine_->on_echo(stored(now), sighting, outbox_);
}

void Server::on_batch_end(Now now) { hand_over(now.mono); }

/// What the engine has made goes its ways: changes to the commit thread, events to the log thread.
void Server::hand_over(Instant now) {
  storage_->submit(now);
  log_.wake();
  if (!engine_->lease_events().empty()) followers_.wake();
  grow_if_wanted();
}

void Server::on_interfaces(const net::InterfaceTable& table,
                           std::span<const runtime::ServedInterface> served) {
  if (engine_ != nullptr) engine_->set_interfaces(now(), table);
  log_.set_interfaces(table);
  followers_.set_interfaces(table);
  rogues_.set_interfaces(table, served);
  for (const runtime::ServedInterface& s : served) {
    const auto before = std::ranges::find(served_, s.name, &runtime::ServedInterface::name);
    if (before != served_.end() && *before == s) continue;
    log_.say(s.is_open() ? Severity::info : Severity::warning,
             (s.is_open() ? "serving " + s.name + (s.by_xdp ? " by AF_XDP" : "")
                          : "not serving " + s.name + ": " + s.reason));
  }
  for (const runtime::ServedInterface& before : served_) {
    if (std::ranges::count(served, before.name, &runtime::ServedInterface::name) > 0) continue;
    log_.say(Severity::info, "no longer serving " + before.name);
  }
  served_.assign(served.begin(), served.end());
}

/// Any thread. The engine's events are the packet thread's.
void Server::tell_rogue(Now now, const server::v4::ServerSighting& seen, RogueWatch::News news) {
  mailbox_.post([this, now, seen, news] {
    engine_->tell_other_server(stored_time_.apply(now), seen, news);
    log_.wake();
  });
}

void Server::on_notice(std::string_view text) { log_.say(Severity::warning, std::string(text)); }

void Server::on_signal(int signal) {
  if (signal == SIGHUP) return reload_by_signal();
  log_.say(Severity::info, signal == SIGTERM ? "SIGTERM: stopping" : "SIGINT: stopping");
  stop(ExitCode::done);
}

/// The commit thread has news: replies that waited may leave, or none may any more.
void Server::on_durable() {
  storage_->changed().drain();
  outbox_.release(storage_->durable());
  if (storage_->failed()) {
    log_.say(Severity::error, "the lease store in " + lease_folder_ +
                                  " failed and nothing can be promised any more: " +
                                  storage_->failure() + "; stopping");
    return stop(ExitCode::failed);
  }
  io_->send();
}

Now Server::now() { return stored(runtime::read_clock()); }

Now Server::stored(Now now) {
  const Now known = stored_time_.apply(now);
  if (stored_time_.step() > Duration()) note_clock_step(known);
  return known;
}

/// Before any change that is dated by the clock as it is now.
void Server::note_clock_step(Now now) {
  if (!storage_ || !storage_->changes().has_room()) return;
  const Duration step = stored_time_.take_step();
  storage_->changes().push(lease::change_of_step(now.wall, step));
  log_.say(Severity::info,
           "the wall clock was set forward by " + to_string(step) + ": leases last as before");
}

void Server::run_timers() {
  const Now now = this->now();
  if (engine_->next_deadline() <= now.mono) {
    engine_->on_time(now, outbox_);
    hand_over(now.mono);
    io_->send();
    free_retired();
    if (swapping_) follow_swap(this->now().mono - now.mono);
  }
  if (io_->next_deadline() <= now.mono) io_->on_time(now);
  if (storage_->next_deadline() <= now.mono) storage_->on_time();
}

void Server::turn() {
  loop_->turn(
      std::min({engine_->next_deadline(), io_->next_deadline(), storage_->next_deadline()}));
  if (!stopping_) run_timers();
}

void Server::stop(ExitCode code) {
  stopping_ = true;
  exit_code_ = std::max(exit_code_, code);
}

ExitCode Server::run() {
  while (!stopping_) turn();
  finish();
  return exit_code_;
}

/// A command in hand may be a reload, which changes them; the mailbox is closed to the next.
void Server::close_http_controls() {
  std::vector<HttpControls::Entry> entries;
  {
    const std::scoped_lock one_at_a_time(reload_mutex_);
    entries = http_controls_.take();
  }
}

/// No packet is read any more; what was promised is made durable and sent.
void Server::finish() {
  runtime::notify_stopping();
  loop_->forget(storage_->changed().fd());
  mailbox_.close();
  bulk_queries_.stop();
  controls_.clear();
  close_http_controls();
  rogues_.stop();
  worker_.stop();
  storage_->finish();
  if (storage_->failed() && exit_code_ == ExitCode::done) {
    log_.say(Severity::error, "the lease store failed at the end: " + storage_->failure());
    exit_code_ = ExitCode::failed;
  }
  if (!storage_->failed()) {
    outbox_.release(storage_->durable());
    io_->send();
  }
  followers_.stop();
  log_.stop();
  log_.say(Severity::info, exit_code_ == ExitCode::failed ? "stopped after a failure" : "stopped");
}

std::optional<server::v4::BulkNews> Server::answer_bulk(server::v4::BulkSession& session,
                                                        std::size_t budget) {
  std::optional<server::v4::BulkNews> news;
  const bool done = mailbox_.call([&] { news = engine_->answer_bulk(now(), session, budget); });
  return done ? news : std::nullopt;
}

control::LeaseRow Server::row_of(const lease::Lease& lease) {
  control::LeaseRow row = control::make_row(lease, now());
  const config::Subnet* subnet = engine_->configuration()->find_subnet(lease.address);
  if (subnet != nullptr) row.subnet = net::to_string(subnet->prefix);
  return row;
}

control::Status Server::status() {
  control::Status s;
  s.version = kVersion;
  s.pid = ::getpid();
  s.uptime = now().mono - started_at_;
  s.since_reload = now().mono - configured_at_;
  s.config = setup_.config.source;
  s.lease_folder = lease_folder_;
  s.interfaces = report_interfaces(served_, io_->interfaces());
  s.pools = report_pools(engine_->pools());
  s.counters = report_counters(engine_->counters(), io_->counters());
  rogues_.report(now().mono, io_->interfaces(), s);
  s.flushes = storage_->status();
  s.flushes.newest = storage_->changes().last();
  s.flushes.parked = outbox_.parked();
  const auto waiting = engine_->waiting(now().mono);
  s.queue = {waiting.count, waiting.oldest, waiting.longest};
  s.reloads = reloads_;
  return s;
}

}  // namespace lessor::cli
