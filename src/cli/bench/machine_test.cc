#include "cli/bench/machine.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

TEST(Machine, FindsTheFirstProcessorsName) {
  EXPECT_EQ(
      processor_in("processor\t: 0\nmodel\t\t: 85\nmodel name\t: Xeon @ 2 GHz\n\nprocessor\t: 1\n"
                   "model name\t: Other\n"),
      "Xeon @ 2 GHz");
  EXPECT_EQ(processor_in("processor : 0\nModel : Raspberry Pi 4\n"), "Raspberry Pi 4");
  EXPECT_EQ(processor_in("model name"), "");
  EXPECT_EQ(processor_in(""), "");
}

TEST(Machine, SaysSomethingOfThisOne) {
  const Machine machine = this_machine();
  EXPECT_NE(machine.kernel.find("Linux "), std::string::npos);
  EXPECT_NE(machine.processor.find(" x "), std::string::npos);
}

}  // namespace
}  // namespace lessor::cli
