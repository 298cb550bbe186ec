#include "store/mark_file.h"

#include "base/check.h"
#include "base/hash.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace lessor::store {
namespace {

// A slot: crc32c (4, of all that follows), count (8), size (1), record. Each slot has a sector of
// its own, so that a torn write touches one of them only.
constexpr std::size_t kSlotStride = 4'096;
constexpr std::size_t kSlotHeader = 13;
constexpr std::size_t kSlotSize = kSlotHeader + kMarkLimit;

struct Slot {
  std::uint64_t count = 0;
  std::string record;
};

std::optional<Slot> parse_slot(Bytes bytes) {
  ByteReader reader(bytes);
  const std::uint32_t checksum = reader.be32();
  const std::uint64_t count = reader.be64();
  const Bytes record = reader.bytes(reader.u8());
  if (!reader.ok() || count == 0) return std::nullopt;
  if (crc32c(bytes.subspan(4, kSlotHeader - 4 + record.size())) != checksum) return std::nullopt;
  return Slot{count, std::string(as_text(record))};
}

}  // namespace

MarkFile::MarkFile(MarkFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(other.descriptor_), count_(other.count_) {
  other.descriptor_ = -1;
}

MarkFile::~MarkFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

lease::LogError MarkFile::error(const char* what) const {
  return {std::string("cannot ") + what + " " + path_ + ": " + std::strerror(errno)};
}

std::expected<MarkFile, lease::LogError> MarkFile::open(std::string path, bool writable) {
  const int flags = writable ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC;
  MarkFile file(std::move(path), -1);
  file.descriptor_ = ::open(file.path_.c_str(), flags, 0640);
  if (file.descriptor_ < 0 && (writable || errno != ENOENT)) {
    return std::unexpected(file.error("open"));
  }
  return file;
}

std::expected<std::string, lease::LogError> MarkFile::read() {
  if (descriptor_ < 0) return std::string();
  Slot newest;
  bool seen = false;
  for (const off_t offset : {off_t{0}, off_t{kSlotStride}}) {
    std::array<std::byte, kSlotSize> bytes{};
    const ssize_t size = ::pread(descriptor_, bytes.data(), bytes.size(), offset);
    if (size < 0) return std::unexpected(error("read"));
    seen = seen || size > 0;
    const auto slot = parse_slot(Bytes(bytes).first(static_cast<std::size_t>(size)));
    if (slot && slot->count > newest.count) newest = *slot;
  }
  if (seen && newest.count == 0) {
    return std::unexpected(
        lease::LogError{path_ + " is damaged: neither of its two slots is whole", true});
  }
  count_ = newest.count;
  return newest.record;
}

std::expected<void, lease::LogError> MarkFile::write(Bytes record) {
  CHECK(record.size() <= kMarkLimit);
  if (count_ == 0) {  // learn which slot is the older one
    if (const auto last = read(); !last) return std::unexpected(last.error());
  }
  ++count_;
  std::array<std::byte, kSlotSize> bytes{};
  ByteWriter writer(bytes);
  writer.be32(0);
  writer.be64(count_);
  writer.u8(static_cast<std::uint8_t>(record.size()));
  writer.bytes(record);
  store_be32(bytes.data(), crc32c(Bytes(writer.written()).subspan(4)));
  const off_t offset = count_ % 2 == 0 ? 0 : off_t{kSlotStride};
  for (std::size_t done = 0; done < bytes.size();) {
    const auto at = offset + static_cast<off_t>(done);
    const ssize_t size = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::unexpected(error("write"));
    done += static_cast<std::size_t>(size);
  }
  if (::fdatasync(descriptor_) != 0) return std::unexpected(error("flush"));
  return {};
}

std::expected<void, lease::LogError> MarkFile::check_disk_alive() const {
  // Takes room that the file has already: it changes nothing, but has to ask the journal, which
  // gives up first. A write of no octets hears of it later, statvfs() never.
  int done = 0;
  do {
    done = ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, 0, 1);
  } while (done != 0 && errno == EINTR);
  // Where files cannot be extended like this, or there is no room, nothing is known.
  if (done == 0 || (errno != EROFS && errno != EIO)) return {};
  return std::unexpected(error("flush"));
}

}  // namespace lessor::store
