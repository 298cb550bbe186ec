#include "sim/frame_laws.h"

#include "craft/dissect.h"

namespace lessor::sim {

std::optional<std::string> FrameLaws::find_fault(Bytes frame) {
  if (++frames_ % kEvery != 0) return std::nullopt;
  const craft::Dissection dissection = craft::dissect(frame);
  for (const craft::Fault& fault : finder_.find(frame, dissection)) {
    if (fault.severity != craft::Severity::note) return to_string(fault);
  }
  return std::nullopt;
}

}  // namespace lessor::sim
