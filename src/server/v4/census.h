#pragma once
// Census: how many addresses each client, port, relay, class and subnet has, leased or offered.
// Kept from the first configuration on that limits any of them; until then it costs nothing. What
// is counted is always what a recount of the tables would give. Must not know: packets, limits.

#include "lease/holder_counts.h"
#include "lease/lease_table.h"
#include "lease/offer_table.h"
#include "server/v4/limits.h"
#include "server/v4/place.h"

namespace lessor::server::v4 {

class Census {
 public:
  explicit Census(HashKey key);

  /// Whether anything is counted.
  [[nodiscard]] bool is_on() const { return on_; }
  /// Counts from now on: what changes at once, what is there already by walk().
  void begin() { on_ = true; }
  /// Counts another slice of the leases that were there before begin(); true when all are counted.
  /// Waits, with false, while there is no room.
  [[nodiscard]] bool walk(const lease::LeaseTable& leases, std::size_t budget);

  [[nodiscard]] Account account_of(const net::HardwareAddress& hardware, const lease::Place& place,
                                   std::uint32_t subnet_id) const {
    return v4::account_of(hardware, place, subnet_id, key_);
  }
  [[nodiscard]] lease::Holder holder_of_subnet(std::uint32_t subnet_id) const {
    return subnet_holder(subnet_id, key_);
  }
  [[nodiscard]] lease::Holder holder_of_random(std::uint32_t subnet_id) const {
    return random_holder(subnet_id, key_);
  }
  [[nodiscard]] lease::Holder holder_of_class(std::uint32_t number) const {
    return class_holder(number, key_);
  }
  /// How many a holder has.
  [[nodiscard]] std::uint32_t count(lease::Holder holder) const { return counts_.count(holder); }

  // Leases: around each change of the table. Counted is a lease that is active and whose end has
  // not been worked off.
  /// The lease of `address`, if there is one, is about to change.
  void leave(const lease::LeaseTable& leases, net::Ip4 address);
  /// It has changed. Precondition, when it may be one more: has_room().
  void enter(const lease::LeaseTable& leases, net::Ip4 address);
  /// The end of `lease`, in the table still, has just been worked off.
  void end(const lease::LeaseTable& leases, const lease::Lease& lease);

  // Offers: those held as counted.
  void hold(const lease::Offer& offer);
  void drop(const lease::Offer& offer);

  // Memory, made on another thread.
  /// Whether one more may be counted.
  [[nodiscard]] bool has_room() const { return counts_.room() >= kHoldersOfOne; }
  /// Holders for which to add room.
  [[nodiscard]] std::size_t wanted(std::size_t leases) const;
  void adopt(std::vector<std::unique_ptr<lease::HolderCounts::Chunk>>& chunks) {
    counts_.adopt(chunks);
  }

 private:
  static constexpr std::size_t kHoldersOfOne = config::kHolders + 2 + kClassesOfLease;
  template <typename Held>
  [[nodiscard]] Account account_of(const Held& held) const {
    return account_of(held.hardware, held.place, held.subnet_id);
  }
  [[nodiscard]] bool is_walked(std::uint32_t number) const { return number < walk_; }
  template <typename Held>
  void add(const Held& held);
  template <typename Held>
  void subtract(const Held& held);

  HashKey key_;
  lease::HolderCounts counts_;
  std::uint32_t walk_ = lease::LeaseTable::kWalkBegin;  // leases with lower numbers are counted
  bool on_ = false;
};

}  // namespace lessor::server::v4
