#include "base/bytes.h"

#include <gtest/gtest.h>

#include <array>

#include "base/short_bytes.h"

namespace lessor {
namespace {

TEST(ByteReader, StaysFailedAfterOneReadPastTheEnd) {
  const std::array<std::byte, 3> bytes{std::byte{1}, std::byte{2}, std::byte{3}};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.be16(), 0x0102);
  EXPECT_EQ(reader.be16(), 0);  // one octet is left
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);  // and it is not given out any more
  EXPECT_TRUE(reader.rest().empty());
}

TEST(ByteReader, IsFinishedOnlyWhenEverythingWasRead) {
  const std::array<std::byte, 4> bytes{std::byte{0xde}, std::byte{0xad}, std::byte{0xbe},
                                       std::byte{0xef}};
  ByteReader reader(bytes);
  EXPECT_FALSE(reader.finished());
  EXPECT_EQ(reader.be32(), 0xdeadbeefU);
  EXPECT_TRUE(reader.finished());
}

TEST(ByteWriter, WritesNothingThatDoesNotFit) {
  std::array<std::byte, 5> room{};
  ByteWriter writer(room);
  writer.be32(0x01020304);
  writer.be16(0xffff);
  writer.u8(0xff);
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.size(), 4U);
  EXPECT_EQ(load_u8(&room[4]), 0);
}

TEST(ByteWriter, RoundTripsEveryWidth) {
  std::array<std::byte, 15> room{};
  ByteWriter writer(room);
  writer.u8(0x80);
  writer.be16(0x8001);
  writer.be32(0x80000001);
  writer.be64(0x8000000000000001);
  ASSERT_TRUE(writer.ok());
  ByteReader reader(writer.written());
  EXPECT_EQ(reader.u8(), 0x80);
  EXPECT_EQ(reader.be16(), 0x8001);
  EXPECT_EQ(reader.be32(), 0x80000001U);
  EXPECT_EQ(reader.be64(), 0x8000000000000001U);
  EXPECT_TRUE(reader.finished());
}

TEST(ShortBytes, CutsWhatIsTooLongAndSaysSo) {
  ShortBytes<4> bytes;
  EXPECT_TRUE(bytes.assign(as_bytes("abcd")));
  EXPECT_FALSE(bytes.assign(as_bytes("abcde")));
  EXPECT_EQ(as_text(bytes.bytes()), "abcd");
  EXPECT_TRUE(bytes.assign({}));
  EXPECT_TRUE(bytes.empty());
}

}  // namespace
}  // namespace lessor
