#pragma once
// BulkSession: one requester's connection (RFC 6926), octets in, octets out. Queries are answered
// one after another; whatever comes meanwhile waits where it is. Must not know: sockets, threads.

#include "server/v4/bulk_walk.h"

#include <memory>
#include <optional>

namespace lessor::server::v4 {

/// What a slice of work came to, for counters and the log.
struct BulkNews {
  bool asked = false;  ///< a query began
  bool done = false;   ///< one ended, so:
  BulkRefusal how;
  bool last = false;  ///< and there is to be no other on this connection
  BulkTally told;     ///< in this slice
};

class BulkSession {
 public:
  /// The longest query: every option there is, once.
  static constexpr std::size_t kMaxQuery = 4'096;

  /// `requester`: the other end; `own`: ours, by which we go.
  BulkSession(net::Ip4 requester, net::Ip4 own);
  BulkSession(const BulkSession&) = delete;
  BulkSession& operator=(const BulkSession&) = delete;

  /// Takes octets of the stream, in whatever pieces, and returns how many: none beyond the query
  /// that is to be answered first.
  std::size_t take(Bytes octets);
  /// Whether more would be taken.
  [[nodiscard]] bool wants_octets() const { return !is_broken_ && !is_whole(); }
  /// Whether answer() has something to do.
  [[nodiscard]] bool has_work() const { return !is_broken_ && is_whole() && output_.has_room(); }
  /// Whether what came was no query: nothing more is read, and the connection ends when all that
  /// waits is sent.
  [[nodiscard]] bool is_broken() const { return is_broken_; }
  [[nodiscard]] net::Ip4 requester() const { return requester_; }

  /// Goes on with the query that came. The packet thread's part: bounded by `budget` leases.
  [[nodiscard]] BulkNews answer(const Prepared& prepared, const lease::LeaseTable& leases, Now now,
                                std::size_t budget);
  /// Answers it with a refusal instead.
  [[nodiscard]] BulkNews refuse(BulkRefusal how);
  /// Ends the query under way, if there is one and room to say so.
  void end_query(BulkRefusal how);

  [[nodiscard]] Bytes output() const { return output_.waiting(); }
  void sent(std::size_t size) { output_.sent(size); }

 private:
  [[nodiscard]] std::size_t expected() const;
  [[nodiscard]] bool is_whole() const { return size_ >= 2 && size_ == expected(); }
  [[nodiscard]] std::optional<wire::MessageView> open();
  [[nodiscard]] std::optional<BulkRefusal> begin(const wire::MessageView& message,
                                                 const Prepared& prepared);
  [[nodiscard]] BulkNews refused(BulkRefusal how);
  void finish(BulkRefusal how);

  net::Ip4 requester_;
  net::Ip4 own_;
  std::unique_ptr<std::byte[]> input_;  // the length, and the message as far as it came
  std::size_t size_ = 0;
  bool is_broken_ = false;
  wire::ParseScratch scratch_;
  std::uint32_t xid_ = 0;
  std::optional<BulkQuery> query_;  // under way; borrows from input_ and scratch_
  std::optional<BulkWalk> walk_;
  BulkOutput output_;
};

}  // namespace lessor::server::v4
