#pragma once
// The last things that happened, in words and as frames: what a failure is told with. Must not
// know: what is right.

#include "base/bytes.h"
#include "base/time.h"

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace lessor::sim {

class Chronicle {
 public:
  /// From now on sentences are printed as they come, too.
  void say_all() { says_all_ = true; }
  /// A sentence about `instant` of the world; the last 50 are kept.
  void note(Instant instant, std::string text);
  /// A frame as it left its host; the last 2,000 are kept.
  void record(Instant instant, Bytes frame);

  /// The sentences, oldest first, each with its time: "1234.567890 client 3: BOUND, granted".
  [[nodiscard]] std::string last_events() const;
  /// Writes the frames to a new capture file. The error is a sentence.
  [[nodiscard]] std::expected<void, std::string> write_pcap(const std::string& path) const;

 private:
  bool says_all_ = false;
  static constexpr std::size_t kNotes = 50;
  static constexpr std::size_t kFrames = 2'000;
  struct Note {
    Instant instant;
    std::string text;
    [[nodiscard]] std::string line() const;
  };
  struct Frame {
    Instant instant;
    std::vector<std::byte> bytes;
  };
  std::array<Note, kNotes> notes_;
  std::size_t noted_ = 0;
  std::vector<Frame> frames_ = std::vector<Frame>(kFrames);
  std::size_t recorded_ = 0;
};

}  // namespace lessor::sim
