#include "lease/record.h"

#include "base/check.h"
#include "base/hash.h"
#include "lease/extras.h"

#include <algorithm>

namespace lessor::lease {
namespace {

// "LSR", version 1; and 2, where changes may have extras. A record without any is written as 1, so
// that a site without relays can go back to a program that knows no other.
constexpr std::uint32_t kRecordMagic = 0x4c5352'01;
constexpr std::uint32_t kExtrasMagic = 0x4c5352'02;
// In the octet of a change's state: extras follow its bytes. One octet says how many octets; in
// them each has a code, a size and a value, and a code that is not known is passed over.
constexpr std::uint8_t kHasExtras = 0x80;
constexpr std::uint8_t kPlaceExtra = 1;  // relay 4, port 8
constexpr std::uint8_t kPlaceSize = 12;
constexpr std::uint32_t kMarkMagic = 0x4c534d'01;  // "LSM", version 1
constexpr std::size_t kDoubtSize = 16;
constexpr std::size_t kMarkSize = 40;
constexpr std::uint64_t kInfiniteSeconds = UINT64_MAX;
// What a Duration holds (292 years); and wall times that no clock of ours shows.
constexpr std::uint64_t kMaxSeconds = 9'000'000'000;
constexpr std::int64_t kMaxWall = INT64_C(1) << 48;
// Of records and of changes: a million a second for 146,000 years. A number near 2^64 would be
// followed by 0, and that store refused.
constexpr std::uint64_t kMaxNumber = UINT64_C(1) << 62;

std::uint64_t to_disk_seconds(Duration d) {
  if (d.is_infinite()) return kInfiniteSeconds;
  const std::int64_t whole = d.to_seconds();
  if (whole < 0) return 0;
  // A fraction counts as a second: never less than was granted (RFC 2131 3.3).
  const auto up = static_cast<std::uint64_t>(whole) + (d > Duration::seconds(whole) ? 1 : 0);
  return up > kMaxSeconds ? kInfiniteSeconds : up;
}

Duration from_disk_seconds(std::uint64_t s) {
  return s > kMaxSeconds ? Duration::infinite() : Duration::seconds(static_cast<std::int64_t>(s));
}

constexpr std::size_t kPlaceExtraSize = 2 + kPlaceSize;
static_assert(kPlaceExtraSize + kMaxExtras == 255);

void write_extras(ByteWriter& out, const Lease& lease) {
  const bool has_place = lease.place != Place();
  out.u8(static_cast<std::uint8_t>((has_place ? kPlaceExtraSize : 0) + lease.extras.size()));
  if (has_place) {
    out.u8(kPlaceExtra);
    out.u8(kPlaceSize);
    out.be32(lease.place.relay.value);
    out.be64(lease.place.port);
  }
  out.bytes(lease.extras);
}

/// The place comes first, if there is one, and what follows is the lease's as it stands. Where it
/// does not, another program has written it: then the place is all that is read.
void read_extras(Bytes extras, Lease& lease) {
  lease.extras = extras;
  bool is_first = true;
  (void)for_each_triple(extras, [&](std::uint8_t code, Bytes value) {
    if (code != kPlaceExtra || value.size() != kPlaceSize) {
      is_first = false;
      return true;
    }
    ByteReader in(value);
    lease.place.relay = {in.be32()};
    lease.place.port = in.be64();
    lease.extras = is_first ? extras.subspan(kPlaceExtraSize) : Bytes();
    return false;
  });
}

bool are_extras(Bytes extras) {
  return extras.size() <= kMaxExtras &&
         for_each_triple(extras, [](std::uint8_t code, Bytes) { return code != kPlaceExtra; });
}

bool is_wall(WallTime t) { return -kMaxWall < t.seconds && t.seconds < kMaxWall; }

std::uint64_t to_disk(WallTime t) { return static_cast<std::uint64_t>(t.seconds); }
WallTime wall_from_disk(std::uint64_t v) { return {static_cast<std::int64_t>(v)}; }

// The last four octets of `bytes` are the CRC-32C of all before them, in every version.
bool checksum_matches(Bytes bytes) {
  const Bytes body = bytes.first(bytes.size() - 4);
  return crc32c(body) == load_be32(body.data() + body.size());
}

}  // namespace

std::string_view to_string(RecordFault fault) {
  switch (fault) {
    case RecordFault::truncated:
      return "it is cut short";
    case RecordFault::checksum:
      return "its checksum does not match";
    case RecordFault::version:
      return "it was written by a newer version";
    case RecordFault::inconsistent:
      return "it contradicts itself or its neighbours";
  }
  __builtin_unreachable();
}

void RecordWriter::begin() {
  size_ = kRecordHeaderSize;
  changes_ = 0;
  has_extras_ = false;
}

void RecordWriter::add(const Lease& lease) {
  CHECK(!full());
  CHECK(lease.client_id.size() <= 255 && lease.hostname.size() <= 255);
  CHECK(lease.extras.size() <= kMaxExtras);
  // Room for this change and the checksum.
  if (room_.size() < size_ + kMaxChangeSize + 4) room_.resize(2 * room_.size());
  const bool has_extras = lease.place != Place() || !lease.extras.empty();
  ByteWriter out(MutableBytes(room_).subspan(size_));
  out.be64(lease.sequence);
  out.be32(lease.address.value);
  out.u8(static_cast<std::uint8_t>(static_cast<std::uint8_t>(lease.state) |
                                   (has_extras ? kHasExtras : 0)));
  out.u8(lease.hardware.type);
  out.u8(lease.hardware.size);
  out.u8(static_cast<std::uint8_t>(lease.client_id.size()));
  out.u8(static_cast<std::uint8_t>(lease.hostname.size()));
  out.be64(to_disk(lease.started));
  out.be64(to_disk_seconds(lease.lifetime));
  out.be32(lease.subnet_id);
  out.be32(lease.xid);
  out.bytes(lease.hardware.bytes());
  out.bytes(lease.client_id);
  out.bytes(lease.hostname);
  if (has_extras) write_extras(out, lease);
  has_extras_ |= has_extras;
  CHECK(out.ok());
  size_ += out.size();
  ++changes_;
}

Bytes RecordWriter::seal(RecordHeader header) {
  ByteWriter head(MutableBytes(room_).first(kRecordHeaderSize));
  head.be32(has_extras_ ? kExtrasMagic : kRecordMagic);
  head.u8(static_cast<std::uint8_t>(header.kind));
  head.u8(0);
  head.be16(changes_);
  head.be64(header.number);
  head.be64(header.oldest);
  head.be64(header.durable);
  head.be64(header.last_sequence);
  head.be64(to_disk(header.newest));
  CHECK(head.ok() && head.size() == kRecordHeaderSize);
  const Bytes body = Bytes(room_).first(size_);
  store_be32(room_.data() + size_, crc32c(body));
  return Bytes(room_).first(size_ + 4);
}

Bytes RecordWriter::finish(RecordHeader header) { return seal(header); }

Bytes RecordWriter::finish(RecordHeader header, const Doubt& doubt) {
  begin();
  ByteWriter out(MutableBytes(room_).subspan(size_));
  out.be64(to_disk(doubt.started));
  out.be64(to_disk_seconds(doubt.lifetime));
  size_ += out.size();
  return seal(header);
}

std::expected<RecordReader, RecordFault> RecordReader::open(Bytes record) {
  if (record.size() < kRecordHeaderSize + 4 || record.size() > kMaxRecordSize)
    return std::unexpected(RecordFault::truncated);
  if (!checksum_matches(record)) return std::unexpected(RecordFault::checksum);
  ByteReader in(record.first(record.size() - 4));
  const std::uint32_t magic = in.be32();
  if (magic != kRecordMagic && magic != kExtrasMagic) {
    return std::unexpected(RecordFault::version);
  }
  RecordReader reader;
  reader.may_have_extras_ = magic == kExtrasMagic;
  RecordHeader& header = reader.header_;
  header.kind = static_cast<RecordKind>(in.u8());
  (void)in.u8();
  header.change_count = in.be16();
  header.number = in.be64();
  header.oldest = in.be64();
  header.durable = in.be64();
  header.last_sequence = in.be64();
  header.newest = wall_from_disk(in.be64());
  reader.changes_ = in.rest();
  if (!reader.is_consistent()) return std::unexpected(RecordFault::inconsistent);
  return reader;
}

bool RecordReader::is_consistent() const {
  if (header_.oldest > header_.number || header_.durable >= header_.number) return false;
  if (header_.number > kMaxNumber || header_.last_sequence > kMaxNumber) return false;
  if (header_.change_count > kMaxChangesPerRecord || !is_wall(header_.newest)) return false;
  switch (header_.kind) {
    case RecordKind::doubt:
      return header_.change_count == 0 && changes_.size() == kDoubtSize && is_wall(doubt().started);
    case RecordKind::batch:
    case RecordKind::fold:
      break;
    default:
      return false;  // from disk: any octet
  }
  ByteReader in(changes_);
  Sequence expected = header_.last_sequence - header_.change_count;
  for (std::uint16_t i = 0; i < header_.change_count; ++i) {
    const Lease lease = read_change(in);
    if (!in.ok() || lease.state > LeaseState::declined || !is_wall(lease.started)) return false;
    if (lease.started > header_.newest || !are_extras(lease.extras)) return false;
    if (lease.sequence == 0 || lease.sequence > header_.last_sequence) return false;
    if (header_.kind == RecordKind::batch && lease.sequence != ++expected) return false;
  }
  return in.finished();
}

Lease RecordReader::read_change(ByteReader& in) const {
  Lease lease;
  lease.sequence = in.be64();
  lease.address = {in.be32()};
  const std::uint8_t state = in.u8();
  const bool has_extras = may_have_extras_ && (state & kHasExtras) != 0;
  lease.state = static_cast<LeaseState>(has_extras ? state & ~kHasExtras : state);
  lease.hardware.type = in.u8();
  lease.hardware.size = in.u8();
  const std::uint8_t client_id_size = in.u8();
  const std::uint8_t hostname_size = in.u8();
  lease.started = wall_from_disk(in.be64());
  lease.lifetime = from_disk_seconds(in.be64());
  lease.subnet_id = in.be32();
  lease.xid = in.be32();
  copy_bytes(lease.hardware.octets, in.bytes(lease.hardware.bytes().size()));
  lease.client_id = in.bytes(client_id_size);
  lease.hostname = in.bytes(hostname_size);
  if (has_extras) read_extras(in.bytes(in.u8()), lease);
  return lease;
}

Doubt RecordReader::doubt() const {
  ByteReader in(changes_);
  const WallTime started = wall_from_disk(in.be64());
  return {.started = started, .lifetime = from_disk_seconds(in.be64())};
}

void AddressNote::add(net::Ip4 address) {
  CHECK(size_ < room_.size());
  store_be32(room_.data() + size_, address.value);
  size_ += 4;
}

std::vector<std::byte> write_mark(const Mark& mark) {
  std::vector<std::byte> bytes(kMarkSize);
  ByteWriter out(bytes);
  out.be32(kMarkMagic);
  out.be64(mark.number);
  out.be64(mark.sequence);
  out.be64(mark.oldest);
  out.be64(to_disk(mark.newest));
  out.be32(crc32c(out.written()));
  CHECK(out.ok() && out.size() == kMarkSize);
  return bytes;
}

std::expected<Mark, RecordFault> read_mark(Bytes bytes) {
  if (bytes.size() != kMarkSize) return std::unexpected(RecordFault::truncated);
  if (!checksum_matches(bytes)) return std::unexpected(RecordFault::checksum);
  ByteReader in(bytes);
  if (in.be32() != kMarkMagic) return std::unexpected(RecordFault::version);
  Mark mark;
  mark.number = in.be64();
  mark.sequence = in.be64();
  mark.oldest = in.be64();
  mark.newest = wall_from_disk(in.be64());
  const bool numbered = std::max({mark.number, mark.sequence, mark.oldest}) <= kMaxNumber;
  if (!numbered || !is_wall(mark.newest)) return std::unexpected(RecordFault::inconsistent);
  return mark;
}

}  // namespace lessor::lease
