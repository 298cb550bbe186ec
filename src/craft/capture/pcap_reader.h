#pragma once
// Capture files: pcap and pcapng through libpcap, frame by frame. For open_capture.cc; everybody
// else asks capture_reader.h. Must not know: text, live capture.

#include "craft/capture/capture_reader.h"

#include <cstdio>
#include <vector>

namespace lessor::craft {

/// Whether a file that begins with these four octets is a capture file.
[[nodiscard]] bool is_capture_magic(std::uint32_t magic);

/// A file that is open at its start.
struct CaptureFile {
  std::FILE* file;         ///< becomes the reader's
  std::vector<char> room;  ///< what `file` reads into; empty: its own
  std::string name;        ///< for messages
  std::uint64_t size;      ///< octets, or 0: nobody knows
};
/// Reads captures. The error is a sentence: no capture, cut before the first frame, another link
/// type.
[[nodiscard]] std::expected<std::unique_ptr<CaptureReader>, std::string> read_pcap(
    CaptureFile source);

}  // namespace lessor::craft
