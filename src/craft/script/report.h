#pragma once
// How the steps of a packet file went, for people and for programs. docs/packet-files.md describes
// both. Must not know: terminals.

#include "craft/script/interpreter.h"
#include "craft/text_layout.h"

namespace lessor::craft {

/// Counts the steps and prints a line for each; below a failure, what was expected and what came.
class ScriptReport {
 public:
  /// `packets`: also what was sent and what came, as text, below every step.
  ScriptReport(const Style& style, bool packets) : style_(style), packets_(packets) {}

  [[nodiscard]] std::string title(const std::string& text) const;
  [[nodiscard]] std::string step(const StepResult& result);
  /// "7 steps, 7 passed".
  [[nodiscard]] std::string end() const;

  /// The same for programs: a JSON object, ended by '\n'.
  [[nodiscard]] std::string step_json(const StepResult& result);
  [[nodiscard]] std::string end_json(bool interrupted) const;

  [[nodiscard]] bool all_passed() const { return failed_ + skipped_ == 0; }

 private:
  void count(const StepResult& result);

  Style style_;
  bool packets_;
  std::string title_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::size_t skipped_ = 0;
};

/// What is wrong with a packet file, a line each: "FILE:3:9: ...".
[[nodiscard]] std::string print_problems(std::string_view file,
                                         const std::vector<ScriptProblem>& problems);

}  // namespace lessor::craft
