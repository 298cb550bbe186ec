#pragma once
// Plays worlds one after the other and tells of those that go wrong. Must not know: what is right.

#include "sim/world.h"

#include <optional>
#include <string>

namespace lessor::sim {

/// What was played.
struct Account {
  std::uint64_t worlds = 0;
  Tally tally;                        ///< of all worlds together
  std::vector<std::uint64_t> failed;  ///< their seeds

  [[nodiscard]] double client_hours() const {
    return static_cast<double>(tally.client_time.to_seconds()) / 3'600;
  }
};

/// Plays the world of `seed` and adds it to the account. A world that breaks a law is told on
/// standard output: its seed, the command that repeats it, the law, the last 50 events; its frames
/// go to `folder`/seed-N.pcap and what was told to `folder`/seed-N.txt. True when it was a good
/// one. With `say_all` every event is told.
bool play(std::uint64_t seed, const std::string& folder, Account& account, bool say_all = false);

/// "200 worlds, 5,210 client-hours, 1,200,345 frames, 300,200 ACKs ..., 0 broken".
[[nodiscard]] std::string to_string(const Account& account);

}  // namespace lessor::sim
