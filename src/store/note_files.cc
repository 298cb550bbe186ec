#include "store/note_files.h"

#include "base/hash.h"
#include "base/text.h"
#include "store/folders.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lessor::store {
namespace {

namespace fs = std::filesystem;
using lease::LogError;

constexpr std::string_view kPrefix = "notes-";
constexpr std::size_t kFileLimit = 1U << 20;
constexpr std::size_t kHeader = 16;
constexpr std::size_t kNoteLimit = 1U << 16;

/// "notes-" and twenty digits: names sort as numbers do.
std::string name_of(std::uint64_t first) {
  const std::string digits = std::to_string(first);
  return std::string(kPrefix) + std::string(20 - digits.size(), '0') + digits;
}

std::uint64_t first_of(const std::string& path) {
  const std::string name = fs::path(path).filename().string().substr(kPrefix.size());
  const std::size_t digits = std::min(name.find_first_not_of('0'), name.size() - 1);
  return parse_number(name.substr(digits)).value_or(0);
}

void visit_notes(Bytes bytes, lease::Log::Visitor& visitor) {
  ByteReader in(bytes);
  while (in.remaining() >= kHeader) {
    const Bytes rest = bytes.subspan(in.offset());
    const std::uint32_t checksum = in.be32();
    const std::uint32_t size = in.be32();
    const std::uint64_t number = in.be64();
    if (size > kNoteLimit) return;
    const Bytes note = in.bytes(size);
    if (!in.ok() || crc32c(rest.subspan(4, kHeader - 4 + size)) != checksum) return;
    if (!visitor.visit(number, note)) return;
  }
}

/// Leaves out what a crash left behind: a file ends where the next one begins. Its notes are about
/// records that were dropped, and must not stand for those that took their numbers.
class Below final : public lease::Log::Visitor {
 public:
  Below(lease::Log::Visitor& visitor, std::uint64_t limit) : visitor_(visitor), limit_(limit) {}
  bool visit(std::uint64_t number, Bytes note) override {
    return number >= limit_ || visitor_.visit(number, note);
  }

 private:
  lease::Log::Visitor& visitor_;
  std::uint64_t limit_;
};

}  // namespace

NoteFiles::~NoteFiles() { close(); }

void NoteFiles::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

LogError NoteFiles::error(const char* what, const std::string& path) const {
  return {std::string("cannot ") + what + " " + path + ": " + std::strerror(errno)};
}

void NoteFiles::append(std::uint64_t number, Bytes note) {
  if (buffer_.empty()) buffer_first_ = number;
  const std::size_t start = buffer_.size();
  buffer_.resize(start + kHeader + note.size());
  ByteWriter out(MutableBytes(buffer_).subspan(start));
  out.be32(0);
  out.be32(static_cast<std::uint32_t>(note.size()));
  out.be64(number);
  out.bytes(note);
  store_be32(buffer_.data() + start, crc32c(Bytes(buffer_).subspan(start + 4)));
}

std::expected<void, LogError> NoteFiles::open_next() {
  if (const auto flushed = flush(); !flushed) return flushed;
  close();
  path_ = folder_ + "/" + name_of(buffer_first_);
  // A file of that name is what a crash left of notes about records that were dropped.
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (descriptor_ < 0) return std::unexpected(error("make", path_));
  size_ = 0;
  return flush_folder(folder_);
}

std::expected<void, LogError> NoteFiles::write() {
  if (buffer_.empty()) return {};
  if (descriptor_ < 0 || size_ >= kFileLimit) {
    if (const auto opened = open_next(); !opened) return opened;
  }
  Bytes left = buffer_;
  while (!left.empty()) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(error("write", path_));
    left = left.subspan(static_cast<std::size_t>(written));
  }
  size_ += buffer_.size();
  buffer_.clear();
  return {};
}

std::expected<void, LogError> NoteFiles::flush() {
  if (descriptor_ >= 0 && ::fdatasync(descriptor_) != 0)
    return std::unexpected(error("flush", path_));
  return {};
}

std::vector<std::string> NoteFiles::files() const {
  std::vector<std::string> found;
  std::error_code ignored;  // no folder: no notes
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && name.size() == kPrefix.size() + 20)
      found.push_back(entry.path().string());
  }
  std::ranges::sort(found);
  return found;
}

std::expected<void, LogError> NoteFiles::trim(std::uint64_t number) {
  const std::vector<std::string> all = files();
  // A file ends where the next one begins; the newest is never removed.
  for (std::size_t i = 0; i + 1 < all.size() && first_of(all[i + 1]) <= number; ++i) {
    if (all[i] == path_) break;
    if (::unlink(all[i].c_str()) != 0) return std::unexpected(error("remove", all[i]));
  }
  return {};
}

std::expected<void, LogError> NoteFiles::read(lease::Log::Visitor& visitor) const {
  const std::vector<std::string> all = files();
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::ifstream file(all[i], std::ios::binary);
    if (!file) return std::unexpected(error("read", all[i]));
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    Below below(visitor, i + 1 < all.size() ? first_of(all[i + 1]) : UINT64_MAX);
    visit_notes(as_bytes(text), below);
  }
  return {};
}

}  // namespace lessor::store
