#pragma once
// Packet files: packets to send, and what must come back, as a tree of steps. docs/packet-files.md
// describes the language. Must not know: files, sockets, how steps are carried out.

#include "base/time.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lessor::craft {

/// Where something stands in a packet file, both from 1.
struct Position {
  std::size_t line = 0;
  std::size_t column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};
/// Something wrong with a packet file.
struct ScriptProblem {
  Position at;
  std::string what;  ///< a sentence that says what to do
  friend bool operator==(const ScriptProblem&, const ScriptProblem&) = default;
};

/// A line of a block, variables not yet replaced.
struct ScriptLine {
  Position at;
  std::string text;
};

/// `send discover { ... } as $d`; `packet { ... }`, whose lines are taken as they stand.
struct SendStep {
  std::string type;
  std::vector<ScriptLine> lines;
  bool literal = false;
  std::string name;  ///< of the variable that keeps the packet; may be empty
};
/// `expect offer { ... } as $offer within 2s`; `expect silence 2s`; `expect no nak 1s`.
struct ExpectStep {
  enum class Kind : std::uint8_t { message, silence, none };
  Kind kind = Kind::message;
  std::string type;  ///< empty: any
  std::vector<ScriptLine> conditions;
  std::string name;
  Duration within;
};
/// `$name = value`.
struct AssignStep {
  std::string name;
  ScriptLine value;
};
/// `$name++`.
struct AdvanceStep {
  std::string name;
};
struct WaitStep {
  Duration time;
};
/// `title "..."`: what the steps below are about.
struct TitleStep {
  std::string text;
};
struct ScriptStep;
struct RepeatStep {
  std::uint32_t count = 0;
  std::vector<ScriptStep> body;
};
struct ScriptStep {
  Position at;
  std::variant<SendStep, ExpectStep, AssignStep, AdvanceStep, WaitStep, TitleStep, RepeatStep> what;
};

/// A packet file that makes sense.
struct Script {
  std::vector<ScriptStep> steps;
};

inline constexpr Duration kExpectWithin = Duration::seconds(4);
inline constexpr Duration kSilenceWithin = Duration::seconds(1);
inline constexpr std::uint32_t kMaxRepeats = 1'000'000;
inline constexpr std::size_t kMaxNesting = 8;

/// Reads a packet file. `set` are names that somebody gives values to before it runs. What is wrong
/// is told all at once, by position: unknown words and types with the nearest known, lines that no
/// packet has, names that nothing above gives a value to.
[[nodiscard]] std::expected<Script, std::vector<ScriptProblem>> read_script(
    std::string_view text, const std::vector<std::string>& set = {});

/// How a step reads in a report: "expect offer", "send discover as $d".
[[nodiscard]] std::string describe(const ScriptStep& step);

}  // namespace lessor::craft
