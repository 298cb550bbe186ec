#include "load/holders.h"

#include <bit>

namespace lessor::load {

std::size_t Holders::places_for(std::uint32_t clients) {
  return std::bit_ceil(std::size_t{clients} * 2 + 2);
}

Holders::Holders(std::uint32_t clients) : places_(places_for(clients)) {}

std::size_t Holders::find(std::uint32_t address) const {
  std::size_t at = home_of(address);
  while (places_[at].client_and_one != 0 && places_[at].address != address) {
    at = (at + 1) & (places_.size() - 1);
  }
  return at;
}

std::optional<std::uint32_t> Holders::holder_of(net::Ip4 address) const {
  const Place& place = places_[find(address.value)];
  if (place.client_and_one == 0) return std::nullopt;
  return place.client_and_one - 1;
}

void Holders::give(net::Ip4 address, std::uint32_t client) {
  places_[find(address.value)] = {.address = address.value, .client_and_one = client + 1};
}

void Holders::take_away(net::Ip4 address) {
  const std::size_t mask = places_.size() - 1;
  std::size_t hole = find(address.value);
  if (places_[hole].client_and_one == 0) return;
  // Those behind it move up, as far as that brings them no further than their home.
  for (std::size_t at = (hole + 1) & mask; places_[at].client_and_one != 0; at = (at + 1) & mask) {
    const std::size_t home = home_of(places_[at].address);
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    places_[hole] = places_[at];
    hole = at;
  }
  places_[hole] = {};
}

}  // namespace lessor::load
