#include "runtime/unix_seats.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lessor::runtime {
namespace {

constexpr UnixSeatLimits kLimits{.all = 8, .reserved = 2, .per_user = 4};

/// Seats in words, the oldest first: a letter for each connection's user (r: an owner), a capital
/// one when it is being answered. Ids count from 0.
std::vector<UnixSeat> seats_of(const std::string& text) {
  std::vector<UnixSeat> seats;
  for (const char c : text) {
    const char user = static_cast<char>(c | 0x20);
    seats.push_back({.id = static_cast<int>(seats.size()),
                     .age = seats.size() + 100,
                     .uid = static_cast<unsigned>(user),
                     .pid = user,
                     .owner = user == 'r',
                     .answering = c != user});
  }
  return seats;
}

/// "in", "refused", or the id of who leaves.
std::string seating(const std::string& there, const std::string& newcomer) {
  const auto seats = seats_of(there);
  const UnixSeating done = seat(seats, seats_of(newcomer).front(), kLimits);
  if (!done.admitted) return "refused";
  return done.leaves ? std::to_string(*done.leaves) : "in";
}

// C3-07: limits before anything is parsed.
TEST(UnixSeats, OneUserHasHalfOfThePlacesAtMostAndMakesRoomForHimself) {
  EXPECT_EQ(seating("aaa", "a"), "in");
  EXPECT_EQ(seating("aaaa", "a"), "0");
  EXPECT_EQ(seating("Abaaa", "a"), "2");
  EXPECT_EQ(seating("AAAA", "a"), "refused");
  EXPECT_EQ(seating("AAAA", "b"), "in");
}

TEST(UnixSeats, SomePlacesAreForOwnersOnly) {
  EXPECT_EQ(seating("aaabbb", "c"), "0");
  EXPECT_EQ(seating("AAABbb", "c"), "4");
  EXPECT_EQ(seating("AAABBB", "c"), "refused");
  EXPECT_EQ(seating("AAABBB", "r"), "in");
  EXPECT_EQ(seating("rrrrrrr", "a"), "in");
  EXPECT_EQ(seating("rrrrrrrr", "a"), "refused");
}

// C3-07
TEST(UnixSeats, AnOwnerAlwaysGetsAPlace) {
  EXPECT_EQ(seating("rraaabbb", "r"), "2");
  EXPECT_EQ(seating("rRrrrrrr", "r"), "0");
  EXPECT_EQ(seating("RrAAABBB", "r"), "1");
  EXPECT_EQ(seating("RRAAABBB", "r"), "2");
  EXPECT_EQ(seating("RRRRRRRR", "r"), "0");
}

// C3-07: an operator who is slow between connecting and asking is not the one to go.
TEST(UnixSeats, TheProcessThatHasMostPaysForMore) {
  auto seats = seats_of("rrrrrrrr");
  seats[0].pid = 1;
  seats[1].pid = 2;
  const UnixSeat newcomer = seats_of("r").front();
  EXPECT_EQ(seat(seats, newcomer, kLimits).leaves, 2);
  seats[2].answering = true;
  EXPECT_EQ(seat(seats, newcomer, kLimits).leaves, 3);
}

// By TCP nobody's process is known: whoever has connected from two addresses again and again does
// not take the place of an operator at a third who is slow to ask.
TEST(UnixSeats, TheAddressThatHasMostPaysForMore) {
  auto seats = seats_of("cbaaab");
  for (UnixSeat& each : seats) each.pid = 0;
  UnixSeat newcomer = seats_of("b").front();
  newcomer.pid = 0;
  EXPECT_EQ(seat(seats, newcomer, kLimits).leaves, 2);
  seats[2].answering = true;  // as many as the newcomer's own: the oldest of both
  EXPECT_EQ(seat(seats, newcomer, kLimits).leaves, 1);
}

TEST(UnixSeats, LimitsAreSharesOfAllPlaces) {
  const UnixSeatLimits limits = seat_limits(32);
  EXPECT_EQ(limits.all, 32U);
  EXPECT_EQ(limits.reserved, 8U);
  EXPECT_EQ(limits.per_user, 16U);
  EXPECT_EQ(seat_limits(1).per_user, 1U);
}

}  // namespace
}  // namespace lessor::runtime
