#include "lease/offer_table.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace lessor::lease {
namespace {

constexpr HashKey kKey{3, 4};
constexpr Duration kHold = Duration::seconds(60);

Instant at(std::int64_t s) { return Instant::from_nanoseconds(s * 1'000'000'000); }
ClientKey client(std::uint64_t n) { return {.high = n, .low = n * 0x9e3779b97f4a7c15U}; }
Offer offer(std::uint32_t address, std::uint64_t who, std::uint64_t source,
            std::uint32_t pool = 0) {
  return {.address = {address}, .client = client(who), .source = source, .pool = pool};
}

TEST(OfferTable, FindsByClientAndByAddress) {
  OfferTable offers(kKey, 8, 1, kHold);
  EXPECT_TRUE(offers.hold(offer(10, 1, 1), at(0)).held);
  ASSERT_NE(offers.find_by_client(client(1)), nullptr);
  EXPECT_EQ(offers.find_by_client(client(1))->address, net::Ip4{10});
  EXPECT_EQ(offers.find_by_address({10})->client, client(1));
  EXPECT_EQ(offers.find_by_client(client(2)), nullptr);
  EXPECT_TRUE(offers.set_note({10}, 77));
  EXPECT_EQ(offers.drop({10})->note, 77U);
  EXPECT_EQ(offers.drop({10}), std::nullopt);
  EXPECT_FALSE(offers.set_note({10}, 1));
  EXPECT_TRUE(offers.next_expiry().is_never());
}

TEST(OfferTable, AClientHoldsOneAddressAndRenewsIt) {
  OfferTable offers(kKey, 8, 1, kHold);
  EXPECT_TRUE(offers.hold(offer(10, 1, 1), at(0)).held);
  const auto again = offers.hold(offer(10, 1, 1), at(30));
  EXPECT_TRUE(again.held);
  EXPECT_FALSE(again.dropped.has_value());
  EXPECT_EQ(offers.next_expiry(), at(90));
  const auto other = offers.hold(offer(11, 1, 1), at(31));
  ASSERT_TRUE(other.dropped.has_value());
  EXPECT_EQ(other.dropped->address, net::Ip4{10});
  EXPECT_EQ(offers.size(), 1U);
}

TEST(OfferTable, EndsHoldsInOrderInSlices) {
  OfferTable offers(kKey, 8, 1, kHold);
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_TRUE(offers.hold(offer(i, i, 1), at(i)).held);
  std::vector<std::uint32_t> ended;
  const auto note = [&](const Offer& o) { ended.push_back(o.address.value); };
  EXPECT_EQ(offers.expire_due(at(59), 9, note), 0U);
  EXPECT_EQ(offers.expire_due(at(62), 2, note), 2U);
  EXPECT_EQ(offers.expire_due(at(62), 2, note), 1U);
  EXPECT_EQ(ended, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(offers.next_expiry(), at(63));
}

// C2-10: a flood of invented clients behind one port takes nothing from the others.
// C3-01
TEST(OfferTable, TheFloodingSourcePaysForRoom) {
  OfferTable offers(kKey, 10, 1, kHold);
  EXPECT_TRUE(offers.hold(offer(1, 1, /*source=*/7), at(0)).held);
  for (std::uint32_t i = 100; i < 109; ++i) EXPECT_TRUE(offers.hold(offer(i, i, 666), at(1)).held);
  // Full. The flooder gets no more, not even at his own expense.
  EXPECT_FALSE(offers.hold(offer(200, 200, 666), at(2)).held);
  EXPECT_EQ(offers.size(), 10U);
  // Others are served at the flooder's expense, his oldest first.
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto held = offers.hold(offer(10 + i, 10 + i, 20 + i), at(3));
    ASSERT_TRUE(held.held);
    EXPECT_EQ(held.dropped->address, net::Ip4{100 + i});
  }
  EXPECT_NE(offers.find_by_client(client(1)), nullptr);
}

TEST(OfferTable, EqualHoldersLoseTheOldest) {
  OfferTable offers(kKey, 3, 1, kHold);
  for (std::uint32_t i = 1; i <= 3; ++i) EXPECT_TRUE(offers.hold(offer(i, i, i), at(i)).held);
  const auto held = offers.hold(offer(4, 4, 4), at(9));
  ASSERT_TRUE(held.held);
  EXPECT_EQ(held.dropped->address, net::Ip4{1});
  // One who holds as many as anybody else pushes nobody out.
  EXPECT_FALSE(offers.hold(offer(5, 5, 4), at(10)).held);
}

TEST(OfferTable, MakesRoomInAPoolAtTheExpenseOfWhoHoldsMostThere) {
  OfferTable offers(kKey, 20, 2, kHold);
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_TRUE(offers.hold(offer(i, i, 50, 1), at(0)).held);
  for (std::uint32_t i = 10; i < 12; ++i) EXPECT_TRUE(offers.hold(offer(i, i, 60), at(0)).held);
  EXPECT_TRUE(offers.hold(offer(12, 12, 70), at(0)).held);
  EXPECT_EQ(offers.take_for(60, 0), std::nullopt);  // he fills it himself
  EXPECT_EQ(offers.take_for(70, 0)->address, net::Ip4{10});
  EXPECT_EQ(offers.take_for(70, 0), std::nullopt);  // both hold one now
  EXPECT_EQ(offers.take_for(80, 0)->source, 70U);   // the one that has held one for longer
  EXPECT_EQ(offers.take_for(80, OfferTable::kNoPool), std::nullopt);
}

TEST(OfferTable, HoldsNothingWithoutRoom) {
  OfferTable offers(kKey, 0, 0, kHold);
  EXPECT_FALSE(offers.hold(offer(1, 1, 1), at(0)).held);
}

TEST(OfferTable, WalksInSlices) {
  OfferTable offers(kKey, 8, 1, kHold);
  for (std::uint32_t i = 0; i < 6; ++i) EXPECT_TRUE(offers.hold(offer(i, i, 1), at(i)).held);
  EXPECT_TRUE(offers.drop({2}).has_value());
  std::map<std::uint32_t, int> seen;
  std::uint32_t cursor = OfferTable::kWalkBegin;
  int slices = 0;
  for (; cursor != OfferTable::kWalkEnd; ++slices) {
    cursor = offers.for_each_from(cursor, 3, [&](const Offer& o) { ++seen[o.address.value]; });
  }
  EXPECT_EQ(slices, 3);
  EXPECT_EQ(seen, (std::map<std::uint32_t, int>{{0, 1}, {1, 1}, {3, 1}, {4, 1}, {5, 1}}));
}

TEST(ClientKey, TellsClientsApart) {
  const net::HardwareAddress a{.type = 1, .size = 6};
  net::HardwareAddress b = a;
  b.octets[5] = std::byte{1};
  const Bytes id = as_bytes("id");
  const auto by_id = [&](std::uint32_t subnet) {
    return client_key(identity_of(kKey, id), true, subnet);
  };
  const auto by_hardware = [](HashKey key, const net::HardwareAddress& hardware) {
    return client_key(identity_of(key, hardware), false, 1);
  };
  EXPECT_EQ(by_id(1), by_id(1));  // RFC 2131 4.2: the identifier decides
  EXPECT_NE(by_id(1), by_id(2));
  EXPECT_NE(by_hardware(kKey, a), by_hardware(kKey, b));
  EXPECT_NE(by_hardware(kKey, a), by_hardware({9, 9}, a));
  // An identifier that spells what is hashed of a hardware address is still another client.
  const std::byte spelt[9]{std::byte{0}, std::byte{1}, std::byte{6}};
  EXPECT_EQ(identity_of(kKey, Bytes(spelt)), identity_of(kKey, a));
  EXPECT_NE(client_key(identity_of(kKey, Bytes(spelt)), true, 1), by_hardware(kKey, a));
}

TEST(Identity, OfAHardwareAddressDependsOnAllOfIt) {
  const net::HardwareAddress a{.type = 1, .size = 6};
  net::HardwareAddress other = a;
  other.type = 6;
  EXPECT_NE(identity_of(kKey, other), identity_of(kKey, a));
  other = a;
  other.size = 7;
  EXPECT_NE(identity_of(kKey, other), identity_of(kKey, a));
  other = a;
  other.octets[5] = std::byte{1};
  EXPECT_NE(identity_of(kKey, other), identity_of(kKey, a));
  EXPECT_NE(identity_of(kKey, a, true), identity_of(kKey, a, false));
}

TEST(Identity, BeginsASearchOfTheIndexes) {
  const net::HardwareAddress a{.type = 1, .size = 6};
  EXPECT_EQ(identity_of(kKey, as_bytes("id")).high, index_hash(kKey, as_bytes("id")));
  EXPECT_EQ(identity_of(kKey, a).high, index_hash(kKey, a, false));
  EXPECT_EQ(identity_of(kKey, a, true).high, index_hash(kKey, a, true));
}

/// An OfferTable beside a plain map of what it should hold.
class Modelled {
 public:
  static constexpr std::size_t kRoom = 64;

  void drop(std::uint32_t address) {
    EXPECT_EQ(offers_.drop({address}).has_value(), model_.erase(address) == 1);
  }

  /// Takes from whoever holds most of the pool, if that is more than `source` has.
  void take_for(std::uint64_t source, std::uint32_t pool) {
    const auto counts = counts_if([&](const Offer& o) { return o.pool == pool; });
    const auto taken = offers_.take_for(source, pool);
    ASSERT_EQ(taken.has_value(), most(counts) > own(counts, source));
    if (!taken) return;
    EXPECT_EQ(own(counts, taken->source), most(counts));
    model_.erase(taken->address.value);
  }

  void hold(const Offer& offer, Instant now) {
    if (model_.contains(offer.address.value)) return;
    const auto counts = counts_if([](const Offer&) { return true; });
    const bool full = model_.size() == kRoom;
    const auto held = offers_.hold(offer, now);
    ASSERT_EQ(held.held, !full || most(counts) > own(counts, offer.source));
    ASSERT_EQ(held.dropped.has_value(), full && held.held);
    if (held.dropped) {
      EXPECT_EQ(own(counts, held.dropped->source), most(counts));
      model_.erase(held.dropped->address.value);
    }
    if (held.held) model_[offer.address.value] = offer;
  }

  void expire(Instant now) {
    offers_.expire_due(now, 100, [&](const Offer& o) { model_.erase(o.address.value); });
  }

  void compare() {
    ASSERT_EQ(offers_.size(), model_.size());
    for (const auto& [address, o] : model_) {
      ASSERT_EQ(offers_.find_by_address({address})->source, o.source);
    }
  }

 private:
  using Counts = std::map<std::uint64_t, std::size_t>;  // by source

  template <typename Predicate>
  [[nodiscard]] Counts counts_if(Predicate counted) const {
    Counts counts;
    for (const auto& [address, o] : model_) {
      if (counted(o)) ++counts[o.source];
    }
    return counts;
  }
  static std::size_t most(const Counts& counts) {
    std::size_t top = 0;
    for (const auto& [source, count] : counts) top = std::max(top, count);
    return top;
  }
  static std::size_t own(const Counts& counts, std::uint64_t source) {
    return counts.contains(source) ? counts.at(source) : 0;
  }

  OfferTable offers_{kKey, kRoom, 3, kHold};
  std::map<std::uint32_t, Offer> model_;  // by address
};

// Random holds, drops and expiries: counts and victims against a model.
TEST(OfferTable, AgreesWithAModel) {
  Random random(11);
  Modelled world;
  for (int step = 0; step < 50'000 && !testing::Test::HasFailure(); ++step) {
    const std::uint32_t address = random.below(200);
    const std::uint64_t source = random.below(random.one_in(2) ? 3 : 30);
    const std::uint32_t pool = address % 3;
    if (random.one_in(5)) {
      world.drop(address);
    } else if (random.one_in(8)) {
      world.take_for(source, pool);
    } else {
      world.hold(offer(address, 1'000 + address, source, pool), at(step));
    }
    if (random.one_in(50)) world.expire(at(step));
    world.compare();
  }
}

}  // namespace
}  // namespace lessor::lease
