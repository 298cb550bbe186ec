#include "control/config_change.h"

namespace lessor::control {

Answer change_config(Target& target,
                     const std::function<std::expected<Answer, Answer>(ConfigTree&)>& edit) {
  Answer answer;
  bool refused = false;
  const auto changed =
      target.edit_config([&](std::string_view text) -> std::expected<std::string, Trouble> {
        auto tree = ConfigTree::read(text);
        if (!tree) return std::unexpected(std::move(tree.error()));
        auto done = edit(*tree);
        refused = !done;
        answer = done ? std::move(*done) : std::move(done.error());
        if (refused) return std::unexpected(answer.text);
        return tree->text();
      });
  if (changed || refused) return answer;
  return refusal(changed.error());
}

Answer look_at_config(Target& target, const std::function<Answer(ConfigTree&)>& look) {
  auto tree = ConfigTree::read(target.config_json());
  if (!tree) return refusal(std::move(tree.error()));
  return look(*tree);
}

Answer refusal(std::string text) { return {Result::error, std::move(text), {}}; }

Answer nothing(std::string text) { return {Result::empty, std::move(text), {}}; }

std::expected<JsonValue, std::string> read_one(const JsonValue& arguments, std::string_view key) {
  const JsonValue* list = member(arguments, key);
  const std::string name = "'" + std::string(key) + "'";
  if (list == nullptr) return std::unexpected("missing parameter " + name);
  if (list->as_list() == nullptr || list->as_list()->size() != 1 ||
      list->as_list()->front().as_map() == nullptr) {
    return std::unexpected(name + " must be a list of one map");
  }
  return list->as_list()->front();
}

}  // namespace lessor::control
