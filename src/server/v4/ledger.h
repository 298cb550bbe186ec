#pragma once
// Ledger: who has which address. It owns the lease table, the offers and the pools, and is the only
// writer of them and of the change log; whatever changes, the pools are noted in the same call, in
// the configuration in force and in the one that is on its way. Must not know: packets.

#include "lease/change_log.h"
#include "lease/lease_table.h"
#include "lease/offer_table.h"
#include "server/v4/census.h"
#include "server/v4/decision.h"
#include "server/v4/engine.h"
#include "server/v4/prepared.h"

#include <array>
#include <span>
#include <vector>

namespace lessor::server::v4 {

class Ledger {
 public:
  Ledger(const Settings& settings, lease::ChangeLog& changes);

  [[nodiscard]] const lease::LeaseTable& leases() const { return leases_; }
  [[nodiscard]] lease::LeaseTable& leases() { return leases_; }
  [[nodiscard]] const lease::OfferTable& offers() const { return offers_; }

  /// Who has how many, where the configuration in force limits it; else null.
  [[nodiscard]] const Census* census() const {
    return current_ != nullptr && current_->config().limits_leases ? &census_ : nullptr;
  }
  /// Whether what is held is counted: from the first configuration with limits on.
  [[nodiscard]] bool is_counting() const { return census_.is_on(); }
  [[nodiscard]] bool has_room_to_count() const { return census_.has_room(); }

  // Memory for more, made on another thread.
  [[nodiscard]] lease::GrowthNeed growth_wanted() const;
  void adopt(lease::Growth& growth);

  // Leases.
  /// So many recovered leases are to come.
  void expect(std::size_t leases) { leases_.reserve(leases); }
  /// Recovered leases: no change, no sequence number of ours.
  void load(std::span<const lease::Lease> leases);
  /// Whether `count` changes fit into the change log and a lease of `address` into the table.
  [[nodiscard]] Reason room_for(const lease::Lease& lease, std::size_t count) const;
  /// Records the lease as it is from now on; its sequence number is the result. Precondition:
  /// room_for() said none.
  lease::Sequence put(lease::Lease lease, Now now);
  /// As put(), for a client that takes an address up: its hold (on this address or another) ends.
  lease::Sequence take_up(const lease::Lease& lease, const lease::ClientKey& client, Now now);

  /// A lease has served as it was: nothing changes but what is counted.
  void note_reuse(const config::Subnet& subnet, net::Ip4 address) {
    current_->note_reuse(subnet, address);
  }

  /// Changes that wait for the commit thread, how many more may, and the number of the last.
  [[nodiscard]] std::size_t changes_waiting() const {
    return changes_.capacity() - changes_.room();
  }
  [[nodiscard]] std::size_t room_for_changes() const { return changes_.room(); }
  [[nodiscard]] lease::Sequence last_change() const { return changes_.last(); }

  // Offers.
  /// Holds an address. `held` is false when this source may hold no more; `dropped` is another
  /// client's hold that made room in the table, or the client's own earlier one.
  [[nodiscard]] lease::OfferTable::Held hold(lease::Offer offer, std::uint32_t pool_ordinal,
                                             Now now);
  /// Ends the hold of `address`, if there is one.
  std::optional<lease::Offer> drop_offer(net::Ip4 address, Now now);
  /// Ends the oldest hold of whoever holds most in one of the subnet's pools (one that is for
  /// `classes`), so that `source` gets an address. Nothing when that would be unfair.
  std::optional<lease::Offer> make_room(const config::Subnet& subnet, std::uint64_t source, Now now,
                                        const Classes* classes = nullptr);
  void note_probe(net::Ip4 address, ProbeNote note);

  /// The host's own addresses are given to nobody, whatever the pools say.
  void set_own_addresses(std::vector<net::Ip4> addresses, Now now);

  // Time. Both work off at most `budget` of what is due and call fn for each.
  template <typename Fn>
  std::size_t expire_offers(Now now, std::size_t budget, Fn&& fn) {
    return offers_.expire_due(now.mono, budget, [&](const lease::Offer& offer) {
      census_.drop(offer);
      note(offer.address, now);
      fn(offer);
    });
  }
  template <typename Fn>
  std::size_t expire_leases(Now now, std::size_t budget, Fn&& fn) {
    return leases_.expire_due(now.mono, budget,
                              [&](const lease::Lease& lease, lease::ExpiryStage stage) {
                                if (stage == lease::ExpiryStage::expired && census_.is_on()) {
                                  census_.end(leases_, lease);
                                }
                                note(lease.address, now);
                                fn(lease, stage);
                              });
  }

  // Configurations.
  [[nodiscard]] const Prepared* current() const { return current_.get(); }
  void begin_swap(PreparedPtr prepared);
  [[nodiscard]] bool swapping() const { return next_ != nullptr; }
  /// Notes another slice of the leases or offers in the next configuration; true when it took
  /// over.
  bool continue_swap(Now now, std::size_t budget);
  [[nodiscard]] PreparedPtr take_retired();
  /// The one that was in force before, right after continue_swap() said true; null: none was.
  [[nodiscard]] PreparedPtr take_replaced() { return std::move(replaced_); }
  /// It is no longer needed.
  void retire(PreparedPtr prepared);
  void end_doubt();

 private:
  void uncount_own_offer(const lease::ClientKey& client);
  void count_hold(const lease::Offer& offer, const lease::OfferTable::Held& held);
  void note(net::Ip4 address, Now now);
  void note_lease(const lease::Lease& lease, Now now);
  void note_use(net::Ip4 address, Use use, std::optional<WallTime> free_since);
  [[nodiscard]] Use use_of(const lease::Lease& lease, Instant now) const;
  [[nodiscard]] Use use_without_lease(net::Ip4 address) const;
  [[nodiscard]] bool walk_leases(Now now, std::size_t budget);
  [[nodiscard]] bool walk_offers(Now now, std::size_t budget);
  void finish_swap(Now now);

  lease::ChangeLog& changes_;
  lease::LeaseTable leases_;
  lease::OfferTable offers_;
  Census census_;
  PreparedPtr current_;
  PreparedPtr next_;
  std::uint32_t lease_walk_ = lease::LeaseTable::kWalkEnd;
  std::uint32_t offer_walk_ = lease::OfferTable::kWalkEnd;
  PreparedPtr replaced_;
  std::vector<PreparedPtr> retired_;
  std::vector<net::Ip4> own_;
  bool doubt_over_ = false;
};

}  // namespace lessor::server::v4
