#pragma once
// The records of the lease log and its mark, as octets: docs/lease-format.md describes them.
// Versioned, checksummed, big-endian. Must not know: disks, when records are written or dropped.

#include "lease/lease.h"

#include <array>
#include <expected>
#include <string_view>
#include <vector>

namespace lessor::lease {

/// Changes in one record at most: bounds the memory of whoever writes or reads one (843 KB).
inline constexpr std::size_t kMaxChangesPerRecord = 1'024;
inline constexpr std::size_t kRecordHeaderSize = 48;
inline constexpr std::size_t kMaxChangeSize = 41 + 16 + 255 + 255 + 1 + 14 + kMaxExtras;
inline constexpr std::size_t kMaxRecordSize =
    kRecordHeaderSize + kMaxChangesPerRecord * kMaxChangeSize + 4;

enum class RecordKind : std::uint8_t {
  batch = 1,  ///< new changes, numbered in sequence
  fold = 2,   ///< older changes that still hold, repeated so that old records can go
  doubt = 3,  ///< what a repair left uncertain
};

/// What each record says of the log around it.
struct RecordHeader {
  RecordKind kind = RecordKind::batch;
  std::uint16_t change_count = 0;
  std::uint64_t number = 0;    ///< of this record; they follow one another without gap
  std::uint64_t oldest = 0;    ///< records below this number no longer count
  std::uint64_t durable = 0;   ///< the last record known durable when this one was written: proof,
                               ///< in the log itself, that it was once whole up to there
  Sequence last_sequence = 0;  ///< of the last change made by then
  WallTime newest;             ///< the latest `started` of all changes by then
};

/// After a repair that cannot name the addresses it lost: until `started` + `lifetime` an address
/// without a record may be somebody's.
struct Doubt {
  WallTime started;
  Duration lifetime;
};

/// Kept apart from the log: how far it was once durable.
struct Mark {
  std::uint64_t number = 0;  ///< the last durable record
  Sequence sequence = 0;     ///< the last durable change
  std::uint64_t oldest = 0;  ///< records below this number no longer count
  WallTime newest;
};

/// Why octets are not a record (or a mark) of ours.
enum class RecordFault : std::uint8_t {
  truncated,     ///< shorter than its header, or than its changes need
  checksum,      ///< the checksum does not match: damaged
  version,       ///< whole, but of a version that we do not know
  inconsistent,  ///< whole, but impossible values
};
[[nodiscard]] std::string_view to_string(RecordFault fault);

/// Builds one record after another in memory that it keeps, and that grows to the largest.
class RecordWriter {
 public:
  void begin();
  [[nodiscard]] bool full() const { return changes_ == kMaxChangesPerRecord; }
  [[nodiscard]] std::uint16_t changes() const { return changes_; }
  /// Adds a change. Precondition: not full().
  void add(const Lease& lease);
  /// Completes the record; `header.change_count` is filled in. Valid until the next begin().
  [[nodiscard]] Bytes finish(RecordHeader header);
  /// A whole doubt record.
  [[nodiscard]] Bytes finish(RecordHeader header, const Doubt& doubt);

 private:
  [[nodiscard]] Bytes seal(RecordHeader header);

  std::vector<std::byte> room_ = std::vector<std::byte>(kRecordHeaderSize + 8 * kMaxChangeSize);
  std::size_t size_ = kRecordHeaderSize;
  std::uint16_t changes_ = 0;
  bool has_extras_ = false;
};

/// A record's header and changes, read in place: the leases' bytes are the record's own.
class RecordReader {
 public:
  /// Checks the checksum, the version and every change.
  [[nodiscard]] static std::expected<RecordReader, RecordFault> open(Bytes record);

  [[nodiscard]] const RecordHeader& header() const { return header_; }
  /// Calls fn(const Lease&) for each change, in order. expires_at is not set: deriving it takes the
  /// time.
  template <typename Fn>
  void for_each(Fn&& fn) const {
    ByteReader in(changes_);
    for (std::uint16_t i = 0; i < header_.change_count; ++i) fn(read_change(in));
  }
  /// Of a doubt record.
  [[nodiscard]] Doubt doubt() const;

 private:
  [[nodiscard]] Lease read_change(ByteReader& in) const;
  [[nodiscard]] bool is_consistent() const;

  RecordHeader header_;
  Bytes changes_;
  bool may_have_extras_ = false;
};

/// A note about a record (Log::write_note): the addresses that it is about, and no more.
class AddressNote {
 public:
  void begin() { size_ = 0; }
  void add(net::Ip4 address);
  [[nodiscard]] Bytes bytes() const { return Bytes(room_).first(size_); }
  /// Calls fn(net::Ip4) for each address of a note.
  template <typename Fn>
  static void for_each(Bytes note, Fn&& fn) {
    for (ByteReader in(note); in.remaining() >= 4;) fn(net::Ip4{in.be32()});
  }

 private:
  std::array<std::byte, 4 * kMaxChangesPerRecord> room_{};
  std::size_t size_ = 0;
};

[[nodiscard]] std::vector<std::byte> write_mark(const Mark& mark);
[[nodiscard]] std::expected<Mark, RecordFault> read_mark(Bytes bytes);

}  // namespace lessor::lease
