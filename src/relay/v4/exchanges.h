#pragma once
// Exchanges under way: who asked, by which downlink, of which servers. A table of a fixed size in
// which the newest push out the oldest, so that strangers cannot make it grow. Must not know:
// messages beyond their key.

#include "base/time.h"
#include "relay/v4/limits.h"
#include "wire/v4/protocol.h"

#include <array>
#include <vector>

namespace lessor::relay::v4 {

struct Exchange {
  std::uint64_t key = 0;  ///< hash of xid and hardware address; 0: free
  Instant first;          ///< that this type of message was seen
  Instant last;
  std::uint32_t asked = 0;     ///< servers that it went to
  std::uint32_t answered = 0;  ///< servers that answered it
  std::uint16_t link = 0;
  wire::MessageType type = wire::MessageType::none;
  std::uint8_t tries = 0;     ///< messages of this type, 255 at most
  bool info_is_ours = false;  ///< the option 82 in it is ours alone
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
