#include "load/holders.h"

#include "base/random.h"

#include <gtest/gtest.h>
#include <map>

namespace lessor::load {
namespace {

TEST(Holders, AgreeWithAMapWhateverIsGivenAndTakenAway) {
  constexpr std::uint32_t kClients = 500;
  Random random(5);
  Holders holders(kClients);
  std::map<std::uint32_t, std::uint32_t> model;
  for (int step = 0; step < 50'000; ++step) {
    const net::Ip4 address{0x0a000000U + random.below(700)};
    if (random.one_in(2)) {
      holders.take_away(address);
      model.erase(address.value);
    } else if (model.size() < kClients || model.contains(address.value)) {
      const std::uint32_t client = random.below(kClients);
      holders.give(address, client);
      model[address.value] = client;
    }
    const net::Ip4 asked{0x0a000000U + random.below(700)};
    const auto found = model.find(asked.value);
    const auto holder = holders.holder_of(asked);
    ASSERT_EQ(holder.has_value(), found != model.end());
    if (holder) {
      ASSERT_EQ(*holder, found->second);
    }
  }
}

TEST(Holders, TakesFourPlacesAClientAtMost) {
  for (const std::uint32_t clients : {1U, 3U, 1'000U, 65'536U, 4'000'000U}) {
    EXPECT_GE(Holders::places_for(clients), std::size_t{clients} * 2);
    EXPECT_LE(Holders::places_for(clients), std::size_t{clients} * 4 + 4);
  }
}

}  // namespace
}  // namespace lessor::load
