#include "cli/hmac.h"

#include <gtest/gtest.h>

#include <vector>

namespace lessor::cli {
namespace {

TEST(Hmac, IsRfc2202sFirstCase) {
  const std::vector<std::byte> key(16, std::byte{0x0b});
  const wire::HmacMd5 hmac = find_hmac_md5();
  ASSERT_NE(hmac, nullptr);
  const auto digest = hmac(key, as_bytes("Hi There"));
  EXPECT_EQ(load_be32(digest.data()), 0x9294727aU);
  EXPECT_EQ(load_be32(digest.data() + 12), 0x158bfc9dU);
}

}  // namespace
}  // namespace lessor::cli
