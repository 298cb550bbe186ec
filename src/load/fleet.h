#pragma once
// The fleet: many DHCP clients as small state machines on one schedule, their times measured and
// their leases checked against each other. Values in, values out. Must not know: sockets, clocks,
// text.

#include "base/huge_pages.h"
#include "base/random.h"
#include "load/client_ring.h"
#include "load/exchange.h"
#include "load/figures.h"
#include "load/holders.h"
#include "load/limits.h"
#include "load/messages.h"
#include "load/plan.h"
#include "load/schedule.h"
#include "load/timer_wheel.h"
#include "net/datagram.h"
#include "net/outbox.h"

#include <optional>
#include <vector>

namespace lessor::load {

/// One client. What it could be told by its number (hardware address, relay, circuit) is not kept.
struct Client {
  Instant scheduled;  ///< when its exchange was to begin
  Instant asked;      ///< when its present question was sent first
  Instant lease_end;  ///< of what it holds
  std::uint32_t xid = 0;
  net::Ip4 offered;
  net::Ip4 held;  ///< 0.0.0.0: nothing
  net::Ip4 server;
  std::uint32_t options = 0;  ///< Answer::options of what it was told last; 0: not to be compared
  net::Mac way;               ///< to the server: where its last answer came from
  ClientState state = ClientState::idle;
  std::uint8_t tries = 0;
  bool unsent = false;  ///< its question waits for room in the Outbox
};
static_assert(sizeof(Client) + sizeof(TimerWheel::Link) + 4 * sizeof(Holders::Place) +
                      2 * sizeof(std::uint32_t) <=
                  kClientBytes,
              "a client's memory is promised in docs/bench.md");

/// What the fleet is doing.
enum class Phase : std::uint8_t {
  waiting,    ///< for the first on_time()
  preparing,  ///< binding everybody, for what takes a lease
  running,
  ending,  ///< nothing is begun any more; what is under way is waited for
  done,
};

class Fleet {
 public:
  /// Allocates everything. `seed` draws transaction identifiers and retransmission times.
  Fleet(const Plan& plan, std::uint64_t seed);

  void on_datagram(Now now, const net::Datagram& in, net::Outbox& out);
  /// Retransmits and begins what is due, kMaxBurst each at most: then next_deadline() is now, and
  /// answers are to be looked at before the next call. The first call is the beginning. While `out`
  /// is full, less is begun than is due: what was scheduled stays scheduled, and its time counts
  /// from there.
  void on_time(Now now, net::Outbox& out);
  [[nodiscard]] Instant next_deadline() const;

  /// Ends the run at once: what is under way is unfinished.
  void stop();
  /// After the end: the same clients once more, who keep what they hold and whose turn goes on
  /// where it was; nobody is bound first. `plan` may differ in what is done, how fast and how long.
  /// The run's figures begin anew.
  void run_again(const Plan& plan);
  [[nodiscard]] Phase phase() const { return phase_; }
  /// Exchanges under way.
  [[nodiscard]] std::uint32_t outstanding() const { return outstanding_; }
  /// Clients that hold a lease which has not ended.
  [[nodiscard]] std::uint32_t holding(Instant now) const;
  /// Of the run, and of the preparation.
  [[nodiscard]] const Figures& figures() const { return run_; }
  [[nodiscard]] const Figures& preparation() const { return preparation_; }

  /// The hardware address of the client whose lease covers `address`, for ARP.
  [[nodiscard]] std::optional<net::Mac> holder_mac(Instant now, net::Ip4 address) const;

 private:
  // The schedule (fleet.cc).
  void begin_phase(Phase phase, Instant now);
  void move_on(Instant now);
  void begin_due(Instant now, net::Outbox& out);
  [[nodiscard]] bool begins() const;
  [[nodiscard]] bool is_anybody_idle() const { return !idle_.is_empty() || !bare_.is_empty(); }
  [[nodiscard]] std::uint64_t limit() const;
  [[nodiscard]] bool is_open_loop() const { return phase_ == Phase::running && plan_.window == 0; }
  [[nodiscard]] Instant scheduled_at(std::uint64_t exchange) const;

  // One exchange of one client (fleet_exchanges.cc).
  struct Turn {
    std::uint32_t id = 0;
    Exchange exchange = Exchange::dora;
  };
  [[nodiscard]] Exchange next_exchange();
  [[nodiscard]] std::optional<Turn> take_turn(Instant now);
  [[nodiscard]] std::optional<std::uint32_t> take_client(Exchange kind, Instant now);
  void begin(std::uint32_t id, Exchange kind, Instant scheduled, Instant now, net::Outbox& out);
  void retransmit(std::uint32_t id, Instant now, net::Outbox& out);
  void begin_again(std::uint32_t id, Duration pause, Instant now);
  void finish(std::uint32_t id, Count how, Instant now);
  void put_back(std::uint32_t id);
  void note_milestones(Instant now);
  [[nodiscard]] bool has_lease(std::uint32_t id, Instant now) const {
    return !clients_[id].held.is_zero() && clients_[id].lease_end > now;
  }

  // Messages (fleet_messages.cc).
  void ask(std::uint32_t id, ClientState state, Instant now, net::Outbox& out);
  void transmit(std::uint32_t id, Instant now, net::Outbox& out);
  [[nodiscard]] Question question_of(std::uint32_t id, Instant now) const;
  void say_as_captured(std::uint32_t id, Question& question) const;
  [[nodiscard]] net::Envelope envelope_of(std::uint32_t id) const;
  void on_offer(std::uint32_t id, const Answer& answer, Instant now, net::Outbox& out);
  void on_ack(std::uint32_t id, const Answer& answer, Instant now);
  void on_nak(std::uint32_t id, Instant now);

  // Leases (fleet_leases.cc).
  void check_ack(std::uint32_t id, const Answer& answer, Instant now);
  [[nodiscard]] bool says_the_same_twice(std::uint32_t id) const;
  void hold(std::uint32_t id, const Answer& answer, Instant now);
  void let_go(std::uint32_t id);
  void violate(Violation what, std::uint32_t id, net::Ip4 address, Instant now,
               std::uint32_t other = 0);

  [[nodiscard]] Figures& now_measured() { return phase_ == Phase::preparing ? preparation_ : run_; }
  void count(Count what) { ++now_measured().count(what); }
  void count(Count what, std::uint32_t id) {
    now_measured().add(what, manner_of(clients_[id].state).exchange);
  }

  Plan plan_;
  Random random_;
  wire::ParseScratch scratch_;
  HugeVector<Client> clients_;
  TimerWheel timers_;
  Holders holders_;
  ClientRing idle_;          // who has been idle longest is next
  ClientRing bare_;          // the same in a mix (a later run may be one), who has no lease
  std::uint32_t binds_ = 0;  // so many are bound before
  MixDraw mix_;
  Schedule schedule_;  // of the open loop
  std::uint32_t outstanding_ = 0;

  Phase phase_ = Phase::waiting;
  bool again_ = false;
  Instant measured_from_;            // when the phase that is measured began
  Instant ends_ = Instant::never();  // nothing is begun after it; in `ending`, nobody waits longer
  Instant full_until_;               // the Outbox was full: tried again then
  bool starved_ = false;             // the schedule waits for a client that is not busy
  Figures run_;
  Figures preparation_;
};

}  // namespace lessor::load
