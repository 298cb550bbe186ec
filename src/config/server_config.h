#pragma once
// The server's configuration as an immutable value: everything inherited, checked, sorted and
// indexed when it is loaded, so that the packet path only reads. Made by config/load; swapped whole
// on reload. Must not know: JSON, files, leases, sockets.

#include "base/huge_pages.h"
#include "base/short_bytes.h"
#include "base/time.h"
#include "config/boot_profile.h"
#include "config/class_table.h"
#include "config/hosts.h"
#include "config/lease_followers.h"
#include "config/message_rate.h"
#include "net/address_map.h"
#include "wire/value_codec.h"

#include <boost/container/small_vector.hpp>

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lessor::config {

/// How long an address is held for a client: while it is asked for, and then while it is offered.
inline constexpr Duration kOfferHold = Duration::seconds(60);

/// When clients renew (T1) and rebind (T2), after inheritance. A fixed time wins over a percentage;
/// neither: not sent.
struct Timers {
  std::optional<Duration> renew;
  std::optional<Duration> rebind;
  bool calculate_tee_times = false;
  std::uint32_t t1_permille = 500;
  std::uint32_t t2_permille = 875;

  friend bool operator==(const Timers&, const Timers&) = default;
};

/// Whom hard limits count: a client (its hardware address behind its port), a port of a relay, a
/// relay. Indexes LeaseLimits and MessageRates.
enum class Holder : std::uint8_t { client, port, relay };
inline constexpr std::size_t kHolders = 3;

/// Leases and offers that each may hold at once; 0: no limit.
using LeaseLimits = std::array<std::uint32_t, kHolders>;

/// What each may send; 0 messages: no limit.
using MessageRates = std::array<MessageRate, kHolders>;

/// Whether an address is asked for before it is offered, and how (Kea's ping_check hook).
struct PingCheck {
  bool enabled = false;
  std::uint32_t requests = 1;                      ///< without an answer to so many it is free
  Duration timeout = Duration::milliseconds(100);  ///< for an answer to one
  /// Whoever had the address gets it unasked for so long after the server last heard of the lease.
  Duration trusted = Duration::seconds(60);
};

/// What clients get that make up their hardware addresses (RFC 9724; the bit of locally
/// administered ones is set), but for those with a reservation.
struct RandomMacs {
  Duration longest = Duration::infinite();  ///< of their leases
  /// Thousandths of the subnet's addresses that they may have once it is nearly full; 1000: all.
  std::uint32_t share_permille = 1'000;
  std::uint32_t threshold_permille = 900;  ///< in use: from there on it is nearly full
  [[nodiscard]] bool limits_leases() const { return share_permille < 1'000; }
};

/// How a subnet chooses a free address for a client that has no claim to any.
enum class Allocator : std::uint8_t {
  oldest,  ///< iterative, flq: one never used, the lowest first; then the one free for longest
  random,  ///< any of those that are free
};

/// How long a lease serves again as it is: a renewal is answered with what is left of it, and
/// nothing is written.
struct LeaseCaching {
  std::uint32_t millionths = 0;             ///< of its lifetime; 0: never
  Duration max_age = Duration::infinite();  ///< and no longer than this
  [[nodiscard]] bool is_on() const { return millionths != 0; }
};

/// flex_option: what an expression does to an option of replies.
struct FlexOption {
  enum class Action : std::uint8_t {
    add,        ///< unless it is there
    supersede,  ///< whatever is there
    remove,     ///< when the condition is true
  };
  /// The option that a sub-option stands in.
  struct Container {
    std::uint8_t code = 0;
    std::optional<std::uint32_t> enterprise;  ///< of option 125: whose block it is
    bool is_added = true;                     ///< when the reply has none
    bool is_removed = true;                   ///< when nothing is left in it
  };
  Action action = Action::add;
  std::uint8_t code = 0;
  std::vector<ClassId> guards;         ///< for clients in all of these only
  std::optional<Container> container;  ///< none: it is an option of the message itself
  std::optional<wire::Shape> shape;    ///< the value is text for this (csv-format), else octets
  expression::Program program;         ///< of type condition for remove, else text
};
/// More are an error of whoever writes the file; each costs an evaluation for every reply.
inline constexpr std::size_t kMaxFlexOptions = 64;

/// A range of addresses to lease out dynamically.
struct Pool {
  net::Range4 range;
  std::uint32_t pool_id = 0;
  std::uint32_t ordinal = 0;   ///< position among all pools of the configuration, 0 first
  std::vector<ClassId> guard;  ///< for clients in one of these only; empty: for all
  std::vector<ClassId> additional_classes;  ///< evaluated for who gets an address of it
  OptionSet options;
  /// Addresses of the range that are never leased dynamically, sorted: reserved ones and those left
  /// out by "auto" or --exclude. (A reserved one may go to its own client, by the reservation.)
  std::vector<net::Ip4> excluded;
};

/// Pools of a subnet. The first stands in the subnet itself: most have one, and a packet has not to
/// wait for another place in memory.
using PoolList = boost::container::small_vector<Pool, 1>;

/// Several subnets on one link. The parameters that it sets have gone into those of its subnets
/// that inherit them.
struct SharedNetwork {
  std::string name;
  OptionSet options;                        ///< between the subnets' and those of classes
  std::vector<ClassId> guard;               ///< for clients in one of these only; empty: for all
  std::vector<ClassId> additional_classes;  ///< evaluated for its clients
  // Made by ServerConfig::build_indexes().
  std::vector<std::uint32_t> subnets;  ///< positions in ServerConfig::subnets, by id
  std::vector<net::Prefix4> prefixes;  ///< theirs
  [[nodiscard]] bool contains(net::Ip4 address) const;
};
/// Of a subnet that is in no shared network.
inline constexpr std::uint32_t kNoNetwork = UINT32_MAX;

/// One subnet with every parameter resolved (its own, else its network's, else the global one, else
/// the default).
///
/// Of thousands of subnets each packet meets another, so what every packet reads stands together,
/// at the beginning and at the end, but for the timers: a few cache lines.
struct alignas(64) Subnet {
  Subnet() = default;
  Subnet(const Subnet&) = default;
  Subnet& operator=(const Subnet&) = default;
  // Of a small_vector the compiler does not know that it moves without fail: thousands of subnets
  // would be copied whenever their list grows.
  Subnet(Subnet&&) noexcept = default;  // NOLINT(bugprone-exception-escape): it does not
  Subnet& operator=(Subnet&&) noexcept = default;
  ~Subnet() = default;

  std::uint32_t id = 0;
  std::uint32_t network = kNoNetwork;  ///< position in ServerConfig::networks
  /// What names its link for as long as a reload does not change it: its prefix, or its network's
  /// name. Made by ServerConfig::build_indexes().
  std::uint32_t link = 0;
  net::Prefix4 prefix;
  /// From so many thousandths of the addresses of the client's pools on in use, new leases are as
  /// short as clients may ask for; more than 1000: never.
  std::uint32_t short_lease_permille = UINT32_MAX;
  Allocator allocator = Allocator::oldest;
  bool id_given = true;  ///< false: the file has none, and `id` was derived from the prefix
  bool authoritative = false;
  bool match_client_id = true;
  bool reservations_in_subnet = true;
  bool reservations_global = false;
  /// --interface mode: an address that was never leased is probed by ARP before it is offered.
  bool probe_new_addresses = false;
  bool rapid_commit = false;  ///< RFC 4039: a DHCPDISCOVER that asks for it is leased at once
  /// Leases keep the relay agent information (option 82) of the messages that made them.
  bool stores_extended_info = false;
  bool legal_logging = true;  ///< user-context: its leases are in the legal log, where there is one
  std::vector<ClassId> guard;  ///< for clients in one of these only; empty: for all
  PoolList pools;              ///< sorted by range, no overlap
  Lifetimes lifetimes;
  RandomMacs random_macs;

  std::string interface;  ///< empty = chosen by addresses alone
  /// relay.ip-addresses: giaddrs outside the prefix that mean this subnet.
  std::vector<net::Ip4> relays;
  OptionSet options;
  Timers timers;
  std::optional<PingCheck> ping_check;  ///< nothing: not asked for
  LeaseCaching caching;
  Duration offer_lifetime;  ///< of leases that are made with the offer; zero: offers make none
  LeaseLimits lease_limits{};
  GroupLimits limits;                       ///< of all its clients together
  std::vector<ClassId> additional_classes;  ///< evaluated for its clients
  std::optional<BootProfile> boot_profile;

  BootFields boot;
  std::vector<Reservation> reservations;

  /// The pool that holds `address`; nullptr when none does.
  [[nodiscard]] const Pool* find_pool(net::Ip4 address) const;
  /// How its own reservations are found.
  [[nodiscard]] const HostIndex& hosts() const { return hosts_; }
  /// One that sets `address` aside; nullptr when absent. O(1).
  [[nodiscard]] const Reservation* find_reservation(net::Ip4 address) const {
    return hosts_.find(reservations, address);
  }

  /// Builds the indexes behind the find functions. Called once by whoever fills the struct.
  void build_indexes();

 private:
  HostIndex hosts_;
};

/// Where the lease store lives.
struct LeaseDatabase {
  std::string folder = "/var/lib/lessor";
  /// Kea's lease file, to be read in once; empty: none is named.
  std::string kea_file = {};
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

/// The flex_id hook: an identifier by an expression, for reservations by flex-id.
struct FlexId {
  expression::Program expression;   ///< of type text; the empty text: the client has none
  bool replaces_client_id = false;  ///< a zero octet and the value stand for option 61
};

/// The lease_query hook: who may ask who has which address (RFC 4388), and how by TCP (RFC 6926).
struct LeaseQueries {
  std::vector<net::Ip4> requesters;  ///< sorted
  /// Connections: where they are taken, how many at once, and for how long they may be silent.
  struct Bulk {
    net::Ip4 address;
    std::uint16_t port = 67;
    std::uint32_t connections = 10;
    Duration idle_time = Duration::seconds(300);
    std::uint32_t leases_per_slice = 100;  ///< looked at between two packets
    friend bool operator==(const Bulk&, const Bulk&) = default;
  };
  std::optional<Bulk> bulk;

  [[nodiscard]] bool may_ask(net::Ip4 requester) const;
};

/// force-renew: whether clients are told a nonce, so that they can be asked to renew before their
/// time (RFC 3203, RFC 6704), and when they are.
enum class ForceRenew : std::uint8_t {
  off,
  on_request,  ///< by command
  automatic,   ///< and whenever a new configuration has something else to tell them
};

/// An address, and the subnet whose prefix holds it; null when none does.
struct Located {
  net::Ip4 address;
  const Subnet* subnet = nullptr;
};

/// The whole configuration of `lessor serve`.
struct ServerConfig {
  InterfacePolicy interfaces;
  HugeVector<Subnet> subnets;  ///< sorted by prefix: network, then length (longest first)
  std::vector<SharedNetwork> networks;
  OptionSet options;  ///< global scope
  ClassTable classes;
  Lifetimes lifetimes;
  Timers timers;
  BootFields boot;
  bool authoritative = false;
  bool echo_client_id = true;             ///< RFC 6842
  bool ignore_server_identifier = false;  ///< compatibility: answer what was meant for another
  bool ignore_link_selection = false;     ///< compatibility: the relay's RFC 3527 sub-option
  Duration decline_probation_period = Duration::seconds(86'400);
  Duration offer_hold = kOfferHold;
  std::vector<IdentifierType> identifier_order{IdentifierType::hw_address, IdentifierType::duid,
                                               IdentifierType::circuit_id,
                                               IdentifierType::client_id};
  std::vector<Reservation> reservations;  ///< global: for subnets with reservations_global
  bool early_global_lookup = false;       ///< they are looked up before the subnet is selected
  /// Who renews past its relay is taken to be where its lease says (stores_extended_info).
  bool stash_agent_options = false;
  bool answers_bootp = false;                 ///< the bootp hook: requests without option 53, too
  std::optional<FlexId> flex_id;              ///< clients have identifiers by an expression
  std::optional<LeaseQueries> lease_queries;  ///< nothing: DHCPLEASEQUERY is not answered
  LeaseDatabase lease_database;
  std::vector<ControlSocket> control_sockets;
  std::vector<Logger> loggers;
  OtherServerPolicy other_servers;
  MessageRates message_rates{};
  bool vendor_options = false;  ///< some scope has sub-options of option 125
  std::vector<FlexOption> flex_options;
  bool refines_leases = false;       ///< some leases serve again as they are, or are made by offers
  bool ipv6_only = false;            ///< some scope has option 108 (RFC 8925)
  bool limits_leases = false;        ///< leases are counted: some client, port ... has a limit
  bool limits_group_leases = false;  ///< some class or subnet has, or random MACs have a share
  bool limits_group_rates = false;   ///< some class or subnet has a limit of messages
  bool asks_before_offer = false;    ///< some subnet probes addresses
  bool has_additional_classes = false;  ///< some scope has classes evaluated for its clients
  ForceRenew force_renew = ForceRenew::off;
  std::uint32_t force_renew_rate = 100;  ///< messages a second at most
  std::optional<LegalLog> legal_log;
  std::optional<RunScript> run_script;
  std::uint32_t pool_count = 0;
  std::string source;  ///< the file's name, or "command line"
  /// Of all that client classes and expressions make of replies: another one, other replies.
  std::uint64_t class_print = 0;
  std::string text;  ///< what it was read from as plain JSON, includes expanded, for config-get

  /// Whether somebody wants to know all that happens to leases.
  [[nodiscard]] bool follows_leases() const { return legal_log || run_script; }

  /// How the global reservations are found.
  [[nodiscard]] const HostIndex& hosts() const { return hosts_; }

  /// The shared network of a subnet; nullptr when it is in none.
  [[nodiscard]] const SharedNetwork* network_of(const Subnet& subnet) const {
    return subnet.network == kNoNetwork ? nullptr : &networks[subnet.network];
  }

  /// The subnet whose prefix holds `address`, longest prefix first; nullptr when none.
  [[nodiscard]] const Subnet* find_subnet(net::Ip4 address) const;
  [[nodiscard]] Located locate(net::Ip4 address) const { return {address, find_subnet(address)}; }
  /// The subnet that names `relay` under relay.ip-addresses; nullptr when none.
  [[nodiscard]] const Subnet* find_subnet_by_relay(net::Ip4 relay) const;
  /// The subnet bound to an interface by its `interface` key; nullptr when none.
  [[nodiscard]] const Subnet* find_subnet_by_interface(std::string_view name) const;

  /// The same among the subnets that `may_serve(subnet)`: what find_subnet...() gives when it may,
  /// else the next in its order.
  template <typename MayServe>
  [[nodiscard]] const Subnet* find_subnet(net::Ip4 address, MayServe may_serve) const {
    return find_subnet(locate(address), may_serve);
  }
  template <typename MayServe>
  [[nodiscard]] const Subnet* find_subnet(const Located& found, MayServe may_serve) const {
    const Subnet* subnet = found.subnet;
    while (subnet != nullptr && !may_serve(*subnet)) subnet = find_around(*subnet);
    return subnet;
  }
  template <typename MayServe>
  [[nodiscard]] const Subnet* find_subnet_by_relay(net::Ip4 relay, MayServe may_serve) const {
    const Subnet* first = find_subnet_by_relay(relay);
    if (first == nullptr || may_serve(*first)) return first;
    return find_next_by_relay(relay, may_serve);
  }
  template <typename MayServe>
  [[nodiscard]] const Subnet* find_subnet_by_interface(std::string_view name,
                                                       MayServe may_serve) const {
    const Subnet* first = find_subnet_by_interface(name);
    if (first == nullptr || may_serve(*first)) return first;
    for (const std::uint32_t index : by_interface_) {
      if (subnets[index].interface == name && may_serve(subnets[index])) return &subnets[index];
    }
    return nullptr;
  }

  /// Sorts, numbers the pools and builds every index. Called once, last.
  void build_indexes();

 private:
  struct RelayEntry {
    net::Ip4 relay;
    std::uint32_t subnet = 0;
  };
  /// The longest prefix around that of `subnet`; nullptr when none.
  [[nodiscard]] const Subnet* find_around(const Subnet& subnet) const;
  template <typename MayServe>
  [[nodiscard]] const Subnet* find_next_by_relay(net::Ip4 relay, MayServe may_serve) const {
    for (const RelayEntry& entry : by_relay_) {
      if (entry.relay == relay && may_serve(subnets[entry.subnet])) return &subnets[entry.subnet];
    }
    return nullptr;
  }
  void index_networks();
  void build_address_spans();
  void build_relay_and_interface_indexes();

  HostIndex hosts_;
  net::AddressMap by_address_;        // the position of the subnet with the longest prefix there
  std::vector<RelayEntry> by_relay_;  // sorted by relay
  std::vector<std::uint32_t> by_interface_;  // subnets with an interface, sorted by its name
};

}  // namespace lessor::config
