#include "runtime/ethernet_interface.h"

#include "base/text.h"
#include "runtime/clock.h"
#include "runtime/interface_watch.h"

#include <poll.h>

namespace lessor::runtime {
namespace {

constexpr Duration kCarrierWait = Duration::milliseconds(1'500);

std::string not_there(const net::InterfaceTable& table, std::string_view name) {
  std::vector<std::string_view> names;
  std::string all;
  for (const net::Interface& one : table.all()) {
    names.push_back(one.name);
    all.append(all.empty() ? "" : ", ").append(one.name);
  }
  if (const auto near = nearest(name, names)) return "did you mean " + std::string(*near) + "?";
  return "there are " + all;
}

/// The kernel is slow to say that an interface which was just brought up has a carrier.
Result<void> await_carrier(InterfaceWatch& watch, const std::string& name) {
  const Instant end = read_clock().mono + kCarrierWait;
  while (true) {
    const net::Interface* const found = watch.table().find(name);
    const bool may_come = found != nullptr && found->admin_up && !found->up;
    const Duration left = end - read_clock().mono;
    if (!may_come || left <= Duration()) return {};
    pollfd events{.fd = watch.fd(), .events = POLLIN, .revents = 0};
    (void)poll(&events, 1, static_cast<int>(left.to_milliseconds() + 1));
    const auto taken = watch.take_events();
    if (!taken) return std::unexpected(taken.error());
  }
}

}  // namespace

Result<net::Interface> find_ethernet(const std::string& name) {
  auto watch = InterfaceWatch::open();
  if (!watch) return std::unexpected(watch.error());
  const auto awaited = await_carrier(*watch, name);
  if (!awaited) return std::unexpected(awaited.error());
  const std::string shown = sanitise(as_bytes(name), 32);
  const std::string attempted = "use the interface " + shown;
  const net::Interface* const found = watch->table().find(name);
  if (found == nullptr) {
    return std::unexpected(
        refusal(attempted, "there is none of that name", not_there(watch->table(), name)));
  }
  if (!found->ethernet) {
    return std::unexpected(refusal(attempted, "it does not carry Ethernet frames"));
  }
  if (!found->admin_up) {
    return std::unexpected(
        refusal(attempted, "it is down", "bring it up: ip link set " + shown + " up"));
  }
  if (!found->up) {
    return std::unexpected(refusal(attempted, "it has no carrier", "nothing is plugged in"));
  }
  return *found;
}

}  // namespace lessor::runtime
