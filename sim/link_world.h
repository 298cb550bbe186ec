#pragma once
// One link, one seed: server and client engines as they run everywhere, on a network that loses,
// repeats and delays, with habits that clients have. After every event it is checked that nobody
// holds what somebody else holds. Must not know: sockets, disks, real time.

#include "client/v4/engine.h"
#include "lease/change_log.h"
#include "server/v4/engine.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lessor::sim {

/// How the network and the clients behave.
struct Weather {
  std::uint32_t lose_one_in = 0;    ///< 0: never
  std::uint32_t repeat_one_in = 0;  ///< 0: never
  Duration max_delay = Duration::milliseconds(20);
  bool clients_misbehave = false;  ///< crash, release, lose their carrier, sleep
};

struct WorldPlan {
  std::uint64_t seed = 0;
  std::size_t clients = 30;
  int servers = 1;  ///< each with a pool of its own
  Duration lease_time = Duration::seconds(600);
  /// Fewer addresses than clients, who come back as somebody else each time: what one has left the
  /// next gets soon.
  bool scarce = false;
};

/// What happened, for expectations.
struct Tally {
  std::uint64_t messages = 0;
  std::uint64_t bound = 0;      ///< times that an address was put on an interface
  std::uint64_t refreshed = 0;  ///< renewals
  std::uint64_t lost = 0;       ///< addresses that had to go though nobody had asked for it
};

class LinkWorld {
 public:
  explicit LinkWorld(const WorldPlan& plan);
  ~LinkWorld();

  void set_weather(const Weather& weather) { weather_ = weather; }
  /// Lets time pass, event by event.
  void pass(Duration time);

  /// Clients with an address now, of those that are switched on.
  [[nodiscard]] std::size_t holding() const;
  [[nodiscard]] std::size_t switched_on() const;
  void switch_all_on();
  [[nodiscard]] const Tally& tally() const { return tally_; }
  /// What must never be: sentences with the second and the address. Empty in a good world.
  [[nodiscard]] const std::vector<std::string>& broken_laws() const { return broken_; }
  /// The last things that happened, oldest first.
  [[nodiscard]] std::string last_events() const;

 private:
  struct Server;
  struct Client;
  /// A frame or an ARP packet on its way.
  struct Delivery {
    net::Mac from;
    net::Mac to;  ///< broadcast or one
    net::Ip4 source;
    net::Ip4 destination;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::vector<std::byte> payload;
    std::optional<net::ArpSighting> arp;
  };

  void turn(Instant until);
  void run_client(Client& client);
  void run_server(Server& server);
  void send(net::Outbox& out, const net::Mac& from);
  void ask_by_arp(const net::ArpProbe& probe, const net::Mac& from);
  void put_on_the_way(Instant arrival, Delivery delivery);
  void deliver(const Delivery& delivery);
  void obey(Client& client);
  void play_a_trick();
  void switch_on(Client& client);
  void plug(Client& client, bool in);
  void switch_off(Client& client, bool politely);
  void check_holders(const Client& client);
  void note(std::string text);
  void break_law(std::string text);

  WorldPlan plan_;
  Weather weather_;
  Random random_;
  Now now_;
  Instant next_trick_at_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::map<std::pair<Instant, std::uint64_t>, Delivery> under_way_;  // by arrival, then by number
  std::uint64_t last_number_ = 0;
  std::size_t last_mac_ = 0;
  Tally tally_;
  std::vector<std::string> broken_;
  std::array<std::string, 50> notes_;
  std::size_t noted_ = 0;
};

}  // namespace lessor::sim
