#pragma once
// What must hold of a client engine after every call, whatever it was told: for random walks and
// the fuzzer. Needs no test library, and says in words what is wrong.

#include "client/v4/engine.h"
#include "client/v4/host_plan.h"
#include "client/v4/route_plan.h"
#include "wire/v4/message_view.h"

#include <algorithm>
#include <string>
#include <vector>

namespace lessor::client::v4::testing {

/// One message as it left.
struct Left {
  net::Envelope envelope;
  std::vector<std::byte> bytes;
};

/// RFC 2131 table 5: what must not hold of a client's message; empty when it is as it should be.
class MessageJudge {
 public:
  MessageJudge(const Settings& settings, const Link& link, const Left& left)
      : settings_(settings), link_(link), left_(left) {}

  [[nodiscard]] std::string fault() {
    const auto parsed = wire::MessageView::parse(left_.bytes, scratch_);
    if (!parsed) return "what left is no message";
    message_ = &*parsed;
    std::string fault = fault_of_header();
    if (fault.empty()) fault = fault_of_envelope();
    if (fault.empty()) fault = fault_of_table();
    message_ = nullptr;
    return fault.empty() ? "" : std::string(to_string(parsed->message_type())) + ": " + fault;
  }

 private:
  [[nodiscard]] bool has(wire::OptionCode code) const { return message_->has(code); }
  [[nodiscard]] bool has_any(std::initializer_list<wire::OptionCode> codes) const {
    return std::ranges::any_of(codes, [&](wire::OptionCode code) { return has(code); });
  }

  [[nodiscard]] std::string fault_of_header() const {
    const wire::MessageView& m = *message_;
    if (m.op() != wire::Op::request) return "op is not BOOTREQUEST";
    const bool others = !m.yiaddr().is_zero() || !m.siaddr().is_zero() || !m.giaddr().is_zero();
    if (others || m.hops() != 0) return "yiaddr, siaddr, giaddr or hops is not zero (R2131-T5-e)";
    if (!equal_bytes(m.chaddr().bytes(), link_.mac.octets)) return "chaddr is not ours";
    if (left_.bytes.size() < wire::kMinMessageSize) return "shorter than BOOTP";
    const auto id = m.option(wire::kOptionDhcpClientIdentifier);
    if (!id || !equal_bytes(*id, settings_.client_id)) return "another client identifier";
    // R2131-4.4.3-a takes the lease's times out of a DHCPINFORM's.
    if (m.message_type() == wire::MessageType::inform) return "";
    const auto list = m.option(wire::kOptionDhcpParameterRequestList);
    const Bytes wished = std::as_bytes(std::span(settings_.request_list));
    return list && !equal_bytes(*list, wished) ? "another request list" : "";
  }

  [[nodiscard]] std::string fault_of_envelope() const {
    const net::Envelope& e = left_.envelope;
    if (e.interface != link_.index) return "for another interface";
    if (e.source_port != wire::kClientPort || e.destination_port != wire::kServerPort) {
      return "not from port 68 to port 67";
    }
    if (e.source != message_->ciaddr()) return "source and ciaddr are not the same";
    if (e.wait_for != 0) return "waits for nobody knows what";
    const bool everybody = e.destination == net::kIp4Broadcast;
    if (everybody != (e.target == net::LinkTarget::broadcast)) return "broadcast by half";
    const bool unicast = message_->message_type() == wire::MessageType::release;
    return everybody && unicast ? "broadcast (R2131-4.4.4-a)" : "";
  }

