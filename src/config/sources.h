#pragma once
// The texts that one configuration is read from (a file and what it includes), and where in them a
// byte stands.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::config {

/// A byte of one of the texts.
struct Position {
  std::uint32_t file = 0;  ///< index into Sources
  std::uint32_t offset = 0;
};

/// The same for people: both count from 1, columns in characters.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

/// Owns the texts; views into them live as long as it does.
class Sources {
 public:
  /// Takes a text in and says its index.
  std::uint32_t add(std::string name, std::string text);
  [[nodiscard]] const std::string& name(std::uint32_t file) const { return files_[file].name; }
  [[nodiscard]] std::string_view text(std::uint32_t file) const { return files_[file].text; }
  [[nodiscard]] std::size_t count() const { return files_.size(); }
  [[nodiscard]] std::size_t total_bytes() const { return total_bytes_; }
  [[nodiscard]] Place find_place(Position position) const;

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<std::uint32_t> line_starts;  // offsets of the first byte of every line
  };
  std::deque<File> files_;  // a deque, because views must survive the next add
  std::size_t total_bytes_ = 0;
};

}  // namespace lessor::config
