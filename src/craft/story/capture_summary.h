#pragma once
// What a capture comes to: who takes part, which leases were found, how long answers took, and what
// is wrong. Memory is bounded by the clients. Must not know: files, terminals.

#include "craft/story/client_watch.h"
#include "craft/story/fingerprint.h"
#include "wire/v4/message_view.h"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace lessor::craft {

struct Style;

/// How much is remembered; what is beyond is counted, and said.
struct SummaryLimits {
  std::size_t clients_max = 20'000;
  std::size_t servers_max = 256;  ///< relays, too
};

/// Gathers: add() each packet in order of time, then finish() once, then read.
class CaptureSummary {
 public:
  using Limits = SummaryLimits;
  explicit CaptureSummary(Limits limits = {}) : limits_(limits) {}

  /// One packet, DHCP or not.
  void add(std::size_t number, Duration since_1970, Bytes frame, const Dissection& dissection);
  /// The capture is over.
  void finish();

  /// For people. Long lists are cut; a line says so.
  [[nodiscard]] std::string text(const Style& style) const;
  /// For programs, a JSON object with a newline behind it; docs/summary-json.md describes it.
  [[nodiscard]] std::string json() const;

  struct Client {
    net::HardwareAddress address;
    std::string host_name;  ///< option 12 as it came
    Fingerprint print;
    std::size_t messages = 0;
    ClientWatch watch;
  };
  struct Server {
    net::Ip4 address;
    std::uint64_t offers = 0;
    std::uint64_t acks = 0;
    std::uint64_t naks = 0;
    std::uint64_t competed = 0;             ///< offers that came after another server's
    std::optional<net::Ip4> competed_with;  ///< the server whose offers were first
    net::Prefix4 network;                   ///< of the first address that it gave
    std::string routers;                    ///< option 3's octets, as first seen
    std::string name_servers;               ///< option 6's
    Duration lease_time;                    ///< as first seen
    bool gave = false;                      ///< the four above are known
    [[nodiscard]] std::uint64_t answers() const { return offers + acks + naks; }
  };
  struct Relay {
    net::Ip4 address;
    std::uint64_t to_servers = 0;
    std::uint64_t to_clients = 0;
  };

  [[nodiscard]] const std::vector<Client>& clients() const { return clients_; }
  [[nodiscard]] const std::vector<Server>& servers() const { return servers_; }
  [[nodiscard]] const std::vector<Relay>& relays() const { return relays_; }
  [[nodiscard]] const AnomalyLog& anomalies() const { return anomalies_; }
  [[nodiscard]] const Latencies& latencies() const { return latencies_; }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  /// How many messages of a type came.
  [[nodiscard]] const std::map<std::string_view, std::uint64_t>& messages() const {
    return messages_;
  }
  /// First and last packet; the first is nothing while there is none.
  [[nodiscard]] std::optional<Duration> first_at() const { return first_at_; }
  [[nodiscard]] Duration last_at() const { return last_at_; }
  /// What was left out because of the limits, as a sentence; empty when nothing was.
  [[nodiscard]] std::string left_out() const;

 private:
  Client* enter(const net::HardwareAddress& address);
  void note_broken(const Dissection& dissection, std::size_t number, Duration since_1970);
  void note_relay(const DhcpEvent& event);
  void note_server(const DhcpEvent& event, const wire::MessageView& message, const Client& client);
  void note_holder(std::size_t client, const DhcpEvent& event);
  void find_suspects();

  Limits limits_;
  wire::ParseScratch scratch_;
  std::vector<Client> clients_;
  std::unordered_map<std::string, std::size_t> by_address_;  // octets of chaddr to client
  std::map<net::Ip4, std::size_t> holders_;                  // leased address to client
  std::vector<Server> servers_;
  std::vector<Relay> relays_;
  std::map<std::string_view, std::uint64_t> messages_;
  Latencies latencies_;
  AnomalyLog anomalies_;
  std::uint64_t packets_ = 0;
  std::uint64_t left_out_ = 0;
  std::optional<Duration> first_at_;
  Duration last_at_;
};

}  // namespace lessor::craft
