#pragma once
// Options by expression: what Kea's hook flex_option does to a reply. Without heap. Must not know:
// where a reply's other options come from.

#include "config/server_config.h"
#include "expression/evaluate.h"
#include "server/v4/classify.h"
#include "server/v4/limits.h"

#include <array>
#include <optional>
#include <span>

namespace lessor::server::v4 {

/// Evaluates the expressions for one packet after the other.
class FlexOptions {
 public:
  /// What is done to the reply, in the order of the file.
  struct Result {
    const config::FlexOption* option;  ///< of the configuration
    Bytes value;                       ///< none for remove; valid until the next evaluate()
  };

  /// As Kea has it, an expression without a value, or with an empty one, changes nothing; nor does
  /// one that is for another class, or whose value is no text for its option. What does not fit
  /// (kFlexRoom) is left out.
  void evaluate(std::span<const config::FlexOption> options, const expression::Facts& facts);
  [[nodiscard]] std::span<const Result> results() const { return {results_.data(), count_}; }

 private:
  void add(const config::FlexOption& option, Bytes value);
  [[nodiscard]] std::optional<Bytes> lay_out(const config::FlexOption& option, Bytes value);

  expression::Scratch scratch_;
  std::array<std::byte, kFlexRoom> room_{};
  std::size_t used_ = 0;
  std::array<Result, config::kMaxFlexOptions> results_{};
  std::size_t count_ = 0;
};

/// The value of the option around a sub-option, once that is added, superseded or removed as
/// `option` says; laid out in `room`. Nothing when nothing changes, or when it does not fit.
/// Precondition: option.container.
[[nodiscard]] std::optional<Bytes> change_container(Bytes container,
                                                    const config::FlexOption& option, Bytes value,
                                                    MutableBytes room);

}  // namespace lessor::server::v4
