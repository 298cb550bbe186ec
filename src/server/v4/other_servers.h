#pragma once
// OtherServers: who else answers clients on the links that we serve (C3-04), as a bounded table,
// and whether it is worth a line. What is seen of a server is forged as easily as any packet, so
// that nothing here believes it: it is shown. Pure: no sockets, no threads.

#include "base/time.h"
#include "config/server_config.h"
#include "net/interfaces.h"
#include "server/v4/limits.h"
#include "wire/v4/protocol.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace lessor::server::v4 {

/// What gave another server away.
enum class ServerSign : std::uint8_t {
  offer,
  ack,
  nak,
  bootp,   ///< a BOOTREPLY without option 53
  chosen,  ///< a client's REQUEST names it (option 54): it was heard, not the server itself
};
inline constexpr std::size_t kServerSigns = static_cast<std::size_t>(ServerSign::chosen) + 1;

/// One of these, on one link.
struct ServerSighting {
  net::InterfaceIndex interface = 0;
  ServerSign sign = ServerSign::offer;
  net::Mac mac;      ///< of the frame; zero when `chosen`
  net::Ip4 source;   ///< of the datagram; zero when `chosen`
  net::Ip4 server;   ///< option 54; zero when there is none
  net::Ip4 address;  ///< what it offers, grants or refuses
  net::Ip4 giaddr;   ///< the relay that passed it on
};

/// What a server says: op BOOTREPLY with one of a server's message types. Nothing: no such message.
struct ServerMessage {
  ServerSign sign = ServerSign::offer;
  std::uint32_t xid = 0;
  net::Ip4 server;
  net::Ip4 yiaddr;
  net::Ip4 giaddr;
};
[[nodiscard]] std::optional<ServerMessage> read_server_message(Bytes payload);

/// Another server, known by link, MAC and server identifier.
struct OtherServer {
  ServerSighting last;
  std::array<std::uint64_t, kServerSigns> counts{};
  WallTime first_at;
  WallTime last_at;
  Instant seen_at;
  Instant told_at;
};

/// One thread at a time.
class OtherServers {
 public:
  /// Whether a sighting deserves a line.
  enum class News : std::uint8_t {
    none,
    first,    ///< a server that was not there before
    again,    ///< still there after kOtherServerRepeat
    crowded,  ///< more servers on this link than are listed: somebody forges them
  };

  OtherServers();

  /// Servers that are meant to be there are neither counted nor listed.
  void set_policy(const config::OtherServerPolicy& policy);
  /// What this host itself sends is nobody else's.
  void set_interfaces(const net::InterfaceTable& interfaces) { interfaces_ = interfaces; }

  [[nodiscard]] News note(Now now, const ServerSighting& sighting);

  [[nodiscard]] std::span<const OtherServer> seen() const { return seen_; }
  /// Messages of others, and those of them whose sender found no place in the list.
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] std::uint64_t unlisted() const { return unlisted_; }

 private:
  [[nodiscard]] bool is_expected(const ServerSighting& sighting) const;
  [[nodiscard]] OtherServer* find(const ServerSighting& sighting);
  [[nodiscard]] OtherServer* make(Now now, const ServerSighting& sighting);
  [[nodiscard]] News crowded(Instant now);

  config::OtherServerPolicy policy_;
  net::InterfaceTable interfaces_;
  std::vector<OtherServer> seen_;  // never more than kOtherServers
  std::uint64_t messages_ = 0;
  std::uint64_t unlisted_ = 0;
  std::optional<Instant> crowded_at_;  // when that was last told
};

}  // namespace lessor::server::v4
