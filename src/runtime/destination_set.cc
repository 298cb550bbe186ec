#include "runtime/destination_set.h"

#include <algorithm>

namespace lessor::runtime {
namespace {

// RFC 3021: a /31 has no directed broadcast; neither has a /32.
constexpr std::uint8_t kLongestWithBroadcast = 30;

}  // namespace

DestinationSet::DestinationSet(const net::InterfaceTable& table, const net::Interface& interface) {
  sorted_.push_back(net::kIp4Broadcast);
  for (const net::Interface& any : table.all()) {
    for (const net::Prefix4& own : any.addresses) sorted_.push_back(own.address);
  }
  for (const net::Prefix4& prefix : interface.addresses) {
    if (prefix.length <= kLongestWithBroadcast) sorted_.push_back(prefix.last());
  }
  std::ranges::sort(sorted_);
}

bool DestinationSet::contains(net::Ip4 destination) const {
  return std::ranges::binary_search(sorted_, destination);
}

}  // namespace lessor::runtime
