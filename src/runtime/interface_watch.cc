#include "runtime/interface_watch.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <utility>

namespace lessor::runtime {
namespace {

constexpr int kMaxAttempts = 8;  // a dump that changes under way each time is given up

/// Asks for a whole table: RTM_GETLINK or RTM_GETADDR.
Result<void> dump(NetlinkSocket& socket, std::uint16_t type, InterfaceModel& model) {
  alignas(nlmsghdr) std::array<std::byte, 128> buffer{};
  nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
  request->nlmsg_type = type;
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  const bool links = type == RTM_GETLINK;
  mnl_nlmsg_put_extra_header(request, links ? sizeof(ifinfomsg) : sizeof(ifaddrmsg));
  // Both headers begin with the family.
  auto* family = static_cast<std::uint8_t*>(mnl_nlmsg_get_payload(request));
  *family = links ? AF_UNSPEC : AF_INET;
  return socket.ask(*request, [&](const nlmsghdr& message) { (void)model.apply(message); });
}

}  // namespace

InterfaceWatch::InterfaceWatch(NetlinkSocket events, NetlinkSocket questions)
    : events_(std::move(events)), questions_(std::move(questions)) {}

Result<InterfaceWatch> InterfaceWatch::open() {
  auto events = NetlinkSocket::subscribe(RTMGRP_LINK | RTMGRP_IPV4_IFADDR);
  if (!events) return std::unexpected(events.error());
  auto questions = NetlinkSocket::open();
  if (!questions) return std::unexpected(questions.error());
  InterfaceWatch watch(std::move(*events), std::move(*questions));
  const auto asked = watch.ask_all();
  if (!asked) return std::unexpected(asked.error());
  return watch;
}

Result<void> InterfaceWatch::ask_all() {
  Result<void> asked;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    InterfaceModel fresh;
    asked = dump(questions_, RTM_GETLINK, fresh);
    if (asked) asked = dump(questions_, RTM_GETADDR, fresh);
    if (asked) {
      model_ = std::move(fresh);
      table_ = model_.table();
      return {};
    }
    if (asked.error().number != EINTR) break;  // EINTR: the table changed while it was told
  }
  return asked;
}

Result<bool> InterfaceWatch::take_events() {
  bool changed = false;
  const bool whole = events_.take_events(
      [&](const nlmsghdr& message) { changed = model_.apply(message) || changed; });
  if (!whole || stale_) {
    const auto asked = ask_all();
    stale_ = !asked.has_value();
    if (stale_) return std::unexpected(asked.error());
    return true;
  }
  if (changed) table_ = model_.table();
  return changed;
}

}  // namespace lessor::runtime
