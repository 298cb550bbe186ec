#include "craft/story/page.h"

#include "craft/story/page_assets.h"
#include "craft/story/picture.h"
#include "craft/story/test_exchange.h"
#include "craft/test_frames.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kHostile = "</script><script>alert(1)</script>";

Octets hostile_discover() {
  return udp_frame({.destination = net::kIp4Broadcast,
                    .source_port = wire::kClientPort,
                    .destination_port = wire::kServerPort},
                   message(header(wire::Op::request), [](wire::MessageWriter& out) {
                     out.option_u8(wire::kOptionDhcpMessageType, 1);
                     out.option(wire::kOptionHostName, as_bytes(kHostile));
                     out.end();
                   }));
}

void add(CapturePage& page, std::size_t number, const Octets& bytes) {
  CapturedFrame frame;
  frame.number = number;
  frame.since_1970 = Duration::seconds(static_cast<std::int64_t>(number));
  frame.bytes = bytes;
  const Dissection dissection = dissect(bytes);
  const auto faults = find_faults(bytes, dissection);
  page.add({.frame = frame, .dissection = dissection, .faults = faults});
}

std::size_t count_of(std::string_view what, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

TEST(CapturePage, HoldsTheTimelineThePacketsAndTheSummary) {
  CapturePage page;
  add(page, 1, udp_frame({.source_port = 68, .destination_port = 67}, discover()));
  add(page, 2, udp_frame(testing::from_server(), offer()));
  const std::string html = page.html("exchange.pcap");
  EXPECT_THAT(html, HasSubstr("<title>exchange.pcap - DHCP</title>"));
  EXPECT_THAT(html, HasSubstr("data-n=\"2\""));
  EXPECT_THAT(html, HasSubstr(R"("summary":"DHCPOFFER 192.168.56.100)"));
  EXPECT_THAT(html, HasSubstr("offered 192.168.56.104, not asked for"));
  EXPECT_THAT(html, Not(HasSubstr("left out")));
}

TEST(CapturePage, NothingFromAPacketIsMarkup) {
  CapturePage page;
  add(page, 1, hostile_discover());
  const std::string html = page.html("<b>\"name\"</b>");
  EXPECT_EQ(count_of("<script", html), 2U);  // data and program
  EXPECT_EQ(count_of("</script", html), 2U);
  EXPECT_THAT(html, HasSubstr("&lt;/script&gt;&lt;script&gt;alert(1)"));
  EXPECT_THAT(html, HasSubstr("\\u003c/script>\\u003cscript>alert(1)"));
  EXPECT_THAT(html, HasSubstr("<h1>&lt;b&gt;&quot;name&quot;&lt;/b&gt;</h1>"));
}

TEST(CapturePage, AllowsItsOwnScriptAndStyleOnly) {
  CapturePage page;
  const std::string html = page.html("empty");
  EXPECT_THAT(html, HasSubstr("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(html, HasSubstr("No DHCP message to draw a timeline of."));
  EXPECT_EQ(page_assets::kScriptHash.size(), 64U);
  EXPECT_EQ(page_assets::kScript.find("</script"), std::string_view::npos);
  EXPECT_EQ(page_assets::kPageStyle.find("</style"), std::string_view::npos);
}

TEST(CapturePage, SaysWhichPacketsItHasNoRoomFor) {
  CapturePage few({.packets_max = 1});
  CapturePage small({.tables_max = 1});
  for (CapturePage* page : {&few, &small}) {
    add(*page, 1, udp_frame({.source_port = 68, .destination_port = 67}, discover()));
    add(*page, 2, udp_frame(testing::from_server(), offer()));
  }
  EXPECT_THAT(few.html("x"), HasSubstr("1 message left out: timelines are drawn of the first 1."));
  EXPECT_THAT(small.html("x"), HasSubstr("1 packet without tables: a page holds the first 1."));
}

TEST(CapturePage, CountsWhatTablesTakeNotWhatFramesTook) {
  const Octets many = udp_frame(testing::from_server(),
                                message(header(wire::Op::reply), [](wire::MessageWriter& out) {
                                  out.option_u8(wire::kOptionDhcpMessageType, 2);
                                  for (int i = 0; i < 500; ++i)
                                    out.option(wire::kOptionHostName, {});
                                  out.end();
                                }));
  CapturePage page({.tables_max = 3 * many.size()});
  add(page, 1, many);
  add(page, 2, many);
  EXPECT_THAT(page.html("x"), HasSubstr("1 packet without tables"));
}

TEST(StoryPicture, IsOneSvgForLightAndDark) {
  CaptureStory story;
  for (const DhcpEvent& event : life()) story.add(event);
  const std::string svg = story_picture(story);
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_EQ(count_of("<svg", svg), 1U);
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(svg, HasSubstr("Server, not selected"));
  EXPECT_EQ(count_of("class=\"msg ", svg), life().size());
  EXPECT_THAT(story_picture(CaptureStory()), HasSubstr("No DHCP message"));
}

TEST(StoryPicture, MarkupIsEscaped) {
  EXPECT_EQ(escape_markup("<a href='x' b=\"&\">"),
            "&lt;a href=&#39;x&#39; b=&quot;&amp;&quot;&gt;");
}

}  // namespace
}  // namespace lessor::craft
