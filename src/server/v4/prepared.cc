#include "server/v4/prepared.h"

#include "base/check.h"
#include "base/prefetch.h"

#include <algorithm>
#include <bitset>
#include <utility>

namespace lessor::server::v4 {
namespace {

/// The figure that counts addresses of a use; nullptr for those in their grace and our
/// own, which are only missing from the others.
std::uint64_t* figure_of(PoolFigures& figures, Use use) {
  switch (use) {
    case Use::free:
      return &figures.free;
    case Use::assigned:
      return &figures.assigned;
    case Use::declined:
      return &figures.declined;
    case Use::offered:
      return &figures.offered;
    case Use::resting:
    case Use::ours:
      return nullptr;
  }
  return nullptr;
}

/// What most packets read of a subnet that has one pool and no options for some classes only.
void fetch_subnet(const config::Subnet& subnet) {
  prefetch(&subnet);
  prefetch(&subnet.pools);  // the range and the guard of the first
  prefetch(&subnet.lifetimes);
  prefetch(&subnet.timers);
  prefetch(&subnet.boot, &subnet + 1);  // to its reservations and their index
}

}  // namespace

Prepared::Prepared(config::ServerConfig config, lease::AddressPool::Start start)
    : config_(std::move(config)) {
  pools_.reserve(config_.pool_count);
  figures_.reserve(config_.pool_count);
  subnet_menus_.reserve(config_.subnets.size());
  for (const config::Subnet& subnet : config_.subnets) {
    subnet_menus_.push_back(
        Menu({&subnet.options, network_options(subnet), &config_.options}, subnet.prefix));
    for (const config::Pool& pool : subnet.pools) add_pool(subnet, pool, start);
  }
  turns_.resize(config_.subnets.size());
  index_spans();
  outgrows_caches_ = config_.subnets.size() > kCachedSubnets;
  if (outgrows_caches_) {
    signposts_.resize(config_.subnets.size());
    for (std::size_t i = pools_.size(); i-- > 0;) point_to(static_cast<std::uint32_t>(i));
  }
  blocks_ = std::make_unique<OptionBlocks>(subnet_menus_.size() + pools_.size());
  const bool limits_rates = std::ranges::any_of(
      config_.message_rates, [](const config::MessageRate& rate) { return rate.messages > 0; });
  if (limits_rates) rates_ = std::make_unique<Rates>(config_.message_rates);
  if (config_.limits_group_rates) group_rates_ = std::make_unique<GroupRates>(config_);
}

void Prepared::take_over_rates(const Prepared* before) {
  if (before == nullptr) return;
  if (rates_ && before->rates_) rates_->take_over(*before->rates_);
  if (group_rates_ && before->group_rates_) group_rates_->take_over(*before->group_rates_);
}

const config::OptionSet* Prepared::network_options(const config::Subnet& subnet) const {
  static const config::OptionSet kNone;
  const config::SharedNetwork* network = config_.network_of(subnet);
  return network == nullptr ? &kNone : &network->options;
}

void Prepared::add_pool(const config::Subnet& subnet, const config::Pool& pool,
                        lease::AddressPool::Start start) {
  CHECK(pool.ordinal == pools_.size());
  lease::AddressPool addresses(pool.range, pool.excluded, start);
  if (subnet.allocator == config::Allocator::random) addresses.count_free();
  Menu menu({&pool.options, &subnet.options, network_options(subnet), &config_.options},
            subnet.prefix);
  figures_.push_back({.subnet_id = subnet.id,
                      .pool_id = pool.pool_id,
                      .subnet = subnet.prefix,
                      .range = pool.range,
                      .total = addresses.size(),
                      .free = addresses.size()});
  pools_.push_back({.subnet = static_cast<std::uint32_t>(position_of(subnet)),
                    .addresses = std::move(addresses),
                    .menu = std::move(menu)});
}

void Prepared::index_spans() {
  spans_.reserve(pools_.size());
  for (std::uint32_t i = 0; i < pools_.size(); ++i) {
    spans_.push_back({.range = pools_[i].addresses.range(), .ordinal = i});
  }
  std::sort(spans_.begin(), spans_.end(),
            [](const Span& a, const Span& b) { return a.range < b.range; });
  net::Ip4 reach;
  std::vector<net::AddressMap::Entry> starts;
  for (Span& span : spans_) {
    span.reach = reach = std::max(reach, span.range.last);
    const auto position = static_cast<std::uint32_t>(&span - spans_.data());
    pools_[span.ordinal].span = position;
    starts.push_back({span.range.first, position});
  }
  last_spans_ = net::AddressMap(starts);
}

/// The pool is the one that packets from its subnet are likely to use next.
void Prepared::point_to(std::uint32_t ordinal) {
  const PoolState& pool = pools_[ordinal];
  const config::PoolList& siblings = config_.subnets[pool.subnet].pools;
  Signpost& post = signposts_[pool.subnet];
  post.ordinal = ordinal;
  post.span = pool.span;
  post.pool = &siblings[ordinal - siblings.front().ordinal];
  post.recent = pool.addresses.recent();
}

void Prepared::fetch_ahead(net::Ip4 link) const {
  CHECK(outgrows_caches_);
  const config::Located from = config_.locate(link);
  if (from.subnet != nullptr) prefetch(&signposts_[position_of(*from.subnet)]);
  outlook_.add(from);
}

void Prepared::turn_to(net::Ip4 link) const {
  CHECK(outgrows_caches_);
  Outlook::Packet* const told = outlook_.take(link);
  Outlook::Packet packet = told == nullptr ? Outlook::Packet{.from = config_.locate(link)} : *told;
  fetch(packet);
  here_ = packet.from;
  if (Outlook::Packet* const next = outlook_.next()) fetch(*next);
  if (here_.subnet != nullptr) recent_ = signposts_[position_of(*here_.subnet)].span;
}

/// All at once: the wait for the first is that for all.
void Prepared::fetch(Outlook::Packet& packet) const {
  const config::Subnet* subnet = packet.from.subnet;
  if (std::exchange(packet.is_fetched, true) || subnet == nullptr) return;
  const Signpost& post = signposts_[position_of(*subnet)];
  fetch_subnet(*subnet);
  if (post.ordinal == kNoPool) return;
  prefetch(post.pool);
  prefetch(&spans_[post.span]);
  post.recent.fetch();
  const PoolState& pool = pools_[post.ordinal];
  prefetch(&pool);
  pool.addresses.fetch();
  pool.menu.fetch();
  prefetch(&figures_[post.ordinal], &figures_[post.ordinal] + 1);
  blocks_->fetch_ahead(pool.menu, post.block);
}

Bytes Prepared::find_block(const config::Subnet& subnet, const BlockKey& key) const {
  const Bytes block = blocks_->find(key);
  if (!block.empty()) point_to_block(subnet);
  return block;
}

void Prepared::remember_block(const config::Subnet& subnet, const BlockKey& key,
                              Bytes block) const {
  if (blocks_->remember(key, block)) point_to_block(subnet);
}

/// The block that was used last is the one that replies to packets from there are likely to use.
void Prepared::point_to_block(const config::Subnet& subnet) const {
  if (outgrows_caches_) signposts_[position_of(subnet)].block = blocks_->last();
}

/// How many begin at `address` or before it. Most ask about the pool that the packet's subnet used
/// last.
std::size_t Prepared::spans_up_to(net::Ip4 address) const {
  const bool is_recent =
      recent_ < spans_.size() && spans_[recent_].range.first <= address &&
      (recent_ + 1 == spans_.size() || address < spans_[recent_ + 1].range.first);
  const std::uint32_t last = is_recent ? recent_ : last_spans_.find(address);
  return last == net::AddressMap::kNone ? 0 : std::size_t{last} + 1;
}

void Prepared::note(net::Ip4 address, Use use, std::optional<WallTime> free_since) {
  for (std::size_t after = spans_up_to(address); after > 0; --after) {
    const Span& span = spans_[after - 1];
    if (span.reach < address) break;
    if (span.range.contains(address)) note_in(span.ordinal, address, use, free_since);
  }
}

void Prepared::note_in(std::uint32_t ordinal, net::Ip4 address, Use use,
                       std::optional<WallTime> free_since) {
  PoolState& pool = pools_[ordinal];
  if (pool.addresses.is_excluded(address)) return;
  std::uint8_t& noted = pool.addresses.remark(address);
  if (std::uint64_t* before = figure_of(figures_[ordinal], static_cast<Use>(noted))) --*before;
  if (std::uint64_t* after = figure_of(figures_[ordinal], use)) ++*after;
  noted = static_cast<std::uint8_t>(use);
  if (use != Use::free) {
    pool.addresses.set_taken(address);
  } else if (free_since) {
    pool.addresses.set_free(address, *free_since);
  } else {
    pool.addresses.set_never_used(address);
  }
  if (outgrows_caches_) point_to(ordinal);
}

void Prepared::note_reuse(const config::Subnet& subnet, net::Ip4 address) {
  const config::Pool* pool = subnet.find_pool(address);
  if (pool == nullptr && subnet.pools.empty()) return;
  ++figures_[pool == nullptr ? subnet.pools.front().ordinal : pool->ordinal].reuses;
}

void Prepared::end_doubt() {
  for (PoolState& pool : pools_) pool.addresses.end_doubt();
}

const Prepared::Span* Prepared::find_span(net::Range4 range) const {
  const auto at = std::lower_bound(spans_.begin(), spans_.end(), range,
                                   [](const Span& s, net::Range4 r) { return s.range < r; });
  return at != spans_.end() && at->range == range ? &*at : nullptr;
}

void Prepared::number_classes(const Prepared* before) {
  std::bitset<kOfferClasses> taken;
  if (before != nullptr) {
    for (const PoolState& pool : before->pools_) taken.set(pool.offer_class);
  }
  std::uint32_t next = 0;
  for (PoolState& pool : pools_) {
    const Span* same = before == nullptr ? nullptr : before->find_span(pool.addresses.range());
    if (same != nullptr) {
      pool.offer_class = before->offer_class(same->ordinal);
      continue;
    }
    while (next + 1 < kOfferClasses && taken[next]) ++next;
    pool.offer_class = next;  // more pools than classes: the last class is shared
    taken.set(next);
  }
}

}  // namespace lessor::server::v4
