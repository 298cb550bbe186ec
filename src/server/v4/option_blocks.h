#pragma once
// OptionBlocks: the options of replies as they stood on the wire, remembered by all that they came
// from. Most clients of a site ask for the same options, and then a reply costs one copy, not a
// lookup, a list and a header for each of them. Must not know: clients, reservations, limits of
// messages.

#include "base/huge_pages.h"
#include "server/v4/limits.h"
#include "server/v4/menu.h"
#include "server/v4/rules.h"

#include <array>
#include <cstdint>

namespace lessor::server::v4 {

/// All that the options of a reply come from, 53 excepted (the message type, which its writer puts
/// there) and 61 and 82 (they are the client's and the relay's). Where an option comes from
/// something else besides, it must be in here, or the reply must neither be looked for nor
/// remembered.
struct BlockKey {
  const Menu* menu = nullptr;  ///< with it the subnet, so its timers, so T1 and T2
  /// Whether it is of a lease: an OFFER has the options of the ACK that follows. Else it is the ACK
  /// to a DHCPINFORM.
  bool of_lease = false;
  net::Ip4 server_identifier;    ///< 54
  std::uint32_t lease_time = 0;  ///< 51, as it goes to the wire
  Bytes parameter_list;          ///< 55, borrowed
  /// Client classes that give options, in the order of their weight; borrowed.
  std::span<const config::ClassId> classes;
};

/// Blocks of one configuration: they go when it goes. One thread, no allocation after construction.
/// Bounded: what was not asked for longest gives way. Strangers choose the lists; the worst that
/// they can do is to have every reply laid out anew.
class OptionBlocks {
 public:
  /// Has room for the usual clients of `menus` menus.
  explicit OptionBlocks(std::size_t menus);

  /// Where a block stands.
  using Place = std::uint32_t;
  /// That of the block that was found or kept last.
  [[nodiscard]] Place last() const { return last_; }
  /// Has the memory begin to send what is looked at to find a block of this menu, and the block at
  /// `likely`.
  void fetch_ahead(const Menu& menu, Place likely) const;

  /// The octets between the cookie and option 61 of such a reply; empty when none is remembered.
  /// Valid until the next remember().
  [[nodiscard]] Bytes find(const BlockKey& key);
  /// Keeps a copy of `block`, unless the block or a list is too long (limits.h): whether it does.
  bool remember(const BlockKey& key, Bytes block);

 private:
  static constexpr std::size_t kWays = 4;
  /// Of a menu, where there are many.
  static constexpr std::size_t kFewestSets = kBlocksPerMenu / kWays;
  /// What is looked at to find an entry: a cache line for those that may be where it is.
  struct alignas(64) Set {
    std::array<std::uint64_t, kWays> hashes{};
    std::array<std::uint64_t, kWays> used_at{};  // in calls of find(); the least gives way
  };
  struct Entry {
    const Menu* menu = nullptr;  // null: nothing here
    net::Ip4 server_identifier;
    std::uint32_t lease_time = 0;
    bool of_lease = false;
    std::uint8_t list_size = 0;
    std::uint8_t class_count = 0;
    std::uint16_t block_size = 0;
    std::array<config::ClassId, kBlockClasses> classes;
    std::array<std::byte, kBlockListLimit + kBlockLimit> octets;  // the list, then the block

    [[nodiscard]] bool is_of(const BlockKey& key) const;
    [[nodiscard]] Bytes list() const { return {octets.data(), list_size}; }
    [[nodiscard]] Bytes block() const { return {octets.data() + list_size, block_size}; }
  };
  [[nodiscard]] static std::uint64_t hash_of(const BlockKey& key);
  /// Where the sets of a menu begin.
  [[nodiscard]] std::size_t first_set(const Menu& menu) const;
  /// Where a block may be.
  [[nodiscard]] std::size_t set_of(const BlockKey& key, std::uint64_t hash) const;

  HugeVector<Set> sets_;           // a power of two
  HugeVector<Entry> entries_;      // kWays for each set
  std::size_t sets_per_menu_ = 1;  // a power of two
  Place last_ = 0;
  std::uint64_t finds_ = 0;
};

}  // namespace lessor::server::v4
