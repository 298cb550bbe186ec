#include "cli/client/session.h"

#include "cli/client/tell.h"
#include "runtime/clock.h"
#include "runtime/limits.h"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace lessor::cli {

using client::v4::State;

namespace {

/// An engine posts at most three datagrams a call.
constexpr std::size_t kSlots = 8;

}  // namespace

Session::Session(ClientStage& stage, const net::Interface& interface, client::v4::Settings settings,
                 client::v4::HostRules rules)
    : stage_(stage),
      interface_(interface),
      rules_(std::move(rules)),
      engine_(std::move(settings), runtime::random_seed()),
      outbox_(kSlots, 1) {
  rules_.link_mtu = interface_.mtu;
}

Session::~Session() = default;

std::expected<void, std::string> Session::open() {
  auto link = runtime::ClientLink::open(stage_.loop, interface_, *this, {});
  if (!link) return std::unexpected(to_string(link.error()));
  link_ = std::move(*link);
  if (link_->no_routing()) say(Severity::warning, *link_->no_routing());
  return {};
}

void Session::remember(const client::v4::Lease& lease) {
  remembered_ = lease.address;
  engine_.remember(lease);
}

/// Whether the address in hand was this host's before we came: by an earlier run's lease, or as it
/// stands on the interface. A test must not give that one away.
bool Session::was_ours_before() const {
  const client::v4::Lease* const lease = engine_.lease();
  if (lease == nullptr) return false;
  return lease->address == remembered_ ||
         std::ranges::any_of(interface_.addresses, [&](const net::Prefix4& on_it) {
           return on_it.address == lease->address;
         });
}

client::v4::Link Session::link_of(const net::Interface& interface) const {
  return {.index = interface.index,
          .mac = interface.mac,
          .mtu = interface.mtu,
          .up = interface.up && link_ != nullptr};
}

std::expected<void, std::string> Session::begin(Now now) {
  engine_.set_link(now, link_of(interface_), outbox_);
  auto done = begin_again(now);
  pump(now);
  return done;
}

std::expected<void, std::string> Session::begin_again(Now now) {
  const ClientOrder order = stage_.words.order;
  if (order == ClientOrder::inform) {
    if (interface_.addresses.empty()) {
      return std::unexpected(name() + " has no address: DHCPINFORM is for hosts that have one");
    }
    engine_.start_inform(now, interface_.addresses.front().address, outbox_);
    return {};
  }
  const bool on_lease =
      order == ClientOrder::renew || order == ClientOrder::rebind || order == ClientOrder::release;
  if (!on_lease) {
    engine_.start(now, outbox_);
    return {};
  }
  if (!engine_.resume_bound(now, outbox_)) {
    return std::unexpected("no client runs on " + name() + ", and none has left a lease in use");
  }
  if (order == ClientOrder::release) {
    // What another run put on the interface is ours to take off once it is ours.
    set_up_host(now);
    releasing_ = true;
    (void)engine_.release(now, outbox_);
    return {};
  }
  const bool asked =
      order == ClientOrder::renew ? engine_.renew(now, outbox_) : engine_.rebind(now, outbox_);
  if (!asked) return std::unexpected("there is no lease in use");
  return {};
}

void Session::on_interfaces(Now now, const net::InterfaceTable& table) {
  // By its name: one that is called otherwise now is somebody else's.
  const net::Interface* const found = table.find(interface_.name);
  if (found == nullptr) return lose_interface(now);
  const bool replaced = found->index != interface_.index || link_ == nullptr || link_->is_stale();
  const bool another = found->index != interface_.index;
  const bool another_mac = found->mac != interface_.mac;
  interface_ = *found;
  // What we have set it to ourselves is no limit to what a server may say next.
  rules_.link_mtu = another ? interface_.mtu : std::max(rules_.link_mtu, interface_.mtu);
  if (replaced) reopen(*found);
  if (link_ != nullptr) link_->set_mac(interface_.mac);
  if (another_mac) say(Severity::info, "hardware address " + net::to_string(interface_.mac));
  engine_.set_link(now, link_of(interface_), outbox_);
  pump(now);
}

/// Removed, or renamed. What the lease brought to the host apart from the interface goes, too.
void Session::lose_interface(Now now) {
  if (link_ != nullptr) {
    say(Severity::warning, "the interface is gone; waits for it");
    settling_ = check(stage_.hand.deconfigure(name()));
  }
  link_.reset();
  interface_.up = false;
  engine_.set_link(now, link_of(interface_), outbox_);
  pump(now);
}

