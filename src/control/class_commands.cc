#include "control/class_commands.h"

#include "control/config_change.h"

namespace lessor::control {
namespace {

constexpr std::string_view kClasses = "client-classes";

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

Answer not_there(std::string_view name) { return nothing("Class " + quoted(name) + " not found."); }

std::string classes(JsonValue::List list) {
  return config::to_json(json_map({{kClasses, json_list(std::move(list))}}));
}

}  // namespace

Answer class_list(Target& target, const Arguments&) {
  return look_at_config(target, [](ConfigTree& tree) -> Answer {
    JsonValue::List all;
    for (const JsonValue& each : *tree.list(kClasses).as_list()) {
      all.push_back(json_map({{"name", json_text(text_member(each, "name").value_or(""))}}));
    }
    const std::string text =
        std::to_string(all.size()) + " class" + (all.size() == 1 ? "" : "es") + " found.";
    const Result result = all.empty() ? Result::empty : Result::ok;
    return {result, text, classes(std::move(all))};
  });
}

Answer class_get(Target& target, const Arguments& arguments) {
  const auto name = arguments.read_text("name");
  if (!name) return refusal(name.error());
  return look_at_config(target, [&](ConfigTree& tree) -> Answer {
    JsonValue& list = tree.list(kClasses);
    const auto index = ConfigTree::find_named(list, *name);
    if (!index) return not_there(*name);
    return {Result::ok, "Class " + quoted(*name) + " definition returned.",
            classes({(*list.as_list())[*index]})};
  });
}

Answer class_add(Target& target, const Arguments& arguments) {
  const auto given = read_one(arguments.root(), kClasses);
  if (!given) return refusal(given.error());
  const std::string name = text_member(*given, "name").value_or("");
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    JsonValue& list = tree.list(kClasses);
    if (ConfigTree::find_named(list, name)) {
      return std::unexpected(refusal("Class " + quoted(name) + " already exists."));
    }
    list.as_list()->push_back(*given);
    return Answer{Result::ok, "Class " + quoted(name) + " added.", {}};
  });
}

Answer class_update(Target& target, const Arguments& arguments) {
  const auto given = read_one(arguments.root(), kClasses);
  if (!given) return refusal(given.error());
  const std::string name = text_member(*given, "name").value_or("");
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    JsonValue& list = tree.list(kClasses);
    const auto index = ConfigTree::find_named(list, name);
    if (!index) return std::unexpected(not_there(name));
    (*list.as_list())[*index] = *given;
    return Answer{Result::ok, "Class " + quoted(name) + " updated.", {}};
  });
}

Answer class_del(Target& target, const Arguments& arguments) {
  const auto name = arguments.read_text("name");
  if (!name) return refusal(name.error());
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    JsonValue& list = tree.list(kClasses);
    const auto index = ConfigTree::find_named(list, *name);
    if (!index) return std::unexpected(not_there(*name));
    list.as_list()->erase(list.as_list()->begin() + static_cast<std::ptrdiff_t>(*index));
    return Answer{Result::ok, "Class " + quoted(*name) + " deleted.", {}};
  });
}

}  // namespace lessor::control
