#pragma once
// Reservations as values, and the index by which they are found: one for each list of them (a
// subnet's, the global ones). Made at load, then only read. Must not know: JSON, subnets, packets.

#include "base/bytes.h"
#include "config/class_table.h"
#include "net/address.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lessor::config {

/// What a reservation is known by. The order of lookup is ServerConfig::identifier_order.
enum class IdentifierType : std::uint8_t {
  hw_address,
  duid,        ///< of a client identifier with one: type 255, IAID, DUID (RFC 4361)
  circuit_id,  ///< sub-option 1 of option 82
  client_id,   ///< option 61, whole
  flex_id,     ///< the value of an expression: FlexId
};
inline constexpr std::size_t kIdentifierTypes = 5;

/// A client for whom something is set aside: an address (in or out of the pools), options, a name.
struct Reservation {
  IdentifierType identifier_type = IdentifierType::hw_address;
  /// hw-address: for every address that begins like this, and that no reservation has whole.
  bool is_prefix = false;
  std::vector<std::byte> identifier;
  std::optional<net::Ip4> address;
  std::string hostname;
  OptionSet options;
  BootFields boot;               ///< only what this reservation itself sets
  std::vector<ClassId> classes;  ///< that its client is in
};

/// Finds the reservations of one list. The list is handed in again with every question: it may move
/// with its owner, but must not change after build().
class HostIndex {
 public:
  void build(const std::vector<Reservation>& all);

  /// Whether there is any of the type.
  [[nodiscard]] bool has(IdentifierType type) const { return has_[static_cast<std::size_t>(type)]; }
  /// By identifier, whole; nullptr when absent. O(1).
  [[nodiscard]] const Reservation* find(const std::vector<Reservation>& all, IdentifierType type,
                                        Bytes identifier) const;
  /// The one with the longest beginning of this hardware address; nullptr when absent. A look-up
  /// for each length that there is.
  [[nodiscard]] const Reservation* find_prefix(const std::vector<Reservation>& all,
                                               Bytes hardware) const;
  [[nodiscard]] bool has_prefixes() const { return prefix_lengths_ != 0; }
  /// One that sets `address` aside; nullptr when absent. O(1).
  [[nodiscard]] const Reservation* find(const std::vector<Reservation>& all,
                                        net::Ip4 address) const;

 private:
  /// A hash table, open addressing. Of what is not there (and most clients have no reservation)
  /// only tags are read, an octet each, so that those of a subnet take a few cache lines.
  struct Table {
    std::vector<std::uint8_t> tags;     // of the hashes; 0: empty
    std::vector<std::uint32_t> places;  // indices, where there is a tag
    void clear(std::size_t entries);
  };
  static void insert(Table& table, std::uint64_t hash, std::size_t index);
  template <typename Wanted>
  [[nodiscard]] static const Reservation* probe(const Table& table,
                                                const std::vector<Reservation>& all,
                                                std::uint64_t hash, Wanted is_wanted);
  [[nodiscard]] const Reservation* find_one(const std::vector<Reservation>& all,
                                            IdentifierType type, bool is_prefix,
                                            Bytes identifier) const;

  /// Which hashes may be in the table of identifiers: of a hundred, all but one in thirty of those
  /// that are not are told here, beside the subnet, without a look at a table far away.
  class Marks {
   public:
    void set(std::uint64_t hash) { words_[place_of(hash)] |= bits_of(hash); }
    [[nodiscard]] bool may_have(std::uint64_t hash) const {
      return (bits_of(hash) & ~words_[place_of(hash)]) == 0;
    }

   private:
    static constexpr std::size_t kWords = 16;
    [[nodiscard]] static std::size_t place_of(std::uint64_t hash) {
      return hash >> 44 & (kWords - 1);
    }
    [[nodiscard]] static std::uint64_t bits_of(std::uint64_t hash) {
      return std::uint64_t{1} << (hash >> 48 & 63) | std::uint64_t{1} << (hash >> 54 & 63);
    }
    std::array<std::uint64_t, kWords> words_{};
  };

  std::array<bool, kIdentifierTypes> has_{};
  std::uint32_t prefix_lengths_ = 0;  // bit n: some have a beginning of n octets
  Marks marks_;
  Table by_identifier_;
  Table by_address_;
  std::optional<net::Range4> addresses_;  // from the lowest that is set aside to the highest
};

}  // namespace lessor::config
