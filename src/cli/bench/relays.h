#pragma once
// Which relays a load run plays: words and this host's addresses in, addresses out. Must not know:
// sockets.

#include "net/interfaces.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::cli {

/// Addresses of relays: every `step`th of a range.
struct RelaySpan {
  net::Range4 range;
  std::uint32_t step = 1;
  [[nodiscard]] std::uint64_t count() const { return (range.size() + step - 1) / step; }
  [[nodiscard]] bool contains(net::Ip4 address) const {
    return range.contains(address) && (address.value - range.first.value) % step == 0;
  }
};
/// An address, a prefix, a range, or "10.0.0.1/22x1000": 1,000 relays, one in each of as many /22
/// subnets, the first at 10.0.0.1. Nothing for anything else.
[[nodiscard]] std::optional<RelaySpan> parse_relay_span(std::string_view text);

/// The relays of a run.
struct Relays {
  std::vector<net::Ip4> addresses;  ///< in order, each once
  bool own = true;  ///< addresses of this host; else they are played, and ARP is answered for them
};
/// This host's addresses in `spans`; where it has none in any of them, all of theirs. The error is
/// a sentence: some spans have addresses of this host and some do not, or there are too many.
[[nodiscard]] std::expected<Relays, std::string> choose_relays(const std::vector<RelaySpan>& spans,
                                                               const net::InterfaceTable& host);

}  // namespace lessor::cli