  /// The rows of table 5, by its columns.
  [[nodiscard]] std::string fault_of_table() const {
    const bool everybody = left_.envelope.destination == net::kIp4Broadcast;
    const bool bare = message_->ciaddr().is_zero();
    const wire::MessageType type = message_->message_type();
    if (type == wire::MessageType::discover) {
      return !bare || has(54) || !everybody ? "R2131-T5-a" : "";
    }
    if (type == wire::MessageType::inform) {
      return bare || has_any({50, 51, 54}) ? "R2131-T5-a" : "";
    }
    if (type == wire::MessageType::request) {
      // Bare: SELECTING or INIT-REBOOT; else RENEWING or REBINDING.
      if (bare != has(50) || (!bare && has(54))) return "R2131-T5-b";
      return bare && !everybody ? "R2131-T5-b: not to everybody" : "";
    }
    const bool declines = type == wire::MessageType::decline;
    if (!declines && type != wire::MessageType::release) return "no message of a client's";
    if (bare != declines || has(50) != declines || !has(54)) return "R2131-T5-c";
    return fault_of_giving_back();
  }
  [[nodiscard]] std::string fault_of_giving_back() const {
    const bool more = has_any({51, 55, 57, 60, 12, 77, 80, 81, 145});
    return more || message_->flags() != 0 || message_->secs() != 0 ? "R2131-T5-d" : "";
  }

