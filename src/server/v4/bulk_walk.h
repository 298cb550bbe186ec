#pragma once
// The answers to one DHCPBULKLEASEQUERY (RFC 6926), a slice at a time. Pure: reads the lease table,
// changes nothing. Must not know: connections.

#include "server/v4/bulk_output.h"
#include "server/v4/bulk_query.h"
#include "server/v4/prepared.h"
#include "wire/v4/message_writer.h"

#include <cstdint>

namespace lessor::server::v4 {

/// RFC 6926 6.2.7: what an address is, as far as this server tells states apart.
enum class BulkState : std::uint8_t {
  available = 1,
  active = 2,
  expired = 3,
  released = 4,
  abandoned = 5,
  reset = 6,
};

/// The state of the address of a lease that is recorded, and since when by the wall clock; of an
/// active one that is when it was last granted.
struct BulkFacts {
  BulkState state = BulkState::available;
  WallTime since;
};
[[nodiscard]] BulkFacts facts_of(const lease::Lease& lease, Instant now);

/// What a walk reads, which may be other things at each slice.
struct BulkWorld {
  const Prepared& prepared;
  const lease::LeaseTable& leases;
  Now now;
  net::Ip4 server;  ///< our identifier
};

/// How many answers of each kind it gave.
struct BulkTally {
  std::uint64_t active = 0;
  std::uint64_t unassigned = 0;
};

/// One query's way through the lease table and then, when all addresses are asked for, through what
/// is in the pools and was never leased. What stays as it is during the walk is told once; what
/// changes meanwhile may be missed, and is found by the next query's start time.
class BulkWalk {
 public:
  /// `query` and what it borrows outlive the walk.
  explicit BulkWalk(const BulkQuery& query) : query_(query) {}

  /// Looks at `budget` leases or addresses at most, fewer when `out` fills up, and tells those that
  /// are asked for. False: there is more.
  [[nodiscard]] bool go_on(const BulkWorld& world, std::size_t budget, BulkOutput& out);
  /// What go_on() told in all.
  [[nodiscard]] const BulkTally& told() const { return told_; }

 private:
  enum class Stage : std::uint8_t { leases, free_addresses, over };

  void walk_client(const BulkWorld& world, BulkOutput& out);
  void walk_table(const BulkWorld& world, std::size_t& budget, BulkOutput& out);
  void walk_pools(const BulkWorld& world, std::size_t& budget, BulkOutput& out);
  [[nodiscard]] bool is_of_client() const {
    return query_.by == BulkBy::hardware || query_.by == BulkBy::client_id;
  }
  template <typename Fn>
  void for_each_of_client(const BulkWorld& world, Fn&& fn) const;
  [[nodiscard]] bool hides_some(const BulkWorld& world) const;
  [[nodiscard]] bool is_asked_for(const lease::Lease& lease) const;
  [[nodiscard]] bool is_wanted(const BulkFacts& facts) const;
  void tell_lease(const BulkWorld& world, const lease::Lease& lease, BulkOutput& out);
  void tell_free(const BulkWorld& world, net::Ip4 address, BulkOutput& out);
  void write(const wire::Header& header, wire::ReplyOptions& options, const BulkWorld& world,
             BulkOutput& out);

  const BulkQuery& query_;
  Stage stage_ = Stage::leases;
  std::uint32_t cursor_ = lease::LeaseTable::kWalkBegin;
  std::size_t told_of_client_ = 0;  // its leases that were looked at
  bool walks_all_ = false;          // a client with more leases than its index shows
  net::Ip4 next_free_;
  BulkTally told_;
};

/// The end of a query: DHCPLEASEQUERYDONE, with a status unless it is success (RFC 6926 8.2).
/// `first`: nothing was told before it.
void write_bulk_done(std::uint32_t xid, BulkRefusal how, net::Ip4 server, bool first,
                     BulkOutput& out);

}  // namespace lessor::server::v4
