#include "runtime/route_cache.h"

#include "runtime/netlink_attributes.h"

#include <cerrno>
#include <cstddef>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <utility>

namespace lessor::runtime {
namespace {

/// A route message's facts.
struct RouteFacts {
  Route route;
  std::uint32_t metric = 0;
  bool unicast = false;
};

RouteFacts facts_of(const nlmsghdr& message) {
  RouteFacts facts;
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(rtmsg)) return facts;
  const auto& header = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
  facts.unicast = header.rtm_type == RTN_UNICAST;
  const auto attributes = netlink_attributes<RTA_MAX>(message, sizeof header);
  facts.route.interface = netlink_number(attributes[RTA_OIF]).value_or(0);
  facts.route.source = netlink_address(attributes[RTA_PREFSRC]).value_or(net::kIp4Any);
  facts.route.gateway = netlink_address(attributes[RTA_GATEWAY]).value_or(net::kIp4Any);
  facts.metric = netlink_number(attributes[RTA_PRIORITY]).value_or(0);
  return facts;
}

/// A question about routes, or rules, whose header is the same (fib_rule_hdr).
struct Request {
  alignas(nlmsghdr) std::array<std::byte, 128> buffer{};
  nlmsghdr* message = nullptr;
  rtmsg* header = nullptr;

  explicit Request(std::uint16_t flags, std::uint16_t type = RTM_GETROUTE) {
    message = mnl_nlmsg_put_header(buffer.data());
    message->nlmsg_type = type;
    message->nlmsg_flags = flags;
    header = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(rtmsg)));
    header->rtm_family = AF_INET;
  }
};

static_assert(sizeof(fib_rule_hdr) == sizeof(rtmsg) && int{RTA_DST} == int{FRA_DST});

/// What a route or rule of a table tells apart; false when there is too much.
bool add_prefix(const nlmsghdr& message, RouteParts& parts) {
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(rtmsg)) return true;
  const auto& header = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
  const auto attributes = netlink_attributes<RTA_MAX>(message, sizeof header);
  // A next hop object may be a group, too.
  const bool varies = message.nlmsg_type == RTM_NEWROUTE &&
                      (attributes[RTA_MULTIPATH] != nullptr || attributes[RTA_NH_ID] != nullptr);
  const net::Ip4 prefix = netlink_address(attributes[RTA_DST]).value_or(net::kIp4Any);
  return header.rtm_dst_len > 32 || parts.add(prefix, header.rtm_dst_len, varies);
}

std::size_t slot_of(net::Ip4 destination, std::size_t entries) {
  return (destination.value * 0x9e3779b1U >> 16) % entries;  // golden ratio hashing
}

}  // namespace

RouteCache::RouteCache(NetlinkSocket events, NetlinkSocket questions, NetlinkSocket tables)
    : events_(std::move(events)), questions_(std::move(questions)), tables_(std::move(tables)) {
  part_routes_.reserve(RouteParts::kMost);
}

Result<RouteCache> RouteCache::open() {
  constexpr std::uint32_t kGroups =
      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV4_RULE;
  auto events = NetlinkSocket::subscribe(kGroups);
  if (!events) return std::unexpected(events.error());
  auto questions = NetlinkSocket::open();
  if (!questions) return std::unexpected(questions.error());
  auto tables = NetlinkSocket::open();
  if (!tables) return std::unexpected(tables.error());
  return RouteCache(std::move(*events), std::move(*questions), std::move(*tables));
}

// What changed does not matter, nor that the kernel dropped some of it: on a router with a full
// table the cache merely forgets often.
void RouteCache::take_events() {
  if (events_.discard_events()) flush();
}

void RouteCache::flush() {
  ++generation_;
  asked_before_ = asked_;
  parts_.clear();
}

Route RouteCache::to(net::Ip4 destination) {
  if (const Route* known = find_by_part(destination)) return *known;
  Entry& entry = entries_[slot_of(destination, kEntries)];
  if (entry.generation == generation_ && entry.destination == destination) return entry.route;
  entry = {.destination = destination, .generation = generation_, .route = ask(destination)};
  if (asked_ - asked_before_ >= kManyQuestions && tables_) divide();
  return entry.route;
}

const Route* RouteCache::find_by_part(net::Ip4 destination) {
  const auto part = parts_.find(destination);
  if (!part) return nullptr;
  std::optional<Route>& route = part_routes_[*part];
  if (!route) route = ask(destination);
  return &*route;
}

/// What changes meanwhile is told by an event, and ends the parts.
void RouteCache::divide() {
  asked_before_ = asked_;
  parts_.clear();
  if (read_table(RTM_GETROUTE) && read_table(RTM_GETRULE)) {
    parts_.divide();
    part_routes_.assign(parts_.count(), std::nullopt);
  } else {
    parts_.clear();
  }
}

bool RouteCache::read_table(std::uint16_t type) {
  if (!tables_) return false;
  bool all = true;
  const Request request(NLM_F_REQUEST | NLM_F_DUMP, type);
  const auto read = tables_->ask(
      *request.message, [&](const nlmsghdr& answer) { all = add_prefix(answer, parts_) && all; },
      kRouteReads);
  // One that is too long stays so, and the kernel goes on with what was not read to its end.
  if (!all || (!read && read.error().number == E2BIG)) tables_.reset();
  return all && read.has_value();
}

Route RouteCache::ask(net::Ip4 destination) {
  ++asked_;
  const Request request(NLM_F_REQUEST | NLM_F_ACK);
  request.header->rtm_dst_len = 32;
  std::array<std::byte, 4> octets{};
  store_be32(octets.data(), destination.value);
  mnl_attr_put(request.message, RTA_DST, octets.size(), octets.data());
  Route route;
  const auto asked = questions_.ask(
      *request.message, [&](const nlmsghdr& answer) { route = facts_of(answer).route; });
  return asked ? route : Route{};  // ENETUNREACH, EHOSTUNREACH, EACCES: no way there
}

Result<std::optional<net::Ip4>> RouteCache::default_gateway(net::InterfaceIndex interface) {
  const Request request(NLM_F_REQUEST | NLM_F_DUMP);
  std::optional<RouteFacts> best;
  const auto asked = questions_.ask(*request.message, [&](const nlmsghdr& answer) {
    const auto& header = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&answer));
    const RouteFacts facts = facts_of(answer);
    const bool is_default = header.rtm_dst_len == 0 && header.rtm_table == RT_TABLE_MAIN;
    if (!is_default || !facts.unicast || facts.route.gateway.is_zero()) return;
    if (facts.route.interface != interface) return;
    if (!best || facts.metric < best->metric) best = facts;
  });
  if (!asked) return std::unexpected(asked.error());
  if (!best) return std::nullopt;
  return best->route.gateway;
}

}  // namespace lessor::runtime
