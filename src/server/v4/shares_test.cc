// How much each may take of what is scarce.
#include "server/v4/shares.h"

#include <gtest/gtest.h>

#include <memory>

namespace lessor::server::v4 {
namespace {

constexpr std::size_t kAll = 1'000;

/// A thousand of something.
class Scarce {
 public:
  /// Takes as much as the sender gets, up to `wanted`; how much that is. `vary` makes another
  /// sender of it each time, on this level and those below.
  std::size_t take(Sender sender, std::size_t wanted = kAll, std::size_t vary = kLevels,
                   bool preferred = false) {
    std::size_t taken = 0;
    for (std::size_t i = 0; i < wanted; ++i) {
      for (std::size_t level = vary; level < kLevels; ++level) {
        sender.names[level] += 0x9e3779b97f4a7c15U;
      }
      const Shares::Places places = shares_->places_of(sender);
      if (!shares_->may_take(places, free_, preferred)) continue;
      shares_->take(places);
      --free_;
      ++taken;
    }
    return taken;
  }
  [[nodiscard]] std::size_t free() const { return free_; }

 private:
  std::unique_ptr<Shares> shares_ = std::make_unique<Shares>();
  std::size_t free_ = kAll;
};

Sender sender(std::uint64_t interface, std::uint64_t relay, std::uint64_t port,
              std::uint64_t client) {
  constexpr std::uint64_t kSpread = 0xd6e8feb86659fd93U;
  return {{interface * kSpread, interface * ~kSpread, relay * kSpread, port * kSpread,
           client * kSpread}};
}

TEST(Shares, AFloodTakesAPartAndLeavesTheRest) {
  const struct {
    const char* what;
    std::size_t vary;  ///< the level from which on the flood makes up names
    std::size_t most;
  } floods[] = {{"one client", kLevels, kAll / 8},
                {"made-up clients of one port", 4, kAll / 2},
                {"made-up ports of one relay", 3, kAll * 2 / 3},
                {"made-up relays of one neighbour", 2, kAll * 3 / 4},
                {"made-up neighbours on one interface", 1, kAll * 4 / 5}};
  for (const auto& flood : floods) {
    Scarce scarce;
    const std::size_t taken = scarce.take(sender(1, 1, 1, 1), 100'000, flood.vary);
    EXPECT_LE(taken, flood.most + 1) << flood.what;
    EXPECT_GE(taken, flood.most * 8 / 10) << flood.what;
    // Another interface, and what is beside the level on which names are made up, find room.
    EXPECT_EQ(scarce.take(sender(2, 9, 9, 9), 10), 10U) << flood.what;
  }
}

TEST(Shares, OthersOfTheSameRelayFindRoomBesideAPort) {
  Scarce scarce;
  (void)scarce.take(sender(1, 1, 1, 1), 100'000, 4);
  for (std::uint64_t port = 2; port < 20; ++port) {
    EXPECT_EQ(scarce.take(sender(1, 1, port, port), 5), 5U) << port;
  }
}

TEST(Shares, ThePreferredFindRoomWhereOthersFindNone) {
  Scarce scarce;
  (void)scarce.take(sender(1, 1, 1, 1), 100'000, 4);
  EXPECT_EQ(scarce.take(sender(1, 1, 1, 77), 10), 0U);
  EXPECT_EQ(scarce.take(sender(1, 1, 1, 77), 10, kLevels, true), 10U);
}

TEST(Shares, WithNothingFreeNobodyTakes) {
  const Shares shares;
  EXPECT_FALSE(shares.may_take(shares.places_of(sender(1, 1, 1, 1)), 0, true));
}

TEST(Shares, WhatIsGivenBackCanBeTakenAgain) {
  const auto shares = std::make_unique<Shares>();
  const Shares::Places places = shares->places_of(sender(1, 1, 1, 1));
  for (int i = 0; i < 2; ++i) shares->take(places);
  EXPECT_FALSE(shares->may_take(places, 8, false));
  shares->give_back(places);
  EXPECT_TRUE(shares->may_take(places, 8, false));
}

TEST(Shares, WhoSharedAPlaceByChanceDoesSoNoLongerAfterATurn) {
  const auto shares = std::make_unique<Shares>();
  // The heavy one takes a place on each level; among many light ones some share one with it.
  const Sender heavy = sender(1, 1, 1, 1);
  std::size_t twice = 0;
  std::vector<bool> met(1'000);
  for (int turn = 0; turn < 2; ++turn, shares->clear()) {
    const Shares::Places taken = shares->places_of(heavy);
    for (std::size_t n = 0; n < met.size(); ++n) {
      const Shares::Places light =
          shares->places_of({{1, 2, 3, n * n * n * 0x9e3779b97f4a7c15U, n}});
      const bool meets = light[3] == taken[3];
      twice += meets && met[n] ? 1 : 0;
      met[n] = meets;
    }
  }
  EXPECT_EQ(twice, 0U);
}

}  // namespace
}  // namespace lessor::server::v4
