#include "store/wal_carver.h"

#include "base/bytes.h"
#include "base/hash.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace lessor::store {
namespace {

// RocksDB's log format: blocks of 32 KB; in them fragments: masked crc32c (4, of type and payload),
// length (2), type (1), payload. Little-endian. A write batch is one whole fragment or a first, any
// middle ones and a last.
constexpr std::size_t kBlockSize = 32'768;
constexpr std::size_t kFragmentHeader = 7;
constexpr std::uint8_t kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4;  // types

// In a write batch: sequence (8), count (4), then operations: tag, then keys and values, each with
// its length before it.
constexpr std::size_t kBatchHeader = 12;
constexpr std::uint8_t kPut = 0x01;
constexpr std::uint8_t kDeleteRange = 0x0f;

std::uint32_t load_le32(const std::byte* p) { return __builtin_bswap32(load_be32(p)); }

std::uint32_t unmask(std::uint32_t masked) {
  const std::uint32_t rotated = masked - 0xa282ead8U;
  return (rotated >> 17) | (rotated << 15);
}

struct Fragment {
  std::uint8_t type = 0;
  Bytes payload;
};

std::optional<Fragment> read_fragment(Bytes block) {
  if (block.size() < kFragmentHeader) return std::nullopt;
  const std::size_t size = load_u8(block.data() + 4) | std::size_t{load_u8(block.data() + 5)} << 8;
  const std::uint8_t type = load_u8(block.data() + 6);
  if (type < kWhole || type > kLast || kFragmentHeader + size > block.size()) return std::nullopt;
  if (crc32c(block.subspan(6, 1 + size)) != unmask(load_le32(block.data()))) return std::nullopt;
  return Fragment{type, block.subspan(kFragmentHeader, size)};
}

std::optional<Bytes> read_slice(ByteReader& in) {
  std::uint64_t size = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    const std::uint8_t octet = in.u8();
    size |= std::uint64_t{octet & 0x7fU} << shift;
    if (octet < 0x80) {
      const Bytes bytes = in.bytes(size);
      return in.ok() ? std::optional(bytes) : std::nullopt;
    }
  }
  return std::nullopt;
}

/// What a log's operations are told to.
class Sink {
 public:
  virtual void put(std::uint64_t number, Bytes record) = 0;
  virtual void remove(std::uint64_t from, std::uint64_t to) = 0;

 protected:
  ~Sink() = default;
};

/// Keeps every record, removed ones too.
class Keep final : public Sink {
 public:
  explicit Keep(Records& records) : records_(records) {}
  void put(std::uint64_t number, Bytes record) override { records_[number] = as_text(record); }
  void remove(std::uint64_t /*from*/, std::uint64_t /*to*/) override {}

 private:
  Records& records_;
};

/// Finds the last record that stays.
class Last final : public Sink {
 public:
  void put(std::uint64_t number, Bytes /*record*/) override { last = std::max(last, number); }
  void remove(std::uint64_t from, std::uint64_t to) override {
    if (from <= last && last < to) last = from > 0 ? from - 1 : 0;
  }
  std::uint64_t last = 0;
};

void read_batch(Bytes batch, Sink& sink) {
  if (batch.size() < kBatchHeader) return;
  ByteReader in(batch.subspan(kBatchHeader));
  while (in.remaining() > 0) {
    const std::uint8_t tag = in.u8();
    if (tag != kPut && tag != kDeleteRange) return;
    const auto key = read_slice(in);
    const auto value = key ? read_slice(in) : std::nullopt;
    if (!value) return;
    if (key->size() != 8) continue;
    if (tag == kPut) sink.put(load_be64(key->data()), *value);
    if (tag == kDeleteRange && value->size() == 8)
      sink.remove(load_be64(key->data()), load_be64(value->data()));
  }
}

/// Joins fragments to batches. What misses one of its fragments is dropped.
class Joiner {
 public:
  explicit Joiner(Sink& sink) : sink_(sink) {}

  void add(const Fragment& fragment) {
    if (fragment.type == kWhole || fragment.type == kFirst) {
      batch_.clear();
      open_ = true;
    }
    if (!open_) return;
    batch_.insert(batch_.end(), fragment.payload.begin(), fragment.payload.end());
    if (fragment.type == kMiddle || fragment.type == kFirst) return;
    read_batch(batch_, sink_);
    lose();
  }
  void lose() { open_ = false; }

 private:
  Sink& sink_;
  std::vector<std::byte> batch_;
  bool open_ = false;
};

/// Follows the fragments of one block. Where one does not hold, looks for the next that does, octet
/// by octet: its checksum tells.
void read_block(Bytes block, Joiner& joiner) {
  while (block.size() >= kFragmentHeader) {
    const auto fragment = read_fragment(block);
    if (fragment) {
      joiner.add(*fragment);
      block = block.subspan(kFragmentHeader + fragment->payload.size());
    } else {
      joiner.lose();
      block = block.subspan(1);
    }
  }
}

void carve(std::string_view octets, Sink& sink) {
  Joiner joiner(sink);
  for (; !octets.empty(); octets.remove_prefix(std::min(octets.size(), kBlockSize)))
    read_block(as_bytes(octets.substr(0, kBlockSize)), joiner);
}

void carve_all(const std::string& path, Sink& sink) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path, ignored))
    if (entry.path().extension() == ".log") files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string octets{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    carve(octets, sink);
  }
}

}  // namespace

void carve_write_ahead_log(std::string_view octets, Records& records) {
  Keep keep(records);
  carve(octets, keep);
}

void carve_write_ahead_logs(const std::string& path, Records& records) {
  Keep keep(records);
  carve_all(path, keep);
}

std::uint64_t last_in_write_ahead_logs(const std::string& path) {
  Last last;
  carve_all(path, last);
  return last.last;
}

}  // namespace lessor::store
