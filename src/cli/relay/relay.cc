#include "cli/relay/relay.h"

#include "cli/relay/relay_host.h"
#include "cli/version.h"
#include "runtime/clock.h"
#include "runtime/service_manager.h"

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace lessor::cli {

using runtime::ServedInterface;

void Relay::on_datagram(Now now, const net::Datagram& in) { engine_.on_datagram(now, in, outbox_); }

void Relay::on_batch_end(Now /*now*/) { tell_events(); }

void Relay::tell_events() {
  if (lines_.take(engine_.events())) log_.wake();
}

bool Relay::is_downlink(std::string_view name) const {
  return std::ranges::count(engine_.settings().downlinks, name, &relay::v4::Downlink::interface) >
         0;
}

void Relay::on_interfaces(const net::InterfaceTable& table,
                          std::span<const ServedInterface> served) {
  engine_.set_interfaces(runtime::read_clock(), table);
  log_.set_interfaces(table);
  for (const ServedInterface& s : served) {
    const auto before = std::ranges::find(served_, s.name, &ServedInterface::name);
    if (before == served_.end() || !(*before == s)) tell_interface(s);
  }
  for (const ServedInterface& before : served_) {
    if (std::ranges::count(served, before.name, &ServedInterface::name) > 0) continue;
    if (!is_downlink(before.name)) {
      log_.say(Severity::info, "servers are no longer reached by " + before.name);
    }
  }
  served_.assign(served.begin(), served.end());
  tell_events();
}

/// Of a downlink that works the engine tells, with its giaddr.
void Relay::tell_interface(const ServedInterface& s) {
  if (s.state == runtime::ServeState::opening) return;
  const bool works = s.state == runtime::ServeState::serving;
  if (is_downlink(s.name)) {
    if (!works) log_.say(Severity::warning, s.name + " is not relayed: " + s.reason);
  } else if (works) {
    log_.say(Severity::info, "servers are reached by " + s.name);
  } else {
    log_.say(Severity::warning, "servers should be reached by " + s.name + ": " + s.reason);
  }
}

/// Tells of downlinks that other settings do not have.
void Relay::let_go_of_links(const relay::v4::Settings& after) {
  for (const relay::v4::Downlink& before : engine_.settings().downlinks) {
    const bool stays =
        std::ranges::count(after.downlinks, before.interface, &relay::v4::Downlink::interface) > 0;
    if (stays) continue;
    log_.say(Severity::info, "no longer relaying clients of " + before.interface);
    // Should servers be reached by it, that will be news.
    std::erase_if(served_, [&](const ServedInterface& s) { return s.name == before.interface; });
  }
}

void Relay::on_notice(std::string_view text) { log_.say(Severity::warning, std::string(text)); }

void Relay::on_signal(int signal) {
  if (signal != SIGHUP) {
    log_.say(Severity::info, signal == SIGTERM ? "SIGTERM: stopping" : "SIGINT: stopping");
    stopping_ = true;
    return;
  }
  // One that waits will read what this one asks for.
  if (reload_waits_.exchange(true)) return;
  log_.say(Severity::info, "SIGHUP: reading " + setup_.file + " again");
  worker_.give([this] {
    reload_waits_ = false;
    runtime::notify_reloading();
    if (const auto done = reload(); !done) {
      log_.say(Severity::error, "what is relayed stays as it was: " + done.error());
    }
    runtime::notify_ready("relaying");
  });
}

std::expected<relay::v4::Settings, std::string> Relay::read_again() {
  if (setup_.file.empty()) {
    return std::unexpected("the relay was started without a file: there is nothing to read again");
  }
  auto settings = read_relay_file(setup_.file);
  if (!settings) return settings;
  if (settings->source_port != setup_.settings.source_port) {
    return std::unexpected("the source port has changed: that takes a restart");
  }
  return settings;
}

std::expected<std::string, std::string> Relay::reload() {
  const std::scoped_lock one_at_a_time(reload_mutex_);
  auto settings = read_again();
  if (!settings) {
    mailbox_.post([this] { ++reloads_refused_; });
    return std::unexpected(settings.error());
  }
  const bool taken = mailbox_.call([&] {
    io_->set_wanted(wanted_interfaces(*settings));
    let_go_of_links(*settings);
    engine_.set_settings(runtime::read_clock(), std::move(*settings));
    tell_ways();
    lines_.set_names(relay_names(engine_.settings(), engine_.servers()));
    ++reloads_;
    tell_events();
  });
  if (!taken) return std::unexpected("the relay is stopping, or too busy to take it");
  log_.say(Severity::info, "the new settings are in force");
  return "Settings successful.";
}

/// Which way servers' answers come.
void Relay::tell_ways() {
  ways_generation_ = io_->routes().generation();
  ways_.clear();
  for (const relay::v4::ServerStatus& server : engine_.servers()) {
    ways_.push_back(io_->routes().to(server.server.address).interface);
  }
  engine_.set_ways(ways_);
}

void Relay::turn() {
  loop_->turn(std::min(engine_.next_deadline(), io_->next_deadline()));
  if (ways_generation_ != io_->routes().generation()) tell_ways();
  const Now now = runtime::read_clock();
  if (engine_.next_deadline() <= now.mono) {
    engine_.on_time(now, outbox_);
    tell_events();
    io_->send();
  }
  if (io_->next_deadline() <= now.mono) io_->on_time(now);
}

ExitCode Relay::run() {
  tell_ways();
  while (!stopping_) turn();
  finish();
  return ExitCode::done;
}

void Relay::finish() {
  runtime::notify_stopping();
  mailbox_.close();
  control_.reset();
  worker_.stop();
  log_.stop();
  log_.say(Severity::info, "stopped");
}

std::expected<RelayReport, std::string> Relay::report() {
  RelayReport made;
  if (mailbox_.call([&] { made = make_report(); })) return made;
  return std::unexpected("the relay is stopping, or too busy to answer");
}

RelayReport Relay::make_report() {
  const Instant now = runtime::read_clock().mono;
  const net::InterfaceTable& table = io_->interfaces();
  const auto name_of_interface = [&](net::InterfaceIndex index) {
    const net::Interface* found = table.find(index);
    return found == nullptr ? std::string() : found->name;
  };
  RelayReport r;
  r.version = kVersion;
  r.source = setup_.file.empty() ? "by its command line" : setup_.file;
  r.pid = ::getpid();
  r.uptime = now - started_at_;
  r.choice = std::string(name_of(engine_.settings().choice));
  r.reloads = reloads_;
  r.reloads_refused = reloads_refused_;
  for (const relay::v4::DownlinkStatus& d : engine_.downlinks()) {
    const auto served = std::ranges::find(served_, d.interface, &ServedInterface::name);
    const bool open = served != served_.end() && served->is_open();
    std::string why = served == served_.end() ? "not there" : served->reason;
    if (open && !d.up && d.giaddr.is_zero()) why = "no giaddr";
    r.links.push_back({.interface = std::string(d.interface),
                       .up = open && d.up,
                       .why = std::move(why),
                       .giaddr = d.giaddr.is_zero() ? "" : net::to_string(d.giaddr),
                       .requests = d.requests,
                       .replies = d.replies,
                       .dropped = d.dropped,
                       .clients = d.clients});
  }
  for (const relay::v4::ServerStatus& s : engine_.servers()) {
    const bool heard = !s.last_answer.is_never();
    r.servers.push_back({.address = to_string(s.server),
                         .health = std::string(name_of(s.health)),
                         .by = name_of_interface(io_->routes().to(s.server.address).interface),
                         .sent = s.sent,
                         .answers = s.answers,
                         .unanswered = s.unanswered,
                         .times_down = s.times_down,
                         .answered_ago_s = heard ? (now - s.last_answer).to_seconds() : -1});
  }
  r.counts = relay_counts(engine_.counters(), io_->counters());
  return r;
}

}  // namespace lessor::cli
