#pragma once
// CHECK: for our own bugs, on in every build. Input can never reach one (bad input is an Error
// value).

namespace lessor {

/// Prints where and what to stderr and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace lessor

#define CHECK(condition)                                      \
  do {                                                        \
    if (!(condition)) [[unlikely]]                            \
      ::lessor::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
