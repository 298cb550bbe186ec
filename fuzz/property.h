#pragma once
// How a fuzz target says that its property does not hold. Must not know: any target.

#include "base/bytes.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace lessor::fuzz {

/// Ends the run with a sentence, and what it is about when that can be shown.
[[noreturn]] inline void fail(std::string_view what, std::string_view about = {}) {
  std::fprintf(stderr, "property: %.*s\n%.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(about.size()), about.data());
  std::abort();
}

/// `what` says what is wrong when it does not hold.
inline void expect(bool holds, std::string_view what, std::string_view about = {}) {
  if (!holds) fail(what, about);
}

/// Whether a terminal and a log may have this text: a stranger's octets must not steer either.
inline bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && c != '\n') || octet == 0x7f;
  });
}

}  // namespace lessor::fuzz
