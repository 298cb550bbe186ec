#pragma once
// RenewCalls: clients that are being asked to renew (FORCERENEW), when each is due to be asked, and
// how often it has been. Not all at once, or they would all renew at once; and again when nothing
// is heard, each time after twice the wait (RFC 3203 2.2). Bounded, no allocation after
// construction. Must not know: messages, leases.

#include "base/time.h"
#include "lease/lease.h"
#include "server/v4/limits.h"
#include "server/v4/reason.h"

#include <array>
#include <optional>
#include <vector>

namespace lessor::server::v4 {

class RenewCalls {
 public:
  struct Call {
    net::Ip4 address;
    /// Of its lease when it was first asked: another one means that it has renewed, or is gone.
    lease::Sequence sequence = 0;
    Reason why = Reason::operator_command;
    std::size_t asked = 0;  ///< times
    Instant due;
  };

  explicit RenewCalls(std::size_t capacity);

  /// So many a second at most.
  void set_rate(std::uint32_t messages) {
    interval_ = Duration::nanoseconds(1'000'000'000 / messages);
  }

  [[nodiscard]] bool has_room() const { return count_ < capacity_; }
  [[nodiscard]] std::size_t size() const { return count_; }
  /// Asks for a call. Precondition: has_room().
  void add(Instant now, net::Ip4 address, lease::Sequence sequence, Reason why);

  /// A call whose time has come, taken out; nothing when none is due, or enough were made for now.
  /// Whoever has made it hands it back with made(); what is not handed back is over.
  [[nodiscard]] std::optional<Call> take_due(Instant now);
  /// Whether it has been made as often as it is, and waited for: the client does not answer.
  [[nodiscard]] static bool is_over(const Call& call) { return call.asked == kRenewCalls; }
  /// It has been made: the next is due after twice the wait. Precondition: !is_over(call).
  void made(Instant now, const Call& call);
  /// It could not be made: the same comes again soon.
  void put_back(Instant now, const Call& call);

  /// Whether its client may be one that is being asked; sometimes true for another.
  [[nodiscard]] bool may_include(net::Ip4 address) const { return marks_[mark_of(address)] != 0; }

  /// Whether it is, for this lease. A look at all where may_include() says so.
  [[nodiscard]] bool includes(net::Ip4 address, lease::Sequence sequence) const;

  /// When take_due() has something next; never() when nobody is to be asked.
  [[nodiscard]] Instant next_due() const { return count_ == 0 ? Instant::never() : first_due(); }

 private:
  /// Those that were asked equally often wait equally long: first in, first out.
  struct Queue {
    std::vector<Call> ring;
    std::size_t head = 0;
    std::size_t count = 0;
  };
  static constexpr std::size_t kMarks = 65'536;
  [[nodiscard]] static std::size_t mark_of(net::Ip4 address) { return address.value % kMarks; }
  [[nodiscard]] Instant first_due() const;
  void count(const Call& call);
  void push(const Call& call);
  [[nodiscard]] Queue* find_first();
  [[nodiscard]] const Queue* find_first() const;

  std::size_t capacity_;
  std::size_t count_ = 0;
  std::array<Queue, kRenewCalls + 1> queues_;  // by Call::asked
  std::vector<std::uint16_t> marks_;           // how many have such an address
  Duration interval_ = Duration::milliseconds(10);
  Instant paced_until_;  // the next may be made then
};

}  // namespace lessor::server::v4
