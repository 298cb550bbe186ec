#pragma once
// Which file a client boots: its architecture (option 93, RFC 4578), who asks (option 60), and
// whether it runs iPXE already (option 77). Must not know: replies, leases.

#include "config/boot_profile.h"
#include "server/v4/decision.h"

#include <optional>
#include <string_view>

namespace lessor::server::v4 {

/// What to tell a client that boots.
struct BootAnswer {
  std::string_view file;                    ///< borrowed from the profile
  std::string_view vendor_class;            ///< option 60 that the client waits for; empty: none
  const config::ClientClass* by = nullptr;  ///< whose profile that is; null: the subnet's
};

/// Nothing when the client does not boot from the network, or the profile has no file for it. A
/// client that is iPXE gets the script: the loader, once more, would load itself for ever.
[[nodiscard]] std::optional<BootAnswer> find_boot(const config::BootProfile& profile,
                                                  const wire::MessageView& message);

/// By the first of the client's classes whose profile has a file for it, else by its subnet's.
[[nodiscard]] std::optional<BootAnswer> choose_boot(const Packet& packet);

/// Whether the client says of itself that it boots by PXE or HTTP.
[[nodiscard]] bool is_boot_client(const wire::MessageView& message);

}  // namespace lessor::server::v4
