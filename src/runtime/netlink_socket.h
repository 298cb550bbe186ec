#pragma once
// One rtnetlink socket: questions with their answers, or a stream of events. Must not know: what
// the messages mean.

#include "runtime/system_error.h"

#include <climits>
#include <cstdint>
#include <functional>
#include <memory>

struct mnl_socket;
struct nlmsghdr;  // NOLINT(readability-identifier-naming): the kernel's name

namespace lessor::runtime {

/// Owns a netlink socket (NETLINK_ROUTE). Used from one thread.
class NetlinkSocket {
 public:
  using OnMessage = std::function<void(const nlmsghdr&)>;

  /// For questions: subscribed to nothing.
  [[nodiscard]] static Result<NetlinkSocket> open();
  /// For events: subscribed to the groups of the bit mask `groups` (RTMGRP_*), non-blocking.
  [[nodiscard]] static Result<NetlinkSocket> subscribe(std::uint32_t groups);

  /// Sends `request` and hands every message of the answer to `on_message`. Blocks, but only for
  /// the kernel's own work. The error's number is the kernel's (ENETUNREACH for a missing route);
  /// EINTR says that a dump changed under way and is to be asked again. Gives up an answer that has
  /// not ended after `reads` reads of up to 32 KiB with E2BIG.
  [[nodiscard]] Result<void> ask(nlmsghdr& request, const OnMessage& on_message,
                                 int reads = INT_MAX);

  /// Takes the events that have arrived. False when the kernel had to drop some (ENOBUFS): what was
  /// known must be asked again, and what waited has been thrown away: it tells of before.
  [[nodiscard]] bool take_events(const OnMessage& on_message);
  /// Throws away the events that have arrived; true when there was any, lost ones included.
  [[nodiscard]] bool discard_events();

  [[nodiscard]] int fd() const;

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  NetlinkSocket() = default;
  [[nodiscard]] static Result<NetlinkSocket> bind(std::uint32_t groups, int flags);
  void drain() const;

  std::unique_ptr<mnl_socket, Close> socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace lessor::runtime
