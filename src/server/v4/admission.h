#pragma once
// Admission: who is served when not everybody can be. Two things run short under a flood: the time
// of the packet thread, when packets come faster than they can be answered, and the room for lease
// changes that wait for the disk. While neither is short, nothing here costs anything and nobody is
// refused. Must not know: what an answer is, sockets, disks.

#include "lease/lease_table.h"
#include "server/v4/shares.h"

#include <vector>

namespace lessor::server::v4 {

class Admission {
 public:
  explicit Admission(HashKey key) : key_(key), unflushed_(kUnflushedCapacity) {}

  // Packets, while the receive queue is long.
  /// Of the packets that follow, `budget` will be handled.
  void begin_turn(std::size_t budget);
  /// Whether this one is among them: not when its sender has had his share of this turn. Clients
  /// that hold a lease find room when others of their port find none: their networks live on.
  [[nodiscard]] bool admits(Now now, const net::Datagram& in, const lease::LeaseTable& leases);

  // Lease changes, while many wait for the disk.
  /// Room for changes: `used` of it wait, `free` is left.
  struct Room {
    std::size_t used = 0;
    std::size_t free = 0;
    /// Above half, senders are counted.
    [[nodiscard]] bool is_short() const { return used >= free; }
  };
  /// Whether the sender may cause another change. Precondition: room.is_short(). `durable` is the
  /// last change on disk.
  [[nodiscard]] bool may_change(Now now, const net::Datagram& in, const lease::LeaseTable& leases,
                                Room room, lease::Sequence durable);
  /// The sender that may_change() was asked about caused the changes up to `last`.
  void note_change(lease::Sequence last);

 private:
  struct Unflushed {
    lease::Sequence sequence = 0;
    Shares::Places places{};
  };
  void settle(lease::Sequence durable);

  HashKey key_;
  Shares turn_;
  std::size_t turn_left_ = 0;

  Shares changes_;
  Shares::Places changing_{};         // who asked last
  std::vector<Unflushed> unflushed_;  // a ring, oldest first
  std::size_t head_ = 0;
  std::size_t count_ = 0;
};

}  // namespace lessor::server::v4
