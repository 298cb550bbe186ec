#include "cli/problems.h"

namespace lessor::cli {

std::string lines(const std::vector<config::Problem>& problems) {
  std::string text;
  for (const config::Problem& p : problems) text.append(text.empty() ? "" : "\n") += to_string(p);
  return text;
}

}  // namespace lessor::cli
