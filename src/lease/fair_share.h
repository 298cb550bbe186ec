#pragma once
// FairShare: who holds most of something scarce, and his oldest item, in O(1). Items (offers) are
// counted by holder within a class (a pool); when the class runs out, its biggest holder gives up
// his oldest item. Must not know: what the items are.

#include <cstdint>
#include <vector>

namespace lessor::lease {

/// Items are numbers below `items`, classes below `classes`. One thread, no allocation after
/// construction, every call O(1): holders with equal counts share a Step, the steps of a class form
/// a list by rising count, so counting up or down moves a holder to a neighbouring step.
class FairShare {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  FairShare(std::size_t items, std::size_t classes);

  /// Counts `item` for `holder` (a keyed hash of who he is) in `rank_class`, as his youngest.
  /// Precondition: not counted yet.
  void add(std::uint32_t item, std::uint32_t rank_class, std::uint64_t holder);
  /// Counts `item` no longer. Precondition: it was added.
  void remove(std::uint32_t item);
  /// How many items `holder` has in `rank_class`.
  [[nodiscard]] std::uint32_t count(std::uint32_t rank_class, std::uint64_t holder) const;
  /// The oldest item of the biggest holder in `rank_class`; kNone when `holder` himself has as many
  /// (he is never served at the expense of one who has no more than he).
  [[nodiscard]] std::uint32_t victim_for(std::uint32_t rank_class, std::uint64_t holder) const;

 private:
  struct Item {
    std::uint32_t group = kNone;
    std::uint32_t older = kNone;
    std::uint32_t younger = kNone;
  };
  /// One holder in one class, his items oldest first.
  struct Group {
    std::uint64_t holder = 0;
    std::uint32_t rank_class = 0;
    std::uint32_t oldest = kNone;
    std::uint32_t youngest = kNone;
    std::uint32_t step = kNone;
    std::uint32_t before = kNone;  // within the step
    std::uint32_t after = kNone;
    std::uint32_t hash_next = kNone;  // also the list of free groups
  };
  /// The holders of one class that have `count` items, the one that came to this count first first.
  struct Step {
    std::uint32_t count = 0;
    std::uint32_t rank_class = 0;
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
    std::uint32_t lower = kNone;  // also the list of free steps
    std::uint32_t higher = kNone;
  };
  struct Class {
    std::uint32_t lowest = kNone;
    std::uint32_t highest = kNone;
  };

  [[nodiscard]] std::size_t bucket_of(std::uint32_t rank_class, std::uint64_t holder) const;
  [[nodiscard]] std::uint32_t find(std::uint32_t rank_class, std::uint64_t holder) const;
  std::uint32_t make_group(std::uint32_t rank_class, std::uint64_t holder);
  void free_group(std::uint32_t group);
  std::uint32_t step_above(std::uint32_t rank_class, std::uint32_t lower, std::uint32_t count);
  void enter_step(std::uint32_t group, std::uint32_t step);
  void leave_step(std::uint32_t group);
  void free_step_if_empty(std::uint32_t step);
  void count_up(std::uint32_t group);
  void count_down(std::uint32_t group);

  std::vector<Item> items_;
  std::vector<Group> groups_;
  std::vector<Step> steps_;
  std::vector<Class> classes_;
  std::vector<std::uint32_t> buckets_;
  std::uint32_t free_groups_ = 0;
  std::uint32_t free_steps_ = 0;
};

}  // namespace lessor::lease
