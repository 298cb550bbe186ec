#include "server/v4/flex_options.h"

namespace lessor::server::v4 {

void FlexOptions::evaluate(std::span<const config::FlexOption> options,
                           const expression::Facts& facts) {
  using Action = config::FlexOption::Action;
  used_ = 0;
  count_ = 0;
  for (const config::FlexOption& option : options) {
    if (option.guard && !facts.classes.has(*option.guard)) continue;
    if (option.action == Action::remove) {
      const auto applies = expression::evaluate_condition(option.program, facts, scratch_);
      if (applies.value_or(false)) add(option, {});
      continue;
    }
    const auto value = expression::evaluate_text(option.program, facts, scratch_);
    if (value && !value->empty()) add(option, *value);
  }
}

/// The value is copied: it may stand in the scratch, which the next expression uses.
void FlexOptions::add(const config::FlexOption& option, Bytes value) {
  if (value.size() > room_.size() - used_ || count_ == results_.size()) return;
  const MutableBytes place = MutableBytes(room_).subspan(used_, value.size());
  copy_bytes(place, value);
  used_ += value.size();
  results_[count_++] = {option.action, option.code, place};
}

}  // namespace lessor::server::v4
