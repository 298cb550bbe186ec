#include "craft/capture/capture_reader.h"
#include "craft/capture/pcap_writer.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace lessor::craft {
namespace {

using ::testing::HasSubstr;

/// What a reader gave before it ended, and how it ended.
struct Gathered {
  std::vector<std::string> frames;
  std::vector<Duration> times;
  std::string error;
};
Gathered read_file(const std::string& path) {
  auto reader = open_capture(path);
  if (!reader) return {.error = reader.error()};
  Gathered all;
  CapturedFrame frame;
  for (;;) {
    const auto more = (*reader)->next(frame);
    if (!more) all.error = more.error();
    if (!more || !*more) return all;
    EXPECT_EQ(frame.number, all.frames.size() + 1);
    all.frames.emplace_back(as_text(frame.bytes));
    all.times.push_back(frame.since_1970);
  }
}

/// A path in the test's own folder, removed at the end.
class CaptureFile : public testing::Test {
 protected:
  std::string folder_ = testing::TempDir() + "lessor_" +
                        testing::UnitTest::GetInstance()->current_test_info()->name();
  std::string path_ = folder_ + "/x.pcap";
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write_two(LinkType link = LinkType::ethernet) {
    auto writer = PcapWriter::open(path_, link);
    ASSERT_TRUE(writer) << writer.error();
    EXPECT_TRUE(writer->write(first_, as_bytes("fourteen octets")));
    EXPECT_TRUE(writer->write(second_, as_bytes("and a second frame")));
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
  }
  const Duration first_ = Duration::nanoseconds(1'700'000'000'123'456'789);
  const Duration second_ = Duration::nanoseconds(1'700'000'001'000'000'001);
};

TEST_F(CaptureFile, KeepsFramesAndNanoseconds) {
  write_two();
  const Gathered read = read_file(path_);
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.frames, (std::vector<std::string>{"fourteen octets", "and a second frame"}));
  EXPECT_EQ(read.times, (std::vector{first_, second_}));
}

TEST_F(CaptureFile, IsReadableWhileStillBeingWritten) {
  auto writer = PcapWriter::open(path_);
  ASSERT_TRUE(writer && writer->write(first_, as_bytes("fourteen octets")));
  EXPECT_EQ(read_file(path_).frames.size(), 1U);
}

TEST_F(CaptureFile, GivesWhatIsBeforeTheDamageAndSaysWhereItIs) {
  write_two();
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 3);
  const Gathered read = read_file(path_);
  EXPECT_EQ(read.frames.size(), 1U);
  EXPECT_THAT(read.error, HasSubstr("damaged after frame 1"));
  std::filesystem::resize_file(path_, 26);
  EXPECT_THAT(read_file(path_).error, HasSubstr("damaged before its first frame"));
  std::filesystem::resize_file(path_, 20);
  EXPECT_THAT(read_file(path_).error, HasSubstr("cannot read the capture"));
}

TEST_F(CaptureFile, IsNamedWhenItCannotBeReadOrWritten) {
  EXPECT_THAT(read_file("/nonexistent/x.pcap").error, HasSubstr("/nonexistent/x.pcap"));
  EXPECT_THAT(read_file(folder_).error, HasSubstr("is a folder"));
  std::ofstream(path_) << "this is text, not a capture, and long enough for any header";
  EXPECT_THAT(read_file(path_).error, HasSubstr("line 1"));
  EXPECT_FALSE(PcapWriter::open("/nonexistent/x.pcap"));
}

TEST_F(CaptureFile, MayHoldAnyOfOurKindsOfFrames) {
  for (const LinkType link :
       {LinkType::raw_ip, LinkType::cooked, LinkType::cooked2, LinkType::ethernet}) {
    write_two(link);
    const auto reader = open_capture(path_);
    ASSERT_TRUE(reader) << reader.error();
    EXPECT_EQ((*reader)->link(), link);
  }
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(20);
  file.put(105);  // LINKTYPE_IEEE802_11
  file.close();
  EXPECT_THAT(read_file(path_).error, HasSubstr("802.11"));
}

TEST_F(CaptureFile, SurvivesAnyTimeAndLengthThatADamagedOneSays) {
  write_two();
  for (std::size_t at = 24; at < 40; ++at) {
    write_two();
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(0xff));
    file.close();
    (void)read_file(path_);
  }
}

TEST_F(CaptureFile, RotatesBySizeAndKeepsTheLast) {
  auto writer = CaptureWriter::open(path_, LinkType::ethernet, {.size = 24 + 2 * 31, .keep = 2});
  ASSERT_TRUE(writer) << writer.error();
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE(writer->write(first_, LinkType::ethernet, as_bytes("fourteen octets")));
  }
  EXPECT_EQ(writer->files(), 4U);
  EXPECT_EQ(files(), (std::vector<std::string>{"x-00003.pcap", "x-00004.pcap"}));
  EXPECT_EQ(read_file(folder_ + "/x-00003.pcap").frames.size(), 2U);
  EXPECT_EQ(read_file(folder_ + "/x-00004.pcap").frames.size(), 1U);
}

TEST_F(CaptureFile, RotatesByTheTimeOfFrames) {
  auto writer = CaptureWriter::open(path_, LinkType::ethernet, {.time = Duration::seconds(10)});
  ASSERT_TRUE(writer) << writer.error();
  for (const int second : {0, 9, 10, 12, 30}) {
    ASSERT_TRUE(
        writer->write(Duration::seconds(second + 1), LinkType::ethernet, as_bytes("frame")));
  }
  EXPECT_EQ(files(), (std::vector<std::string>{"x-00001.pcap", "x-00002.pcap", "x-00003.pcap"}));
  EXPECT_EQ(read_file(folder_ + "/x-00002.pcap").frames.size(), 2U);
}

TEST_F(CaptureFile, HoldsOneKindOfFrames) {
  auto writer = CaptureWriter::open(path_, LinkType::ethernet);
  ASSERT_TRUE(writer);
  EXPECT_EQ(files(), std::vector<std::string>{"x.pcap"});
  const auto written = writer->write(first_, LinkType::cooked, as_bytes("frame"));
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error(), HasSubstr("one kind of frames"));
}

}  // namespace
}  // namespace lessor::craft
