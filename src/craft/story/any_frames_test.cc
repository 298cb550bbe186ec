// Whatever octets come, the story, the summary and the page of them can be made.
#include "base/random.h"
#include "craft/story/page.h"
#include "craft/story/picture.h"
#include "craft/test_frames.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h

/// A frame with some octets changed, sometimes cut.
Octets broken(Octets frame, Random& random) {
  const auto size = static_cast<std::uint32_t>(frame.size());
  for (std::uint32_t i = random.below(8); i > 0; --i) {
    frame[random.below(size)] = static_cast<std::byte>(random.below(256));
  }
  if (random.below(4) == 0) frame.resize(1 + random.below(size));
  return frame;
}

TEST(Story, SurvivesAnyFrames) {
  Random random(7);
  const Octets asked = udp_frame({.source_port = 68, .destination_port = 67}, discover());
  const Octets offered = udp_frame(from_server(), offer());
  CaptureStory story;
  LiveStory live({.width = 40});
  CapturePage page;
  std::size_t drawn = 0;
  for (std::size_t number = 1; number <= 3'000; ++number) {
    CapturedFrame frame;
    const Octets bytes = broken(random.below(2) == 0 ? asked : offered, random);
    frame.number = number;
    frame.since_1970 = Duration::milliseconds(static_cast<std::int64_t>(random.below(1'000'000)));
    frame.bytes = bytes;
    const Dissection d = dissect(bytes);
    const auto faults = find_faults(bytes, d);
    story.add(number, frame.since_1970, bytes, d);
    drawn += live.add(number, frame.since_1970, bytes, d).size();
    page.add({.frame = frame, .dissection = d, .faults = faults});
  }
  EXPECT_GT(drawn, 0U);
  EXPECT_FALSE(story.text({.width = 1}).empty());
  EXPECT_FALSE(story_picture(story).empty());
  EXPECT_FALSE(page.html("x").empty());
}

}  // namespace
}  // namespace lessor::craft
