#pragma once
// A packet as every view is given it: the captured frame, taken apart, and what is wrong with it.
// Must not know: how it is shown.

#include "craft/capture/capture_reader.h"
#include "craft/faults.h"

namespace lessor::craft {

/// Everything is borrowed and valid until the next frame is read.
struct ShownPacket {
  const CapturedFrame& frame;
  const Dissection& dissection;
  std::span<const Fault> faults;
};

/// The layers, or options, that a view is limited to; nothing means all.
using OnlyLayer = std::optional<Layer>;

}  // namespace lessor::craft
