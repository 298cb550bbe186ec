#include "cli/workbench/packet_sink.h"

#include "cli/console.h"

namespace lessor::cli {

bool Printer::flush() {
  if (!gone_ && !text_.empty()) {
    gone_ = !print(text_);
    if (gone_) code_ = end_of_output();
  }
  text_.clear();
  return !gone_;
}

}  // namespace lessor::cli
