#include "craft/pcap.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lessor::craft {
namespace {

/// A path in the test's own folder, removed at the end.
class PcapFile : public testing::Test {
 protected:
  std::string path_ = testing::TempDir() + "lessor_" +
                      testing::UnitTest::GetInstance()->current_test_info()->name() + ".pcap";
  void TearDown() override { std::filesystem::remove(path_); }

  void write_two() {
    auto writer = PcapWriter::open(path_);
    ASSERT_TRUE(writer) << writer.error();
    EXPECT_TRUE(writer->write(first_, as_bytes("fourteen octets")));
    EXPECT_TRUE(writer->write(second_, as_bytes("and a second frame")));
  }
  const Duration first_ = Duration::nanoseconds(1'700'000'000'123'456'789);
  const Duration second_ = Duration::nanoseconds(1'700'000'001'000'000'001);
};

TEST_F(PcapFile, KeepsFramesAndNanoseconds) {
  write_two();
  const auto frames = read_pcap(path_);
  ASSERT_TRUE(frames) << frames.error();
  ASSERT_EQ(frames->size(), 2U);
  EXPECT_EQ((*frames)[0].since_1970, first_);
  EXPECT_EQ((*frames)[1].since_1970, second_);
  EXPECT_EQ(as_text((*frames)[0].bytes), "fourteen octets");
  EXPECT_EQ(as_text((*frames)[1].bytes), "and a second frame");
}

TEST_F(PcapFile, IsReadableWhileStillBeingWritten) {
  auto writer = PcapWriter::open(path_);
  ASSERT_TRUE(writer && writer->write(first_, as_bytes("fourteen octets")));
  EXPECT_EQ(read_pcap(path_)->size(), 1U);
}

TEST_F(PcapFile, SaysWhereAFileIsDamaged) {
  write_two();
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 3);
  const auto frames = read_pcap(path_);
  ASSERT_FALSE(frames);
  EXPECT_NE(frames.error().find("damaged after frame 1"), std::string::npos) << frames.error();
}

TEST_F(PcapFile, NamesTheFileThatIsNoCapture) {
  EXPECT_NE(read_pcap("/nonexistent/x.pcap").error().find("/nonexistent/x.pcap"),
            std::string::npos);
  std::ofstream(path_) << "this is text, not a capture, and long enough for any header";
  EXPECT_FALSE(read_pcap(path_));
  EXPECT_FALSE(PcapWriter::open("/nonexistent/x.pcap"));
}

TEST_F(PcapFile, RefusesOtherLinkTypes) {
  write_two();
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(20);
  file.put(113);  // LINKTYPE_LINUX_SLL, what "any" captures as
  file.close();
  EXPECT_NE(read_pcap(path_).error().find("another kind than Ethernet"), std::string::npos);
}

}  // namespace
}  // namespace lessor::craft
