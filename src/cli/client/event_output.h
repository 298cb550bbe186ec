#pragma once
// Events as lines on standard output, for a program that reads them. It may read slowly, or not at
// all any more, and strangers on the link decide how much there is to say: neither holds the client
// up or fills a disk. Must not know: what events are.

#include "base/time.h"
#include "runtime/file_descriptor.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace lessor::cli {

class EventOutput final {
 public:
  /// Of what strangers make us say, so many lines in a second; more are counted.
  static constexpr int kNoisePerSecond = 100;
  /// Waits for a reader; what comes on top is lost and counted.
  static constexpr std::size_t kMaxWaiting = 65'536;

  /// Writes to `fd`, which is borrowed and outlives this. A pipe is opened once more, without
  /// blocking: its other users keep theirs as it is. Call it while files may be opened to write.
  explicit EventOutput(int fd);

  /// A line without its end. `noise`: what any stranger can bring about, again and again.
  void say(Instant now, std::string_view line, bool noise);
  /// Gives a reader a last while to take what waits.
  void finish();

 private:
  void put(std::string_view line);
  void write_waiting();
  [[nodiscard]] bool is_too_much(Instant now, bool noise);
  void tell_losses();

  int fd_;
  runtime::FileDescriptor own_;
  std::string waiting_;
  Instant second_began_;
  int noise_ = 0;
  unsigned long lost_ = 0;
};

}  // namespace lessor::cli
