#pragma once
// The options that tell of a lease, in the answer to a DHCPLEASEQUERY and in those of a bulk
// leasequery. Must not know: who asks, by what.

#include "server/v4/prepared.h"
#include "wire/v4/reply_options.h"

namespace lessor::server::v4 {

/// Adds them to one answer. Everything is borrowed until the answer is written.
class LeaseOptions {
 public:
  LeaseOptions(const lease::Lease& lease, const Prepared& prepared, Now now,
               wire::ReplyOptions& options);

  /// R4388-6-c: what is left of an active lease (51).
  void add_lease_time();
  /// R4388-6-d: since when the client has been silent (91).
  void add_silence();
  /// What is asked for (RFC 4388 6.1), as any client of that subnet would get it: classes, which
  /// only the client's own message tells, do not count. T1 and T2 in any case, counted from now on;
  /// one that is past is left out. Option 82, as the lease keeps it (R4388-6-d).
  void add_wanted(Bytes parameter_list);
  /// R4388-6-c: whose it is (61).
  void add_client_id();

 private:
  [[nodiscard]] Duration silence() const;
  [[nodiscard]] const Menu& menu() const;
  [[nodiscard]] std::optional<Bytes> find(wire::OptionCode code) const;
  void add_renewal_times();

  const lease::Lease& lease_;
  const Prepared& prepared_;
  const config::Subnet* subnet_;  // null: the address is in none any more
  Now now_;
  wire::ReplyOptions& options_;
};

}  // namespace lessor::server::v4
