#include "config/lease_queries.h"

#include "base/text.h"
#include "config/hooks.h"
#include "config/limits.h"

#include <algorithm>
#include <array>

namespace lessor::config {
namespace {

constexpr std::array kParameters =
    std::to_array<HookParameter>({{"requesters", Type::any}, {"advanced", Type::map}});

constexpr std::array kAdvanced =
    std::to_array<HookParameter>({{"bulk-query-enabled", Type::boolean},
                                  {"active-query-enabled", Type::boolean},
                                  {"extended-info-tables-enabled", Type::boolean},
                                  {"lease-query-ip", Type::text},
                                  {"lease-query-tcp-port", Type::integer},
                                  {"max-bulk-query-threads", Type::integer},
                                  {"max-requester-connections", Type::integer},
                                  {"max-concurrent-queries", Type::integer},
                                  {"max-requester-idle-time", Type::integer},
                                  {"max-leases-per-fetch", Type::integer},
                                  {"trust-anchor", Type::text},
                                  {"cert-file", Type::text},
                                  {"key-file", Type::text},
                                  {"cert-required", Type::boolean}});

constexpr net::Ip4 kUsualAddress{0x7f000001};
/// Each holds 70 KB.
constexpr std::int64_t kMaxConnections = 1'024;
constexpr std::int64_t kMaxIdleTime = 2'147'483;  // as Kea's
/// Packets wait for a slice: a thousand leases are told in a millisecond.
constexpr std::uint32_t kMaxSlice = 1'000;

std::vector<net::Ip4> read_requesters(const Node& parameters, Report& report) {
  std::vector<net::Ip4> requesters;
  const auto list = parameters.find("requesters");
  if (!list || list->value().as_list() == nullptr || list->size() == 0) {
    report.error(list ? *list : parameters,
                 "requesters has to name who may ask: \"requesters\": [\"192.0.2.254\"]");
    return requesters;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Node element = list->child(i);
    const std::string* text = element.value().as_text();
    const auto address = text != nullptr ? net::parse_ip4(*text) : std::nullopt;
    if (!address || address->is_zero()) {
      report.error(element, "this is not the address of a requester: write \"192.0.2.254\"");
    } else if (std::ranges::count(requesters, *address) > 0) {
      report.error(element, net::to_string(*address) + " stands twice in this list");
    } else {
      requesters.push_back(*address);
    }
  }
  std::ranges::sort(requesters);
  return requesters;
}

/// What would let others read the stream, or hold back what was asked for, if it were passed over.
void refuse_what_is_not_there(const Node& advanced, Report& report) {
  if (advanced.boolean("active-query-enabled").value_or(false)) {
    report.error(*advanced.find("active-query-enabled"),
                 "not implemented yet: active leasequery (RFC 7724)");
  }
  for (const std::string_view key : {"trust-anchor", "cert-file", "key-file"}) {
    const auto node = advanced.find(key);
    if (!node) continue;
    report.error(*node,
                 "not implemented yet: leasequery by TLS (Kea reads this key and uses TCP all the "
                 "same); leave it out, and keep the port to a network of your own");
  }
}

LeaseQueries::Bulk read_bulk(const Node& advanced, Report& report) {
  LeaseQueries::Bulk bulk{.address = kUsualAddress};
  if (const std::string* text = advanced.text("lease-query-ip")) {
    const auto address = net::parse_ip4(*text);
    if (address) {
      bulk.address = *address;
    } else {
      report.error(*advanced.find("lease-query-ip"),
                   quote(*text) + " is not an address of this host: write \"192.0.2.1\"");
    }
  }
  const auto number = [&](std::string_view key, Bounds bounds, std::uint32_t usual) {
    return static_cast<std::uint32_t>(read_bounded(advanced, key, bounds, report).value_or(usual));
  };
  bulk.port = static_cast<std::uint16_t>(number("lease-query-tcp-port", {1, 65'535}, bulk.port));
  bulk.connections = number("max-requester-connections", {1, kMaxConnections}, bulk.connections);
  bulk.idle_time = Duration::seconds(number("max-requester-idle-time", {1, kMaxIdleTime}, 300));
  bulk.leases_per_slice =
      std::min(number("max-leases-per-fetch", {1, INT32_MAX}, bulk.leases_per_slice), kMaxSlice);
  return bulk;
}

void note_what_has_no_effect(const Node& advanced, Report& report) {
  struct Key {
    std::string_view name;
    std::string_view why;
  };
  for (const Key& key :
       {Key{"extended-info-tables-enabled", "no tables are needed"},
        Key{"max-bulk-query-threads", "one thread has all connections"},
        Key{"max-concurrent-queries", "the queries of a connection are answered one after another"},
        Key{"cert-required", "there is no TLS"}}) {
    const auto node = advanced.find(key.name);
    if (node) report.note(*node, "accepted without effect: " + std::string(key.why));
  }
}

}  // namespace

std::optional<LeaseQueries> read_lease_queries(const Node& global, Report& report) {
  std::optional<LeaseQueries> made;
  for_each_hook(global, "lease_query", [&](const Node& hook) {
    const auto parameters = hook.find("parameters");
    if (!parameters) {
      return report.error(hook,
                          "lease_query has to know who may ask: \"parameters\": "
                          "{\"requesters\": [\"192.0.2.254\"]}");
    }
    check_parameters(*parameters, kParameters, report);
    made = {.requesters = read_requesters(*parameters, report), .bulk = std::nullopt};
    const auto advanced = parameters->find("advanced");
    if (!advanced) return;
    check_parameters(*advanced, kAdvanced, report);
    refuse_what_is_not_there(*advanced, report);
    if (!advanced->boolean("bulk-query-enabled").value_or(false)) return;
    made->bulk = read_bulk(*advanced, report);
    note_what_has_no_effect(*advanced, report);
  });
  return made;
}

}  // namespace lessor::config
