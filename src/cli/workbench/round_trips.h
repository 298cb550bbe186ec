#pragma once
// How many questions were answered and how long that took, in one line. Must not know: packets.

#include "base/time.h"

#include <string>
#include <vector>

namespace lessor::cli {

class RoundTrips {
 public:
  void sent() { ++sent_; }
  void answered(Duration after) { trips_.push_back(after); }

  [[nodiscard]] std::size_t count() const { return sent_; }
  [[nodiscard]] std::size_t lost() const { return sent_ - trips_.size(); }
  /// "10 sent, 9 answered, 10% lost; answers after 0.31 to 4.20 ms, half of them within 0.52 ms".
  [[nodiscard]] std::string summary() const;

 private:
  std::size_t sent_ = 0;
  std::vector<Duration> trips_;
};

}  // namespace lessor::cli
