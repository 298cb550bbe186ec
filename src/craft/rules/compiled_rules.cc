#include "craft/rules/compiled_rules.h"

#include "base/check.h"

#include <algorithm>

namespace lessor::craft {
namespace {

CompiledRules compile(const MessageRules& rules) {
  CompiledRules compiled;
  const auto rows = layer_row(Layer::bootp).fields;
  for (const auto& some : {rules.all_fields, rules.fields}) {
    for (const FieldRule& rule : some) {
      const auto row = std::ranges::find(rows, rule.field, &FieldRow::name);
      if (rule.content == Content::anything || row == rows.end()) continue;
      CHECK(row->bit % 8 == 0 && row->bits % 8 == 0);
      compiled.fields.push_back({.row = &*row,
                                 .rule = &rule,
                                 .content = rule.content,
                                 .octet = row->octet(),
                                 .octets = row->octets()});
    }
  }
  for (std::size_t code = 0; code < compiled.duties.size(); ++code) {
    const Duty duty = option_rule(rules, static_cast<wire::OptionCode>(code)).duty;
    compiled.duties[code] = duty;
    compiled.unwanted[code] = duty == Duty::must_not || duty == Duty::should_not;
  }
  for (const auto& some : {rules.all_options, rules.options}) {
    for (const OptionRule& rule : some) {
      if (rule.duty == Duty::must) compiled.needed.push_back(&rule);
    }
  }
  return compiled;
}

}  // namespace

const CompiledRules& compiled_rules(Form form) {
  static const auto all = [] {
    std::array<CompiledRules, kFormCount> compiled;
    for (std::size_t i = 0; i < kFormCount; ++i) compiled[i] = compile(message_rules()[i]);
    return compiled;
  }();
  return all[static_cast<std::size_t>(form)];
}

}  // namespace lessor::craft
