#pragma once
// A lease as text: what the handshake wrote down, a person can read and edit, and renewals,
// rebinding and releases go on from. docs/send.md describes the format. Must not know: files,
// clocks.

#include "craft/exchange/heard.h"

namespace lessor::craft {

/// What a client knows of its lease (RFC 2131 4.4.1).
struct ClientLease {
  enum class State : std::uint8_t { active, released, declined };
  State state = State::active;
  net::Ip4 address;
  std::optional<net::Ip4> server;        ///< option 54; some servers leave it out
  std::optional<net::Mac> server_mac;    ///< who the ACK came from: the server, or a relay
  std::optional<Duration> got_at;        ///< the ACK, since 1970-01-01 UTC
  std::optional<Duration> lease_time;    ///< option 51
  std::optional<Duration> renew_after;   ///< T1: option 58, else half
  std::optional<Duration> rebind_after;  ///< T2: option 59, else 7/8
  std::uint32_t xid = 0;                 ///< of the exchange that got it
  net::HardwareAddress client;           ///< chaddr
  /// Lines of the notation that the client's later messages repeat: `option.host-name = R1`.
  std::vector<std::string> said;
  /// What the server granted, by code.
  std::vector<std::pair<wire::OptionCode, std::vector<std::byte>>> options;

  friend bool operator==(const ClientLease&, const ClientLease&) = default;
};

/// The lease that an ACK grants. `request` is what it answers, when that is known: what it said is
/// repeated later. The error says why it grants none: no ACK, no address, broken options.
[[nodiscard]] std::expected<ClientLease, std::string> lease_of(const Heard& ack,
                                                               const Heard* request = nullptr);

/// As text: `key = value` lines with comments.
[[nodiscard]] std::string print_lease(const ClientLease& lease);
/// Reads what print_lease() wrote and people edited. The error names the line, and what it may be.
[[nodiscard]] std::expected<ClientLease, std::string> read_lease(std::string_view text);

}  // namespace lessor::craft
