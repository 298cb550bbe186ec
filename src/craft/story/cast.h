#pragma once
// Who is who in a capture: every DHCP message and every probe about a client's address is put under
// its client, in its exchange. Must not know: drawing, files.

#include "craft/story/exchange.h"
#include "craft/story/lanes.h"

#include <deque>
#include <map>
#include <variant>

namespace lessor::craft {

using Happening = std::variant<DhcpEvent, ProbeEvent>;

/// One thing that happened to a client.
struct Part {
  std::size_t client = 0;  ///< index into clients()
  std::size_t exchange = 0;
  bool begins = false;  ///< the exchange
  std::string mark;     ///< what is wrong with it
  Happening what;
};

/// Sorts packets as they come. What is remembered is bounded by the clients, and by `clients_max`.
class Cast {
 public:
  struct Client {
    net::HardwareAddress address;
    ExchangeTracker exchanges;
    LaneFinder lanes;
    std::vector<std::pair<std::uint32_t, Duration>> recent{};  // digests of the last messages
    net::Ip4 given{};                                          // offered or acknowledged last
  };
  explicit Cast(std::size_t clients_max) : clients_max_(clients_max) {}

  /// The parts that a packet plays: none for what concerns no client, and for a message that was
  /// captured on a second interface, too.
  [[nodiscard]] std::vector<Part> add(std::size_t number, Duration since_1970, Bytes frame,
                                      const Dissection& dissection);
  /// The same from events.
  [[nodiscard]] std::vector<Part> add(const DhcpEvent& event);
  [[nodiscard]] std::vector<Part> add(const ProbeEvent& probe);

  /// Forgets a client's exchanges that are over for good.
  void forget_old(std::size_t client);
  [[nodiscard]] const std::vector<Client>& clients() const { return clients_; }
  /// Packets of clients beyond the limit.
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

 private:
  Client* enter(const net::HardwareAddress& address);
  [[nodiscard]] static bool seen_already(Client& client, const DhcpEvent& event);
  void give(Client& client, const DhcpEvent& event, std::vector<Part>& parts);
  [[nodiscard]] Part part_of(Client& client, const ProbeEvent& probe);

  std::size_t clients_max_;
  std::size_t left_out_ = 0;
  std::vector<Client> clients_;
  std::map<std::string, std::size_t> by_address_;  // octets of the hardware address to client
  std::map<net::Ip4, std::size_t> holders_;        // address to client
  std::deque<ProbeEvent> waiting_;                 // about addresses that nobody was offered so far
};

}  // namespace lessor::craft
