#pragma once
// Captured frames and the files that hold them (pcap, and pcapng for reading). The only place that
// knows libpcap's file format side. Must not know: live capture, sockets.

#include "base/bytes.h"
#include "base/time.h"

#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace lessor::craft {

/// One captured Ethernet frame and when it passed, since 1970-01-01 UTC.
struct CapturedFrame {
  Duration since_1970;
  std::vector<std::byte> bytes;
};

/// All frames of a pcap or pcapng file, in file order, nanoseconds kept. The error is a sentence:
/// no such file, no capture file, not Ethernet, cut in the middle (at which frame).
[[nodiscard]] std::expected<std::vector<CapturedFrame>, std::string> read_pcap(
    const std::string& path);

/// A pcap file being written, with nanosecond timestamps. Every frame is in the file when write()
/// returns, so that an interrupted capture is a readable one.
class PcapWriter {
 public:
  /// Creates or empties the file at `path`. The error is a sentence.
  [[nodiscard]] static std::expected<PcapWriter, std::string> open(const std::string& path);

  /// Adds one frame; false when the disk refuses it.
  [[nodiscard]] bool write(Duration since_1970, Bytes frame);

 private:
  struct Handles;
  struct Close {
    void operator()(Handles* handles) const;
  };
  explicit PcapWriter(std::unique_ptr<Handles, Close> handles) : handles_(std::move(handles)) {}
  std::unique_ptr<Handles, Close> handles_;
};

}  // namespace lessor::craft
