#pragma once
// Packet files and leases, whole. Must not know: what is in them.

#include <expected>
#include <string>

namespace lessor::cli {

/// All of a text that somebody wrote by hand; "-" is standard input. Refused: no such file, a
/// folder, one beyond 16 MiB or without an end. The error is a sentence: "cannot read FILE: why".
[[nodiscard]] std::expected<std::string, std::string> read_text_file(const std::string& path);

}  // namespace lessor::cli
