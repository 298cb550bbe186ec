#include "config/flex_options.h"

#include "config/hooks.h"
#include "config/option_data.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_table.h"

#include <algorithm>
#include <array>

namespace lessor::config {
namespace {

using Action = FlexOption::Action;

struct ActionKey {
  std::string_view key;
  Action action;
};
constexpr std::array<ActionKey, 3> kActions = {
    {{"add", Action::add}, {"supersede", Action::supersede}, {"remove", Action::remove}}};
constexpr std::array kParameters = std::to_array<HookParameter>({{"options", Type::any}});
constexpr std::array<std::string_view, 6> kOtherKeys = {"code",         "name",       "space",
                                                        "client-class", "csv-format", "comment"};

/// Whether the text of an option and its octets are the same.
bool is_text(const OptionDefs& defs, wire::OptionCode code) {
  const OptionDef* def = defs.find(kDhcp4Space, code);
  const wire::Shape& shape = def != nullptr ? def->shape : wire::option_shape(code);
  return shape.count == 1 && shape.fields[0] == &wire::kind::kText;
}

class FlexReader {
 public:
  FlexReader(ClassNames& classes, Report& report) : classes_(classes), report_(report) {}

  void read_library(const Node& parameters) {
    check_parameters(parameters, kParameters, report_);
    const auto options = parameters.find("options");
    if (!options) return report_.error(parameters, "options is missing: a list of maps");
    for (const Node& map : options->maps()) read(map);
  }
  std::vector<FlexOption> take() { return std::move(options_); }

 private:
  void read(const Node& map) {
    if (!has_known_keys(map)) return;
    const std::string* space = map.text("space");
    if (space != nullptr && *space != kDhcp4Space) {
      return report_.error(*map.find("space"),
                           "not implemented yet: options by expression inside of others");
    }
    const auto code = read_code(map);
    if (!code) return;
    if (const auto why = why_not_configurable(*code)) {
      return report_.error(map, wire::option_name(*code) + " (" + std::to_string(*code) +
                                    ") is the server's own: " + std::string(*why));
    }
    if (map.boolean("csv-format").value_or(false) && !is_text(classes_.options(), *code)) {
      return report_.error(*map.find("csv-format"),
                           "not implemented yet: text that would be taken apart for every packet; "
                           "let the expression make the octets");
    }
    FlexOption made;
    made.code = *code;
    if (const std::string* name = map.text("client-class"); name != nullptr && !name->empty()) {
      made.guard = classes_.number_of(*name, *map.find("client-class"), report_);
    }
    read_action(map, std::move(made));
  }

  bool has_known_keys(const Node& map) {
    bool all = true;
    for (std::size_t i = 0; i < map.size(); ++i) {
      const Node member = map.child(i);
      const bool is_action =
          std::ranges::find(kActions, member.key(), &ActionKey::key) != kActions.end();
      const bool is_other = std::ranges::find(kOtherKeys, member.key()) != kOtherKeys.end();
      if (is_action || is_other || member.key() == "user-context") continue;
      all = false;
      report_.error_at_key(member, member.key() == "sub-options"
                                       ? "not implemented yet: sub-options by expression"
                                       : "unknown key");
    }
    return all;
  }

  std::optional<wire::OptionCode> read_code(const Node& map) {
    const auto number = map.find("code");
    const auto name = map.find("name");
    if (!number && !name) {
      report_.error(map, "an option needs a name or a code: \"name\": \"boot-file-name\"");
      return std::nullopt;
    }
    const std::int64_t* code = number ? number->value().as_integer() : nullptr;
    if (number && (code == nullptr || *code < 1 || *code > 254)) {
      report_.error(*number, "codes go from 1 to 254");
      return std::nullopt;
    }
    if (number) return static_cast<wire::OptionCode>(*code);
    const std::string* text = name->value().as_text();
    const OptionDef* def = text == nullptr ? nullptr : classes_.options().find(kDhcp4Space, *text);
    if (def != nullptr) return def->code;
    const auto known = text == nullptr ? std::nullopt : wire::find_option_code(*text);
    if (!known) {
      report_.error(
          *name, "there is no option of this name",
          text == nullptr ? "" : std::string(wire::suggest_option_name(*text).value_or("")));
    }
    return known;
  }

  void read_action(const Node& map, FlexOption made) {
    std::size_t count = 0;
    for (const ActionKey& each : kActions) {
      const std::string* text = map.text(each.key);
      if (text == nullptr || text->empty()) continue;
      ++count;
      made.action = each.action;
      const Node place = *map.find(each.key);
      auto program = each.action == Action::remove ? classes_.read_condition(place, report_)
                                                   : classes_.read_text_expression(place, report_);
      if (!program) return;
      made.program = std::move(*program);
    }
    if (count != 1) return report_.error(map, "one of add, supersede and remove is needed");
    if (options_.size() == kMaxFlexOptions) {
      return report_.error(map, "more than " + std::to_string(kMaxFlexOptions) + " options");
    }
    options_.push_back(std::move(made));
  }

  ClassNames& classes_;
  Report& report_;
  std::vector<FlexOption> options_;
};

}  // namespace

std::vector<FlexOption> read_flex_options(const Node& global, ClassNames& classes, Report& report) {
  FlexReader reader(classes, report);
  for_each_hook(global, "flex_option", [&](const Node& hook) {
    if (const auto parameters = hook.find("parameters")) {
      reader.read_library(*parameters);
    } else {
      report.error(hook, "flex_option needs options: \"parameters\": {\"options\": [...]}");
    }
  });
  return reader.take();
}

}  // namespace lessor::config
