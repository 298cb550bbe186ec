#pragma once
// The server's configuration as an immutable value: everything inherited, checked, sorted and
// indexed when it is loaded, so that the packet path only reads. Made by config/load; swapped whole
// on reload. Must not know: JSON, files, leases, sockets.

#include "base/short_bytes.h"
#include "base/time.h"
#include "net/address.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lessor::config {

/// One option to send: its encoded value without code and length. May be longer than 255 (RFC
/// 3396).
struct ConfiguredOption {
  std::uint8_t code = 0;
  bool always_send = false;  ///< sent even when the client did not ask for it
  std::vector<std::byte> value;
};

/// The options of one scope, sorted by code, one of each.
class OptionSet {
 public:
  OptionSet() = default;
  /// Sorts by code; of two options with one code the first stays.
  explicit OptionSet(std::vector<ConfiguredOption> options);

  /// May be absent (nullptr). A bit test when it is.
  [[nodiscard]] const ConfiguredOption* find(std::uint8_t code) const;
  [[nodiscard]] const std::vector<ConfiguredOption>& all() const { return options_; }
  [[nodiscard]] bool empty() const { return options_.empty(); }

 private:
  std::vector<ConfiguredOption> options_;
  std::bitset<256> present_;
};

/// siaddr, sname and file of replies. Empty or zero = not set in this scope or any around it.
struct BootFields {
  net::Ip4 next_server;
  std::string server_hostname;  ///< at most 63 octets
  std::string boot_file_name;   ///< at most 127 octets
};

