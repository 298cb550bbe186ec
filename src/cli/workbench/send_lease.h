#pragma once
// `lessor send dora`, and what goes on from the lease that it wrote. Must not know: command lines.

#include "cli/workbench/link_session.h"
#include "cli/workbench/send_words.h"

namespace lessor::cli {

/// DISCOVER, OFFER, REQUEST, ACK; writes the lease.
[[nodiscard]] ExitCode run_handshake(const SendWords& words, LinkSession& link, PacketShow& show);
/// Renews, rebinds, releases ... the lease of the file, and rewrites it.
[[nodiscard]] ExitCode run_follow_up(const SendWords& words, LinkSession& link, PacketShow& show);

}  // namespace lessor::cli
