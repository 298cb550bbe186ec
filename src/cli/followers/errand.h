#pragma once
// A program that is to be run, for whoever wants one run. Must not know: how.

#include <expected>
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

/// Has it run, without waiting. The error says why it will not be ("too many wait").
using Taken = std::expected<void, std::string>;
using Run = std::function<Taken(const Errand& errand)>;

}  // namespace lessor::cli
