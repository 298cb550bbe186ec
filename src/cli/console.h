#pragma once
// Standard output and standard error, for text that a person or a program reads.

#include <string_view>

namespace lessor::cli {

/// Writes all of `text`. False when nobody reads any more (a closed pipe) or the disk is full; then
/// errno says which.
[[nodiscard]] bool print(std::string_view text);
/// "lessor: " and the text on standard error, with a newline at its end.
void complain(std::string_view text);

}  // namespace lessor::cli
