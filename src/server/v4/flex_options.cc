#include "server/v4/flex_options.h"

#include "wire/flat_values.h"
#include "wire/v4/sub_option_edit.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

std::optional<Bytes> change_list(Bytes list, const config::FlexOption& option, Bytes value,
                                 MutableBytes room) {
  using Action = config::FlexOption::Action;
  const bool is_there = wire::has_sub_option(list, option.code);
  if (option.action == Action::remove) {
    return is_there ? wire::without_sub_option(list, option.code, room) : std::nullopt;
  }
  if (is_there && option.action == Action::add) return std::nullopt;
  return wire::with_sub_option(list, option.code, value, room);
}

}  // namespace

void FlexOptions::evaluate(std::span<const config::FlexOption> options,
                           const expression::Facts& facts) {
  using Action = config::FlexOption::Action;
  used_ = 0;
  count_ = 0;
  for (const config::FlexOption& option : options) {
    const auto is_in = [&](config::ClassId id) { return facts.classes.has(id); };
    if (!std::ranges::all_of(option.guards, is_in)) continue;
    if (option.action == Action::remove) {
      const auto applies = expression::evaluate_condition(option.program, facts, scratch_);
      if (applies.value_or(false)) add(option, {});
      continue;
    }
    const auto value = expression::evaluate_text(option.program, facts, scratch_);
    if (value && !value->empty()) add(option, *value);
  }
}

void FlexOptions::add(const config::FlexOption& option, Bytes value) {
  if (count_ == results_.size()) return;
  const auto place = lay_out(option, value);
  if (!place) return;
  used_ += place->size();
  results_[count_++] = {&option, *place};
}

/// The value in a place of its own: it may stand in the scratch, which the next expression uses.
std::optional<Bytes> FlexOptions::lay_out(const config::FlexOption& option, Bytes value) {
  const MutableBytes room = MutableBytes(room_).subspan(used_);
  if (option.shape) return wire::write_flat_value(*option.shape, as_text(value), room);
  if (value.size() > room.size()) return std::nullopt;
  copy_bytes(room, value);
  return room.first(value.size());
}

std::optional<Bytes> change_container(Bytes container, const config::FlexOption& option,
                                      Bytes value, MutableBytes room) {
  const auto enterprise = option.container->enterprise;
  if (!enterprise) return change_list(container, option, value, room);
  auto block = wire::find_vendor_block(container, *enterprise);
  if (!block) return std::nullopt;
  std::array<std::byte, wire::kMaxOptionLength> list_room;
  const auto list = change_list(block->list, option, value, list_room);
  if (!list) return std::nullopt;
  block->list = *list;
  return wire::write_vendor_block(*block, *enterprise, room);
}

}  // namespace lessor::server::v4
