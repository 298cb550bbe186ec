#pragma once
// A program that is to be run, for whoever wants one run. Must not know: how.

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace lessor::cli {

/// A program by its absolute path, its one argument, and its environment.
struct Errand {
  std::string program;
  std::string argument;
  std::vector<std::pair<std::string, std::string>> variables = {};
};

/// Has it run, without waiting. False: it will not be, there are too many.
using Run = std::function<bool(const Errand& errand)>;

}  // namespace lessor::cli
