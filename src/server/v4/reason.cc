#include "server/v4/reason.h"

#include <array>

namespace lessor::server::v4 {
namespace {

struct Row {
  Reason reason;
  std::string_view name;
  Drop drop;
  std::string_view text;
};

constexpr std::array<Row, kReasons> kRows = {{
    {Reason::none, "none", Drop::none, "no reason"},
    {Reason::malformed, "malformed", Drop::parse_failed, "the bytes are not a DHCPv4 message"},
    {Reason::bad_option, "bad_option", Drop::parse_failed,
     "an option has a length that its RFC does not allow"},
    {Reason::not_a_request, "not_a_request", Drop::rfc_violation, "op is not BOOTREQUEST"},
    {Reason::bootp, "bootp", Drop::rfc_violation, "a BOOTP request; only DHCP is served"},
    {Reason::not_for_servers, "not_for_servers", Drop::rfc_violation,
     "a message type that clients do not send"},
    {Reason::no_identity, "no_identity", Drop::rfc_violation,
     "the client gives neither hardware address nor option 61"},
    {Reason::source_not_unicast, "source_not_unicast", Drop::rfc_violation,
     "sent from no host's address"},
    {Reason::source_is_ours, "source_is_ours", Drop::rfc_violation,
     "sent from an address of this server"},
    {Reason::relay_not_unicast, "relay_not_unicast", Drop::rfc_violation,
     "giaddr is no host's address"},
    {Reason::ciaddr_not_unicast, "ciaddr_not_unicast", Drop::rfc_violation,
     "ciaddr is no host's address"},
    {Reason::option_missing, "option_missing", Drop::rfc_violation,
     "an option that RFC 2131 requires is missing"},
    {Reason::spoofed_source, "spoofed_source", Drop::rfc_violation,
     "sent from another address than its ciaddr"},
    {Reason::no_subnet, "no_subnet", Drop::not_for_us, "no configured subnet fits"},
    {Reason::no_server_address, "no_server_address", Drop::not_for_us,
     "the interface has no address to answer from"},
    {Reason::other_server, "other_server", Drop::not_for_us, "the client chose another server"},
    {Reason::not_our_identifier, "not_our_identifier", Drop::not_for_us,
     "the server identifier is not ours"},
    {Reason::unknown_client, "unknown_client", Drop::not_for_us,
     "unknown client, and we are not authoritative"},
    {Reason::no_such_lease, "no_such_lease", Drop::not_for_us,
     "the client does not hold this address"},
    {Reason::pool_exhausted, "pool_exhausted", Drop::processing_failed, "no address is free"},
    {Reason::network_exhausted, "network_exhausted", Drop::processing_failed,
     "no address is free in any subnet of the shared network"},
    {Reason::no_pools, "no_pools", Drop::processing_failed, "there is no pool of addresses here"},
    {Reason::no_pool_for_classes, "no_pool_for_classes", Drop::processing_failed,
     "every pool is for clients of other classes"},
    {Reason::offers_full, "offers_full", Drop::limit_exceeded,
     "too many offers to this relay port or hardware address"},
    {Reason::probe_pending, "probe_pending", Drop::none, "waiting for a probe of the address"},
    {Reason::probes_full, "probes_full", Drop::limit_exceeded,
     "too many addresses are being probed"},
    {Reason::duplicate, "duplicate", Drop::duplicate, "a retransmission; the answer is on its way"},
    {Reason::no_ciaddr, "no_ciaddr", Drop::rfc_violation,
     "a DHCPINFORM without an address to answer to"},
    {Reason::class_drop, "class_drop", Drop::not_for_us, "the client is in the class DROP"},
    {Reason::class_reject, "class_reject", Drop::not_for_us, "the client is in the class REJECT"},
    {Reason::not_a_requester, "not_a_requester", Drop::not_for_us,
     "its giaddr is not among the requesters"},
    {Reason::unclear_query, "unclear_query", Drop::rfc_violation,
     "it has to ask by one of ciaddr, chaddr and option 61"},
    {Reason::paused, "paused", Drop::service_disabled, "an operator has disabled the service"},
    {Reason::not_ready, "not_ready", Drop::service_disabled, "the server has no configuration yet"},
    {Reason::outbox_full, "outbox_full", Drop::limit_exceeded, "no room for a reply"},
    {Reason::parked_full, "parked_full", Drop::limit_exceeded,
     "too many replies wait for the disk"},
    {Reason::change_log_full, "change_log_full", Drop::limit_exceeded,
     "too many lease changes wait for the disk"},
    {Reason::table_full, "table_full", Drop::limit_exceeded, "no room for another lease yet"},
    {Reason::share_used_up, "share_used_up", Drop::limit_exceeded,
     "overload: the share of this client, port or relay is used up"},
    {Reason::given_up, "given_up", Drop::queue_full,
     "overload: it waited for so long that its client has asked again"},
    {Reason::reply_too_long, "reply_too_long", Drop::processing_failed,
     "the reply does not fit the client's limit"},
    {Reason::client_limit, "client_limit", Drop::limit_exceeded,
     "the client holds as many leases as it may"},
    {Reason::port_limit, "port_limit", Drop::limit_exceeded,
     "the clients of this port hold as many leases as they may"},
    {Reason::relay_limit, "relay_limit", Drop::limit_exceeded,
     "the clients of this relay hold as many leases as they may"},
    {Reason::place_unknown, "place_unknown", Drop::limit_exceeded,
     "renewed without a record, past the relay: its port is not known"},
    {Reason::client_rate, "client_rate", Drop::limit_exceeded,
     "the client sends more messages than it may"},
    {Reason::port_rate, "port_rate", Drop::limit_exceeded,
     "this port sends more messages than it may"},
    {Reason::relay_rate, "relay_rate", Drop::limit_exceeded,
     "this relay sends more messages than it may"},
    {Reason::class_limit, "class_limit", Drop::limit_exceeded,
     "the clients of one of its classes hold as many leases as they may"},
    {Reason::subnet_limit, "subnet_limit", Drop::limit_exceeded,
     "the clients of this subnet hold as many leases as they may"},
    {Reason::random_share, "random_share", Drop::limit_exceeded,
     "clients with made-up hardware addresses have their share of the addresses"},
    {Reason::class_rate, "class_rate", Drop::limit_exceeded,
     "the clients of one of its classes send more messages than they may"},
    {Reason::subnet_rate, "subnet_rate", Drop::limit_exceeded,
     "the clients of this subnet send more messages than they may"},
    {Reason::reserved, "reserved", Drop::none, "reserved for this client"},
    {Reason::offered, "offered", Drop::none, "offered to this client before"},
    {Reason::current_lease, "current_lease", Drop::none, "the client's current lease"},
    {Reason::previous_lease, "previous_lease", Drop::none,
     "the client's previous lease, still free"},
    {Reason::requested, "requested", Drop::none, "the address asked for, which is free"},
    {Reason::free_address, "free_address", Drop::none, "a free address"},
    {Reason::taken_from_offer, "taken_from_offer", Drop::none,
     "taken from the oldest unanswered offer"},
    {Reason::recreated, "recreated", Drop::none, "renewed without a record, and free"},
    {Reason::configuration_only, "configuration_only", Drop::none, "configuration only"},
    {Reason::wrong_network, "wrong_network", Drop::none,
     "the address is not on the client's network"},
    {Reason::wrong_address, "wrong_address", Drop::none, "the client has another address here"},
    {Reason::out_of_pool, "out_of_pool", Drop::none, "the address is in no pool"},
    {Reason::ours, "ours", Drop::none, "the address is this server's own"},
    {Reason::reserved_for_another, "reserved_for_another", Drop::none,
     "the address is reserved for another client"},
    {Reason::leased_to_another, "leased_to_another", Drop::none,
     "the address is leased to another client"},
    {Reason::offered_to_another, "offered_to_another", Drop::none,
     "the address is offered to another client"},
    {Reason::in_doubt, "in_doubt", Drop::none, "the address may be in use: its record may be lost"},
    {Reason::declined, "declined", Drop::none, "the address was found in use and is on probation"},
    {Reason::no_lease, "no_lease", Drop::none, "the client has no lease here"},
    {Reason::reservation_due, "reservation_due", Drop::none,
     "an address reserved for the client is free"},
    {Reason::wrong_class, "wrong_class", Drop::none,
     "the address is in a pool for clients of other classes"},
    {Reason::given_back, "given_back", Drop::none, "released by the client"},
    {Reason::reported_in_use, "reported_in_use", Drop::none,
     "declined by the client: found in use"},
    {Reason::seen_in_use, "seen_in_use", Drop::none, "somebody answered a probe"},
    {Reason::over_limit, "over_limit", Drop::none,
     "declined too often: kept for the lease's rest only"},
    {Reason::lease_over, "lease_over", Drop::none, "the time is up"},
    {Reason::moved, "moved", Drop::none, "the client has another address now"},
    {Reason::operator_command, "operator_command", Drop::none, "by an operator's command"},
    {Reason::new_settings, "new_settings", Drop::none,
     "a new configuration has something else for the client"},
    {Reason::no_answer, "no_answer", Drop::none, "asked to renew as often as it is, in vain"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].reason) != i) return false;
  }
  return true;
}
static_assert(in_order(), "a row for each Reason, in the order of the enum");

}  // namespace

std::string_view name_of(Reason reason) { return kRows[static_cast<std::size_t>(reason)].name; }
Drop drop_of(Reason reason) { return kRows[static_cast<std::size_t>(reason)].drop; }
std::string_view to_string(Reason reason) { return kRows[static_cast<std::size_t>(reason)].text; }

}  // namespace lessor::server::v4
