#include "cli/console.h"

#include <cstdio>
#include <string>

namespace lessor::cli {

bool print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return std::fflush(stdout) == 0 && written;
}

void complain(std::string_view text) {
  const std::string line = "lessor: " + std::string(text) + "\n";
  std::fputs(line.c_str(), stderr);
}

}  // namespace lessor::cli
