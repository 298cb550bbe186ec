#pragma once
// What RFC 2131's figures 3 and 4 say beside the messages, derived from the messages: who does what
// before and after each. Must not know: how it is drawn.

#include "craft/story/dhcp_event.h"

#include <set>
#include <span>
#include <vector>

namespace lessor::craft {

/// Something done by the client, or by `server`.
struct Step {
  std::optional<net::Ip4> server;
  std::string text;
  bool bad = false;  ///< something went wrong
  friend bool operator==(const Step&, const Step&) = default;
};

/// Follows one client's exchange. For each message in order of time: before(), then after().
class TimelineStory {
 public:
  /// What happened to make this message.
  [[nodiscard]] std::vector<Step> before(const DhcpEvent& event);
  /// What this message brings about. `answers` are those to come, when the future is known: then
  /// what servers do stands right behind the question, side by side; else it is told before each
  /// answer, which shows it.
  [[nodiscard]] std::vector<Step> after(const DhcpEvent& event,
                                        std::span<const DhcpEvent> answers = {});

 private:
  [[nodiscard]] std::vector<Step> before_question(const DhcpEvent& event);
  void tell_server_step(const DhcpEvent& answer, std::vector<Step>& steps);
  void tell_effects(const DhcpEvent& event, std::span<const DhcpEvent> answers,
                    std::vector<Step>& steps);
  [[nodiscard]] bool is_on_its_way(const DhcpEvent& answer) const;
  void tell_declined_offers(const DhcpEvent& request, std::vector<Step>& steps);

  [[nodiscard]] bool is_passed_on(const DhcpEvent& event) const;

  std::optional<DhcpEvent> question_;  // the client's last message, retransmissions left out
  // What the client's last message was: new, said again, or the same as it goes on from a relay.
  enum class Saying : std::uint8_t { first, again, passed_on };
  Saying saying_ = Saying::first;
  int times_ = 1;                // how often `question_` was asked
  bool answered_ = false;        // something was said to it
  bool complete_ = false;        // what an ACK to `question_` brings about is told
  bool offers_relayed_ = false;  // who offered is behind a relay
  std::set<net::Ip4> offered_;   // who offered since the last DISCOVER
  std::set<net::Ip4> told_;      // servers whose step for `question_` is told
};

}  // namespace lessor::craft
