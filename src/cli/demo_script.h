#pragma once
// The acts of the demo, in order. Joins stage and show.

#include "cli/demo_client.h"
#include "cli/demo_show.h"
#include "cli/demo_stage.h"

#include <deque>

namespace lessor::cli {

/// Plays all acts. The error says which step was not seen.
class DemoScript {
 public:
  DemoScript(DemoStage& stage, DemoShow& show, const DemoOptions& options);
  /// The stage goes on for a moment when the script has ended: nobody listens then.
  ~DemoScript() { stage_.set_listener({}, {}); }
  DemoScript(const DemoScript&) = delete;
  DemoScript& operator=(const DemoScript&) = delete;
  [[nodiscard]] runtime::Result<void> play();

 private:
  [[nodiscard]] runtime::Result<void> show_network();
  [[nodiscard]] runtime::Result<void> get_address();
  [[nodiscard]] runtime::Result<void> show_what_client_has();
  [[nodiscard]] runtime::Result<void> renew();
  [[nodiscard]] runtime::Result<void> release();
  void show_log(const DemoHost& server);
  void look_back();

  /// Waits until the story has `count` messages of `type`.
  [[nodiscard]] runtime::Result<void> wait_for(wire::MessageType type, int count, Duration patience,
                                               const std::function<void()>& tick = {});
  /// Waits until the client has entered `state` so often.
  [[nodiscard]] runtime::Result<void> wait_for(client::v4::State state, int count);
  /// Waits until the client's host has an address, or none, and all that goes with it.
  [[nodiscard]] runtime::Result<void> wait_for_host(bool configured);
  void hear_client(std::string_view line);
  void show_frames();
  /// Runs a program on a host and shows both what was typed and what came.
  [[nodiscard]] runtime::Result<std::string> show_command(DemoHost& host,
                                                          const std::string& command);
  [[nodiscard]] runtime::Result<void> show_pool(DemoHost& host);
  /// Precondition: the story has a DHCPACK.
  [[nodiscard]] const craft::DhcpEvent& last_ack() const;

  DemoStage& stage_;
  DemoShow& show_;
  DemoOptions options_;
  Instant acknowledged_at_;  // when the last DHCPACK was seen
  ClientWay way_;
  struct Frame {
    Duration at;
    std::vector<std::byte> bytes;
  };
  std::deque<Frame> frames_;  // captured, not shown yet
  int untold_ = 0;            // messages that were shown before the client told of them
  Instant held_until_;
  std::string client_log_;
};

}  // namespace lessor::cli
