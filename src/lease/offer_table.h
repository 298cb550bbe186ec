#pragma once
// OfferTable: addresses held for clients that were offered one and have not answered yet. Memory
// only: an offer promises nothing that must outlive the process. Bounded, and fair when full: one
// port or MAC that asks for everything cannot push out the others. Must not know: packets, disks.

#include "base/hash.h"
#include "base/time.h"
#include "lease/fair_share.h"
#include "lease/identity.h"
#include "lease/lease.h"
#include "net/address.h"

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace lessor::lease {

/// Who a client is within one subnet, as 128 secret-keyed bits: two clients share one with
/// probability 2^-128, and nobody can aim at another's.
using ClientKey = Hash128;

/// The key of a client in the subnet `subnet_id`. `by_id`: the identity is that of its client
/// identifier (RFC 2131 4.2), else of its hardware address. A client that asks through two subnets
/// may hold an offer in each.
[[nodiscard]] constexpr ClientKey client_key(const Identity& identity, bool by_id,
                                             std::uint32_t subnet_id) {
  // Spread over all bits, so that a client's offers in many subnets are in as many buckets.
  const std::uint64_t subnet = std::rotl(subnet_id * 0x9e3779b97f4a7c15U, 32);
  return {.high = identity.high ^ (by_id ? 1U : 0U), .low = identity.low ^ subnet};
}

/// Client classes that one offer is counted in.
inline constexpr std::size_t kMaxOfferClasses = 8;

/// One address held. Plain data; the engine's own fields are only kept.
struct Offer {
  net::Ip4 address;
  ClientKey client;
  std::uint64_t source = 0;  ///< who fills the table: a hash of giaddr and circuit-id, or of the
                             ///< hardware address when the client is on the link
  std::uint32_t pool = 0;    ///< Pool::ordinal; kNoPool for a reservation outside every pool
  Instant expires_at;        ///< set by hold()

  Duration lease_time;    ///< as offered
  std::uint32_t xid = 0;  ///< of the DISCOVER
  std::uint32_t subnet_id = 0;
  net::HardwareAddress hardware;
  std::uint32_t note = 0;  ///< the engine's: a probe is out, the address was never leased, ...
  Place place;             ///< the engine's, as what follows: for hard counts
  bool counted = false;
  std::array<std::uint32_t, kMaxOfferClasses> classes{};  ///< client classes; 0: no more
};

/// As of a lease.
template <typename Fn>
void for_each_class(const Offer& offer, Fn&& fn) {
  for (std::size_t i = 0; i < offer.classes.size() && offer.classes[i] != 0; ++i) {
    fn(offer.classes[i]);
  }
}

/// Offers by client and by address, oldest first. One thread. No allocation after construction;
/// every call is O(1). Pointers and offers returned by reference are valid until the next change.
class OfferTable {
 public:
  static constexpr std::uint32_t kNoPool = UINT32_MAX;

  /// At most `capacity` offers (some 290 octets each), from at most `pools` pools (ordinals below
  /// `pools`, and kNoPool), each held for `hold_time`.
  OfferTable(HashKey key, std::size_t capacity, std::uint32_t pools, Duration hold_time);

  /// What hold() did.
  struct Held {
    bool held = false;  ///< false: the table is full of this very source's offers, nothing changed
    std::optional<Offer> dropped;  ///< the client's earlier offer of another address, or the one
                                   ///< that made room: its address is to be freed by the caller
  };
  /// Holds offer.address for offer.client until now + hold_time. The client's own earlier offer is
  /// replaced, or renewed when the address is the same. Precondition: no other client holds the
  /// address.
  [[nodiscard]] Held hold(const Offer& offer, Instant now);

  /// Makes room in a pool whose last free address is held or leased: takes away the oldest offer of
  /// the source that holds most there, unless that is `source` itself or holds no more than it.
  /// Nothing: the requester gets nothing. The caller frees the address.
  [[nodiscard]] std::optional<Offer> take_for(std::uint64_t source, std::uint32_t pool);

  [[nodiscard]] const Offer* find_by_client(const ClientKey& client) const;
  [[nodiscard]] const Offer* find_by_address(net::Ip4 address) const;
  /// Sets the engine's note of the offer of `address`; false when there is none.
  bool set_note(net::Ip4 address, std::uint32_t note);

  /// Ends the hold of `address` (taken up, declined, or another server's was chosen). Returns it;
  /// nothing when there was none.
  std::optional<Offer> drop(net::Ip4 address);

  /// Ends at most `budget` holds that are due and calls fn(const Offer&) for each, which may change
  /// the table. Returns how many.
  template <typename Fn>
  std::size_t expire_due(Instant now, std::size_t budget, Fn&& fn) {
    std::size_t done = 0;
    for (; done < budget && next_expiry() <= now; ++done) {
      const Offer offer = remove(oldest_);
      fn(offer);
    }
    return done;
  }
  /// When the oldest offer ends; never() when there is none.
  [[nodiscard]] Instant next_expiry() const;

  /// Calls fn(const Offer&) for every offer, oldest first; fn must not change the table.
  template <typename Fn>
  void for_each(Fn&& fn) const {
    for (std::uint32_t i = oldest_; i != kNone; i = nodes_[i].younger) fn(nodes_[i].offer);
  }

  /// Where a walk begins, and what for_each_from returns when it has seen all.
  static constexpr std::uint32_t kWalkBegin = 0;
  static constexpr std::uint32_t kWalkEnd = UINT32_MAX;
  /// Looks at up to `budget` places from `cursor` on, calls fn(const Offer&) for each offer there
  /// and returns the cursor to continue with. In no order; an offer that stays during the whole
  /// walk is visited exactly once.
  template <typename Fn>
  [[nodiscard]] std::uint32_t for_each_from(std::uint32_t cursor, std::size_t budget,
                                            Fn&& fn) const {
    for (; budget > 0 && cursor < nodes_.size(); --budget, ++cursor) {
      const Offer& offer = nodes_[cursor].offer;  // of a free node: what was there last
      if (node_of_address(offer.address) == cursor) fn(offer);
    }
    return cursor < nodes_.size() ? cursor : kWalkEnd;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return nodes_.size(); }
  /// For a reload. Offers already held keep their time.
  void set_hold_time(Duration hold_time) { hold_time_ = hold_time; }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Node {
    Offer offer;
    std::uint32_t younger = kNone;  // by age; also the list of free nodes
    std::uint32_t older = kNone;
    std::uint32_t client_next = kNone;
    std::uint32_t address_next = kNone;
  };

  [[nodiscard]] std::uint32_t node_of_client(const ClientKey& client) const;
  [[nodiscard]] std::uint32_t node_of_address(net::Ip4 address) const;
  [[nodiscard]] std::size_t bucket_of(const ClientKey& client) const;
  [[nodiscard]] std::size_t bucket_of(net::Ip4 address) const;
  [[nodiscard]] std::uint32_t rank_of(std::uint32_t pool) const;
  void insert(const Offer& offer);
  Offer remove(std::uint32_t index);

  HashKey key_;
  Duration hold_time_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> clients_;    // buckets
  std::vector<std::uint32_t> addresses_;  // buckets
  std::uint32_t free_ = kNone;
  std::uint32_t oldest_ = kNone;
  std::uint32_t youngest_ = kNone;
  std::size_t size_ = 0;
  std::uint32_t pools_;
  FairShare in_table_;  // who holds most in the whole table
  FairShare in_pool_;   // who holds most in each pool
};

}  // namespace lessor::lease
