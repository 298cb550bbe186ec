#pragma once
// What the relay is told to do, as a value: links with clients, servers, option 82, limits. Made
// from a configuration file (settings_file.h) or a command line, checked by check_settings(). Must
// not know: JSON, sockets.

#include "net/address.h"
#include "relay/v4/agent_template.h"
#include "relay/v4/limits.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::relay::v4 {

struct Server {
  net::Ip4 address;
  std::uint16_t port = 67;
  friend bool operator==(const Server&, const Server&) = default;
};

/// An address of the relay's own that is said in option 82.
struct OwnAddress {
  enum class Source : std::uint8_t {
    none,       ///< not said
    interface,  ///< the primary address of the downlink's interface
    given,      ///< `address`
  };
  Source source = Source::none;
  net::Ip4 address;
  friend bool operator==(const OwnAddress&, const OwnAddress&) = default;
};

/// Sub-option 9 (RFC 4243): what one enterprise understands.
struct VendorInfo {
  std::uint32_t enterprise = 0;
  AgentTemplate data;
};

/// What option 82 says of a downlink. Off unless something is set (R3046-2.1-a).
struct AgentInfo {
  AgentTemplate circuit_id;         ///< 1, RFC 3046
  AgentTemplate remote_id;          ///< 2, RFC 3046
  AgentTemplate subscriber_id;      ///< 6, RFC 3993
  AgentTemplate relay_id;           ///< 12, RFC 6925
  std::vector<VendorInfo> vendors;  ///< 9, RFC 4243
  bool flags = false;               ///< 10, RFC 5010: whether the client's message was unicast
  OwnAddress link_selection;        ///< 5, RFC 3527: the clients' link, when giaddr is elsewhere
  OwnAddress server_id_override;    ///< 11, RFC 5107: clients renew through us
};

/// A link with clients.
struct Downlink {
  std::string interface;
  std::vector<Server> servers;     ///< empty: Settings::servers
  std::optional<net::Ip4> giaddr;  ///< default: the interface's primary address
  AgentInfo agent;
  std::uint16_t vlan = 0;  ///< for {vlan}; 0: as the interface's name says (eth0.100, vlan100)
  std::uint16_t outer_vlan = 0;
  /// Whether an element between us and the clients may add option 82 (RFC 3046 2.1).
  bool trusted = false;
  std::uint32_t messages_per_second = 0;  ///< from clients; 0: no limit
  std::uint32_t clients = 0;              ///< with a lease at once; 0: no limit
};

/// What becomes of a message that has option 82 already, from another relay or by a trusted link.
enum class ForeignAgentInfo : std::uint8_t {
  forward,  ///< RFC 3046 2.1 and 2.1.1: as it is, without a second one
  append,   ///< ours behind it
  replace,  ///< ours in its place
  drop,
};

/// To which of its servers a message goes.
enum class ServerChoice : std::uint8_t {
  all,       ///< to every one, as every relay does
  failover,  ///< to the first that is in service
  hash,      ///< RFC 3074: the same client at the same server, among those in service
};

struct Settings {
  std::vector<Downlink> downlinks;
  std::vector<Server> servers;  ///< of downlinks that name none
  ServerChoice choice = ServerChoice::all;
  ForeignAgentInfo foreign = ForeignAgentInfo::forward;
  /// RFC 1542 4.1.1: a message that has come through more relays than this is dropped.
  std::uint8_t max_hops = kDefaultHops;
  /// RFC 1542 4.1.1: a message whose client has asked for fewer seconds is left to others.
  std::uint16_t min_secs = 0;
  /// Octets of UDP payload that a message may have with our option 82 in it.
  std::size_t max_message_size = kDefaultMessageSize;
  /// RFC 8357: the port that we send to servers from and take their answers at; 67: not used.
  std::uint16_t source_port = 67;
  /// Answers are taken from the configured servers only. (By a downlink never from others.)
  bool only_from_servers = false;
  /// Whether silent servers are probed.
  bool probe = true;
  /// RFC 4388: ask the servers at the start which clients have leases.
  bool leasequery = false;
  /// {hostname} in templates; the owner sets it.
  std::string host_name;
};

/// What is wrong with settings as a whole: no downlink, one twice, no server, too many, a VLAN that
/// a template names and nobody said. Empty: nothing. Each is a sentence for a person.
[[nodiscard]] std::vector<std::string> check_settings(const Settings& settings);

/// Reads "192.0.2.1" or "192.0.2.1:6767". The error is a sentence.
[[nodiscard]] std::expected<Server, std::string> parse_server(std::string_view text);
[[nodiscard]] std::string to_string(const Server& server);  ///< the port only when it is not 67

[[nodiscard]] std::string_view name_of(ServerChoice choice);      ///< "failover"
[[nodiscard]] std::string_view name_of(ForeignAgentInfo policy);  ///< "replace"

}  // namespace lessor::relay::v4
