#include "config/flex_options.h"

#include "config/hooks.h"
#include "config/option_data.h"
#include "wire/flat_values.h"
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
constexpr auto kOtherKeys = std::to_array<std::string_view>(
    {"code", "name", "space", "client-class", "csv-format", "comment", "user-context"});
constexpr auto kSubOptionKeys =
    std::to_array<std::string_view>({"container-add", "container-remove"});
constexpr std::string_view kSubOptions = "sub-options";

bool has(std::span<const std::string_view> keys, std::string_view key) {
  return std::ranges::find(keys, key) != keys.end();
}

std::string space_of(const Node& map, std::string_view otherwise) {
  const std::string* named = map.text("space");
  return named != nullptr ? *named : std::string(otherwise);
}

/// Where an option, or a sub-option, is looked up.
struct Space {
  std::string name{kDhcp4Space};
  std::optional<FlexOption::Container> container;  ///< none: the message itself
  std::vector<ClassId> guards;                     ///< of the container
};

class FlexReader {
 public:
  FlexReader(ClassNames& classes, Report& report) : classes_(classes), report_(report) {}

  void read_library(const Node& parameters) {
    check_parameters(parameters, kParameters, report_);
    const auto options = parameters.find("options");
    if (!options) return report_.error(parameters, "options is missing: a list of maps");
    for (const Node& map : options->maps()) read(map, Space());
  }
  std::vector<FlexOption> take() { return std::move(options_); }

 private:
  [[nodiscard]] const OptionDefs& defs() const { return classes_.options(); }

  void read(const Node& map, Space space) {
    if (!has_known_keys(map, space)) return;
    if (!space.container) space.name = space_of(map, kDhcp4Space);
    const auto code = read_code(map, space);
    if (!code) return;
    const auto why = space.container ? std::nullopt : why_not_configurable(*code);
    if (why) {
      return report_.error(map, wire::option_name(*code) + " (" + std::to_string(*code) +
                                    ") is the server's own: " + std::string(*why));
    }
    if (const std::string* name = map.text("client-class"); name != nullptr && !name->empty()) {
      const auto guard = classes_.read_guard(*map.find("client-class"), report_);
      if (guard) space.guards.push_back(*guard);
    }
    const auto inner = map.find(kSubOptions);
    return inner ? read_container(map, *inner, *code, space) : read_option(map, *code, space);
  }

  bool has_known_keys(const Node& map, const Space& space) {
    bool all = true;
    for (std::size_t i = 0; i < map.size(); ++i) {
      const Node member = map.child(i);
      const std::string_view key = member.key();
      const bool is_action = std::ranges::find(kActions, key, &ActionKey::key) != kActions.end();
      const bool is_of_place = space.container ? has(kSubOptionKeys, key) : key == kSubOptions;
      if (is_action || is_of_place || has(kOtherKeys, key)) continue;
      all = false;
      report_.error_at_key(member, "unknown key");
    }
    return all;
  }

  std::optional<wire::OptionCode> read_code(const Node& map, const Space& space) {
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
    if (!name) return static_cast<wire::OptionCode>(*code);
    const auto named = read_name(*name, space);
    if (named && number && *named != *code) {
      report_.error(*name, "the option of this name has code " + std::to_string(*named));
      return std::nullopt;
    }
    return named;
  }
  std::optional<wire::OptionCode> read_name(const Node& name, const Space& space) {
    const std::string* text = name.value().as_text();
    const OptionDef* def = text == nullptr ? nullptr : defs().find(space.name, *text);
    if (def != nullptr) return def->code;
    const bool is_assigned = text != nullptr && space.name == kDhcp4Space;
    const auto known = is_assigned ? wire::find_option_code(*text) : std::nullopt;
    if (!known) {
      report_.error(name, "there is no option of this name",
                    is_assigned ? std::string(wire::suggest_option_name(*text).value_or("")) : "");
    }
    return known;
  }

  void read_container(const Node& map, const Node& list, wire::OptionCode code,
                      const Space& around) {
    for (const ActionKey& each : kActions) {
      const auto action = map.find(each.key);
      if (action) return report_.error(*action, "sub-options stand in place of an action");
    }
    for (const Node& inner : list.maps()) {
      Space space{
          .name = {}, .container = {{.code = code, .enterprise = {}}}, .guards = around.guards};
      if (choose_space(inner, code, space)) read(inner, std::move(space));
    }
  }

  /// The space of a sub-option: what its map names, else what the option around it encapsulates.
  bool choose_space(const Node& map, wire::OptionCode container, Space& space) {
    space.name = space_of(map, defs().encapsulated_by(kDhcp4Space, container));
    space.container->enterprise = enterprise_of(space.name);
    const bool is_of_vendors = container == wire::kOptionVivsoSuboptions;
    if (is_of_vendors && !space.container->enterprise) {
      report_.error(map, "option 125 holds spaces of vendors: \"space\": \"vendor-4491\"");
      return false;
    }
    if (!is_of_vendors && space.container->enterprise) {
      report_.error(map, "the space of a vendor stands in option 125 only");
      return false;
    }
    const OptionDef* def = defs().find(kDhcp4Space, container);
    if (space.name.empty() || (def != nullptr && def->shape.count > 0)) {
      report_.error(map, "option " + std::to_string(container) +
                             " does not consist of sub-options; 43, 125 and those do that an "
                             "option-def gives a space to encapsulate and the type empty");
      return false;
    }
    return true;
  }

  void read_option(const Node& map, wire::OptionCode code, const Space& space) {
    FlexOption made;
    made.code = code;
    made.guards = space.guards;
    made.container = space.container;
    if (made.container) {
      made.container->is_added = map.boolean("container-add").value_or(true);
      made.container->is_removed = map.boolean("container-remove").value_or(true);
    }
    if (map.boolean("csv-format").value_or(false)) {
      made.shape = read_shape(*map.find("csv-format"), code, space);
      if (!made.shape) return;
    }
    read_action(map, std::move(made));
  }

  /// What the text of a value is made into; only values that need no heap.
  std::optional<wire::Shape> read_shape(const Node& place, wire::OptionCode code,
                                        const Space& space) {
    const OptionDef* def = defs().find(space.name, code);
    if (def == nullptr && space.name != kDhcp4Space) {
      report_.error(place, "nobody says what this option is made of: write an option-def");
      return std::nullopt;
    }
    const wire::Shape& shape = def != nullptr ? def->shape : wire::option_shape(code);
    if (wire::is_flat(shape)) return shape;
    report_.error(place, "values of this option (" + wire::type_of(shape) +
                             ") are not made of text for every packet; let the expression make "
                             "the octets");
    return std::nullopt;
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
