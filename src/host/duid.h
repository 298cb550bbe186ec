#pragma once
// This host's DUID (RFC 4361, RFC 8415 11): made once, kept across boots. Must not know: packets.

#include "base/time.h"
#include "net/address.h"
#include "runtime/system_error.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::host {

using Duid = std::vector<std::byte>;
inline constexpr std::size_t kMaxDuid = 130;  ///< RFC 8415 11.1: type and 128 octets

/// DUID-UUID (RFC 6355) of the text of /etc/machine-id, hashed so that the machine's secret name
/// is not told to networks. Nothing when the text is no machine id (32 hexadecimal digits).
[[nodiscard]] std::optional<Duid> duid_from_machine_id(std::string_view machine_id);
/// DUID-LLT (RFC 8415 11.2): Ethernet, seconds since 2000-01-01 UTC modulo 2^32, the address.
[[nodiscard]] Duid duid_from_mac(const net::Mac& mac, WallTime now);

/// The DUID kept in the state folder (file "duid", hexadecimal); when there is none, one is made of
/// this machine's id, else of `mac`, and kept. An unreadable or broken file is an error, never
/// replaced: another DUID is another client to every server. With `keep` false nothing is written.
[[nodiscard]] runtime::Result<Duid> load_duid(const std::string& state_folder, const net::Mac& mac,
                                              WallTime now, bool keep = true,
                                              const std::string& machine_id = "/etc/machine-id");

}  // namespace lessor::host
