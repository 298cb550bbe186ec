#pragma once
// The soak's clients: what each of them does with its lease over time, what it believes, and what
// no answer may do to that belief. Must not know: the command line.

#include "base/random.h"
#include "beliefs.h"
#include "figures.h"
#include "link.h"

#include <queue>
#include <string_view>

namespace lessor::soak {

/// A crowd on several links. One thread turns it.
class Population {
 public:
  /// `count` clients (kMaxClients at most), spread over the links; they begin `rate` actions a
  /// second. `probation` is the server's, in seconds.
  Population(std::vector<Link> links, std::uint32_t count, std::uint32_t rate,
             std::uint32_t probation, std::uint64_t seed);

  static constexpr std::uint32_t kMaxClients = 4'096;  // their number is a part of each xid
  /// So many clients of each link have an address of their own in the configuration.
  static constexpr std::uint32_t kReserved = 8;

  /// Begins what is due, repeats what was not answered, takes what came.
  void turn();

  /// Begins nothing new until told otherwise; renewals wait as well.
  void pause(bool paused) { paused_ = paused; }
  /// Whether nobody waits for an answer.
  [[nodiscard]] bool is_quiet() const { return waiting_ == 0; }
  /// From now on what is sent on this link may be lost, or no more.
  void doubt(std::size_t link, bool doubtful) { links_[link].doubtful = doubtful; }

  [[nodiscard]] std::size_t link_count() const { return links_.size(); }
  [[nodiscard]] std::vector<int> fds() const;
  [[nodiscard]] std::string take_figures();
  /// A line for each client that believes in a lease: "ADDRESS MAC SECONDS-LEFT".
  [[nodiscard]] std::string leases() const;

 private:
  enum class Phase : std::uint8_t {
    idle,        ///< no lease, asks for nothing
    selecting,   ///< DISCOVER sent
    requesting,  ///< REQUEST for an offer sent
    rebooting,   ///< REQUEST in INIT-REBOOT sent
    renewing,
    rebinding,
    informing,  ///< INFORM sent; has a lease
    bound,
  };
  struct Client {
    Phase phase = Phase::idle;
    std::uint32_t number = 0;
    std::uint32_t link = 0;
    net::Mac mac;
    bool changes_mac = false;  ///< takes another with every new lease
    bool renews_late = false;  ///< says nothing before T2
    bool moved = false;        ///< asks for an address of another link
    bool direct = false;       ///< its last message went past the relay
    bool unsure = false;       ///< something of this exchange went out in doubt
    bool has_lease = false;    ///< believes in `address`
    net::Ip4 address;          ///< leased, offered or asked for
    net::Ip4 former;           ///< forgotten, but still leased until `former_until`
    Time former_until;
    Time until, t1, t2;  ///< of the lease
    Time asked;          ///< when the message that waits was first sent
    Time declined;       ///< last
    std::uint32_t xid = 0;
    std::uint32_t tries = 0;
    std::uint32_t generation = 0;  ///< tells the newest timer from older ones
  };
  struct Timer {
    Time due;
    std::uint32_t client;
    std::uint32_t generation;
    bool operator<(const Timer& other) const { return due > other.due; }  // soonest on top
  };

  // What clients do (population.cc).
  void start_some();
  void act(Client& client);
  void act_bound(Client& client);
  void discover(Client& client);
  void release(Client& client);
  void decline(Client& client);
  void forget(Client& client);
  void move(Client& client);
  void send_broken();
  void ask(Client& client, Phase phase);
  void transmit(Client& client);
  void tell(Client& client, MessageType type);
  [[nodiscard]] bool deliver(Client& client, const Question& question, bool to_everybody);
  void set_timer(Client& client, Time due);
  void run_timers();
  void on_timer(Client& client);
  void give_up(Client& client);
  void settle(Client& client);
  [[nodiscard]] bool is_reserved(const Client& client) const;
  [[nodiscard]] std::uint32_t port_of(const Client& client) const;

  // What they hear (population_answers.cc).
  void receive(std::uint32_t link);
  void hear(std::uint32_t link, const Answer& answer);
  void hear_offer(Client& client, const Answer& answer);
  void hear_ack(Client& client, const Answer& answer);
  void hear_nak(Client& client);
  void bind(Client& client, const Answer& answer);
  void check_echo(const Client& client, std::uint32_t link, const Answer& answer);
  void check_address(const Client& client, net::Ip4 address, std::string_view what);
  void fault(const Client& client, const std::string& text);

  std::vector<Link> links_;
  std::vector<Client> clients_;
  const std::uint32_t rate_;
  const std::chrono::seconds probation_;
  Random random_;
  Beliefs beliefs_;
  Figures figures_;
  std::priority_queue<Timer> timers_;
  Time now_ = Clock::now();
  Time started_at_ = now_;
  std::uint64_t started_ = 0;
  std::uint32_t xids_ = 0;
  std::uint32_t macs_ = 0;
  std::size_t waiting_ = 0;
  bool paused_ = false;
};

}  // namespace lessor::soak
