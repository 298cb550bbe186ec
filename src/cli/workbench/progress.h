#pragma once
// How far a long reading has come, on a terminal's standard error, in a line that is drawn over.

#include <cstdint>

namespace lessor::cli {

class Progress {
 public:
  /// `size`: octets of the whole file; 0: nobody knows. Quiet unless standard error is a terminal,
  /// and standard output is not (there the packets themselves are the progress) or shows nothing
  /// before the end.
  Progress(std::uint64_t size, bool shows_at_end);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Whether to show() at this packet: now and then.
  [[nodiscard]] bool is_due(std::uint64_t packets) const { return shown_ && packets % kEvery == 0; }
  void show(std::uint64_t position, std::uint64_t packets);

 private:
  static constexpr std::uint64_t kEvery = 16'384;
  std::uint64_t size_;
  bool shown_;
  bool drawn_ = false;
};

}  // namespace lessor::cli
