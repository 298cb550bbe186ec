#pragma once
// RFC 2131's timeline (figures 3 and 4) drawn with a real exchange: a lane for the client and one
// for each server, time running down, every message an arrow, and the RFC's own words beside it.
// Must not know: where the packets came from.

#include "craft/story/canvas.h"
#include "craft/story/timeline_story.h"

namespace lessor::craft {

/// The lanes from left to right: servers, the client, more servers.
struct Lanes {
  net::HardwareAddress client;
  std::vector<net::Ip4> left;
  std::vector<net::Ip4> right;
  /// Heads the servers on the right "(selected)" and those on the left "(not selected)", as the
  /// RFC's figure does. Leave it false while nothing is selected yet.
  bool selected = false;
};

/// Draws one client's exchange as it happens: begin(), add() for each message in order of time,
/// end(). Each returns the lines to print.
class Timeline {
 public:
  Timeline(const Style& style, Lanes lanes);

  /// The heads of the lanes.
  [[nodiscard]] std::string begin() const;
  /// One message, with the steps before and after it. `answers`: see TimelineStory::after.
  [[nodiscard]] std::string add(const DhcpEvent& event, std::span<const DhcpEvent> answers = {});
  [[nodiscard]] std::string end();

 private:
  [[nodiscard]] std::size_t lane_count() const { return servers_.size() + 1; }
  [[nodiscard]] std::size_t x_of(std::size_t lane) const { return first_x_ + lane * gap_; }
  /// The lane of a server, or of the client when `server` is nothing or unknown.
  [[nodiscard]] std::size_t lane_of(std::optional<net::Ip4> server) const;

  [[nodiscard]] CanvasRow row(std::string_view mark) const;
  void leave_space(std::string& out);
  void draw_pause(std::string& out);
  void draw_steps(const std::vector<Step>& steps, std::string& out);
  void draw_message(const DhcpEvent& event, std::string& out);
  void draw_arrow(CanvasRow& row, std::size_t from, std::size_t to, const DhcpEvent& event) const;
  void draw_remark(CanvasRow& row, std::size_t other_end, const DhcpEvent& event) const;

  struct Strokes {
    std::string_view lane, line, left_head, right_head, crossing, pause;
  };
  Style style_;
  Strokes strokes_;
  net::HardwareAddress client_;
  std::vector<net::Ip4> servers_;  // left to right
  std::size_t client_lane_;
  bool selected_;
  std::size_t first_x_;
  std::size_t gap_;
  TimelineStory story_;
  std::optional<Duration> first_at_;
  Duration last_at_;
  bool spaced_ = false;  // the last row drawn is one of bare lanes
};

/// The whole exchange of `client` in `events`, which may hold others' messages too: servers that
/// were never selected on the left, selected ones on the right. Empty when the client has no
/// messages there.
[[nodiscard]] std::string draw_timeline(std::span<const DhcpEvent> events,
                                        const net::HardwareAddress& client, const Style& style);

}  // namespace lessor::craft