/// The interface came back, maybe under another index.
void Session::reopen(const net::Interface& found) {
  link_.reset();
  reopen_at_ = Instant::never();
  auto link = runtime::ClientLink::open(stage_.loop, found, *this, {});
  if (link) {
    link_ = std::move(*link);
    return;
  }
  say(Severity::warning, to_string(link.error()));
  reopen_at_ = runtime::read_clock().mono + runtime::kReopenInterval;
}

void Session::on_resume(Now now) {
  say(Severity::info, "the machine has slept; looks whether the lease still holds");
  engine_.on_resume(now, outbox_);
  pump(now);
}

void Session::on_clock_step(Now now) {
  if (engine_.lease() != nullptr && holds_address(engine_.state())) save(now);
}

Instant Session::next_deadline() const { return std::min(engine_.next_deadline(), reopen_at_); }

void Session::on_time(Now now) {
  if (reopen_at_ <= now.mono) {
    reopen(interface_);
    engine_.set_link(now, link_of(interface_), outbox_);
  }
  engine_.on_time(now, outbox_);
  pump(now);
}

void Session::on_datagram(Now now, const net::Datagram& in) {
  engine_.on_datagram(now, in, outbox_);
  pump(now);
}

void Session::on_arp(Now now, const net::ArpSighting& sighting) {
  // RFC 5227 2.1.1, 2.4: a conflict is what comes from none of "the host's interfaces". With two on
  // one link Linux asks by either for both's addresses, and answers so.
  const bool own = std::ranges::any_of(
      stage_.interfaces.all(), [&](const net::Interface& one) { return one.mac == sighting.mac; });
  if (own) return;
  engine_.on_arp(now, sighting, outbox_);
  pump(now);
}

std::expected<std::string, std::string> Session::obey(Now now, ClientOrder order) {
  const std::string none =
      name() + " has no lease in use (" + std::string(to_string(engine_.state())) + ")";
  bool done = false;
  std::string text;
  switch (order) {
    case ClientOrder::renew:
      if (engine_.state() == State::stopped) {
        engine_.start(now, outbox_);
        done = true;
        text = name() + ": begins again";
      } else {
        done = engine_.renew(now, outbox_);
        text = name() + ": renews its lease";
      }
      break;
    case ClientOrder::rebind:
      done = engine_.rebind(now, outbox_);
      text = name() + ": asks every server to extend its lease";
      break;
    case ClientOrder::release:
      releasing_ = true;
      done = engine_.release(now, outbox_);
      text = name() + ": gave its lease back and rests; SIGUSR1 or --renew begins again";
      break;
    case ClientOrder::inform:
      done = engine_.inform(now, outbox_);
      text = name() + ": asks for its options again";
      break;
    case ClientOrder::run:
    case ClientOrder::once:
    case ClientOrder::test:
    case ClientOrder::status:
      return std::unexpected("that is no order to a client that runs");
  }
  pump(now);
  releasing_ = false;
  if (!done) return std::unexpected(none);
  return text;
}

void Session::end(Now now) {
  leaving_ = leaves_host(stage_.words);
  const bool tests = stage_.words.order == ClientOrder::test;
  const bool gives_back = tests ? !was_ours_before() : stage_.words.release_on_exit;
  if (gives_back) {
    releasing_ = true;
    (void)engine_.release(now, outbox_);
  } else if (!leaving_) {
    engine_.stop(now);
  }
  pump(now);
}

bool Session::is_settled() const { return settled_ || engine_.state() == State::v6_only; }

std::string Session::status(Now now) const {
  return status_json(
      engine_,
      {.interface = name(),
       .pid = ::getpid(),
       .mac = interface_.mac,
       .link_up = interface_.up,
       .lease_file = stage_.words.state_folder + "/" + lease_file_name(stage_.words, name()),
       .refusals = refusals_,
       .last_exchange = {}},
      now.mono);
}

std::string Session::summary() const {
  std::string text = name();
  const auto* const lease = engine_.lease();
  if (lease != nullptr && holds_address(engine_.state())) {
    text += " " + net::to_string(lease->address);
  }
  return text.append(" ").append(to_string(engine_.state()));
}

std::string Session::preview(Now now) const {
  const auto* const lease = engine_.lease();
  return lease == nullptr ? name() + ": no lease" : name() + ": " + tell_lease(*lease, now.mono);
}

}  // namespace lessor::cli
