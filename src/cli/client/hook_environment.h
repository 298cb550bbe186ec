#pragma once
// What a hook program is told: a lease and its options as environment variables, clean of anything
// that a shell could trip over. docs/client.md lists them. Must not know: how hooks are run.

#include "client/v4/lease.h"
#include "host/hand.h"
#include "net/host_settings.h"

#include <string_view>
#include <vector>

namespace lessor::cli {

/// What the hook is about.
struct HookEvent {
  std::string_view event;  ///< "bound", "renewed", "expired" ...
  std::string interface;
  std::string_view reason;
};

/// The variables; `lease` may be nullptr, and so may `done`, what was done to the host. Values are
/// printable ASCII; what is no name or URI where one belongs is left out.
[[nodiscard]] std::vector<host::HookVariable> hook_environment(const HookEvent& event,
                                                               const client::v4::Lease* lease,
                                                               const net::HostSettings* done);

}  // namespace lessor::cli
