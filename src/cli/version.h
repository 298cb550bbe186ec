#pragma once
// The program's version, from the build.

namespace lessor::cli {

inline constexpr const char* kVersion = LESSOR_VERSION;

}  // namespace lessor::cli
