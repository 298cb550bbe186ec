#pragma once
// RFC 2131's timeline (figures 3 and 4) drawn with a real exchange: a lane for the client, for each
// relay and each server, time running down, every message an arrow, and the RFC's own words beside
// it. Must not know: where the packets came from.

#include "craft/story/canvas.h"
#include "craft/story/diagram.h"

namespace lessor::craft {

/// Draws one client's exchange as it happens: begin(), add() for each message in order of time,
/// end(). Each returns the lines to print.
class Timeline {
 public:
  Timeline(const Style& style, Lanes lanes);

  /// The heads of the lanes.
  [[nodiscard]] std::string begin() const;
  /// One message, with the steps before and after it. `answers` and `mark`: see Diagram::add.
  [[nodiscard]] std::string add(const DhcpEvent& event, std::span<const DhcpEvent> answers = {},
                                std::string_view mark = {});
  [[nodiscard]] std::string add(const ProbeEvent& probe, std::string_view mark = {});
  /// What the client finds out without a message.
  [[nodiscard]] std::string add_client_step(std::string_view text, bool bad);
  /// A line across, with what follows.
  [[nodiscard]] std::string rule(std::string_view text, Tone tone);
  [[nodiscard]] std::string end();

  [[nodiscard]] const Lanes& lanes() const { return diagram_.lanes(); }
  /// New hosts have come; the next thing to print is begin() again.
  void set_lanes(Lanes lanes);
  /// Times count from here instead of from the first message.
  void count_from(Duration since_1970) { first_at_ = since_1970; }

 private:
  [[nodiscard]] std::size_t x_of(std::size_t lane) const { return first_x_ + lane * gap_; }

  [[nodiscard]] CanvasRow row(std::string_view mark) const;
  void measure();
  void leave_space(std::string& out);
  [[nodiscard]] std::string draw(const std::vector<Row>& rows);
  void draw(const ArrowRow& arrow, std::string& out);
  void draw(const StepsRow& steps, std::string& out);
  void draw(const PauseRow& pause, std::string& out);
  void draw_arrow(CanvasRow& row, const ArrowRow& arrow, std::size_t to) const;
  void draw_remark(CanvasRow& row, const ArrowRow& arrow) const;

  struct Strokes {
    std::string_view lane, line, left_head, right_head, crossing, pause;
  };
  Style style_;
  Strokes strokes_;
  Diagram diagram_;
  std::size_t first_x_;
  std::size_t gap_ = 0;
  std::optional<Duration> first_at_;
  bool drawn_ = false;   // something stands under the heads
  bool spaced_ = false;  // the last row drawn is one of bare lanes
};

/// The whole exchange of `client` in `events`, which may hold others' messages too: servers that
/// were never selected on the left, selected ones on the right. Empty when the client has no
/// messages there.
[[nodiscard]] std::string draw_timeline(std::span<const DhcpEvent> events,
                                        const net::HardwareAddress& client, const Style& style);

}  // namespace lessor::craft
