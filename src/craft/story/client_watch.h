#pragma once
// One client as a capture shows it: its lease, how long answers took, and what went wrong. Must not
// know: other clients, text.

#include "craft/story/anomaly.h"
#include "craft/story/dhcp_event.h"
#include "craft/story/latency.h"

#include <array>
#include <vector>

namespace lessor::craft {

/// What answers are timed for.
enum class LatencyStep : std::uint8_t { discover_offer, request_ack, renew_ack, inform_ack };
inline constexpr std::size_t kLatencySteps = 4;
/// "DISCOVER to OFFER".
[[nodiscard]] std::string_view to_string(LatencyStep step);
using Latencies = std::array<Latency, kLatencySteps>;

/// A lease as the last DHCPACK gave it.
struct SeenLease {
  enum class State : std::uint8_t { held, released, declined, refused };
  net::Ip4 address;
  std::optional<net::Ip4> server;
  Duration granted;  ///< when, since 1970
  std::optional<Duration> lease_time;
  std::optional<Duration> t1;  ///< as told; RFC 2131 4.4.5 has defaults
  std::optional<Duration> t2;
  State state = State::held;
  std::size_t renewals = 0;

  /// Whether it is still the client's.
  [[nodiscard]] bool holds_at(Duration since_1970) const {
    return state == State::held &&
           (!lease_time || lease_time->is_infinite() || since_1970 < granted + *lease_time);
  }
};

/// Follows one client: note() each of its messages in order of time.
class ClientWatch {
 public:
  void note(const DhcpEvent& event, Latencies& latencies, AnomalyLog& anomalies);
  /// The capture is over: what still waits for an answer has none.
  void finish(AnomalyLog& anomalies);

  [[nodiscard]] const std::optional<SeenLease>& lease() const { return lease_; }
  /// Whether the last message was an offer that competes with another server's.
  [[nodiscard]] bool competing() const { return competing_; }
  /// Whether the last message was an answer that was seen already, on its way to the relay.
  [[nodiscard]] bool handed_on() const { return handed_on_; }
  /// The server of the first offer to the question at hand.
  [[nodiscard]] std::optional<net::Ip4> first_offerer() const {
    return offers_.empty() ? std::nullopt : std::optional(offers_.front());
  }

 private:
  void ask(const DhcpEvent& event, AnomalyLog& anomalies);
  void answer(const DhcpEvent& event, Latencies& latencies, AnomalyLog& anomalies);
  void offer(const DhcpEvent& event, AnomalyLog& anomalies);
  void grant(const DhcpEvent& event, AnomalyLog& anomalies);
  void give_up_question(AnomalyLog& anomalies);
  void check_renewal(const DhcpEvent& event, AnomalyLog& anomalies) const;
  void check_rate(const DhcpEvent& event, AnomalyLog& anomalies);
  [[nodiscard]] bool is_passed_on(const DhcpEvent& event) const;

  std::optional<DhcpEvent> question_;
  Duration last_asked_;
  std::size_t times_ = 0;
  bool answered_ = false;
  bool timed_ = false;
  bool competing_ = false;
  bool handed_on_ = false;
  std::optional<DhcpEvent> to_relay_;  // the last answer that went to a relay
  std::vector<net::Ip4> offers_;       // servers, for `question_`
  std::optional<SeenLease> lease_;
  Duration rate_from_;
  std::size_t rate_ = 0;
  bool storm_told_ = false;
};

}  // namespace lessor::craft
