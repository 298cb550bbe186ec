#include "cli/workbench/packet_sink.h"

#include "cli/console.h"

namespace lessor::cli {

bool Printer::flush() {
  if (!gone_ && !text_.empty()) {
    code_ = print_or_fail(text_);
    gone_ = code_ != ExitCode::done;
  }
  text_.clear();
  return !gone_;
}

}  // namespace lessor::cli
