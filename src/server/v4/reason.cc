#include "server/v4/reason.h"

#include <array>

namespace lessor::server::v4 {
namespace {

struct Row {
  Reason reason;
  std::string_view name;
  std::string_view text;
};

constexpr std::array<Row, kReasons> kRows = {{
    {Reason::none, "none", "no reason"},
    {Reason::malformed, "malformed", "the bytes are not a DHCPv4 message"},
    {Reason::bad_option, "bad_option", "an option has a length that its RFC does not allow"},
    {Reason::not_a_request, "not_a_request", "op is not BOOTREQUEST"},
    {Reason::bootp, "bootp", "a BOOTP request; only DHCP is served"},
    {Reason::not_for_servers, "not_for_servers", "a message type that clients do not send"},
    {Reason::no_identity, "no_identity", "the client gives neither hardware address nor option 61"},
    {Reason::source_not_unicast, "source_not_unicast", "sent from no host's address"},
    {Reason::source_is_ours, "source_is_ours", "sent from an address of this server"},
    {Reason::relay_not_unicast, "relay_not_unicast", "giaddr is no host's address"},
    {Reason::ciaddr_not_unicast, "ciaddr_not_unicast", "ciaddr is no host's address"},
    {Reason::option_missing, "option_missing", "an option that RFC 2131 requires is missing"},
    {Reason::spoofed_source, "spoofed_source", "sent from another address than its ciaddr"},
    {Reason::no_subnet, "no_subnet", "no configured subnet fits"},
    {Reason::no_server_address, "no_server_address", "the interface has no address to answer from"},
    {Reason::other_server, "other_server", "the client chose another server"},
    {Reason::not_our_identifier, "not_our_identifier", "the server identifier is not ours"},
    {Reason::unknown_client, "unknown_client", "unknown client, and we are not authoritative"},
    {Reason::no_such_lease, "no_such_lease", "the client does not hold this address"},
    {Reason::pool_exhausted, "pool_exhausted", "no address is free"},
    {Reason::offers_full, "offers_full", "too many offers to this relay port or hardware address"},
    {Reason::probe_pending, "probe_pending", "waiting for an ARP probe of the address"},
    {Reason::probes_full, "probes_full", "too many addresses are being probed"},
    {Reason::duplicate, "duplicate", "a retransmission; the answer is on its way"},
    {Reason::no_ciaddr, "no_ciaddr", "a DHCPINFORM without an address to answer to"},
    {Reason::not_ready, "not_ready", "the server has no configuration yet"},
    {Reason::outbox_full, "outbox_full", "no room for a reply"},
    {Reason::parked_full, "parked_full", "too many replies wait for the disk"},
    {Reason::change_log_full, "change_log_full", "too many lease changes wait for the disk"},
    {Reason::table_full, "table_full", "no room for another lease yet"},
    {Reason::reply_too_long, "reply_too_long", "the reply does not fit the client's limit"},
    {Reason::reserved, "reserved", "reserved for this client"},
    {Reason::offered, "offered", "offered to this client before"},
    {Reason::current_lease, "current_lease", "the client's current lease"},
    {Reason::previous_lease, "previous_lease", "the client's previous lease, still free"},
    {Reason::requested, "requested", "the address asked for, which is free"},
    {Reason::free_address, "free_address", "a free address"},
    {Reason::taken_from_offer, "taken_from_offer", "taken from the oldest unanswered offer"},
    {Reason::recreated, "recreated", "renewed without a record, and free"},
    {Reason::configuration_only, "configuration_only", "configuration only"},
    {Reason::wrong_network, "wrong_network", "the address is not on the client's network"},
    {Reason::wrong_address, "wrong_address", "the client has another address here"},
    {Reason::out_of_pool, "out_of_pool", "the address is in no pool"},
    {Reason::ours, "ours", "the address is this server's own"},
    {Reason::reserved_for_another, "reserved_for_another",
     "the address is reserved for another client"},
    {Reason::leased_to_another, "leased_to_another", "the address is leased to another client"},
    {Reason::offered_to_another, "offered_to_another", "the address is offered to another client"},
    {Reason::in_doubt, "in_doubt", "the address may be in use: its record may be lost"},
    {Reason::declined, "declined", "the address was found in use and is on probation"},
    {Reason::no_lease, "no_lease", "the client has no lease here"},
    {Reason::reservation_due, "reservation_due", "an address reserved for the client is free"},
    {Reason::given_back, "given_back", "released by the client"},
    {Reason::reported_in_use, "reported_in_use", "declined by the client: found in use"},
    {Reason::seen_in_use, "seen_in_use", "somebody answered an ARP probe"},
    {Reason::over_limit, "over_limit", "declined too often: kept for the lease's rest only"},
    {Reason::lease_over, "lease_over", "the time is up"},
    {Reason::moved, "moved", "the client has another address now"},
    {Reason::refused_holder, "refused_holder", "refused to its holder: it is reserved for another"},
    {Reason::operator_command, "operator_command", "by an operator's command"},
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
std::string_view to_string(Reason reason) { return kRows[static_cast<std::size_t>(reason)].text; }

}  // namespace lessor::server::v4
