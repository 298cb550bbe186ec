#pragma once
// `lessor relay`'s words as a value. Looks at no interface, opens no file. Must not know: sockets.

#include "cli/command_line.h"
#include "relay/v4/settings.h"

#include <expected>
#include <string>

namespace lessor::cli {

/// The file that is read when neither -c nor --downlink is given.
inline constexpr const char* kDefaultRelayFile = "/etc/lessor/relay.conf";
/// Where a running relay answers --status and --metrics.
inline constexpr const char* kDefaultRelaySocket = "/run/lessor/relay.sock";

struct RelayWords {
  enum class Action : std::uint8_t { run, check, status, metrics };
  Action action = Action::run;
  std::string file;  ///< of settings, to run or to check; empty: `settings` are those of the words
  relay::v4::Settings settings;
  std::string socket = kDefaultRelaySocket;
  bool json = false;
  bool visible = false;
  std::string user;  ///< whom to become; empty = "lessor", where root may
};

/// Reads the words after `relay`. What is wrong with their meaning as a whole is said too
/// (check_settings()).
[[nodiscard]] std::expected<RelayWords, Stop> read_relay_words(std::span<const char* const> argv);

}  // namespace lessor::cli
