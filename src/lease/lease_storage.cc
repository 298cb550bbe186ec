#include "lease/lease_storage.h"

#include <algorithm>

namespace lessor::lease {
namespace {

// Growing starts while this many new leases still fit: the time that another thread has to make a
// chunk is then 80 ms at 100,000 new clients a second.
constexpr std::size_t kLowWaterLeases = 8'192;
constexpr std::size_t kLowWaterLongBytes = 2 * sizeof(LongBytes::Block);
// Where leases keep extras, each new one wants a cell: as much room as for kLowWaterLeases.
constexpr std::size_t kManyLongBytes = 16 * sizeof(LongBytes::Block);
// So much is made at once, however big the table is: 6 MB.
constexpr std::size_t kMoreLeases = LeaseBlock::kChunks * kLeasesPerChunk;

std::uint32_t to_record_seconds(Duration lifetime) {
  if (lifetime.is_infinite()) return UINT32_MAX;
  // A fraction counts as a second: what is recorded is never less than what was granted (RFC 2131
  // 3.3).
  const std::int64_t whole = lifetime.to_seconds();
  const std::int64_t s = whole + (lifetime > Duration::seconds(whole) ? 1 : 0);
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(s, 0, UINT32_MAX));
}

/// Cheaper than comparing: most leases have none.
bool is_set(const Place& place) { return (place.relay.value | place.port) != 0; }

std::uint32_t to_record_start(WallTime started) {
  const auto s = static_cast<std::uint64_t>(started.seconds);  // a negative one is a large one
  return s < LeaseRecord::kOddStart ? static_cast<std::uint32_t>(s) : LeaseRecord::kOddStart;
}

}  // namespace

LeaseBlock::LeaseBlock(std::size_t chunks) : count_(chunks) {
  CHECK(chunks > 0 && chunks <= kChunks);
  memory_.reset(static_cast<LeaseChunk*>(allocate_huge_pages(chunks * sizeof(LeaseChunk))));
  std::uninitialized_default_construct_n(memory_.get(), chunks);
}

// The chunks themselves have nothing to give back.
void LeaseBlock::Free::operator()(LeaseChunk* memory) const { free_huge_pages(memory); }

Growth::Growth(GrowthNeed need) {
  std::size_t chunks = (need.leases + kLeasesPerChunk - 1) / kLeasesPerChunk;
  for (; chunks > 0; chunks -= leases.back().chunks().size())
    leases.emplace_back(std::min(chunks, LeaseBlock::kChunks));
  for (std::size_t made = 0; made < need.long_bytes; made += sizeof(LongBytes::Block))
    blocks.push_back(std::make_unique<LongBytes::Block>());
  for (std::size_t made = 0; made < need.holders; made += HolderCounts::kHoldersPerChunk)
    holders.push_back(std::make_unique<HolderCounts::Chunk>());
}

void LeaseStorage::adopt(Growth& growth) {
  for (LeaseBlock& block : growth.leases) {
    if (capacity() == kMaxLeases) break;
    for (LeaseChunk& chunk : block.chunks())
      if (capacity() < kMaxLeases) chunks_.push_back(&chunk);
    blocks_.push_back(std::move(block));
  }
  for (std::unique_ptr<LongBytes::Block>& block : growth.blocks)
    if (block) (void)long_bytes_.adopt(block);
}

GrowthNeed LeaseStorage::wanted() const {
  GrowthNeed need;
  if (capacity() - size_ < kLowWaterLeases && capacity() < kMaxLeases) need.leases = kMoreLeases;
  // Seven blocks of eight are full before more is made than for a few.
  const std::size_t low =
      std::clamp(long_bytes_.memory_bytes() / 8, kLowWaterLongBytes, kManyLongBytes);
  if (long_bytes_.fresh_bytes() < low) need.long_bytes = 2 * low;
  return need;
}

Slot LeaseStorage::take_slot() {
  CHECK(has_free_slot());
  Slot slot = free_;
  if (slot != kNoSlot) {
    free_ = record(slot).address_next;
  } else {
    slot = used_++;
  }
  record(slot) = LeaseRecord{};
  record(slot).state = static_cast<std::uint8_t>(LeaseState::active);
  ++size_;
  return slot;
}

void LeaseStorage::give_back(Slot slot) {
  LeaseRecord& gone = record(slot);
  with_extras_ -= gone.has_extras;
  if (gone.is_long != 0) long_bytes_.give_back(load_be32(gone.bytes.data()), size_of_bytes(gone));
  gone = LeaseRecord{};
  gone.address_next = free_;
  free_ = slot;
  --size_;
}

