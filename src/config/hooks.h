#pragma once
// hooks-libraries: Kea's plug-ins by name, and what a file that loads one loses here. Must not
// know: how any of them works.

#include "config/node.h"
#include "config/schema.h"

#include <cstdint>
#include <functional>
#include <optional>
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

struct Bounds {
  std::int64_t least = 0;
  std::int64_t most = 0;
};
/// An integer parameter; nothing where it is missing, or out of its bounds, which is refused.
[[nodiscard]] std::optional<std::int64_t> read_bounded(const Node& parameters, std::string_view key,
                                                       Bounds bounds, Report& report);

/// What a built-in hook reads of the user-context of a scope.
struct HookContext {
  std::string_view key;
  std::string_view hook;     ///< "limits": libdhcp_limits.so
  std::string_view example;  ///< what a map of it looks like
};
/// Calls fn(map) where `scope` has one. Where the hook is not loaded it is not called, which is
/// noted; what is no map is refused.
void read_context(const Node& scope, const HookContext& wanted, bool is_loaded, Report& report,
                  const std::function<void(const Node& map)>& fn);

}  // namespace lessor::config
