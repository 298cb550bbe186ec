#include "craft/frame_text.h"

#include "craft/test_frames.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(AddressingTable, ShowsEthernetIpAndUdp) {
  const Octets frame = udp_frame(from_server(), offer());
  EXPECT_THAT(addressing_table(dissect(frame), {.width = 110}),
              AllOf(HasSubstr("| Ethernet | 08:00:27:9b:11:3d     | ff:ff:ff:ff:ff:ff "),
                    HasSubstr("type 0x0800 (IPv4)"),
                    HasSubstr("| IPv4     | 192.168.56.100        | 255.255.255.255 "),
                    HasSubstr("(everybody on this link)"),
                    HasSubstr("ttl 64, id 0x0000, don't fragment, protocol"),
                    HasSubstr("| UDP      | port 67 (DHCP server) | port 68 (DHCP client) "),
                    HasSubstr("length 308, checksum 0x")));
}

TEST(FrameText, IsTheSummaryOfWhatIsNotDhcp) {
  EXPECT_EQ(frame_text(dissect(udp_frame({.destination_port = 9}, {})), {}),
            "UDP 0.0.0.0:0 -> 0.0.0.0:9, 0 octets\n");
}

TEST(FrameText, IsThreeTablesOfTheSameWidth) {
  for (const std::size_t width : {80U, 100U, 112U}) {
    const Octets frame = udp_frame(from_server(), offer());
    std::string text = frame_text(dissect(frame), {.width = width}, discover());
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      if (text.starts_with('+') || text.starts_with('|')) {
        EXPECT_EQ(end, width) << text.substr(0, end);
      }
      text.erase(0, end + 1);
    }
  }
}

TEST(FrameText, SurvivesEveryTruncationOfAMessage) {
  const Octets whole = offer();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Octets frame = udp_frame(from_server(), Bytes(whole).first(size));
    EXPECT_THAT(frame_text(dissect(frame), {}), HasSubstr("Header")) << size;
  }
}

}  // namespace
}  // namespace lessor::craft
