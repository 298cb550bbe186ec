#pragma once
// What may stand where on a command line: the candidates that shells offer. Everything is asked
// from the tables that the commands read with. Must not know: shells, the machine.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::cli {

/// What the machine has to offer.
struct Surroundings {
  std::vector<std::string> interfaces;
};

/// The words that may stand in place of the last one, which is being typed and may be empty. One
/// that ends with '=' or '.' is to be typed on. Flags are not among them: `--help` tells them.
/// `words` are those behind the program's name.
[[nodiscard]] std::vector<std::string> complete(std::span<const std::string> words,
                                                const Surroundings& around);

}  // namespace lessor::cli
