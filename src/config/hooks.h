#pragma once
// hooks-libraries: Kea's plug-ins by name, and what a file that loads one loses here. Must not
// know: how any of them works.

#include "config/node.h"
#include "config/schema.h"

#include <functional>
#include <span>
#include <string_view>

namespace lessor::config {

/// One of Kea's libraries.
struct Hook {
  std::string_view name;  ///< between "libdhcp_" and ".so"
  State state = State::not_yet;
  std::string_view note;  ///< what stands in for it, or what is missing
};

/// All that are known, in alphabetical order.
[[nodiscard]] std::span<const Hook> hooks();

/// Judges each library of `global` (the Dhcp4 map): one that only gives operators commands is
/// accepted, which is noted; one that would change what clients or others get is refused by name.
void check_hooks(const Node& global, Report& report);

/// Calls fn(library's map) for each library that is the hook of this name ("flex_id").
void for_each_hook(const Node& global, std::string_view name,
                   const std::function<void(const Node& library)>& fn);

/// A parameter that a hook may have.
struct HookParameter {
  std::string_view name;
  Type type;  ///< boolean, integer, number, text, map or any
};
/// Refuses parameters of a built-in hook that are unknown or of another type.
void check_parameters(const Node& parameters, std::span<const HookParameter> known, Report& report);

}  // namespace lessor::config
