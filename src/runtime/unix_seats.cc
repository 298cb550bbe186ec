#include "runtime/unix_seats.h"

#include <algorithm>

namespace lessor::runtime {
namespace {

/// Of the seats for which `may` is true the oldest of the process that has most of them; of clients
/// by TCP, whose processes are not known, of the address.
template <typename May>
std::optional<int> pick(std::span<const UnixSeat> seats, May&& may) {
  const UnixSeat* found = nullptr;
  std::ptrdiff_t most = 0;
  for (const UnixSeat& s : seats) {
    if (!may(s)) continue;
    const auto count = std::ranges::count_if(seats, [&](const UnixSeat& other) {
      return other.pid == s.pid && other.uid == s.uid && may(other);
    });
    if (count < most || (count == most && s.age > found->age)) continue;
    found = &s;
    most = count;
  }
  if (found == nullptr) return std::nullopt;
  return found->id;
}

UnixSeating in_place_of(std::optional<int> other) { return {other.has_value(), other}; }

/// Any place will do for an owner; those who have not asked and are no owners go first.
UnixSeating seat_owner(std::span<const UnixSeat> seats) {
  for (const bool answering : {false, true}) {
    for (const bool owner : {false, true}) {
      const auto other = pick(
          seats, [&](const UnixSeat& s) { return s.answering == answering && s.owner == owner; });
      if (other) return in_place_of(other);
    }
  }
  return {};
}

}  // namespace

UnixSeatLimits seat_limits(std::size_t all) {
  return {.all = all, .reserved = all / 4, .per_user = std::max<std::size_t>(all / 2, 1)};
}

UnixSeating seat(std::span<const UnixSeat> seats, const UnixSeat& newcomer,
                 const UnixSeatLimits& limits) {
  if (newcomer.owner) {
    return seats.size() < limits.all ? UnixSeating{true, {}} : seat_owner(seats);
  }
  const auto same_user = [&](const UnixSeat& s) { return !s.owner && s.uid == newcomer.uid; };
  const auto is_guest = [](const UnixSeat& s) { return !s.owner; };
  if (static_cast<std::size_t>(std::ranges::count_if(seats, same_user)) >= limits.per_user) {
    return in_place_of(
        pick(seats, [&](const UnixSeat& s) { return same_user(s) && !s.answering; }));
  }
  const bool full =
      seats.size() >= limits.all ||
      static_cast<std::size_t>(std::ranges::count_if(seats, is_guest)) + limits.reserved >=
          limits.all;
  if (!full) return {true, {}};
  return in_place_of(pick(seats, [&](const UnixSeat& s) { return is_guest(s) && !s.answering; }));
}

}  // namespace lessor::runtime
