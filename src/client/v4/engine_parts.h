#pragma once
// What ClientEngine keeps, and its steps. For engine*.cc only.

#include "client/v4/address_check.h"
#include "client/v4/engine.h"
#include "client/v4/forcerenew.h"
#include "client/v4/limits.h"
#include "client/v4/messages.h"
#include "client/v4/offers.h"

#include <array>

namespace lessor::client::v4 {

/// A bounded first-in-first-out list; what does not fit is lost and counted.
template <typename T, std::size_t Capacity>
class BoundedQueue {
 public:
  void push(const T& item) {
    if (count_ == Capacity) {
      ++lost_;
      return;
    }
    items_[(head_ + count_++) % Capacity] = item;
  }
  [[nodiscard]] bool take(T& item) {
    if (count_ == 0) return false;
    item = items_[head_];
    head_ = (head_ + 1) % Capacity;
    --count_;
    return true;
  }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 private:
  std::array<T, Capacity> items_{};
  std::size_t head_ = 0;
  std::size_t count_ = 0;
  std::uint64_t lost_ = 0;
};

/// One question to the servers, with its repetitions.
struct Exchange {
  std::uint32_t xid = 0;
  int tries = 0;
  Instant began;    ///< what `secs` counts from
  Duration secs;    ///< as last sent
  Instant sent_at;  ///< the first message with this xid: R2131-4.4.1-e
  Instant resend_at = Instant::never();
  bool informs = false;  ///< in BOUND: a DHCPINFORM, for the options alone
};

struct ClientEngine::Parts {
  Parts(Settings wishes, std::uint64_t seed) : settings(std::move(wishes)), random(seed) {}

  // Leading from state to state (engine_states.cc).
  void enter(Now now, State next, Reason reason);
  void begin(Now now, Reason reason, Duration delay);
  void begin_init(Now now, Reason reason, Duration delay);
  void begin_exchange(Now now, State next, Reason reason, net::Outbox& out);
  void take_offer(Now now, net::Outbox& out);
  void give_up_exchange(Now now);
  void take_lease(Now now, const wire::MessageView& ack, const ServerMessage& facts,
                  const net::Datagram& in);
  void finish_check(Now now, Reason reason);
  void begin_bound(Now now, Reason reason);
  void begin_v6_only(Now now, Duration wait);
  void refuse_address(Now now, Reason reason, net::Outbox& out);
  /// What a DHCPINFORM brought is no lease, and nothing to ask for in INIT-REBOOT.
  void forget_inform() {
    if (inform_for) lease.reset();
    inform_for.reset();
  }
  void drop_lease(Reason reason);
  void lose_lease(Reason reason);

  // Sending (engine_send.cc).
  [[nodiscard]] Outline outline() const;
  void send(Now now, net::Outbox& out);
  void transmit(Now now, const Outline& message, bool unicast, net::Outbox& out);
  void send_to_server(Now now, wire::MessageType type, std::string_view why, net::Outbox& out);

  // Receiving (engine_receive.cc).
  void receive(Now now, const net::Datagram& in, const wire::MessageView& message,
               net::Outbox& out);
  void receive_answer(Now now, const net::Datagram& in, const wire::MessageView& message,
                      const ServerMessage& facts, net::Outbox& out);
  void receive_offer(Now now, const wire::MessageView& message, const ServerMessage& facts);
  void receive_nak(Now now);
  void receive_inform_ack(Now now, const wire::MessageView& message, const ServerMessage& facts);
  void receive_options(const wire::MessageView& message);
  void receive_forcerenew(Now now, const net::Datagram& in, const wire::MessageView& message,
                          net::Outbox& out);
  [[nodiscard]] std::optional<Reason> judge(const ServerMessage& facts) const;
  void drop(Refused refused, const net::Datagram& in);
  void count_received(Now now, const ServerMessage& facts);

  // Time (engine.cc).
  void step(Now now, net::Outbox& out);
  void step_exchange(Now now, net::Outbox& out);
  void step_check(Now now, net::Outbox& out);
  [[nodiscard]] Instant due() const;
  [[nodiscard]] bool may_lapse() const { return configured || state == State::checking; }

  void tell(EventKind kind, Event event);
  void effect(EffectKind kind, Reason reason, net::Ip4 address) {
    effects.push({.kind = kind, .reason = reason, .address = address});
  }

  const Settings settings;
  Random random;
  Link link;
  State state = State::stopped;
  State before = State::stopped;
  Reason why = Reason::none;
  Instant since;

  Exchange exchange;
  Instant wake_at = Instant::never();    // INIT, INIT-REBOOT, V6ONLY: when to go on
  Instant choose_at = Instant::never();  // SELECTING, once there is an offer
  Offers offers;
  Offer chosen;
  std::optional<net::Ip4> hint;        // option 50 in DHCPDISCOVER: an address we had
  std::optional<net::Ip4> avoid;       // somebody else's: not asked for again
  std::optional<net::Ip4> inform_for;  // DHCPINFORM is all that is wanted
  Duration refused_wait;

  std::optional<Lease> lease;
  bool configured = false;  // the address is on the interface, as far as effects said
  Forcerenew forcerenew;
  Prober prober;
  Defender defender;

  Counters counters;
  wire::MessageType last_sent = wire::MessageType::none;
  Instant last_sent_at = Instant::never();
  wire::MessageType last_received = wire::MessageType::none;
  Instant last_received_at = Instant::never();
  wire::ParseScratch scratch;
  BoundedQueue<Effect, kMaxEffects> effects;
  BoundedQueue<Event, kMaxEvents> events;
};

}  // namespace lessor::client::v4
