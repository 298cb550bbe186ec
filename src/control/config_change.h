#pragma once
// The one way in which a command changes the running configuration: as text, checked and swapped in
// as a reload would. Must not know: what is changed.

#include "control/config_tree.h"
#include "control/envelope.h"
#include "control/target.h"

#include <functional>

namespace lessor::control {

/// Has `edit` change the running configuration, and swaps the result in. The answer is that of
/// `edit`; its error leaves everything as it is, and so does a configuration that the check
/// refuses.
[[nodiscard]] Answer change_config(
    Target& target, const std::function<std::expected<Answer, Answer>(ConfigTree&)>& edit);

/// Has `look` read the running configuration.
[[nodiscard]] Answer look_at_config(Target& target, const std::function<Answer(ConfigTree&)>& look);

/// An answer with result 1.
[[nodiscard]] Answer refusal(std::string text);
/// An answer with result 3.
[[nodiscard]] Answer nothing(std::string text);

/// The one element of the list of maps under `key`, as commands that add something have it.
[[nodiscard]] std::expected<JsonValue, std::string> read_one(const JsonValue& arguments,
                                                             std::string_view key);

}  // namespace lessor::control
