#include "cli/bulk_queries.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

constexpr net::Ip4 kFirst{0xc0000201};
constexpr net::Ip4 kSecond{0xc0000202};

config::LeaseQueries policy(std::uint32_t places,
                            std::vector<net::Ip4> requesters = {kFirst, kSecond}) {
  return {.requesters = std::move(requesters),
          .bulk = config::LeaseQueries::Bulk{.address = kFirst, .connections = places}};
}

runtime::Visitor visitor(net::Ip4 address, std::size_t others = 0, std::size_t of_address = 0) {
  return {.address = address, .own = kFirst, .others = others, .of_address = of_address};
}

TEST(BulkQueries, TakesConnectionsOfRequesters) {
  EXPECT_EQ(why_refused(policy(10), visitor(kSecond)), "");
  EXPECT_EQ(why_refused(policy(10), visitor({0xc0000203})), "it is not among the requesters");
  EXPECT_EQ(why_refused(std::nullopt, visitor(kFirst)), "it is not among the requesters");
  EXPECT_EQ(why_refused(config::LeaseQueries{.requesters = {kFirst}, .bulk = std::nullopt},
                        visitor(kFirst)),
            "it is not among the requesters");
}

TEST(BulkQueries, HasPlacesForAll) {
  EXPECT_EQ(why_refused(policy(3), visitor(kFirst, 1, 1)), "");
  EXPECT_EQ(why_refused(policy(3), visitor(kFirst, 2, 2)),
            "the last place is for another requester");
  EXPECT_EQ(why_refused(policy(3), visitor(kFirst, 2, 1)), "");
  EXPECT_EQ(why_refused(policy(3), visitor(kSecond, 2, 0)), "");
  EXPECT_EQ(why_refused(policy(3), visitor(kSecond, 3, 0)), "there are 3 connections already");
  EXPECT_EQ(why_refused(policy(3, {kFirst}), visitor(kFirst, 2, 2)), "");
  EXPECT_EQ(why_refused(policy(1), visitor(kFirst, 0, 0)), "");
}

TEST(BulkQueries, ListenWhereTheyDid) {
  config::LeaseQueries other = policy(10);
  other.bulk->port = 6'767;
  EXPECT_TRUE(listen_alike(policy(10), policy(3, {kSecond})));
  EXPECT_FALSE(listen_alike(policy(10), other));
  EXPECT_FALSE(listen_alike(policy(10), std::nullopt));
  EXPECT_TRUE(listen_alike(std::nullopt,
                           config::LeaseQueries{.requesters = {kFirst}, .bulk = std::nullopt}));
}

}  // namespace
}  // namespace lessor::cli
