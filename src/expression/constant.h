#pragma once
// What can be said of a condition before any packet is there. Must not know: packets, programs.

#include "expression/tree.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace lessor::expression {

/// Of how many packets something is true.
enum class Certainty : std::uint8_t { never, depends, always };

/// Whether somebody can be in a class.
using JudgeClass = std::function<Certainty(std::string_view name)>;

/// Judges a condition by its constants and classes. `never` and `always` are sure; `depends` may
/// be either after all.
[[nodiscard]] Certainty judge(const Node& condition, const JudgeClass& judge_class);

}  // namespace lessor::expression
