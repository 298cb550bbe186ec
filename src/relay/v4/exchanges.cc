#include "relay/v4/exchanges.h"

#include <algorithm>
#include <bit>

namespace lessor::relay::v4 {
namespace {

bool is_over(const Exchange& exchange, Instant now) {
  return exchange.key == 0 || now - exchange.last > kExchangeLife;
}

}  // namespace

Exchanges::Exchanges(std::size_t count)
    : sets_(std::bit_ceil(std::max(count, kWays)) / kWays), mask_(sets_.size() - 1) {}

Exchange* Exchanges::find(Instant now, std::uint64_t key) {
  for (Exchange& exchange : set_of(key)) {
    if (exchange.key == key && !is_over(exchange, now)) return &exchange;
  }
  return nullptr;
}

Exchange& Exchanges::begin(Instant now, std::uint64_t key) {
  if (Exchange* known = find(now, key)) return *known;
  Set& set = set_of(key);
  Exchange* place = set.data();
  for (Exchange& exchange : set) {
    if (is_over(exchange, now)) {
      place = &exchange;
      break;
    }
    if (exchange.last < place->last) place = &exchange;
  }
  *place = {.key = key, .first = now, .last = now};
  return *place;
}

}  // namespace lessor::relay::v4