std::size_t LeaseStorage::size_of_bytes(const Lease& lease) {
  const std::size_t place = is_set(lease.place) ? kPlaceSize : 0;
  const bool odd = to_record_start(lease.started) == LeaseRecord::kOddStart;
  return lease.hardware.bytes().size() + lease.client_id.size() + lease.hostname.size() + place +
         (odd ? kStartSize : 0) + (lease.extras.empty() ? 0 : 1 + lease.extras.size());
}

bool LeaseStorage::has_room_for_bytes(const Lease& lease) const {
  const std::size_t size = size_of_bytes(lease);
  return size <= LeaseRecord::kInlineBytes || long_bytes_.has_room(size);
}

void LeaseStorage::fill(Slot slot, const Lease& lease) {
  CHECK(lease.client_id.size() <= 255 && lease.hostname.size() <= 255);
  CHECK(lease.extras.size() <= kMaxExtras);
  LeaseRecord& r = record(slot);
  // The new bytes are written before the old cell is given back: `lease` may point into it.
  std::array<std::byte, LeaseRecord::kInlineBytes> inline_bytes{};
  MutableBytes room = inline_bytes;
  const std::size_t size = size_of_bytes(lease);
  const bool is_long = size > room.size();
  if (is_long) {
    const LongBytes::Place place = long_bytes_.take(size);
    store_be32(inline_bytes.data(), place);
    room = {long_bytes_.at(place), size};
  }
  ByteWriter out(room);
  out.bytes(lease.hardware.bytes());
  out.bytes(lease.client_id);
  out.bytes(lease.hostname);
  const bool has_place = is_set(lease.place);
  if (has_place) {
    out.be32(lease.place.relay.value);
    out.be64(lease.place.port);
  }
  const std::uint32_t started = to_record_start(lease.started);
  if (started == LeaseRecord::kOddStart) {
    out.be64(static_cast<std::uint64_t>(lease.started.seconds));
  }
  const bool has_extras = !lease.extras.empty();
  if (has_extras) {
    out.u8(static_cast<std::uint8_t>(lease.extras.size()));
    out.bytes(lease.extras);
  }
  CHECK(out.ok());
  if (r.is_long != 0) long_bytes_.give_back(load_be32(r.bytes.data()), size_of_bytes(r));

  r.bytes = inline_bytes;
  r.is_long = is_long ? 1 : 0;
  r.has_place = has_place ? 1 : 0;
  with_extras_ -= r.has_extras;
  with_extras_ += has_extras ? 1 : 0;
  r.has_extras = has_extras ? 1 : 0;
  r.hardware_type = lease.hardware.type;
  r.hardware_size = lease.hardware.size;
  r.client_id_size = static_cast<std::uint8_t>(lease.client_id.size());
  r.hostname_size = static_cast<std::uint8_t>(lease.hostname.size());
  r.expires_at = lease.expires_at;
  r.sequence = lease.sequence & (UINT64_MAX >> 1);
  r.started_s = started;
  r.address = lease.address;
  r.lifetime_s = to_record_seconds(lease.lifetime);
  r.subnet_id = lease.subnet_id;
  r.xid = lease.xid;
  r.state = static_cast<std::uint8_t>(lease.state) & 3U;
}

net::HardwareAddress LeaseStorage::hardware_address(Slot slot) const {
  const LeaseRecord& r = record(slot);
  net::HardwareAddress address{.type = r.hardware_type, .size = r.hardware_size};
  copy_bytes(address.octets, hardware(slot));
  return address;
}

Lease LeaseStorage::lease(Slot slot) const {
  const LeaseRecord& r = record(slot);
  const Bytes id = client_id(slot);
  const Bytes hostname{id.data() + id.size(), r.hostname_size};
  const std::byte* more = hostname.data() + hostname.size();
  Place place;
  if (r.has_place != 0) {
    place = {.relay = {load_be32(more)}, .port = load_be64(more + 4)};
    more += kPlaceSize;
  }
  WallTime started{r.started_s};
  if (r.started_s == LeaseRecord::kOddStart) {
    started.seconds = static_cast<std::int64_t>(load_be64(more));
    more += kStartSize;
  }
  const Bytes extras = r.has_extras == 0 ? Bytes() : Bytes(more + 1, load_u8(more));
  return {.address = r.address,
          .state = static_cast<LeaseState>(r.state),
          .hardware = hardware_address(slot),
          .client_id = id,
          .hostname = hostname,
          .extras = extras,
          .started = started,
          .lifetime = Duration::from_wire(r.lifetime_s),
          .expires_at = r.expires_at,
          .subnet_id = r.subnet_id,
          .xid = r.xid,
          .place = place,
          .sequence = r.sequence};
}

std::size_t LeaseStorage::memory_bytes() const {
  return chunks_.size() * sizeof(LeaseChunk) + long_bytes_.memory_bytes();
}

}  // namespace lessor::lease
