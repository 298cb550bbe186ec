#pragma once
// The machine that a program runs on, in words for a report. Must not know: reports.

#include <string>
#include <string_view>

namespace lessor::cli {

struct Machine {
  std::string name;       ///< the host's
  std::string kernel;     ///< "Linux 6.1.0-18-amd64 x86_64"
  std::string processor;  ///< "2 x Intel(R) Xeon(R) CPU @ 2.20GHz"
};

/// What the kernel says; what it does not say is empty.
[[nodiscard]] Machine this_machine();

/// The first processor's name in the text of /proc/cpuinfo; empty when none has one.
[[nodiscard]] std::string processor_in(std::string_view cpuinfo);

}  // namespace lessor::cli
