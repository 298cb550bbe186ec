#pragma once
// Where shown packets go: a view that prints each, or one that gathers them all and prints at the
// end. Must not know: where packets come from.

#include "cli/exit_code.h"
#include "craft/view/shown_packet.h"

#include <string>

namespace lessor::cli {

/// Standard output for many small pieces: gathered, written in big ones.
class Printer {
 public:
  /// `at_once`: every packet is written when it is there (a live view, or -l).
  explicit Printer(bool at_once) : at_once_(at_once) {}
  /// Where views append to.
  [[nodiscard]] std::string& text() { return text_; }
  /// A packet is complete: writes when it is time to. False when nobody reads any more.
  bool packet_done() { return !at_once_ && text_.size() < kEnough ? !gone_ : flush(); }
  /// Writes what is there. False when nobody reads any more, or the disk is full.
  bool flush();
  /// Whether writing failed, and how that ends the program.
  [[nodiscard]] bool gone() const { return gone_; }
  [[nodiscard]] ExitCode exit_code() const { return code_; }

 private:
  static constexpr std::size_t kEnough = 64UL * 1'024;
  std::string text_;
  bool at_once_;
  bool gone_ = false;
  ExitCode code_ = ExitCode::done;
};

/// One view at work.
class PacketSink {
 public:
  PacketSink() = default;
  PacketSink(const PacketSink&) = delete;
  PacketSink& operator=(const PacketSink&) = delete;
  virtual ~PacketSink() = default;

  /// One packet that passed all conditions. What it borrows is valid during the call.
  virtual void packet(const craft::ShownPacket& packet) = 0;
  /// No more come. An error is said on standard error by the sink itself.
  virtual ExitCode finish() { return ExitCode::done; }
  /// Whether the packets' faults are looked at; finding them takes time.
  [[nodiscard]] virtual bool wants_faults() const { return true; }
};

}  // namespace lessor::cli
