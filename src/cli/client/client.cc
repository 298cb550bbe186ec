#include "cli/client/client.h"

#include "cli/client/control.h"
#include "cli/console.h"
#include "runtime/clock.h"
#include "runtime/service_manager.h"

#include <algorithm>
#include <csignal>

namespace lessor::cli {

namespace {

/// How long the hand may take to put the host back, hooks aside.
constexpr Duration kFarewellPatience = Duration::seconds(5);

/// Orders that are over once they are done.
bool ends_when_settled(ClientOrder order) { return order != ClientOrder::run; }

}  // namespace

Client::Outcome Client::begin() {
  const Now now = runtime::read_clock();
  start_ends_at_ = now.mono + words_.timeout.value_or(kClientPatience);
  for (const auto& session : sessions_) {
    const auto begun = session->begin(now);
    if (!begun) return begun;
  }
  return {};
}

ExitCode Client::run() {
  const auto begun = begin();
  if (!begun) {
    complain(begun.error());
    stop(ExitCode::failed);
  }
  while (!stopping_) turn();
  finish();
  return exit_code_;
}

void Client::turn() {
  Instant next = is_started_ ? Instant::never() : start_ends_at_;
  for (const auto& session : sessions_) next = std::min(next, session->next_deadline());
  loop_->turn(next);
  if (stopping_) return;
  const Now now = runtime::read_clock();
  for (const auto& session : sessions_) {
    if (session->next_deadline() <= now.mono) session->on_time(now);
  }
  if (!is_started_) check_started(now.mono);
  std::string status = summary();
  if (status == told_status_) return;
  told_status_ = std::move(status);
  if (is_started_) runtime::notify_status(told_status_);
}

void Client::check_started(Instant now) {
  const bool failed = std::ranges::any_of(sessions_, [](const auto& s) { return s->has_failed(); });
  const bool settled =
      std::ranges::all_of(sessions_, [](const auto& s) { return s->is_settled(); });
  if (settled) return started(ExitCode::done);
  if (failed && ends_when_settled(words_.order)) return stop(ExitCode::failed);
  if (now < start_ends_at_) return;
  for (const auto& session : sessions_) {
    if (session->is_settled()) continue;
    log_.say(Severity::warning, session->name() + ": no lease within " +
                                    to_string(words_.timeout.value_or(kClientPatience)));
  }
  started(ExitCode::no_answer);
}

void Client::started(ExitCode code) {
  is_started_ = true;
  if (on_started_) on_started_(code);
  if (ends_when_settled(words_.order)) return stop(code);
  const bool gives_up = code == ExitCode::no_answer && words_.timeout && !words_.daemon;
  if (gives_up) return stop(code);
  told_status_ = summary();
  runtime::notify_ready(told_status_);
}

std::string Client::summary() const {
  std::string text;
  for (const auto& session : sessions_) {
    text.append(text.empty() ? "" : ", ").append(session->summary());
  }
  return text;
}

void Client::on_netlink() {
  const auto changed = watch_.take_events();
  if (!changed) return log_.say(Severity::warning, to_string(changed.error()));
  if (!*changed) return;
  const Now now = runtime::read_clock();
  for (const auto& session : sessions_) session->on_interfaces(now, watch_.table());
}

void Client::on_clock() {
  const runtime::ClockWatch::Change change = clock_.take();
  const Now now = runtime::read_clock();
  for (const auto& session : sessions_) {
    if (change.has_slept()) session->on_resume(now);
    if (change.has_stepped()) session->on_clock_step(now);
  }
}

void Client::on_hand() {
  const auto reports = hand_->take_reports();
  if (!reports) {
    log_.say(Severity::error, to_string(reports.error()) + "; stopping");
    loop_->forget(hand_->descriptor());
    return stop(ExitCode::failed);
  }
  for (const host::Report& report : *reports) {
    const auto found = std::ranges::find(sessions_, report.interface,
                                         [](const auto& s) -> const auto& { return s->name(); });
    if (found != sessions_.end()) {
      (*found)->on_report(report);
    } else if (!report.text.empty()) {
      const bool trouble =
          report.kind == host::ReportKind::trouble || report.kind == host::ReportKind::failed;
      log_.say(trouble ? Severity::warning : Severity::debug, report.text);
    }
  }
}

void Client::on_signal(int signal) {
  const Now now = runtime::read_clock();
  const bool renews = signal == SIGUSR1;
  if (!renews && signal != SIGUSR2) {
    if (signal == SIGHUP && words_.daemon) return;
    log_.say(Severity::info, signal == SIGTERM ? "SIGTERM: stopping" : "stopping");
    return stop(ends_when_settled(words_.order) ? ExitCode::failed : ExitCode::done);
  }
  for (const auto& session : sessions_) {
    const auto done = session->obey(now, renews ? ClientOrder::renew : ClientOrder::release);
    log_.say(done ? Severity::info : Severity::warning,
             (renews ? "SIGUSR1: " : "SIGUSR2: ") + (done ? *done : done.error()));
  }
}

std::expected<std::string, std::string> Client::ask(const std::string& interface,
                                                    ClientOrder order) {
  std::expected<std::string, std::string> answer = std::unexpected("the client is stopping");
  // Sessions are this task's thread's, their names too: an interface may just be read anew.
  (void)mailbox_.call([&] {
    const auto found = std::ranges::find(sessions_, interface,
                                         [](const auto& s) -> const auto& { return s->name(); });
    if (found == sessions_.end()) {
      answer = std::unexpected("the interface has another name now");
      return;
    }
    const Now now = runtime::read_clock();
    if (order == ClientOrder::status) {
      answer = (*found)->status(now);
      return;
    }
    answer = (*found)->obey(now, order);
    log_.say(Severity::info, answer ? *answer : answer.error());
  });
  return answer;
}

void Client::stop(ExitCode code) {
  if (stopping_) return;
  stopping_ = true;
  exit_code_ = code;
}

/// Engines say their last, the hand does it, the rest is told.
void Client::finish() {
  runtime::notify_stopping();
  mailbox_.close();
  controls_.clear();
  const Now now = runtime::read_clock();
  const bool test = words_.order == ClientOrder::test;
  for (const auto& session : sessions_) {
    if (test) exit_code_ = std::max(exit_code_, print_or_fail(session->preview(now) + "\n"));
    session->end(now);
  }
  const Duration patience =
      kFarewellPatience + (words_.hook.empty() ? Duration() : words_.hook_timeout);
  loop_->forget(hand_->descriptor());
  for (const host::Report& report : hand_->finish(
           leaves_host(words_) ? host::Farewell::leave : host::Farewell::put_back, patience)) {
    for (const auto& session : sessions_) {
      if (session->name() == report.interface) session->on_report(report);
    }
  }
  if (stage_->events) stage_->events->finish();
  log_.stop();
}

}  // namespace lessor::cli
