#pragma once
// Plain aligned columns: no frames, so that grep, awk and a person read them alike.

#include <string>
#include <vector>

namespace lessor::cli {

/// Rows of cells of printable ASCII, each column as wide as its widest cell, two blanks between,
/// no blanks at the ends of lines. Rows may differ in length.
[[nodiscard]] std::string columns(const std::vector<std::vector<std::string>>& rows,
                                  std::size_t indent = 0);

}  // namespace lessor::cli
