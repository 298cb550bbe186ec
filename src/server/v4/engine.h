#pragma once
// ServerEngine: the DHCPv4 server as values in, values out. Datagrams and time go in; replies and
// ARP probes go to an Outbox, lease changes to a ChangeLog, what people should know to an
// EventRing. It owns the lease table and decides everything; it owns no socket, clock, thread or
// file. Must not know: sockets, disks, text.

#include "base/hash.h"
#include "base/time.h"
#include "config/server_config.h"
#include "lease/address_pool.h"
#include "lease/change_log.h"
#include "lease/lease_table.h"
#include "net/datagram.h"
#include "net/interfaces.h"
#include "net/outbox.h"
#include "server/v4/counters.h"
#include "server/v4/lease_events.h"
#include "server/v4/limits.h"
#include "server/v4/other_servers.h"
#include "wire/v4/reconfigure_key.h"

#include <expected>
#include <memory>
#include <optional>
#include <span>

namespace lessor::server::v4 {

/// What does not change while the engine lives.
struct Settings {
  HashKey key;                                  ///< secret: strangers choose what we hash
  std::uint64_t seed = 0;                       ///< for what should differ between servers
  std::size_t lease_capacity = kLeaseCapacity;  ///< leases with room reserved at the start
  std::size_t offer_capacity = kOfferCapacity;  ///< offers held at once
  std::size_t probe_capacity = kProbeCapacity;  ///< addresses asked for at once
  std::size_t event_capacity = kEventCapacity;
  std::size_t lease_event_capacity = kLeaseEventCapacity;
  std::size_t backlog_capacity = kBacklogCapacity;  ///< requests that wait in an overload
  std::size_t renew_capacity = kRenewCapacity;      ///< clients that are asked to renew at once
  wire::HmacMd5 hmac_md5 = nullptr;  ///< null: no client can be asked to renew (force-renew)
};

/// A configuration made ready to serve: pools with their excluded addresses marked, limits worked
/// out. Opaque; made by prepare(), owned by whoever holds the pointer.
class Prepared;
class BulkSession;
struct BulkNews;
struct PreparedDeleter {
  void operator()(const Prepared* prepared) const;
};
using PreparedPtr = std::unique_ptr<Prepared, PreparedDeleter>;

/// Builds everything that depends on the configuration alone. Takes time and memory in proportion
/// to the pools: call it off the packet thread.
[[nodiscard]] PreparedPtr prepare(
    config::ServerConfig config,
    lease::AddressPool::Start start = lease::AddressPool::Start::never_used);

/// How full a pool is. total = assigned + declined + offered + free + out of use for now (the
/// grace after a lease).
struct PoolFigures {
  std::uint32_t subnet_id = 0;
  std::uint32_t pool_id = 0;
  net::Prefix4 subnet;
  net::Range4 range;
  std::uint64_t total = 0;  ///< addresses that may be leased dynamically
  std::uint64_t assigned = 0;
  std::uint64_t declined = 0;
  std::uint64_t offered = 0;
  std::uint64_t free = 0;
  /// Renewals that left the lease as it was, since this configuration is in force. Of addresses in
  /// no pool: in the first of their subnet.
  std::uint64_t reuses = 0;
};

/// One thread calls everything, except prepare(), and the consumer's side of events(), of
/// lease_events() and of the ChangeLog.
class ServerEngine {
 public:
  /// `changes` is borrowed and outlives the engine.
  ServerEngine(const Settings& settings, lease::ChangeLog& changes);
  ~ServerEngine();
  ServerEngine(const ServerEngine&) = delete;
  ServerEngine& operator=(const ServerEngine&) = delete;

  // Before the first packet.
  /// Makes room for so many recovered leases: they load faster, and take the memory they need.
  void expect(std::size_t leases);
  /// Takes recovered leases, their expires_at already derived. Expired ones too: they say who had
  /// an address last.
  void load(std::span<const lease::Lease> leases);
  void load(const lease::Lease& lease) { load({&lease, 1}); }
  /// After a repair that lost records: until then an address without a record may be in use by a
  /// client that we forgot. With configurations prepared as AddressPool::Start::doubtful it is
  /// given to nobody but a client that says it holds it.
  void distrust_unrecorded(Instant until);

  // Configuration and interfaces.
  /// Puts a new configuration on its way. The old one serves on while the lease table is noted in
  /// the new pools, slice by slice, by the calls below; then the new one takes over whole between
  /// two packets. No lease is touched. A second call before that replaces the first (which becomes
  /// retired). The very first configuration is noted at once, before the first packet.
  void begin_swap(Now now, PreparedPtr prepared);
  /// Whether a configuration is still on its way. Until it is done next_deadline() is due.
  [[nodiscard]] bool swapping() const;
  /// The configuration that is no longer needed, to be deleted off the packet thread; null when
  /// there is none.
  [[nodiscard]] PreparedPtr take_retired();
  /// The configuration in force; nullptr before the first.
  [[nodiscard]] const config::ServerConfig* configuration() const;
  /// What netlink last said. Copies; not on the packet path.
  void set_interfaces(Now now, const net::InterfaceTable& interfaces);

  /// Another server was seen: an event for whoever follows events. Its own messages do not come
  /// through here (OtherServers).
  void tell_other_server(Now now, const ServerSighting& seen, OtherServers::News news);

