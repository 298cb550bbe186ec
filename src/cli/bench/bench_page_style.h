#pragma once
// The style sheet of a load tester's page: bench_page.css beside this, which CMake puts into the
// program.

#include <string_view>

namespace lessor::cli {

extern const std::string_view kBenchPageStyle;

}  // namespace lessor::cli
