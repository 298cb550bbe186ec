#pragma once
// Which client holds which address: a table of fixed capacity. Must not know: leases, messages.

#include "base/huge_pages.h"
#include "base/prefetch.h"
#include "net/address.h"

#include <cstdint>
#include <optional>

namespace lessor::load {

/// Open addressing over at least twice as many places as there are clients. No heap after
/// construction.
class Holders {
 public:
  struct Place {
    std::uint32_t address = 0;
    std::uint32_t client_and_one = 0;  // 0: empty
  };

  /// Room for one address each of `clients`.
  explicit Holders(std::uint32_t clients);

  [[nodiscard]] std::optional<std::uint32_t> holder_of(net::Ip4 address) const;
  /// Has the place of `address` fetched from memory: it is soon asked for.
  void fetch(net::Ip4 address) const { prefetch(&places_[home_of(address.value)]); }
  /// From now on `client` holds the address, whoever did. At most as many addresses are held as
  /// there are clients: take the one that the client had away first.
  void give(net::Ip4 address, std::uint32_t client);
  /// Nobody holds it.
  void take_away(net::Ip4 address);

  /// How many places there are for so many clients.
  [[nodiscard]] static std::size_t places_for(std::uint32_t clients);

 private:
  /// Addresses of a pool are neighbours: a multiplication spreads them.
  [[nodiscard]] std::size_t home_of(std::uint32_t address) const {
    const std::uint64_t spread = address * UINT64_C(0x9e3779b97f4a7c15);
    return static_cast<std::size_t>(spread >> 32) & (places_.size() - 1);
  }
  [[nodiscard]] std::size_t find(std::uint32_t address) const;  // its place, or an empty one

  HugeVector<Place> places_;
};

}  // namespace lessor::load
