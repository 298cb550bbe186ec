#include "craft/rules/compiled_rules.h"

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
      compiled.fields.push_back({.row = &*row, .rule = &rule});
    }
  }
  for (std::size_t code = 0; code < compiled.duties.size(); ++code) {
    compiled.duties[code] = option_rule(rules, static_cast<wire::OptionCode>(code)).duty;
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
