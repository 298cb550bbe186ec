#pragma once
// What must hold of every frame that an honest host sends: our own dissector finds no rule of an
// RFC broken in it. Must not know: who sends it.

#include "base/bytes.h"
#include "craft/faults.h"

#include <optional>
#include <string>

namespace lessor::sim {

class FrameLaws {
 public:
  /// The first thing that is wrong with the frame (violations and malformed octets; what is merely
  /// odd is not). Looking takes longer than playing: one frame in kEvery is looked at.
  [[nodiscard]] std::optional<std::string> find_fault(Bytes frame);

 private:
  static constexpr std::uint64_t kEvery = 16;
  craft::FaultFinder finder_;
  std::uint64_t frames_ = 0;
};

}  // namespace lessor::sim
