#pragma once
// Which destinations no route and no rule tells apart. Must not know: sockets, what a route says.

#include "net/address.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace lessor::runtime {

/// The addresses, divided at both ends of every prefix that a routing table names: within one part
/// the same routes match each address, so that one answer is good for all of it. No heap after
/// construction.
class RouteParts {
 public:
  static constexpr std::size_t kMost = 4'096;       ///< parts: two a prefix, and one before
  static constexpr std::size_t kMostVarying = 256;  ///< prefixes that vary

  RouteParts();
  /// Forgets all.
  void clear();
  /// Takes a route's or rule's destination: `width` bits of `prefix`, at most 32. One that `varies`
  /// chooses by more than that (several next hops): its addresses belong to no part. False: there
  /// are too many.
  [[nodiscard]] bool add(net::Ip4 prefix, unsigned width, bool varies);
  /// After the last add(): makes the parts.
  void divide();

  /// Parts that divide() made, those without a number included.
  [[nodiscard]] std::size_t count() const { return parts_.size(); }
  /// The number of `address`'s part, below count(); none where routes vary.
  [[nodiscard]] std::optional<std::size_t> find(net::Ip4 address) const;

 private:
  struct Span {
    std::uint32_t first;
    std::uint32_t last;
  };
  struct Part {
    std::uint32_t first;  // the part ends before the next one's
    bool varies;
  };
  std::vector<Span> varying_;
  std::vector<Part> parts_;
};

}  // namespace lessor::runtime
