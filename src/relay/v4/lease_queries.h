#pragma once
// DHCPLEASEQUERY after the start (RFC 4388): which addresses of the limited downlinks are leased,
// and to whom, so that the limit on clients holds across a restart. Must not know: messages.

#include "base/time.h"
#include "relay/v4/links.h"

#include <optional>

namespace lessor::relay::v4 {

class LeaseQueries {
 public:
  struct Query {
    std::uint16_t link = 0;
    net::Ip4 address;
    std::uint32_t xid = 0;
  };

  /// Begins with the addresses of `link`'s subnet, kMaxQueriesPerLink at most; once per link.
  void add(Now now, const Link& link, std::uint32_t first_xid);
  /// The next query that is due.
  [[nodiscard]] std::optional<Query> next(Instant now);
  [[nodiscard]] Instant next_deadline() const { return due_; }
  /// The link that the query of this xid was about, if it was sent.
  [[nodiscard]] std::optional<std::uint16_t> find(std::uint32_t xid) const;
  /// Forgets all links: other settings number them otherwise.
  void clear();

 private:
  struct Job {
    std::uint16_t link;
    net::Range4 range;
    std::uint32_t first_xid;
    std::uint32_t sent = 0;
  };
  std::vector<Job> jobs_;
  std::size_t current_ = 0;
  Instant due_ = Instant::never();
};

}  // namespace lessor::relay::v4
