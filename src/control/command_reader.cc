#include "control/command_reader.h"

#include "control/object_scan.h"

namespace lessor::control {
namespace {

class CommandReader final : public runtime::StreamRequestReader {
 public:
  bool take(std::string_view piece) override {
    return scanner_.take(piece).state != ObjectScan::State::more;
  }

 private:
  ObjectScanner scanner_;
};

}  // namespace

std::unique_ptr<runtime::StreamRequestReader> command_reader() {
  return std::make_unique<CommandReader>();
}

}  // namespace lessor::control
