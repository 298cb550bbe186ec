// The half of Session that obeys its engine: what it wants sent, done to the host, told, kept.

#include "cli/client/hook_environment.h"
#include "cli/client/lease_record.h"
#include "cli/client/session.h"
#include "cli/client/tell.h"
#include "cli/console.h"
#include "runtime/clock.h"

namespace lessor::cli {

using client::v4::Effect;
using client::v4::EffectKind;
using client::v4::Event;
using client::v4::EventKind;
using client::v4::Reason;

namespace {

/// The hook's word for a lease that goes on.
constexpr std::string_view kRenewed = "renewed";

/// A refusal that repeats is told once in this time.
constexpr Duration kTellAgain = Duration::seconds(60);

/// What anybody on the link can bring about as often as he likes.
bool is_noise(EventKind kind) {
  return kind == EventKind::dropped || kind == EventKind::received || kind == EventKind::offer;
}

/// The hook's word for the loss of an address.
std::string_view loss_name(Reason reason) {
  if (reason == Reason::expired) return "expired";
  if (reason == Reason::refused) return "nak";
  if (reason == Reason::ordered) return "stopped";
  const bool taken = reason == Reason::conflict || reason == Reason::address_taken;
  return taken ? "conflict" : "lost";
}

/// Only a hook has a code: its own, or 128 and the signal.
std::string tell_hook_end(int code) { return "the hook ended with " + std::to_string(code); }

}  // namespace

/// After every call of the engine: what it wants sent, then effects, then events.
void Session::pump(Now now) {
  if (link_ != nullptr) {
    link_->send(outbox_);
  } else {
    for (net::Outbox::Ready ready; outbox_.take_ready(ready);) outbox_.recycle(ready.id);
    for (net::ArpProbe probe; outbox_.take_probe(probe);) continue;
  }
  for (Effect effect; engine_.take(effect);) obey(now, effect);
  for (Event event; engine_.take(event);) tell(now, event);
}

void Session::tell(Now now, const Event& event) {
  if (stage_.events) {
    stage_.events->say(now.mono,
                       event_json(event, name(), engine_.lease(), runtime::read_wall_clock()),
                       is_noise(event.kind));
  }
  if (event.kind == EventKind::dropped) {
    const auto [told, is_new] = told_.try_emplace(event.reason, now.mono);
    if (!is_new && now.mono - told->second < kTellAgain) return;
    told->second = now.mono;
  }
  const ToldLine line = tell_event(event, name(), engine_.lease());
  stage_.log.say(line.severity, line.text);
}

void Session::obey(Now now, const Effect& effect) {
  switch (effect.kind) {
    case EffectKind::configure:
      set_up_host(now);
      return run_hook("bound", effect.reason);
    case EffectKind::refresh:
      set_up_host(now);
      return run_hook(kRenewed, effect.reason);
    case EffectKind::deconfigure:
      return deconfigure(effect);
    case EffectKind::remember:
      return save(now);
    case EffectKind::forget:
      (void)check(stage_.hand.remove_lease_file(lease_file_name(stage_.words, name())));
      return;
    case EffectKind::inform:
      return inform(now, effect);
  }
}

void Session::set_up_host(Now now) {
  const client::v4::Lease* const lease = engine_.lease();
  if (lease == nullptr) return;
  const client::v4::HostPlan plan = client::v4::plan_host(*lease, rules_, now);
  std::vector<std::string> refusals;
  for (const client::v4::Refusal& one : plan.refusals) refusals.push_back(one.what);
  if (refusals != refusals_) {
    for (const std::string& one : refusals) say(Severity::warning, "not done: " + one);
    refusals_ = std::move(refusals);
  }
  used_ = *lease;
  done_ = plan.settings;
  settled_ = false;
  settling_ = check(stage_.hand.configure(name(), plan.settings));
}

void Session::inform(Now now, const Effect& effect) {
  const client::v4::Lease* const lease = engine_.lease();
  if (lease == nullptr) return;
  client::v4::HostRules rules = rules_;
  rules.address = false;  // it is there from elsewhere
  done_ = client::v4::plan_host(*lease, rules, now).settings;
  settling_ = check(stage_.hand.configure(name(), *done_));
  run_hook("informed", effect.reason);
}

void Session::deconfigure(const Effect& effect) {
  settled_ = false;
  if (leaving_) return;
  settling_ = check(stage_.hand.deconfigure(name()));
  run_hook(releasing_ ? "released" : loss_name(effect.reason), effect.reason);
  used_.reset();
  done_.reset();
}

void Session::run_hook(std::string_view event, Reason reason) {
  if (stage_.words.hook.empty()) return;
  // A server that has us renew faster than the hook runs must not make the hand lag behind.
  if (event == kRenewed && hook_) {
    owed_ = reason;
    return;
  }
  owed_.reset();
  const client::v4::Lease* lease = engine_.lease();
  if (lease == nullptr && used_) lease = &*used_;  // what is lost is told of once more
  hook_ = check(stage_.hand.run_hook(
      name(), hook_environment({.event = event, .interface = name(), .reason = name_of(reason)},
                               lease, done_ ? &*done_ : nullptr)));
}

void Session::on_hook_end() {
  hook_.reset();
  if (owed_ && holds_address(engine_.state())) run_hook(kRenewed, *owed_);
}

/// R7844-a: who wants to stay unknown keeps no lease.
void Session::save(Now now) {
  const client::v4::Lease* const lease = engine_.lease();
  if (lease == nullptr || stage_.words.anonymous) return;
  const Clocks clocks{.mono = now.mono, .wall = runtime::read_wall_clock()};
  (void)check(
      stage_.hand.write_lease_file(lease_file_name(stage_.words, name()),
                                   craft::print_lease(record_of(*lease, interface_.mac, clocks))));
}

std::optional<host::Ticket> Session::check(const runtime::Result<host::Ticket>& ordered) {
  if (ordered) return *ordered;
  say(Severity::error, to_string(ordered.error()));
  failed_ = true;
  return std::nullopt;
}

void Session::on_report(const host::Report& report) {
  const bool is_last =
      report.kind == host::ReportKind::done || report.kind == host::ReportKind::failed;
  const bool tests = stage_.words.order == ClientOrder::test;
  if (report.kind == host::ReportKind::said && tests) {
    (void)print(name() + ": " + report.text + "\n");
  } else if (!report.text.empty()) {
    const bool trouble =
        report.kind == host::ReportKind::trouble || report.kind == host::ReportKind::failed;
    say(trouble ? Severity::warning : Severity::debug, report.text);
  }
  if (!is_last) return;
  if (report.code != 0) say(Severity::warning, tell_hook_end(report.code));
  if (hook_ == report.ticket) return on_hook_end();
  if (settling_ != report.ticket) return;
  settling_.reset();
  const bool worked = report.kind == host::ReportKind::done;
  failed_ = !worked;
  settled_ =
      worked && (holds_address(engine_.state()) || engine_.state() == client::v4::State::informed ||
                 stage_.words.order == ClientOrder::release);
}

void Session::say(Severity severity, const std::string& text) {
  stage_.log.say(severity, name() + ": " + text);
}

}  // namespace lessor::cli