  // The packet path: no heap allocation, no blocking, bounded work.
  /// What on_datagram() will perhaps be called with next: has the memory begin to send what it
  /// will read.
  void fetch_ahead(Bytes payload) const;
  /// Parses, decides, applies, answers. Bad input is dropped and counted with its reason.
  void on_datagram(Now now, const net::Datagram& in, net::Outbox& out);
  /// Somebody uses an address: matters when we asked.
  void on_arp(Now now, const net::ArpSighting& sighting, net::Outbox& out);
  /// What came of an ICMP echo request: likewise. What does not bring back what was sent counts for
  /// nothing.
  void on_echo(Now now, const net::EchoSighting& sighting, net::Outbox& out);
  /// Everything due at or before now: probes, offers, leases, a slice of a new configuration.
  void on_time(Now now, net::Outbox& out);
  /// When on_time() is wanted; Instant::never() when idle.
  [[nodiscard]] Instant next_deadline() const;

  // When packets come faster than they can be answered (the receive queue is long), whoever takes
  // them from the queue asks about each, so that the rest can be thrown away for little.
  /// A turn begins, in which `budget` packets will be handled.
  void begin_turn(std::size_t budget);
  /// Whether `in` is to be handled now: not when its client, port, relay or interface has had its
  /// share of the turn. Then a copy waits, and on_time() answers the newest of these first; what
  /// finds no place there is counted (Reason::share_used_up), and so is what has waited for longer
  /// than a client waits (Reason::given_up).
  [[nodiscard]] bool admits(Now now, const net::Datagram& in);
  /// Requests that wait so.
  struct Waiting {
    std::size_t count = 0;
    Duration oldest;   ///< how long the oldest has waited
    Duration longest;  ///< that any has waited since the start
  };
  [[nodiscard]] Waiting waiting(Instant now) const;

  /// Goes on with what a requester's connection asked for (RFC 6926): `budget` leases at most, as
  /// the ChangeLog's newest state has them. Precondition: session.has_work().
  [[nodiscard]] BulkNews answer_bulk(Now now, BulkSession& session, std::size_t budget);

  // Room for more leases: made on another thread, taken over here (LeaseTable::make_growth).
  [[nodiscard]] lease::GrowthNeed growth_wanted() const;
  void adopt(lease::Growth& growth);

  // What the engine knows.
  [[nodiscard]] const Counters& counters() const;
  [[nodiscard]] const lease::LeaseTable& leases() const;
  [[nodiscard]] EventRing& events();
  /// Of leases, while the configuration in force has who follows them.
  [[nodiscard]] LeaseEventRing& lease_events();
  /// One entry a pool, in the order of the configuration. Kept up to date, so cheap. Valid until
  /// the next call of anything.
  [[nodiscard]] std::span<const PoolFigures> pools();

  // An operator's commands. They go through the ChangeLog; `wait_for` says what must be durable
  // before the operator is told that it is done.
  enum class CommandError : std::uint8_t {
    not_found,  ///< no active lease (release) or no declined address (clear) there
    busy,       ///< the disk is behind: try again
    too_long,   ///< no room for the lease's extras beside the classes of its client
  };
  struct CommandDone {
    std::size_t count = 0;         ///< leases changed
    lease::Sequence wait_for = 0;  ///< 0 when nothing changed
    bool more = false;             ///< call again: one call does a bounded amount of work
  };
  /// Ends the active lease of `address`: it may go to another client at once.
  [[nodiscard]] std::expected<CommandDone, CommandError> release(Now now, net::Ip4 address);
  /// Ends the probation of one address.
  [[nodiscard]] std::expected<CommandDone, CommandError> clear_declined(Now now, net::Ip4 address);
  /// Ends the probation of every address. Begins again where it was `busy`.
  [[nodiscard]] std::expected<CommandDone, CommandError> clear_all_declined(Now now);
  /// Works off every expiry that is due, in bounded slices.
  CommandDone reclaim(Now now);
  /// Records `lease` as it is: whoever had its address, or an offer of it, has it no more, whether
  /// the address is in a subnet or not. Of the same client (its hardware address) it keeps what
  /// limits count by, place and classes, where `lease` does not say them. `expires_at` is derived
  /// from start and lifetime, as when a store is read; `sequence` is set here.
  [[nodiscard]] std::expected<CommandDone, CommandError> set_lease(Now now,
                                                                   const lease::Lease& lease);
  /// Forgets who had each address, whatever the record says; the others are passed over. Stops
  /// after a bounded number of changes: `more` is set then, and what is forgotten already costs
  /// nothing when it is asked for again.
  [[nodiscard]] std::expected<CommandDone, CommandError> forget(
      Now now, std::span<const net::Ip4> addresses);
  /// Asks the clients of these addresses to renew now (FORCERENEW, RFC 3203): at the configured
  /// rate, and up to kRenewCalls times until they do. What cannot be asked is counted apart.
  struct Asked {
    std::size_t asked = 0;
    std::size_t without_lease = 0;  ///< nobody has a running lease there
    std::size_t without_nonce = 0;  ///< its client does not take FORCERENEW, or is not known to
    std::size_t too_many = 0;       ///< kRenewCapacity are being asked already
  };
  [[nodiscard]] Asked ask_to_renew(Now now, std::span<const net::Ip4> addresses);
  /// Answers nothing before `until`; never() is until the next call, Instant() at once again.
  void pause(Instant until);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lessor::server::v4
