#pragma once
// A lease as its client knows it. Must not know: files, text, the host.

#include "base/time.h"
#include "net/address.h"
#include "wire/v4/message_view.h"

#include <optional>
#include <vector>

namespace lessor::client::v4 {

/// What a server said in an OFFER or ACK, its parts joined: options by ascending code, without 52
/// and 53.
using Options = std::vector<std::pair<wire::OptionCode, std::vector<std::byte>>>;

/// The option's octets; nothing when it is absent.
[[nodiscard]] std::optional<Bytes> find_option(const Options& options, wire::OptionCode code);
/// An option of one IPv4 address, or the first of a list; nothing when absent or malformed.
[[nodiscard]] std::optional<net::Ip4> find_address(const Options& options, wire::OptionCode code);
/// The options of a message.
[[nodiscard]] Options copy_options(const wire::MessageView& message);

/// A granted lease. R2131-4.4.1-e: all times count from when the DHCPREQUEST was sent.
struct Lease {
  net::Ip4 address;
  net::Ip4 server;  ///< option 54
  net::Mac
      server_mac;  ///< the sender of the ACK's frame: the server, or the way to it; zero unknown
  Instant requested_at;
  Duration lease_time;  ///< may be infinite; else 0 < t1 < t2 < lease_time
  Duration t1;
  Duration t2;
  std::uint32_t xid = 0;
  Options options;

  [[nodiscard]] Instant renew_at() const { return requested_at + t1; }
  [[nodiscard]] Instant rebind_at() const { return requested_at + t2; }
  [[nodiscard]] Instant expires_at() const { return requested_at + lease_time; }
  friend bool operator==(const Lease&, const Lease&) = default;
};

/// The length of a subnet mask (option 1); nothing when it is no mask, or one that masks nothing.
[[nodiscard]] std::optional<std::uint8_t> mask_length(Bytes value);

/// The prefix length of option 1; without one, or with one that is no mask, by the address's class
/// (RFC 950), as every client of the field does.
[[nodiscard]] std::uint8_t prefix_length(const Lease& lease);

}  // namespace lessor::client::v4
