#pragma once
// A file that is there whole or not at all, whatever happens to the machine. Must not know: what is
// in it.

#include <expected>
#include <string>
#include <string_view>

namespace lessor::cli {

/// Writes `text` to a file beside `path`, flushes it, and puts it in that one's place with its mode
/// (0640 where there was none); never through a symbolic link at `path`. The error is a sentence.
[[nodiscard]] std::expected<void, std::string> write_durably(const std::string& path,
                                                             std::string_view text);

}  // namespace lessor::cli
