#include "server/v4/group_rates.h"

#include "server/v4/limits.h"

#include <algorithm>
#include <utility>

namespace lessor::server::v4 {
namespace {

/// Gives the places in `groups`, sorted, to those that they are of.
template <typename Groups, typename All, typename NumberOf>
std::vector<std::uint32_t> find_places(const Groups& groups, bool of_subnets, const All& all,
                                       NumberOf number_of) {
  std::vector<std::uint32_t> places(all.size(), UINT32_MAX);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].limits.rate) continue;
    const auto found =
        std::ranges::lower_bound(groups, std::pair(of_subnets, number_of(all[i])), {},
                                 [](const auto& g) { return std::pair(g.is_subnet, g.number); });
    places[i] = static_cast<std::uint32_t>(found - groups.begin());
  }
  return places;
}

}  // namespace

GroupRates::GroupRates(const config::ServerConfig& config) {
  for (const config::ClientClass& each : config.classes.classes) {
    if (!each.limits.rate) continue;
    Group& group = groups_.emplace_back(Group{.number = each.number, .rate = *each.limits.rate});
    if (each.is_template()) group.of_values = TokenBuckets(kTemplateBuckets);
  }
  for (const config::Subnet& subnet : config.subnets) {
    if (!subnet.limits.rate) continue;
    groups_.push_back({.is_subnet = true, .number = subnet.id, .rate = *subnet.limits.rate});
  }
  std::ranges::sort(groups_, {}, [](const Group& g) { return std::pair(g.is_subnet, g.number); });
  of_class_ = find_places(groups_, false, config.classes.classes,
                          [](const config::ClientClass& each) { return each.number; });
  of_subnet_ = find_places(groups_, true, config.subnets,
                           [](const config::Subnet& each) { return each.id; });
  asked_.reserve(groups_.size());
}

Reason GroupRates::begin(Instant now, std::span<const Classes::Group> groups) {
  asked_.clear();
  for (const Classes::Group& each : groups) {
    const std::uint32_t place = of_class_[each.position];
    if (place == kNone) continue;
    Group& group = groups_[place];
    TokenBucket& bucket =
        group.of_values.empty() ? group.bucket : group.of_values.find(each.number);
    if (!bucket.has_one(now, group.rate)) return Reason::class_rate;
    asked_.push_back({&bucket, &group.rate});
  }
  return Reason::none;
}

Reason GroupRates::finish(Instant now, std::size_t position) {
  if (const std::uint32_t place = of_subnet_[position]; place != kNone) {
    Group& group = groups_[place];
    if (!group.bucket.has_one(now, group.rate)) return Reason::subnet_rate;
    group.bucket.take_one(now, group.rate);
  }
  for (const Taken& each : asked_) each.bucket->take_one(now, *each.rate);
  asked_.clear();
  return Reason::none;
}

void GroupRates::take_over(GroupRates& before) {
  const auto place = [](const Group& g) { return std::pair(g.is_subnet, g.number); };
  auto old = before.groups_.begin();
  for (Group& group : groups_) {
    while (old != before.groups_.end() && place(*old) < place(group)) ++old;
    if (old == before.groups_.end()) return;
    if (place(*old) != place(group) || old->rate != group.rate) continue;
    group.bucket = old->bucket;
    if (!group.of_values.empty() && !old->of_values.empty()) group.of_values.swap(old->of_values);
  }
}

}  // namespace lessor::server::v4
