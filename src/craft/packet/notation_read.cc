#include "base/text.h"
#include "craft/packet/notation.h"
#include "craft/text_layout.h"

namespace lessor::craft {
namespace {

/// Splits a text of packets into blocks and gives their lines to add_line().
class BlockReader {
 public:
  std::expected<void, std::string> take(std::string_view line) {
    line = without_comment(line);
    if (line.empty()) return {};
    if (!open_) return begin(line);
    if (line == "}") {
      open_ = false;
      return {};
    }
    return add_line(recipes_.back(), line);
  }

  [[nodiscard]] bool open() const { return open_; }
  std::vector<Recipe>& recipes() { return recipes_; }

 private:
  /// `TYPE {`, or all of a packet on one line: `TYPE { xid = 1; hops = 2 }`.
  std::expected<void, std::string> begin(std::string_view line) {
    const std::size_t brace = line.find('{');
    const std::string_view type = trim(line.substr(0, brace));
    if (brace == std::string_view::npos) {
      return std::unexpected("\"" + sanitise(as_bytes(line), 60) +
                             "\" begins no packet; write TYPE { and a line for each field");
    }
    auto recipe = start_recipe(type);
    if (!recipe) return std::unexpected(std::move(recipe.error()));
    recipes_.push_back(std::move(*recipe));
    open_ = true;
    std::string_view rest = trim(line.substr(brace + 1));
    if (rest.empty()) return {};
    if (!rest.ends_with('}')) {
      return std::unexpected("what stands behind { on its line must end with } there");
    }
    rest.remove_suffix(1);
    for (const std::string_view part : split(rest, ';')) {
      if (part.empty()) continue;
      if (auto added = add_line(recipes_.back(), part); !added) return added;
    }
    open_ = false;
    return {};
  }

  std::vector<Recipe> recipes_;
  bool open_ = false;
};

}  // namespace

std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') {
      line = line.substr(0, at);
      break;
    }
  }
  return trim(line);
}

std::expected<std::vector<Recipe>, std::string> read_recipes(std::string_view text) {
  BlockReader reader;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (auto taken = reader.take(line); !taken) {
      return std::unexpected("line " + std::to_string(number) + ": " + taken.error());
    }
  }
  if (reader.open()) return std::unexpected("the last packet has no closing }");
  if (reader.recipes().empty()) return std::unexpected("there is no packet: write TYPE { ... }");
  return std::move(reader.recipes());
}

}  // namespace lessor::craft
