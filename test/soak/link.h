#pragma once
// How the soak's clients reach the server: a link of theirs, by whole frames, or a relay's UDP
// socket and the router beside it. Must not know: clients, what messages mean.

#include "base/bytes.h"
#include "net/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lessor::soak {

/// One way to the server. Opened once, used by one thread.
class Link {
 public:
  /// What the command line says: "INTERFACE,SERVER,FIRST-LAST,RESERVED,GIADDR,RELAY": where to
  /// send; the server's address there; the pool; where reserved addresses begin; giaddr, or 0.0.0.0
  /// without a relay; "ours" when we are the relay, "apart" when it is another program. Prints what
  /// is wrong and ends the program when it makes no sense or cannot be opened.
  explicit Link(const std::string& words);

  /// Sends a client's message: from `from`, which is 0 before it has an address, to the server or
  /// to everybody on the link, where a relay hears it and tells the server. False when the kernel
  /// refuses.
  bool send(Bytes payload, const net::Mac& mac, net::Ip4 from, bool to_everybody);
  /// The next payload that came for a client; it is valid until the next call. Nothing when none
  /// waits.
  [[nodiscard]] std::optional<Bytes> receive();

  [[nodiscard]] std::vector<int> fds() const;
  [[nodiscard]] net::Ip4 server() const { return server_; }
  [[nodiscard]] net::Ip4 giaddr() const { return giaddr_; }  ///< 0: no relay
  /// Whether we are the relay, and say so in each message.
  [[nodiscard]] bool we_relay() const { return relay_ >= 0; }
  /// Whether a relay that is not ours stands between the clients and the server.
  [[nodiscard]] bool is_relayed_apart() const { return !giaddr_.is_zero() && relay_ < 0; }
  [[nodiscard]] const net::Range4& pool() const { return pool_; }
  [[nodiscard]] net::Ip4 reserved(std::uint32_t number) const { return {reserved_.value + number}; }
  /// Messages that the kernel had no room for on their way to us, since the last call.
  [[nodiscard]] std::uint64_t take_losses();

  /// Somebody plays with the server's interface: what is sent now may be lost.
  bool doubtful = false;

 private:
  void open_ethernet(const std::string& interface);
  void open_relay();
  [[nodiscard]] std::optional<Bytes> payload_of(Bytes frame);

  int fd_ = -1;     // whole frames
  int relay_ = -1;  // the relay's
  net::Mac router_mac_;
  net::Ip4 server_;
  net::Ip4 giaddr_;
  net::Ip4 reserved_;
  net::Range4 pool_{};
  net::Mac server_mac_ = net::kMacBroadcast;  // until it is seen
  std::array<std::byte, 2048> room_{};
};

}  // namespace lessor::soak
