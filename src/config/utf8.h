#pragma once
// UTF-8 (RFC 3629), as little of it as a configuration needs.

#include <cstdint>
#include <string>
#include <string_view>

namespace lessor::config {

/// Whether all of `text` is well-formed: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

/// Appends one character. Precondition: at most 0x10ffff and no surrogate.
void append_utf8(std::string& text, std::uint32_t character);

}  // namespace lessor::config
