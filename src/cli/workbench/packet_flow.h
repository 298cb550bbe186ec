#pragma once
// The way of every packet in `show` and `watch`: taken apart, judged by the conditions, shown,
// kept. Must not know: where packets come from.

#include "cli/workbench/packet_sink.h"
#include "cli/workbench/view_words.h"
#include "craft/known_hosts.h"

namespace lessor::cli {

class PacketFlow {
 public:
  /// The words and the sink are borrowed. `narrow`: of ARP and ICMP, only what concerns hosts that
  /// were seen in DHCP.
  PacketFlow(const ViewWords& words, PacketSink& sink, bool narrow)
      : words_(words), sink_(sink), narrow_(narrow) {
    if (words.client) client_.emplace(*words.client);
  }

  /// Begins the file of -w, when one is asked for. The error is a sentence.
  [[nodiscard]] std::expected<void, std::string> begin(craft::LinkType link);
  /// Handles one frame. The error is a sentence: the file of -w cannot be written.
  [[nodiscard]] std::expected<void, std::string> take(const craft::CapturedFrame& frame);
  /// Whether -c has been reached.
  [[nodiscard]] bool enough() const { return shown_ >= words_.count; }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  [[nodiscard]] std::uint64_t shown() const { return shown_; }

 private:
  [[nodiscard]] bool passes(const craft::CapturedFrame& frame, const craft::Dissection& d);

  const ViewWords& words_;
  PacketSink& sink_;
  bool narrow_;
  craft::FaultFinder finder_;
  craft::KnownHosts hosts_;
  std::optional<craft::KnownHosts> client_;
  std::optional<craft::CaptureWriter> writer_;
  std::uint64_t taken_ = 0;
  std::uint64_t shown_ = 0;
};

}  // namespace lessor::cli
