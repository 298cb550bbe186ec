#pragma once
// For tests of any folder: the seeds of bad input (fuzz/make_seeds.py), by their names, and the
// answers to bad messages that test/vectors/bad-messages.txt lists. Tests run from the root. Must
// not know: what is in them.

#include "base/bytes.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace lessor::wire::testing {

struct Seed {
  std::string name;  ///< of the file, without "bad-"
  std::vector<std::byte> octets;

  [[nodiscard]] std::string_view text() const { return as_text(octets); }
};

/// All bad seeds of a fuzz target in the order of their names; none when the folder is not there.
inline std::vector<Seed> bad_seeds(std::string_view target) {
  constexpr std::string_view kPrefix = "bad-";
  std::vector<Seed> seeds;
  std::error_code none;
  const auto folder = std::filesystem::path("fuzz/seeds") / target;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::vector<char> chars(std::istreambuf_iterator<char>(in), {});
    const Bytes octets = std::as_bytes(std::span(chars));
    seeds.push_back({name.substr(kPrefix.size()), {octets.begin(), octets.end()}});
  }
  std::ranges::sort(seeds, {}, &Seed::name);
  return seeds;
}
/// One of them; empty when there is no such.
inline std::vector<std::byte> bad_seed(std::string_view target, std::string_view name) {
  for (Seed& seed : bad_seeds(target)) {
    if (seed.name == name) return std::move(seed.octets);
  }
  return {};
}

/// Whose answer: the columns of test/vectors/bad-messages.txt.
enum class Role : std::uint8_t { server, client, relay };

/// By the names of the message seeds, what this role makes of each.
inline std::map<std::string, std::string> bad_message_answers(Role role) {
  std::map<std::string, std::string> answers;
  std::ifstream in("test/vectors/bad-messages.txt");
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string_view> cells = split(line, '|');
    if (cells.size() != 4) return {};
    answers[std::string(cells[0])] = cells[1 + static_cast<std::size_t>(role)];
  }
  return answers;
}

}  // namespace lessor::wire::testing