/// How long leases last, after inheritance: min_valid <= valid <= max_valid.
struct Lifetimes {
  Duration valid = Duration::seconds(7'200);
  Duration min_valid = Duration::seconds(7'200);
  Duration max_valid = Duration::seconds(7'200);
};

/// When clients renew (T1) and rebind (T2), after inheritance. A fixed time wins over a percentage;
/// neither: not sent.
struct Timers {
  std::optional<Duration> renew;
  std::optional<Duration> rebind;
  bool calculate_tee_times = false;
  std::uint32_t t1_permille = 500;
  std::uint32_t t2_permille = 875;
};

/// Whom hard limits count: a client (its hardware address behind its port), a port of a relay, a
/// relay. Indexes LeaseLimits and MessageRates.
enum class Holder : std::uint8_t { client, port, relay };
inline constexpr std::size_t kHolders = 3;

/// Leases and offers that each may hold at once; 0: no limit.
using LeaseLimits = std::array<std::uint32_t, kHolders>;

/// So many messages in any `period`; 0: no limit.
struct MessageRate {
  std::uint32_t messages = 0;
  Duration period;
  friend bool operator==(const MessageRate&, const MessageRate&) = default;
};
using MessageRates = std::array<MessageRate, kHolders>;

/// What a reservation is known by. The order of lookup is ServerConfig::identifier_order.
enum class IdentifierType : std::uint8_t { hw_address, client_id };
inline constexpr std::size_t kIdentifierTypes = 2;

/// A client for whom something is set aside: an address (in or out of the pools), options, a name.
struct Reservation {
  IdentifierType identifier_type = IdentifierType::hw_address;
  std::vector<std::byte> identifier;  ///< hw-address: the octets; client-id: the whole of option 61
  std::optional<net::Ip4> address;
  std::string hostname;
  OptionSet options;
  BootFields boot;  ///< only what this reservation itself sets
};

/// A range of addresses to lease out dynamically.
struct Pool {
  net::Range4 range;
  OptionSet options;
  std::uint32_t pool_id = 0;
  std::uint32_t ordinal = 0;  ///< position among all pools of the configuration, 0 first
  /// Addresses of the range that are never leased dynamically, sorted: reserved ones and those left
  /// out by "auto" or --exclude. (A reserved one may go to its own client, by the reservation.)
  std::vector<net::Ip4> excluded;
};

/// One subnet with every parameter resolved (its own, else the global one, else the default).
struct Subnet {
  std::uint32_t id = 0;
  bool id_given = true;  ///< false: the file has none, and `id` was derived from the prefix
  net::Prefix4 prefix;
  std::string interface;  ///< empty = chosen by addresses alone
  /// relay.ip-addresses: giaddrs outside the prefix that mean this subnet.
  std::vector<net::Ip4> relays;
  std::vector<Pool> pools;  ///< sorted by range, no overlap
  OptionSet options;
  Lifetimes lifetimes;
  Timers timers;
  BootFields boot;
  bool authoritative = false;
  bool match_client_id = true;
  bool reservations_in_subnet = true;
  /// --interface mode: an address that was never leased is probed by ARP before it is offered.
  bool probe_new_addresses = false;
  LeaseLimits lease_limits{};
  std::vector<Reservation> reservations;

  /// The pool that holds `address`; nullptr when none does.
  [[nodiscard]] const Pool* find_pool(net::Ip4 address) const;
  /// By identifier; nullptr when absent. O(1).
  [[nodiscard]] const Reservation* find_reservation(IdentifierType type, Bytes identifier) const;
  /// The reservation that sets `address` aside; nullptr when absent. O(1).
  [[nodiscard]] const Reservation* find_reservation(net::Ip4 address) const;

  /// Builds the indexes behind the find functions. Called once by whoever fills the struct.
  void build_indexes();

 private:
  std::array<bool, kIdentifierTypes> by_type_{};  // whether there is any of the type
  std::vector<std::uint32_t> by_identifier_;      // open addressing, index + 1, 0 = empty
  std::vector<std::uint32_t> by_address_;         // likewise
};

/// Where the lease store lives.
struct LeaseDatabase {
  std::string folder = "/var/lib/lessor";
};

/// A control socket (UNIX).
struct ControlSocket {
  std::string path;
};

/// other-servers: whether to look for other servers on the links served, and which are meant to be
/// there.
struct OtherServerPolicy {
  bool detect = true;
  std::vector<net::Ip4> addresses;  ///< by server identifier or source address
  std::vector<net::Mac> macs;
};

/// Where log lines go, by severity.
struct Logger {
  std::string name = "lessor";
  std::string severity = "INFO";
  std::vector<std::string> outputs;  ///< "stdout", "stderr", "syslog", or a file's path
};

/// interfaces-config: which interfaces are served.
struct InterfacePolicy {
  enum class Mode : std::uint8_t {
    by_subnet,  ///< no interfaces-config: each interface that has an address in a subnet of ours
    all,        ///< "*"
    listed,     ///< by name, perhaps none
  };
  struct Listed {
    std::string name;
    std::optional<net::Ip4> address;  ///< "eth0/192.0.2.1": serve with this address only
  };
  Mode mode = Mode::by_subnet;
  std::vector<Listed> listed;
  enum class Sockets : std::uint8_t { raw, xdp, udp };
  Sockets sockets = Sockets::raw;  ///< dhcp-socket-type
  bool use_routing = false;        ///< outbound-interface: use-routing
  bool require_all = false;        ///< service-sockets-require-all
};

/// The whole configuration of `lessor serve`.
struct ServerConfig {
  InterfacePolicy interfaces;
  std::vector<Subnet> subnets;  ///< sorted by prefix: network, then length (longest first)
  OptionSet options;            ///< global scope
  Lifetimes lifetimes;
  Timers timers;
  BootFields boot;
  bool authoritative = false;
  bool echo_client_id = true;  ///< RFC 6842
  Duration decline_probation_period = Duration::seconds(86'400);
  Duration offer_hold = Duration::seconds(60);
  std::vector<IdentifierType> identifier_order{IdentifierType::hw_address,
                                               IdentifierType::client_id};
  LeaseDatabase lease_database;
  std::vector<ControlSocket> control_sockets;
  std::vector<Logger> loggers;
  OtherServerPolicy other_servers;
  MessageRates message_rates{};
  bool limits_leases = false;  ///< some subnet's lease_limits are not all zero
  std::uint32_t pool_count = 0;
  std::string source;  ///< the file's name, or "command line"
  std::string text;    ///< what it was read from as plain JSON, includes expanded, for config-get

  /// The subnet whose prefix holds `address`, longest prefix first; nullptr when none.
  [[nodiscard]] const Subnet* find_subnet(net::Ip4 address) const;
  /// The subnet that names `relay` under relay.ip-addresses; nullptr when none.
  [[nodiscard]] const Subnet* find_subnet_by_relay(net::Ip4 relay) const;
  /// The subnet bound to an interface by its `interface` key; nullptr when none.
  [[nodiscard]] const Subnet* find_subnet_by_interface(std::string_view name) const;

  /// Sorts, numbers the pools and builds every index. Called once, last.
  void build_indexes();

 private:
  /// From `first` on (up to the next span) the longest prefix is that of subnets[subnet].
  struct AddressSpan {
    net::Ip4 first;
    std::uint32_t subnet = 0;  // kNoSubnet where no prefix covers
  };
  struct RelayEntry {
    net::Ip4 relay;
    std::uint32_t subnet = 0;
  };
  void build_address_spans();
  void build_relay_and_interface_indexes();

  std::vector<AddressSpan> spans_;           // sorted by first
  std::vector<RelayEntry> by_relay_;         // sorted by relay
  std::vector<std::uint32_t> by_interface_;  // subnets with an interface, sorted by its name
};

}  // namespace lessor::config
