#pragma once
// Exchanges under way: who asked, by which downlink, of which servers. A table of a fixed size in
// which the newest push out the oldest, so that strangers cannot make it grow. Must not know:
// messages beyond their key.

#include "base/time.h"
#include "net/address.h"
#include "relay/v4/limits.h"
#include "wire/v4/protocol.h"

#include <array>
#include <vector>

namespace lessor::relay::v4 {

struct Exchange {
  std::uint64_t key = 0;  ///< hash of xid and hardware address; 0: free
  Instant first;          ///< that this type of message was seen
  Instant last;
  std::uint32_t asked = 0;  ///< servers that it went to
  std::uint16_t link = 0;
  wire::MessageType type = wire::MessageType::none;
  std::uint8_t tries = 0;     ///< messages of this type, 255 at most
  bool info_is_ours = false;  ///< the option 82 in it is ours alone
  /// The latest offers. The server is one more than its number; 0: none.
  std::array<net::Ip4, 4> offered{};
  std::array<std::uint8_t, 4> offered_by{};
  std::uint8_t offers = 0;  ///< counted modulo 256

  void note_offer(std::uint16_t server, net::Ip4 address) {
    const std::size_t place = offers++ % offered.size();
    offered[place] = address;
    offered_by[place] = static_cast<std::uint8_t>(server + 1);
  }
  /// The servers that offered `address`, a bit each.
  [[nodiscard]] std::uint32_t who_offered(net::Ip4 address) const {
    std::uint32_t servers = 0;
    for (std::size_t i = 0; i < offered.size(); ++i) {
      if (offered_by[i] != 0 && offered[i] == address) servers |= 1U << (offered_by[i] - 1U);
    }
    return servers;
  }
};

class Exchanges {
 public:
  /// `count` is rounded up to a power of two, four at least.
  explicit Exchanges(std::size_t count = kExchanges);

  /// The exchange of `key`, if it is not over; nullptr else.
  [[nodiscard]] Exchange* find(Instant now, std::uint64_t key);
  /// The exchange of `key`, begun now if there is none; its place may be that of an older one.
  Exchange& begin(Instant now, std::uint64_t key);

 private:
  static constexpr std::size_t kWays = 4;
  using Set = std::array<Exchange, kWays>;
  [[nodiscard]] Set& set_of(std::uint64_t key) { return sets_[(key >> 8U) & mask_]; }

  std::vector<Set> sets_;
  std::size_t mask_;
};

}  // namespace lessor::relay::v4
