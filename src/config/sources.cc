#include "config/sources.h"

#include <algorithm>

namespace lessor::config {

std::uint32_t Sources::add(std::string name, std::string text) {
  total_bytes_ += text.size();
  File& file = files_.emplace_back(std::move(name), std::move(text));
  file.line_starts.push_back(0);
  for (std::size_t at = file.text.find('\n'); at != std::string::npos;
       at = file.text.find('\n', at + 1)) {
    file.line_starts.push_back(static_cast<std::uint32_t>(at + 1));
  }
  return static_cast<std::uint32_t>(files_.size() - 1);
}

Place Sources::find_place(Position position) const {
  const File& file = files_[position.file];
  const auto after = std::ranges::upper_bound(file.line_starts, position.offset);
  const std::uint32_t start = *std::prev(after);
  const std::string_view before =
      std::string_view(file.text).substr(start, position.offset - start);
  // A character is what does not continue one: UTF-8 continuation octets are 10xxxxxx.
  const auto characters = std::ranges::count_if(before, [](char c) { return (c & 0xc0) != 0x80; });
  return {file.name, static_cast<int>(after - file.line_starts.begin()),
          static_cast<int>(characters) + 1};
}

}  // namespace lessor::config
