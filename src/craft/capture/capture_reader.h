#pragma once
// Captured frames, one after the other, whatever they are read from: capture files, hexadecimal,
// the text notation. Memory stays flat: a frame is borrowed until the next one is asked for. Must
// not know: what the frames are, live capture.

#include "base/time.h"
#include "craft/dissect.h"

#include <expected>
#include <memory>
#include <string>

namespace lessor::craft {

/// One captured frame.
struct CapturedFrame {
  std::uint64_t number = 0;  ///< counts from 1
  Duration since_1970;       ///< when it passed, UTC
  LinkType link = LinkType::ethernet;
  std::string_view interface{};   ///< where it was seen, when several are watched
  Bytes bytes;                    ///< valid until the next frame is read
  std::size_t original_size = 0;  ///< on the wire; more than `bytes` when the capture cut it
};

/// Where frames come from.
class CaptureReader {
 public:
  CaptureReader() = default;
  CaptureReader(const CaptureReader&) = delete;
  CaptureReader& operator=(const CaptureReader&) = delete;
  virtual ~CaptureReader() = default;

  /// The next frame; false at the end. The error is a sentence that says behind which frame the
  /// file is cut or damaged; all frames before it were given.
  [[nodiscard]] virtual std::expected<bool, std::string> next(CapturedFrame& frame) = 0;
  /// What all frames begin with.
  [[nodiscard]] virtual LinkType link() const = 0;
  /// Octets read so far, and of the whole file; 0 when nobody knows.
  [[nodiscard]] virtual std::uint64_t position() const { return 0; }
  [[nodiscard]] virtual std::uint64_t size() const { return 0; }
  /// What a person should know of how the input was understood; mostly empty.
  [[nodiscard]] virtual std::string note() const { return {}; }
};

/// Opens a file, or standard input as "-": pcap and pcapng (Ethernet, Linux cooked 1 and 2, raw
/// IP), or text: a hexadecimal string, a dump of tcpdump, Wireshark or hexdump, our own notation;
/// or the bare octets of one packet. The content decides. The error is a sentence that names the
/// file.
[[nodiscard]] std::expected<std::unique_ptr<CaptureReader>, std::string> open_capture(
    const std::string& path);

}  // namespace lessor::craft
