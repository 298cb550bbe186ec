#pragma once
// Options by expression: what Kea's hook flex_option does to a reply. Without heap. Must not know:
// where a reply's other options come from.

#include "config/server_config.h"
#include "expression/evaluate.h"
#include "server/v4/classify.h"
#include "server/v4/limits.h"

#include <array>
#include <span>

namespace lessor::server::v4 {

/// Evaluates the expressions for one packet after the other.
class FlexOptions {
 public:
  /// What is done to the reply, in the order of the file.
  struct Result {
    config::FlexOption::Action action;
    wire::OptionCode code;
    Bytes value;  ///< none for remove; valid until the next evaluate()
  };

  /// As Kea has it, an expression without a value, or with an empty one, changes nothing; nor does
  /// one that is for another class. What does not fit (kFlexRoom) is left out.
  void evaluate(std::span<const config::FlexOption> options, const expression::Facts& facts);
  [[nodiscard]] std::span<const Result> results() const { return {results_.data(), count_}; }

 private:
  void add(const config::FlexOption& option, Bytes value);

  expression::Scratch scratch_;
  std::array<std::byte, kFlexRoom> room_{};
  std::size_t used_ = 0;
  std::array<Result, config::kMaxFlexOptions> results_{};
  std::size_t count_ = 0;
};

}  // namespace lessor::server::v4
