#pragma once
// A whole simulated world: servers, relays, clients and strangers, event by event, through bad
// weather and after it. What one seed draws always goes the same way. Must not know: real time,
// sockets, files.

#include "sim/client_host.h"
#include "sim/hostile_host.h"
#include "sim/relay_host.h"
#include "sim/server_host.h"
#include "sim/stage.h"

#include <memory>
#include <queue>
#include <string>
#include <vector>

namespace lessor::sim {

class World final : private Hearer {
 public:
  explicit World(const Plan& plan);
  ~World();

  /// Bad weather as long as the plan says, then all heals, then what must hold afterwards is
  /// looked at. Ends early when a law is broken.
  void play();

  /// Lets time pass, event by event; for tests that write their own story.
  void pass(Duration time);
  void switch_all_on();
  /// All clients that are on have an address, or there is none to be had.
  [[nodiscard]] bool everybody_is_bound() const;
  /// Clients with an address.
  [[nodiscard]] std::size_t bound() const { return holders_.count(); }

  /// What must never be: sentences. Empty in a good world.
  [[nodiscard]] const std::vector<std::string>& broken_laws() const { return stage_.broken; }
  [[nodiscard]] const Chronicle& chronicle() const { return stage_.chronicle; }
  /// Every event is printed as it happens.
  void say_all() { stage_.chronicle.say_all(); }
  [[nodiscard]] const Plan& plan() const { return stage_.plan; }
  /// What happened; complete after play().
  [[nodiscard]] Tally tally() const;

 private:
  struct Alarm {
    Instant at;
    std::uint64_t number = 0;
    HostId host = 0;
    friend bool operator>(const Alarm& a, const Alarm& b) {
      return a.at != b.at ? a.at > b.at : a.number > b.number;
    }
  };

  // Hearer.
  void hear(HostId host, const net::Datagram& datagram) override;
  void hear_arp(HostId host, const net::ArpSighting& sighting) override;
  bool cares_about(HostId host, const net::ArpSighting& sighting) override;

  void build_servers();
  void build_site(std::size_t site);
  void build_squatters();
  [[nodiscard]] HostId next_host() const { return static_cast<HostId>(hosts_.size()); }
  [[nodiscard]] Character character_of(std::uint32_t number, std::size_t site);
  /// Next event at or before `end`; false when there is none.
  bool step(Instant end);
  void schedule(HostId host);
  void schedule_all();

  // Bad weather (troubles.cc).
  void make_trouble();
  void trouble_a_server();
  void step_wall_clock(ServerHost& server);
  void trouble_the_network();
  void trouble_a_client();
  void crash_where_it_hurts();
  void heal();

  // After it (world.cc).
  [[nodiscard]] static bool waits(const ClientHost& client);
  [[nodiscard]] bool is_short(std::size_t site) const;
  void expect_all_bound();
  void expect_no_server_given_up();
  void expect_addresses_back();

  Stage stage_;
  Holders holders_;
  std::vector<LinkId> links_;  // of the sites
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<ServerHost*> servers_;
  std::vector<RelayHost*> relays_;
  std::vector<ClientHost*> clients_;
  std::vector<HostId> client_ids_;
  std::vector<HostileHost*> hostile_;
  std::vector<std::pair<net::Ip4, HostId>> squatted_;
  std::vector<Instant> alarms_;  // by host: the earliest that is in the queue
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> queue_;
  std::uint64_t last_alarm_ = 0;
  Instant next_trouble_ = Instant::never();
  std::uint32_t faces_ = 0;
};

}  // namespace lessor::sim