  const Settings& settings_;
  const Link& link_;
  const Left& left_;
  wire::ParseScratch scratch_;
  const wire::MessageView* message_ = nullptr;
};

/// What a plan for the host must never hold, whatever the lease says.
[[nodiscard]] inline std::string fault_of_plan(const Lease& lease, const HostRules& rules,
                                               const HostPlan& plan) {
  const net::HostSettings& settings = plan.settings;
  if (settings.address.address != lease.address) return "another address";
  if (settings.lifetime < Duration()) return "a lifetime that is over";
  if (settings.mtu && (*settings.mtu < 576 || *settings.mtu > rules.link_mtu)) return "the MTU";
  if (settings.routes.size() > net::kMaxHostRoutes) return "too many routes";
  for (const net::HostRoute& route : settings.routes) {
    if (route.destination.address != route.destination.network()) return "host bits";
    if (protector_of(rules, route.destination)) return "a route into a protected prefix";
    if (route.gateway == lease.address) return "a route by ourselves";
  }
  if (settings.name_servers.size() > net::kMaxNameServers) return "too many name servers";
  std::vector<std::string> names = settings.search;
  if (names.size() > net::kMaxSearchNames) return "too many names to search";
  for (const std::string& name : {settings.domain, settings.hostname}) {
    if (!name.empty()) names.push_back(name);
  }
  for (const std::string& name : names) {
    if (clean_name(as_bytes(name)) != name) return "a name that is none";
  }
  if (plan.refusals.size() > kMaxRefusals) return "too many refusals";
  for (const Refusal& refusal : plan.refusals) {
    const bool clean =
        std::ranges::all_of(refusal.what, [](char c) { return c >= ' ' && c < 127; });
    if (!clean || refusal.what.size() > 256) return "a refusal that no log should hold";
  }
  return {};
}

/// Follows one engine from call to call.
class Watch {
 public:
  explicit Watch(const Settings& settings) : settings_(settings) {
    rules_.hostname = true;
    rules_.link_mtu = 1'500;
    rules_.protected_prefixes = {{{0x0a08'0000}, 16}};
  }

  /// To be told before the engine is.
  void set_link(const Link& link) { link_ = link; }
  /// A lease was taken up whose address is on the interface already.
  void resumed(net::Ip4 address) { configured_ = address; }

  /// Takes and judges what a call made. `settled`: the call was on_time().
  void look(ClientEngine& engine, net::Outbox& out, Now now, bool settled) {
    const std::size_t before = sent_.size();
    for (net::Outbox::Ready ready; out.take_ready(ready); out.recycle(ready.id)) {
      const MutableBytes bytes = ready.payload();
      sent_.push_back({ready.envelope, {bytes.begin(), bytes.end()}});
      note(MessageJudge(settings_, link_, sent_.back()).fault());
    }
    if (sent_.size() - before > 3) note("more than three datagrams in a call");
    const auto configured_before = configured_;
    for (Effect effect; engine.take(effect);) judge(effect);
    for (net::ArpProbe probe; out.take_probe(probe);) judge(probe, engine, configured_before);
    for (Event event; engine.take(event);) judge(event);
    judge_state(engine, now, settled);
    if (engine.lost_events() > 0) note("an event or effect was lost");
    if (told_ != sent_.size()) note("not every message was told, or one that did not leave");
    if (state_ != engine.state()) note("a state was entered without a word");
  }

  [[nodiscard]] bool failed() const { return !failure_.empty(); }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] const std::vector<Left>& sent() const { return sent_; }
  /// Whether a state was entered.
  [[nodiscard]] bool saw(State state) const { return seen_[static_cast<std::size_t>(state)]; }

 private:
  void note(const std::string& fault) {
    if (failure_.empty()) failure_ = fault;
  }

  void judge(const net::ArpProbe& probe, const ClientEngine& engine,
             std::optional<net::Ip4> configured_before) {
    if (probe.interface != link_.index) note("a probe on another interface");
    const Lease* const lease = engine.lease();
    if (probe.sender.is_zero()) {  // R2131-4.4.1-d
      if (lease == nullptr || probe.address != lease->address)
        note("a probe for no address of ours");
    } else if (probe.address != probe.sender ||
               (probe.sender != configured_ && probe.sender != configured_before)) {
      note("an announcement of no address of ours");
    }
  }

  void judge(const Effect& effect) {
    switch (effect.kind) {
      case EffectKind::configure:
        if (configured_) note("configure although configured");
        configured_ = effect.address;
        return;
      case EffectKind::refresh:
        if (configured_ != effect.address) note("refresh of what is not configured");
        return;
      case EffectKind::deconfigure:
        if (configured_ != effect.address) note("deconfigure of what is not configured");
        configured_.reset();
        return;
      case EffectKind::remember:
        if (!configured_) note("remember what is not configured");
        return;
      case EffectKind::forget:
        if (configured_) note("forget before deconfigure");
        return;
      case EffectKind::inform:
        if (configured_) note("inform although configured");
        return;
    }
  }

  void judge(const Event& event) {
    if (event.kind == EventKind::sent) ++told_;
    if (event.kind != EventKind::entered) return;
    if (event.before != state_) note("a state was left that was not entered");
    state_ = event.state;
    seen_[static_cast<std::size_t>(state_)] = true;
  }

  void judge_state(ClientEngine& engine, Now now, bool settled) {
    const Lease* const lease = engine.lease();
    if (holds_address(engine.state()) && !configured_) note("holds an address unconfigured");
    if (engine.state() == State::stopped && configured_) note("stopped, but configured");
    if (configured_ && (lease == nullptr || lease->address != *configured_)) {
      note("configured is what no lease says");
    }
    if (settled && configured_ && lease != nullptr && now.mono >= lease->expires_at()) {
      note("an address after its lease's end (R2131-4.4.5-b)");
    }
    if (settled && engine.next_deadline() <= now.mono) note("due now, after on_time()");
    if (lease == nullptr || (last_ && *last_ == *lease)) return;
    last_ = *lease;
    const Duration zero;
    const bool endless = lease->lease_time.is_infinite();
    const bool ordered = zero < lease->t1 && lease->t1 < lease->t2 && lease->t2 < lease->lease_time;
    if (!endless && !ordered) note("not t1 < t2 < lease time (R2131-4.4.5-a)");
    note(fault_of_plan(*lease, rules_, plan_host(*lease, rules_, now)));
  }

  const Settings settings_;
  Link link_;
  HostRules rules_;
  std::optional<net::Ip4> configured_;
  std::optional<Lease> last_;
  State state_ = State::stopped;
  std::array<bool, kStates> seen_{};
  std::vector<Left> sent_;
  std::size_t told_ = 0;
  std::string failure_;
};

}  // namespace lessor::client::v4::testing
