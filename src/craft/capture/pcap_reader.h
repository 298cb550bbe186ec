#pragma once
// Capture files: pcap and pcapng through libpcap, frame by frame. For open_capture.cc; everybody
// else asks capture_reader.h. Must not know: text, live capture.

#include "craft/capture/capture_reader.h"

#include <cstdio>

namespace lessor::craft {

/// Whether a file that begins with these four octets is a capture file.
[[nodiscard]] bool is_capture_magic(std::uint32_t magic);

/// Reads captures from `file`, which becomes the reader's; `name` is for messages, `size` the
/// file's or 0. The error is a sentence: no capture, cut before the first frame, another link type.
[[nodiscard]] std::expected<std::unique_ptr<CaptureReader>, std::string> read_pcap(
    std::FILE* file, const std::string& name, std::uint64_t size);

}  // namespace lessor::craft
