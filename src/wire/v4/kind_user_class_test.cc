#include "wire/v4/kind_user_class.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

using testing::print_hex;

TEST(UserClass, KeepsTheLaw) { testing::expect_law(kind::kUserClass); }

TEST(UserClass, TellsRfc3004FromBareText) {
  EXPECT_EQ(print_hex(kind::kUserClass, "04626c7565"), "'blue'");
  EXPECT_EQ(print_hex(kind::kUserClass, "69505845"), "plain iPXE");
  EXPECT_EQ(print_hex(kind::kUserClass, "0561"), "invalid") << "neither counted nor text";
  EXPECT_EQ(print_hex(kind::kUserClass, "00"), "invalid") << "RFC 3004: no empty class";
}

}  // namespace
}  // namespace lessor::wire
