#include "server/v4/counters.h"

#include <numeric>

namespace lessor::server::v4 {
namespace {

/// Kea's drop statistics. pkt4-receive-drop is their sum.
enum class Drop : std::uint8_t {
  none,  ///< no drop: a choice, or a message that asks for no answer
  parse_failed,
  rfc_violation,
  not_for_us,
  duplicate,
  limit_exceeded,
  processing_failed,
  service_disabled,
};

constexpr Drop drop_of(Reason reason) {
  switch (reason) {
    case Reason::malformed:
    case Reason::bad_option:
      return Drop::parse_failed;
    case Reason::not_a_request:
    case Reason::bootp:
    case Reason::not_for_servers:
    case Reason::no_identity:
    case Reason::source_not_unicast:
    case Reason::source_is_ours:
    case Reason::relay_not_unicast:
    case Reason::ciaddr_not_unicast:
    case Reason::option_missing:
    case Reason::spoofed_source:
    case Reason::no_ciaddr:
      return Drop::rfc_violation;
    case Reason::no_subnet:
    case Reason::no_server_address:
    case Reason::other_server:
    case Reason::not_our_identifier:
    case Reason::unknown_client:
    case Reason::no_such_lease:
      return Drop::not_for_us;
    case Reason::duplicate:
    case Reason::probe_pending:
      return Drop::duplicate;
    case Reason::offers_full:
    case Reason::probes_full:
    case Reason::outbox_full:
    case Reason::parked_full:
    case Reason::change_log_full:
    case Reason::table_full:
      return Drop::limit_exceeded;
    case Reason::pool_exhausted:
    case Reason::reply_too_long:
      return Drop::processing_failed;
    case Reason::not_ready:
      return Drop::service_disabled;
    case Reason::none:
    case Reason::reserved:
    case Reason::offered:
    case Reason::current_lease:
    case Reason::previous_lease:
    case Reason::requested:
    case Reason::free_address:
    case Reason::taken_from_offer:
    case Reason::recreated:
    case Reason::configuration_only:
    case Reason::wrong_network:
    case Reason::wrong_address:
    case Reason::out_of_pool:
    case Reason::ours:
    case Reason::reserved_for_another:
    case Reason::leased_to_another:
    case Reason::offered_to_another:
    case Reason::in_doubt:
    case Reason::declined:
    case Reason::no_lease:
    case Reason::reservation_due:
    case Reason::given_back:
    case Reason::reported_in_use:
    case Reason::seen_in_use:
    case Reason::over_limit:
    case Reason::lease_over:
    case Reason::moved:
    case Reason::refused_holder:
    case Reason::operator_command:
      return Drop::none;
  }
  return Drop::none;
}

std::uint64_t drops(const Counters& counters, Drop drop) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kReasons; ++i) {
    if (drop_of(static_cast<Reason>(i)) == drop) sum += counters.silent[i];
  }
  return sum;
}

std::uint64_t all_drops(const Counters& counters) {
  const std::uint64_t all =
      std::accumulate(counters.silent.begin(), counters.silent.end(), std::uint64_t{0});
  return all - drops(counters, Drop::none);
}

}  // namespace

std::array<Statistic, kStatistics> statistics(const Counters& counters) {
  using wire::MessageType;
  const auto received = [&](MessageType type) { return counters.received[index_of(type)]; };
  const auto sent = [&](MessageType type) { return counters.sent[index_of(type)]; };
  const std::uint64_t exhausted = counters.silent[static_cast<std::size_t>(Reason::pool_exhausted)];
  return {{
      {"pkt4-received", counters.received_total},
      {"pkt4-discover-received", received(MessageType::discover)},
      {"pkt4-offer-received", received(MessageType::offer)},
      {"pkt4-request-received", received(MessageType::request)},
      {"pkt4-ack-received", received(MessageType::ack)},
      {"pkt4-nak-received", received(MessageType::nak)},
      {"pkt4-release-received", received(MessageType::release)},
      {"pkt4-decline-received", received(MessageType::decline)},
      {"pkt4-inform-received", received(MessageType::inform)},
      {"pkt4-unknown-received", received(MessageType::unknown)},
      {"pkt4-sent", std::accumulate(counters.sent.begin(), counters.sent.end(), std::uint64_t{0})},
      {"pkt4-offer-sent", sent(MessageType::offer)},
      {"pkt4-ack-sent", sent(MessageType::ack)},
      {"pkt4-nak-sent", sent(MessageType::nak)},
      {"pkt4-receive-drop", all_drops(counters)},
      {"pkt4-parse-failed", drops(counters, Drop::parse_failed)},
      {"pkt4-rfc-violation", drops(counters, Drop::rfc_violation)},
      {"pkt4-not-for-us", drops(counters, Drop::not_for_us)},
      {"pkt4-duplicate", drops(counters, Drop::duplicate)},
      {"pkt4-limit-exceeded", drops(counters, Drop::limit_exceeded)},
      {"pkt4-processing-failed", drops(counters, Drop::processing_failed)},
      {"pkt4-service-disabled", drops(counters, Drop::service_disabled)},
      {"v4-allocation-fail", exhausted},
      {"v4-reservation-conflicts", counters.reservation_conflicts},
      {"cumulative-declined-addresses", counters.declined_addresses},
      {"reclaimed-declined-addresses", counters.declines_over},
      {"reclaimed-leases", counters.leases_expired},
  }};
}

}  // namespace lessor::server::v4
