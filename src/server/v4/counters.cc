#include "server/v4/counters.h"

#include <numeric>

namespace lessor::server::v4 {
namespace {

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
  const auto silent = [&](Reason reason) {
    return counters.silent[static_cast<std::size_t>(reason)];
  };
  const std::uint64_t no_address = silent(Reason::pool_exhausted) +
                                   silent(Reason::network_exhausted) + silent(Reason::no_pools) +
                                   silent(Reason::no_pool_for_classes);
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
      {"pkt4-lease-query-received", received(MessageType::leasequery)},
      {"pkt4-sent", std::accumulate(counters.sent.begin(), counters.sent.end(), std::uint64_t{0})},
      {"pkt4-offer-sent", sent(MessageType::offer)},
      {"pkt4-ack-sent", sent(MessageType::ack)},
      {"pkt4-nak-sent", sent(MessageType::nak)},
      {"pkt4-lease-query-response-unknown-sent", sent(MessageType::leaseunknown)},
      {"pkt4-lease-query-response-unassigned-sent", sent(MessageType::leaseunassigned)},
      {"pkt4-lease-query-response-active-sent", sent(MessageType::leaseactive)},
      {"pkt4-receive-drop", all_drops(counters)},
      {"pkt4-parse-failed", drops(counters, Drop::parse_failed)},
      {"pkt4-rfc-violation", drops(counters, Drop::rfc_violation)},
      {"pkt4-not-for-us", drops(counters, Drop::not_for_us)},
      {"pkt4-duplicate", drops(counters, Drop::duplicate)},
      {"pkt4-limit-exceeded", drops(counters, Drop::limit_exceeded)},
      {"pkt4-queue-full", drops(counters, Drop::queue_full)},
      {"pkt4-processing-failed", drops(counters, Drop::processing_failed)},
      {"pkt4-service-disabled", drops(counters, Drop::service_disabled)},
      {"v4-allocation-fail", no_address},
      {"v4-allocation-fail-subnet", silent(Reason::pool_exhausted)},
      {"v4-allocation-fail-shared-network", silent(Reason::network_exhausted)},
      {"v4-allocation-fail-no-pools", silent(Reason::no_pools)},
      {"v4-allocation-fail-classes", silent(Reason::no_pool_for_classes)},
      {"v4-reservation-conflicts", counters.reservation_conflicts},
      {"v4-lease-reuses", counters.lease_reuses},
      {"cumulative-declined-addresses", counters.declined_addresses},
      {"reclaimed-declined-addresses", counters.declines_over},
      {"reclaimed-leases", counters.leases_expired},
  }};
}

}  // namespace lessor::server::v4
