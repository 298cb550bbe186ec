#pragma once
// The words of the demo: what each message is about, said from what is in it. Must not know:
// terminals, hosts, how the message came.

#include "client/v4/state.h"
#include "craft/story/dhcp_event.h"

#include <string>
#include <vector>

namespace lessor::cli {

/// A message and what to say of it.
struct Scene {
  std::string title;            ///< "DHCPDISCOVER: is there a server?"
  std::string text;             ///< a paragraph
  std::size_t compared_to = 0;  ///< number (from 1) of the earlier message to compare with; 0 none
};

/// A paragraph on the client's step from one state to another; "" where the packets say it all.
[[nodiscard]] std::string tell_step(client::v4::State before, client::v4::State after);

/// Tells the exchange of one client, message by message.
class DemoStory {
 public:
  /// The scene of the next message.
  [[nodiscard]] Scene tell(const craft::DhcpEvent& event);
  /// All messages told so far.
  [[nodiscard]] const std::vector<craft::DhcpEvent>& events() const { return events_; }
  /// The last message of this type told so far, counted from 1; 0 when there was none.
  [[nodiscard]] std::size_t last(wire::MessageType type) const;

 private:
  [[nodiscard]] std::size_t reference_of(const craft::DhcpEvent& event) const;
  [[nodiscard]] Scene tell_offer(const craft::DhcpEvent& event) const;
  [[nodiscard]] Scene tell_request(const craft::DhcpEvent& event) const;
  [[nodiscard]] Scene tell_ack(const craft::DhcpEvent& event) const;

  std::vector<craft::DhcpEvent> events_;
};

}  // namespace lessor::cli
