#include "config/subnet_checks.h"

#include "config/limits.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace lessor::config {
namespace {

std::string place_of_prefix(const ReadSubnet& read, const Report& report) {
  return report.place_of(read.node.find("subnet")->value().position());
}

/// Prefixes nest or are apart, so after sorting a prefix is inside the last one that still holds
/// it.
void check_prefixes(const std::vector<ReadSubnet>& all, Report& report) {
  std::vector<const ReadSubnet*> sorted;
  for (const ReadSubnet& read : all) {
    if (read.subnet.prefix.length > 0) sorted.push_back(&read);
  }
  // `all` is in the order of the text, so its addresses decide which of two equals came first.
  std::ranges::sort(sorted, {}, [](const ReadSubnet* read) {
    return std::tuple(read->subnet.prefix.network(), read->subnet.prefix.length, read);
  });
  std::vector<const ReadSubnet*> open;
  for (const ReadSubnet* read : sorted) {
    const net::Prefix4 prefix = read->subnet.prefix;
    while (!open.empty() && !open.back()->subnet.prefix.contains(prefix.network())) open.pop_back();
    const Node node = *read->node.find("subnet");
    if (!open.empty() && open.back()->subnet.prefix == prefix) {
      report.error(node, to_string(prefix) + " stands twice; the other is at " +
                             place_of_prefix(*open.back(), report));
      continue;
    }
    if (!open.empty()) {
      report.note(node, to_string(prefix) + " lies inside " +
                            to_string(open.back()->subnet.prefix) + " at " +
                            place_of_prefix(*open.back(), report) +
                            ": its addresses belong to the longer prefix");
    }
    open.push_back(read);
  }
}

/// All pools of all subnets by first address; an overlap is noted at the later one.
void check_pools(const std::vector<ReadSubnet>& all, Report& report) {
  struct Entry {
    net::Range4 range;
    const ReadSubnet* owner;
  };
  std::vector<Entry> pools;
  std::uint64_t total = 0;
  for (const ReadSubnet& read : all) {
    for (const Pool& pool : read.subnet.pools) {
      pools.push_back({pool.range, &read});
      total += pool.range.size();
      if (total > kMaxPoolAddresses) {
        return report.error(*read.node.find("pools"), "with this the pools hold more than " +
                                                          std::to_string(kMaxPoolAddresses) +
                                                          " addresses");
      }
    }
  }
  std::ranges::sort(pools, {},
                    [](const Entry& entry) { return std::pair(entry.range, entry.owner); });
  const Entry* widest = nullptr;
  for (const Entry& pool : pools) {
    if (widest != nullptr && pool.range.first <= widest->range.last &&
        pool.owner != widest->owner) {
      report.note(*pool.owner->node.find("pools"),
                  to_string(pool.range) + " overlaps a pool of another subnet: " +
                      to_string(widest->range) + " of " + to_string(widest->owner->subnet.prefix));
    }
    if (widest == nullptr || pool.range.last > widest->range.last) widest = &pool;
  }
}

/// Several subnets on one link belong into a shared network: else one of them serves the link's
/// clients, and that should not come as a surprise.
void check_links(const std::vector<ReadSubnet>& all, Report& report) {
  std::map<std::string, const ReadSubnet*> links;
  const auto name_link = [&](const ReadSubnet& read, const char* key, const std::string& link) {
    const auto [other, added] = links.try_emplace(link, &read);
    const std::uint32_t network = read.subnet.network;
    const bool shared = network != kNoNetwork && network == other->second->subnet.network;
    if (added || shared || other->second == &read) return;
    const auto own = read.node.find(key);
    report.note(own ? *own : *read.node.find("subnet"),
                link + " is named by the subnet at " + place_of_prefix(*other->second, report) +
                    " too: the one with the lower id serves its clients; subnets of one link "
                    "belong into a shared network");
  };
  for (const ReadSubnet& read : all) {
    if (read.subnet.prefix.length == 0) continue;
    for (const net::Ip4 relay : read.subnet.relays) {
      name_link(read, "relay", "the relay " + to_string(relay));
    }
    if (!read.subnet.interface.empty()) {
      name_link(read, "interface", "the interface " + read.subnet.interface);
    }
  }
}

}  // namespace

/// Given ids must differ; the others are derived, in the order of prefixes so that the order of the
/// text does not matter, and give way to the given ones.
void assign_ids(std::vector<ReadSubnet>& all, Report& report) {
  std::map<std::uint32_t, Position> used;
  std::vector<ReadSubnet*> without;
  for (ReadSubnet& read : all) {
    if (!read.subnet.id_given) {
      without.push_back(&read);
      continue;
    }
    const Node node = *read.node.find("id");
    const auto [other, added] = used.try_emplace(read.subnet.id, node.value().position());
    if (added) continue;
    report.error(node, "the subnet at " + report.place_of(other->second) + " has the id " +
                           std::to_string(read.subnet.id) + " already");
  }
  std::ranges::sort(without, {}, [](const ReadSubnet* read) {
    return std::tuple(read->subnet.prefix.network(), read->subnet.prefix.length, read);
  });
  for (ReadSubnet* read : without) {
    std::uint32_t id = derive_subnet_id(read->subnet.prefix);
    while (!used.try_emplace(id, Position()).second) id = id == UINT32_MAX - 1 ? 1 : id + 1;
    read->subnet.id = id;
  }
}

void check_subnets(const std::vector<ReadSubnet>& all, Report& report) {
  check_prefixes(all, report);
  check_pools(all, report);
  check_links(all, report);
}

std::uint32_t derive_subnet_id(net::Prefix4 prefix) {
  const std::uint32_t id = prefix.network().value + prefix.length;
  return id == 0 || id == UINT32_MAX ? 1 : id;
}

}  // namespace lessor::config
