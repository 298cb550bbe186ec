#include "lease/fair_share.h"

#include "base/check.h"

#include <bit>

namespace lessor::lease {

FairShare::FairShare(std::size_t items, std::size_t classes)
    : items_(items),
      groups_(items),
      // Every step but the one being entered has a holder.
      steps_(items + 1),
      classes_(classes),
      buckets_(std::bit_ceil(items + 1), kNone) {
  for (std::uint32_t i = 0; i < groups_.size(); ++i)
    groups_[i].hash_next = i + 1 < groups_.size() ? i + 1 : kNone;
  for (std::uint32_t i = 0; i < steps_.size(); ++i)
    steps_[i].lower = i + 1 < steps_.size() ? i + 1 : kNone;
}

// A holder is a keyed hash already, so nobody can aim at a bucket: mixing the class in is enough.
std::size_t FairShare::bucket_of(std::uint32_t rank_class, std::uint64_t holder) const {
  return (holder ^ rank_class * 0x9e3779b97f4a7c15U) & (buckets_.size() - 1);
}

std::uint32_t FairShare::find(std::uint32_t rank_class, std::uint64_t holder) const {
  std::uint32_t group = buckets_[bucket_of(rank_class, holder)];
  while (group != kNone &&
         (groups_[group].holder != holder || groups_[group].rank_class != rank_class))
    group = groups_[group].hash_next;
  return group;
}

std::uint32_t FairShare::make_group(std::uint32_t rank_class, std::uint64_t holder) {
  const std::uint32_t group = free_groups_;
  CHECK(group != kNone);
  free_groups_ = groups_[group].hash_next;
  std::uint32_t& bucket = buckets_[bucket_of(rank_class, holder)];
  groups_[group] = {.holder = holder, .rank_class = rank_class, .hash_next = bucket};
  bucket = group;
  return group;
}

void FairShare::free_group(std::uint32_t group) {
  Group& gone = groups_[group];
  std::uint32_t* pointer = &buckets_[bucket_of(gone.rank_class, gone.holder)];
  while (*pointer != group) pointer = &groups_[*pointer].hash_next;
  *pointer = gone.hash_next;
  gone = {.hash_next = free_groups_};
  free_groups_ = group;
}

// The step for `count`, which belongs right above `lower` (kNone: at the bottom).
std::uint32_t FairShare::step_above(std::uint32_t rank_class, std::uint32_t lower,
                                    std::uint32_t count) {
  Class& ranks = classes_[rank_class];
  const std::uint32_t higher = lower == kNone ? ranks.lowest : steps_[lower].higher;
  if (higher != kNone && steps_[higher].count == count) return higher;
  const std::uint32_t step = free_steps_;
  CHECK(step != kNone);
  free_steps_ = steps_[step].lower;
  steps_[step] = {.count = count, .rank_class = rank_class, .lower = lower, .higher = higher};
  (lower == kNone ? ranks.lowest : steps_[lower].higher) = step;
  (higher == kNone ? ranks.highest : steps_[higher].lower) = step;
  return step;
}

void FairShare::free_step_if_empty(std::uint32_t step) {
  Step& gone = steps_[step];
  if (gone.first != kNone) return;
  Class& ranks = classes_[gone.rank_class];
  (gone.lower == kNone ? ranks.lowest : steps_[gone.lower].higher) = gone.higher;
  (gone.higher == kNone ? ranks.highest : steps_[gone.higher].lower) = gone.lower;
  gone = {.lower = free_steps_};
  free_steps_ = step;
}

void FairShare::enter_step(std::uint32_t group, std::uint32_t step) {
  Group& entering = groups_[group];
  Step& at = steps_[step];
  entering.step = step;
  entering.before = at.last;
  entering.after = kNone;
  (at.last == kNone ? at.first : groups_[at.last].after) = group;
  at.last = group;
}

void FairShare::leave_step(std::uint32_t group) {
  const Group& leaving = groups_[group];
  Step& at = steps_[leaving.step];
  (leaving.before == kNone ? at.first : groups_[leaving.before].after) = leaving.after;
  (leaving.after == kNone ? at.last : groups_[leaving.after].before) = leaving.before;
}

void FairShare::count_up(std::uint32_t group) {
  const std::uint32_t old = groups_[group].step;
  const std::uint32_t rank_class = groups_[group].rank_class;
  if (old == kNone) {
    enter_step(group, step_above(rank_class, kNone, 1));
    return;
  }
  leave_step(group);
  enter_step(group, step_above(rank_class, old, steps_[old].count + 1));
  free_step_if_empty(old);
}

void FairShare::count_down(std::uint32_t group) {
  const std::uint32_t old = groups_[group].step;
  const std::uint32_t count = steps_[old].count - 1;
  leave_step(group);
  if (count > 0) {
    std::uint32_t lower = steps_[old].lower;
    // step_above wants the step below the one sought, which may be the lower one itself.
    if (lower != kNone && steps_[lower].count == count) lower = steps_[lower].lower;
    enter_step(group, step_above(groups_[group].rank_class, lower, count));
  }
  free_step_if_empty(old);
  if (count == 0) free_group(group);
}

void FairShare::add(std::uint32_t item, std::uint32_t rank_class, std::uint64_t holder) {
  CHECK(items_[item].group == kNone);
  std::uint32_t group = find(rank_class, holder);
  if (group == kNone) group = make_group(rank_class, holder);
  Group& his = groups_[group];
  items_[item] = {.group = group, .older = his.youngest, .younger = kNone};
  (his.youngest == kNone ? his.oldest : items_[his.youngest].younger) = item;
  his.youngest = item;
  count_up(group);
}

void FairShare::remove(std::uint32_t item) {
  const Item gone = items_[item];
  CHECK(gone.group != kNone);
  Group& his = groups_[gone.group];
  (gone.older == kNone ? his.oldest : items_[gone.older].younger) = gone.younger;
  (gone.younger == kNone ? his.youngest : items_[gone.younger].older) = gone.older;
  items_[item] = Item{};
  count_down(gone.group);
}

std::uint32_t FairShare::count(std::uint32_t rank_class, std::uint64_t holder) const {
  const std::uint32_t group = find(rank_class, holder);
  return group == kNone ? 0 : steps_[groups_[group].step].count;
}

std::uint32_t FairShare::victim_for(std::uint32_t rank_class, std::uint64_t holder) const {
  const std::uint32_t step = classes_[rank_class].highest;
  if (step == kNone || steps_[step].count <= count(rank_class, holder)) return kNone;
  return groups_[steps_[step].first].oldest;
}

}  // namespace lessor::lease
