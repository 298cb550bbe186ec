#include "config/problem.h"

#include "base/text.h"
#include "config/limits.h"

namespace lessor::config {

std::string to_string(const Problem& problem) {
  std::string text = problem.file;
  if (problem.line > 0) text += ":" + std::to_string(problem.line);
  if (problem.column > 0) text += ":" + std::to_string(problem.column);
  text += ": ";
  if (!problem.path.empty()) text += problem.path + ": ";
  text += problem.message;
  if (!problem.hint.empty()) text += " (did you mean '" + problem.hint + "'?)";
  return text;
}

std::string quote(std::string_view text) {
  return "'" + sanitise(as_bytes(text), kMaxQuotedBytes) + "'";
}

}  // namespace lessor::config
