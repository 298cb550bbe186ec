#include "config/pools.h"

#include "config/limits.h"
#include "config/option_data.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <span>
#include <utility>

namespace lessor::config {
namespace {

net::Ip4 address_of(const TakenAddress& taken) { return taken.address; }

/// The part of a sorted vector that lies in `range`.
template <typename T, typename Projection>
std::span<const T> part_in(const std::vector<T>& sorted, net::Range4 range, Projection projection) {
  const auto first = std::ranges::lower_bound(sorted, range.first, {}, projection);
  const auto last = std::ranges::upper_bound(sorted, range.last, {}, projection);
  return {first, last};
}

/// "192.0.2.0 (network), 192.0.2.1 (router) and 3 more"
std::string list_taken(std::span<const TakenAddress> taken) {
  std::string text;
  for (const TakenAddress& one : taken.first(std::min(taken.size(), kMaxNamedAddresses))) {
    text += (text.empty() ? "" : ", ") + to_string(one.address) + " (" + std::string(one.why) + ")";
  }
  if (taken.size() > kMaxNamedAddresses) {
    text += " and " + std::to_string(taken.size() - kMaxNamedAddresses) + " more";
  }
  return text;
}

/// A range as the file has it, with the place that its problems belong to.
struct WrittenPool {
  Node node;  ///< of the key "pool"
  Pool pool;
};

std::optional<net::Range4> read_range(const Node& node, const PoolFacts& facts, Report& report) {
  const std::string* text = node.value().as_text();
  if (text == nullptr) return std::nullopt;
  const auto range = net::parse_range4(*text);
  if (!range) {
    report.error(node, quote(*text) +
                           " is no range of addresses: write 192.0.2.10 - 192.0.2.99, the lower "
                           "one first, or a prefix");
    return std::nullopt;
  }
  if (!facts.prefix.contains(range->first) || !facts.prefix.contains(range->last)) {
    report.error(node, to_string(*range) + " is not in the subnet " +
                           to_string(net::Prefix4{facts.prefix.network(), facts.prefix.length}));
  }
  return range;
}

void note_taken(const Node& node, net::Range4 range, const PoolFacts& facts, Report& report) {
  const auto taken = part_in(facts.taken, range, address_of);
  if (!taken.empty()) report.note(node, "in the pool, but never leased: " + list_taken(taken));
}

/// `node` is that of the key "pool", which stands in `map`.
Pool read_pool(const Node& map, const Node& node, net::Range4 range, const PoolFacts& facts,
               ClassNames& classes, Report& report) {
  Pool pool;
  pool.range = range;
  pool.pool_id = static_cast<std::uint32_t>(map.integer("pool-id").value_or(0));
  pool.options = read_option_data(map, classes.options(), classes, report);
  pool.guard = classes.read_list(map, "client-classes", "client-class", report);
  pool.additional_classes =
      classes.read_list(map, "evaluate-additional-classes", "require-client-classes", report);
  pool.excluded = find_excluded(range, facts);
  note_taken(node, range, facts, report);
  if (pool.excluded.size() >= range.size()) {
    report.note(node, "nothing is left to lease: every address of this pool is set aside");
  }
  return pool;
}

void refuse_overlaps(std::vector<WrittenPool>& pools, Report& report) {
  std::ranges::sort(pools, {}, [](const WrittenPool& p) {
    return std::pair(p.pool.range, p.node.value().position().offset);
  });
  const WrittenPool* widest = nullptr;  // the one that reaches furthest so far
  for (const WrittenPool& written : pools) {
    if (widest != nullptr && written.pool.range.first <= widest->pool.range.last) {
      report.error(written.node, to_string(written.pool.range) + " overlaps the pool " +
                                     to_string(widest->pool.range) + " at " +
                                     report.place_of(widest->node.value().position()));
    }
    if (widest == nullptr || widest->pool.range.last < written.pool.range.last) widest = &written;
  }
}

PoolList read_written_pools(const Node& list, const PoolFacts& facts, ClassNames& classes,
                            Report& report) {
  std::vector<WrittenPool> written;
  const std::vector<Node> maps = list.maps();  // outlives the nodes below, which point into it
  for (const Node& map : maps) {
    const auto node = map.find("pool");
    if (!node) {
      report.error(map, "pool is missing: write \"pool\": \"192.0.2.10 - 192.0.2.99\"");
      continue;
    }
    const auto range = read_range(*node, facts, report);
    if (range) written.push_back({*node, read_pool(map, *node, *range, facts, classes, report)});
  }
  refuse_overlaps(written, report);
  PoolList pools;
  for (WrittenPool& one : written) pools.push_back(std::move(one.pool));
  return pools;
}

}  // namespace

std::vector<TakenAddress> find_taken_addresses(net::Prefix4 prefix,
                                               const std::vector<net::Ip4>& named,
                                               const Environment& host) {
  std::map<net::Ip4, std::string_view> reasons;  // of several, the first stays
  if (prefix.length <= 30) {                     // RFC 3021: a /31 has neither, a /32 is one host
    reasons.try_emplace(prefix.network(), "the network itself");
    reasons.try_emplace(prefix.last(), "broadcast");
  }
  const auto add = [&](net::Ip4 address, std::string_view why) {
    if (prefix.contains(address)) reasons.try_emplace(address, why);
  };
  for (const net::Interface& interface : host.interfaces.all()) {
    for (const net::Prefix4& own : interface.addresses) add(own.address, "this host");
  }
  for (const net::Ip4 gateway : host.gateways) add(gateway, "default gateway");
  for (const net::Ip4 address : named) add(address, "named in this configuration");
  std::vector<TakenAddress> taken;
  for (const auto& [address, why] : reasons) taken.push_back({address, why});
  return taken;
}

std::vector<net::Ip4> find_excluded(net::Range4 range, const PoolFacts& facts) {
  std::vector<net::Ip4> excluded;
  for (const TakenAddress& one : part_in(facts.taken, range, address_of)) {
    excluded.push_back(one.address);
  }
  const auto reserved = part_in(facts.reserved, range, std::identity());
  excluded.insert(excluded.end(), reserved.begin(), reserved.end());
  if (facts.exclude_first_last_24 && facts.prefix.length <= 24) {
    for (std::uint64_t edge = range.first.value & ~0xffU; edge <= range.last.value; edge += 256) {
      for (const std::uint64_t value : {edge, edge + 255}) {
        const net::Ip4 address{static_cast<std::uint32_t>(value)};
        if (range.contains(address)) excluded.push_back(address);
      }
    }
  }
  std::ranges::sort(excluded);
  const auto repeated = std::ranges::unique(excluded);
  excluded.erase(repeated.begin(), repeated.end());
  return excluded;
}

std::optional<Pool> make_auto_pool(const PoolFacts& facts) {
  std::uint64_t first = facts.prefix.network().value;
  std::uint64_t end = std::uint64_t{facts.prefix.last().value} + 1;
  for (const TakenAddress& one : facts.taken) {
    if (one.address.value == first) ++first;
  }
  for (const TakenAddress& one : std::views::reverse(facts.taken)) {
    if (std::uint64_t{one.address.value} + 1 == end) --end;
  }
  if (first >= end) return std::nullopt;
  Pool pool;
  pool.range = {{static_cast<std::uint32_t>(first)}, {static_cast<std::uint32_t>(end - 1)}};
  pool.excluded = find_excluded(pool.range, facts);
  return pool;
}

PoolList read_pools(const Node& subnet, const PoolFacts& facts, ClassNames& classes,
                    Report& report) {
  const auto node = subnet.find("pools");
  if (!node) return {};
  if (node->value().as_text() == nullptr) return read_written_pools(*node, facts, classes, report);
  auto pool = make_auto_pool(facts);
  if (!pool || pool->range.size() == pool->excluded.size()) {
    report.error(*node, "no address is left in " + to_string(facts.prefix) + ": taken are " +
                            list_taken(facts.taken));
    return {};
  }
  return {std::move(*pool)};
}

}  // namespace lessor::config
