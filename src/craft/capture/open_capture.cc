#include "craft/capture/capture_reader.h"
#include "craft/capture/hex_text.h"
#include "craft/capture/pcap_reader.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace lessor::craft {
namespace {

constexpr std::size_t kRoomBytes = 64 * 1'024;          // few system calls for millions of frames
constexpr std::size_t kTextBytes = 64 * 1'024 * 1'024;  // more text than this is no packet dump

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::unexpected<std::string> cannot_read(const std::string& name) {
  return std::unexpected("cannot read " + name + ": " + std::strerror(errno));
}

/// The first four octets, which stay in the file; 0 when there are fewer.
std::expected<std::uint32_t, std::string> peek(std::FILE* file, const std::string& name) {
  std::byte octets[4];
  const std::size_t count = std::fread(octets, 1, sizeof octets, file);
  if (std::ferror(file) != 0) return cannot_read(name);
  std::clearerr(file);  // its end comes again
  for (std::size_t i = count; i > 0; --i) std::ungetc(static_cast<int>(octets[i - 1]), file);
  return count == sizeof octets ? load_be32(octets) : 0;
}

std::expected<std::string, std::string> read_all(std::FILE* file, const std::string& name) {
  std::string text;
  char piece[16 * 1'024];
  while (std::feof(file) == 0) {
    const std::size_t count = std::fread(piece, 1, sizeof piece, file);
    if (std::ferror(file) != 0) return cannot_read(name);
    text.append(piece, count);
    if (text.size() > kTextBytes) {
      return std::unexpected(name + " is neither a capture file nor a packet as text: too long");
    }
  }
  return text;
}

std::uint64_t size_of(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) return 0;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? 0 : size;
}

}  // namespace

std::expected<std::unique_ptr<CaptureReader>, std::string> open_capture(const std::string& path) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  std::error_code failed;
  if (!standard_input && std::filesystem::is_directory(path, failed)) {
    return std::unexpected(path + " is a folder, not a capture file");
  }
  std::vector<char> room;  // the file's: it must live longer
  File file(standard_input ? stdin : std::fopen(path.c_str(), "rbe"));
  if (!file) return std::unexpected("cannot open " + path + ": " + std::strerror(errno));
  // Without a room glibc heeds no size. Standard input stays open, and would keep it.
  if (!standard_input) {
    room.resize(kRoomBytes);
    std::setvbuf(file.get(), room.data(), _IOFBF, room.size());
  }
  const auto magic = peek(file.get(), name);
  if (!magic) return std::unexpected(magic.error());
  if (is_capture_magic(*magic)) {
    return read_pcap({.file = file.release(),
                      .room = std::move(room),
                      .name = name,
                      .size = standard_input ? 0 : size_of(path)});
  }
  auto text = read_all(file.get(), name);
  if (!text) return std::unexpected(text.error());
  return read_text(*text, name);
}

}  // namespace lessor::craft
