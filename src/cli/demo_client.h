#pragma once
// What the demo's client tells of itself: the events that `lessor client --json` prints, a line
// each, read back into the way that it has come. Must not know: how anything is shown.

#include "client/v4/state.h"

#include <optional>
#include <string_view>
#include <vector>

namespace lessor::cli {

/// A step from state to state.
struct ClientStep {
  client::v4::State before = client::v4::State::stopped;
  client::v4::State after = client::v4::State::stopped;
  friend bool operator==(const ClientStep&, const ClientStep&) = default;
};

/// A line that the client printed: an event, or else a line of its log.
struct ClientLine {
  bool is_event = false;
  bool sent = false;               ///< it has sent a DHCP message
  std::optional<ClientStep> step;  ///< it has gone from state to state
};
[[nodiscard]] ClientLine read_client_line(std::string_view line);

/// The states since the client last rested, STOPPED or BOUND, with the current one last.
class ClientWay {
 public:
  void take(const ClientStep& step);
  [[nodiscard]] const std::vector<client::v4::State>& states() const { return states_; }
  /// How often it has entered `state`.
  [[nodiscard]] int times(client::v4::State state) const;

 private:
  std::vector<client::v4::State> states_ = {client::v4::State::stopped};
  std::vector<client::v4::State> entered_;
};

}  // namespace lessor::cli
