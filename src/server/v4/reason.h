#pragma once
// Why the engine did what it did: small enum values that events, counters, `status` and `explain`
// share, each with one line of text. Must not know: packets, leases.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lessor::server::v4 {

/// Why an address was chosen, a request refused, or nothing said. One enum for all: the log line,
/// the counter and the status page tell the same story.
enum class Reason : std::uint8_t {
  none,

  // Silence: the packet cannot be used.
  malformed,           ///< the bytes are not a DHCPv4 message (ParseCode says why)
  bad_option,          ///< an option has a length that its RFC does not allow
  not_a_request,       ///< op is not BOOTREQUEST
  bootp,               ///< no option 53
  not_for_servers,     ///< a message type that clients do not send, or that we do not know
  no_identity,         ///< neither a hardware address nor a client identifier
  source_not_unicast,  ///< from a broadcast or multicast address
  source_is_ours,      ///< from one of our own addresses, without a relay
  relay_not_unicast,   ///< giaddr is no address that a relay could have
  ciaddr_not_unicast,  ///< ciaddr is no address that a client could have
  option_missing,      ///< RFC 2131 table 5: an option that this message MUST carry is not there
  spoofed_source,      ///< the sender's address is not the ciaddr it speaks for

  // Silence: the request is well-formed, but not for us to answer.
  no_subnet,            ///< no configured subnet fits
  no_server_address,    ///< the interface has no address to answer from
  other_server,         ///< the client chose another server
  not_our_identifier,   ///< a DECLINE or RELEASE that names another server, or none
  unknown_client,       ///< we are not authoritative and know nothing of this client
  no_such_lease,        ///< a DECLINE or RELEASE for an address that its sender does not hold
  pool_exhausted,       ///< no address is free
  network_exhausted,    ///< nor in any subnet of the shared network
  no_pools,             ///< there are none here
  no_pool_for_classes,  ///< they are for clients of other classes
  offers_full,          ///< this relay port or hardware address holds too many offers
  probe_pending,        ///< the address is being asked for by ARP; the answer follows
  probes_full,          ///< too many addresses are being asked for
  duplicate,            ///< a retransmission; its reply waits for the disk and goes out once
  no_ciaddr,            ///< a DHCPINFORM that does not say whose address it is
  class_drop,           ///< the client is in the class DROP
  class_reject,         ///< the client is in the class REJECT
  not_a_requester,      ///< a DHCPLEASEQUERY whose giaddr may not ask
  unclear_query,        ///< RFC 4388 6.2: one that does not ask by one thing

  // Silence: we are short of something, and changed nothing.
  paused,           ///< an operator has disabled the service for a while
  not_ready,        ///< no configuration yet, or the server is stopping
  outbox_full,      ///< no slot for a reply
  parked_full,      ///< no room for a reply that waits for the disk
  change_log_full,  ///< the disk is behind
  table_full,       ///< no room for another lease until the table has grown
  share_used_up,    ///< overload: this sender's share of what is short is used up
  given_up,         ///< overload: it waited for longer than its client waits
  reply_too_long,   ///< even the required options do not fit the client's limit

  // Silence, or NAK to a REQUEST for what was not offered: hard limits that are configured.
  client_limit,   ///< the client holds as many addresses as it may (also why NAK)
  port_limit,     ///< its port does
  relay_limit,    ///< its relay does
  place_unknown,  ///< it renews what we have no record of, past its relay: counted where?
  client_rate,    ///< it sends more than it may
  port_rate,      ///< its port does
  relay_rate,     ///< its relay does
  class_limit,    ///< the clients of one of its classes hold as many as they may (also why NAK)
  subnet_limit,   ///< those of its subnet do (also why NAK)
  random_share,   ///< its hardware address is made up, and such clients have their share (also NAK)
  class_rate,     ///< the clients of one of its classes send more than they may
  subnet_rate,    ///< those of its subnet do

  // Why this address (OFFER, ACK).
  reserved,            ///< set aside for this client
  offered,             ///< what we offered it
  current_lease,       ///< the lease it holds
  previous_lease,      ///< what it held before, and still free
  requested,           ///< what it asked for, and free
  free_address,        ///< free: never used before, or the longest out of use
  taken_from_offer,    ///< the pool is used up; the oldest unanswered offer gave way
  recreated,           ///< it renews a lease that we have no record of, and the address is free
  configuration_only,  ///< DHCPINFORM: options, no address

  // Why NAK.
  wrong_network,         ///< the address is not on the client's network
  wrong_address,         ///< the client's lease or reservation is for another address
  out_of_pool,           ///< the address is in no pool
  ours,                  ///< the address is one of this server\'s own
  reserved_for_another,  ///< the address is set aside for another client
  leased_to_another,     ///< the address is another client's, or within the grace after it
  offered_to_another,    ///< the address is on offer to another client
  in_doubt,              ///< never recorded, while records are known to be lost
  declined,              ///< the address is on probation after a DHCPDECLINE
  no_lease,              ///< authoritative, and no such client is known
  reservation_due,       ///< the client's own reservation is free now: it shall move there
  wrong_class,           ///< the address's pool is for clients of other classes

  // What happened otherwise.
  given_back,        ///< DHCPRELEASE
  reported_in_use,   ///< DHCPDECLINE
  seen_in_use,       ///< somebody answered our probe
  over_limit,        ///< a DHCPDECLINE over the limits: out of use for the lease's rest only
  lease_over,        ///< the lease's time is up
  moved,             ///< the client has another address now
  operator_command,  ///< an operator's command
  new_settings,      ///< a new configuration has something else to tell the client
  no_answer,         ///< the client was asked to renew, and did not
};
inline constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::no_answer) + 1;

/// Which of Kea's drop statistics a silence counts in; pkt4-receive-drop is their sum.
enum class Drop : std::uint8_t {
  none,  ///< no drop: a choice, or a message that asks for no answer
  parse_failed,
  rfc_violation,
  not_for_us,
  duplicate,
  limit_exceeded,
  queue_full,
  processing_failed,
  service_disabled,
};
[[nodiscard]] Drop drop_of(Reason reason);

/// The value's own name ("pool_exhausted"): for JSON, statistics and grep.
[[nodiscard]] std::string_view name_of(Reason reason);
/// One line for a person ("no address is free").
[[nodiscard]] std::string_view to_string(Reason reason);

}  // namespace lessor::server::v4
