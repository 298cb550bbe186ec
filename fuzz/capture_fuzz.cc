// Fuzzes what captures are read from: pcap, pcapng, dumps of other tools, our own notation, bare
// octets; the content decides which. Every frame lies inside of its file and is counted; written
// into a capture file, as a dump and as text, the same frames come back.

#include "craft/capture/capture_reader.h"
#include "craft/capture/hex_text.h"
#include "craft/capture/pcap_writer.h"
#include "craft/packet/notation.h"
#include "property.h"
#include "seed.h"

#include <sys/mman.h>
#include <unistd.h>

#include <vector>

namespace lessor::craft {
namespace {

using fuzz::expect;

/// A file without a folder.
class MemoryFile {
 public:
  explicit MemoryFile(Bytes content) : descriptor_(::memfd_create("capture", MFD_CLOEXEC)) {
    expect(descriptor_ >= 0, "no file in memory");
    const auto size = static_cast<::ssize_t>(content.size());
    expect(::write(descriptor_, content.data(), content.size()) == size, "no room in memory");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

struct Kept {
  Duration since_1970;
  LinkType link = LinkType::ethernet;
  std::size_t original_size = 0;
  std::vector<std::byte> bytes;
  friend bool operator==(const Kept&, const Kept&) = default;
};

/// Every frame up to the end or the first error. Frames overlap in no kind of file: those that hold
/// `most` octets together are refused by nothing but a fault of ours.
std::vector<Kept> read_all(const std::string& path, std::size_t most) {
  std::vector<Kept> frames;
  const auto reader = open_capture(path);
  if (!reader) {
    expect(!reader.error().empty(), "refused without a word");
    return frames;
  }
  std::size_t octets = 0;
  for (CapturedFrame frame;;) {
    const auto more = (*reader)->next(frame);
    if (!more) expect(!more.error().empty(), "an error without a word");
    if (!more || !*more) return frames;
    expect(frame.number == frames.size() + 1, "a frame is not counted");
    expect(frame.bytes.size() <= kPacketBytes, "a frame beyond the limit");
    octets += frame.bytes.size();
    expect(octets <= most, "more octets than the file has");
    frames.push_back({.since_1970 = frame.since_1970,
                      .link = frame.link,
                      .original_size = std::max(frame.original_size, frame.bytes.size()),
                      .bytes = {frame.bytes.begin(), frame.bytes.end()}});
  }
}

/// pcap keeps 32 bits of seconds and lengths.
bool fits_pcap(const Kept& frame) {
  return frame.since_1970 >= Duration() && frame.since_1970.to_seconds() <= UINT32_MAX;
}

void try_capture(std::vector<Kept> frames) {
  std::erase_if(frames, [&](const Kept& frame) {
    return !fits_pcap(frame) || frame.link != frames.front().link;
  });
  if (frames.empty()) return;
  const MemoryFile file({});
  {
    auto writer = PcapWriter::open(file.path(), frames.front().link);
    if (!writer) fuzz::fail(writer.error());
    for (const Kept& frame : frames) {
      expect(writer->write(frame.since_1970, frame.bytes, frame.original_size), "not written");
    }
  }
  expect(read_all(file.path(), SIZE_MAX) == frames, "other frames came back of a capture file");
}

/// As hexdump and text2pcap have it.
std::string dump_of(Bytes frame) {
  std::string text;
  for (std::size_t at = 0; at < frame.size(); ++at) {
    char words[16];
    if (at % 16 == 0) {
      std::snprintf(words, sizeof(words), at == 0 ? "%06zx " : "\n%06zx ", at);
      text += words;
    }
    std::snprintf(words, sizeof(words), " %02x", load_u8(&frame[at]));
    text += words;
  }
  return text + "\n";
}

void try_dump(const Kept& frame) {
  if (frame.bytes.empty()) return;
  const std::string text = dump_of(frame.bytes);
  const auto packets = read_hex_text(text);
  if (!packets) fuzz::fail(packets.error(), text);
  expect(packets->size() == 1 && equal_bytes(packets->front().bytes, frame.bytes),
         "another frame came back of its dump", text);
}

void try_text(const Kept& frame) {
  const std::string text = packet_text({.link = frame.link, .bytes = frame.bytes});
  const auto reader = read_text(text, "text");
  if (!reader) fuzz::fail(reader.error(), text);
  CapturedFrame again;
  const auto read = (*reader)->next(again);
  if (!read) fuzz::fail(read.error(), text);
  expect(*read && again.link == frame.link && equal_bytes(again.bytes, frame.bytes),
         "another frame came back of its text", text);
}

std::size_t try_file(Bytes content) {
  const MemoryFile file(content);
  // Our own notation says more than it is long: headers need no line, and padding is a number.
  const std::vector<Kept> frames = read_all(file.path(), content.size() + 1 * kPacketBytes);
  try_capture(frames);
  for (std::size_t i = 0; i < frames.size() && i < 4; ++i) {
    try_text(frames[i]);
    try_dump(frames[i]);
  }
  return frames.size();
}

}  // namespace
}  // namespace lessor::craft

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)lessor::craft::try_file(std::as_bytes(std::span(data, size)));
  return 0;
}

bool is_good_seed(lessor::Bytes seed) { return lessor::craft::try_file(seed) > 0; }
