#pragma once
// Who believes what: which client holds which address until when, and which addresses were
// reported to be in use. No address may be believed valid by two. Must not know: messages, sockets.

#include "net/address.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>

namespace lessor::soak {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

/// One thread.
class Beliefs {
 public:
  struct Belief {
    std::uint32_t client = 0;
    Time until;
  };

  /// From now on `client` believes in `address` until `until`. Returns who else believed in it.
  std::optional<std::uint32_t> believe(net::Ip4 address, std::uint32_t client, Time now,
                                       Time until);
  /// `client` believes in `address` no more.
  void drop(net::Ip4 address, std::uint32_t client);
  /// Who but `client` believes in the address.
  [[nodiscard]] std::optional<std::uint32_t> other_holder(net::Ip4 address, std::uint32_t client,
                                                          Time now) const;

  /// The address is in use by a stranger: it is nobody's until then.
  void set_aside(net::Ip4 address, Time until) { aside_[address.value] = until; }
  [[nodiscard]] bool is_set_aside(net::Ip4 address, Time now) const;

  [[nodiscard]] std::size_t count() const { return held_.size(); }
  void for_each(const std::function<void(net::Ip4, const Belief&)>& visit) const;

 private:
  std::unordered_map<std::uint32_t, Belief> held_;
  std::unordered_map<std::uint32_t, Time> aside_;
};

}  // namespace lessor::soak
