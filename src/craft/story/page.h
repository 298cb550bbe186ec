#pragma once
// A capture as one self-contained page of HTML: the timeline as a picture whose messages open the
// packet's tables, the summary above, a filter. It needs nothing from outside and allows itself
// nothing (content security policy). Must not know: files.

#include "craft/story/capture_story.h"
#include "craft/story/capture_summary.h"
#include "craft/view/shown_packet.h"

#include <map>
#include <string>

namespace lessor::craft {

/// How much a page holds.
struct PageLimits {
  std::size_t packets_max = 5'000;           ///< with their octets
  std::size_t tables_max = 32UL << 20;       ///< octets of all packets' tables together
  std::size_t octets_of_packet_max = 2'048;  ///< of one; what is beyond is cut
};

/// Gathers: add() each packet, then html().
class CapturePage {
 public:
  explicit CapturePage(PageLimits limits = {})
      : limits_(limits), story_({.parts_max = limits.packets_max}) {}

  void add(const ShownPacket& packet);
  /// The page. `name` is the capture's, for the title; any text is harmless.
  [[nodiscard]] std::string html(std::string_view name);

 private:
  [[nodiscard]] std::string data_json(const std::vector<CaptureStory::Act>& acts) const;

  PageLimits limits_;
  CaptureStory story_;
  CaptureSummary summary_;
  std::map<std::size_t, std::string> packets_;  // by number, as JSON
  std::size_t tables_ = 0;                      // octets of packets_
  std::size_t left_out_ = 0;
};

}  // namespace lessor::craft
