#include "craft/story/picture.h"

#include "craft/story/latency.h"
#include "craft/story/page_assets.h"
#include "craft/summary.h"

#include <algorithm>

namespace lessor::craft {
namespace {

// Pixels.
constexpr std::size_t kTimeWidth = 92;
constexpr std::size_t kHalfLane = 82;
constexpr std::size_t kGap = 172;
constexpr std::size_t kRightMargin = 100;
constexpr std::size_t kHeadHeight = 58;
constexpr std::size_t kArrowHeight = 46;
constexpr std::size_t kLineHeight = 16;
constexpr std::size_t kPauseHeight = 34;
constexpr std::size_t kStepColumns = 24;  // characters
constexpr std::size_t kLetter = 7;        // width of one, for boxes around text
constexpr std::size_t kSceneTitle = 40;

std::size_t x_of(std::size_t lane) { return kTimeWidth + kHalfLane + lane * kGap; }

std::string num(std::size_t n) { return std::to_string(n); }

std::string_view role_of(const Host* host) {
  if (host == nullptr) return "client";
  switch (host->role) {
    case Role::server:
      return "server";
    case Role::relay:
      return "relay";
    case Role::client:
      return "client";
    case Role::other:
      return "other";
  }
  return "";
}

std::string_view class_of(const ArrowRow& arrow) {
  if (arrow.tone == Tone::bad) return "bad";
  if (arrow.probe) return "probe";
  return arrow.tone == Tone::server ? "server" : "client";
}

std::string text_at(std::size_t x, std::size_t y, std::string_view anchor, std::string_view type,
                    std::string_view text) {
  return "<text x=\"" + num(x) + "\" y=\"" + num(y) + "\" text-anchor=\"" + std::string(anchor) +
         "\" class=\"" + std::string(type) + "\">" + escape_markup(text) + "</text>";
}

std::string line_at(std::size_t x1, std::size_t y1, std::size_t x2, std::size_t y2,
                    std::string_view type) {
  return "<line x1=\"" + num(x1) + "\" y1=\"" + num(y1) + "\" x2=\"" + num(x2) + "\" y2=\"" +
         num(y2) + "\" class=\"" + std::string(type) + "\"/>";
}

/// A filled triangle whose point is at x.
std::string head_at(std::size_t x, std::size_t y, bool rightwards) {
  const std::size_t back = rightwards ? x - 10 : x + 10;
  return "<path d=\"M" + num(x) + " " + num(y) + "L" + num(back) + " " + num(y - 5) + "L" +
         num(back) + " " + num(y + 5) + "z\" class=\"head\"/>";
}

/// The element around a picture of this size; the style sheet may scale it.
std::string framed(std::size_t width, std::size_t height, std::string_view type,
                   const std::string& inner) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"" + std::string(type) +
         "\" viewBox=\"0 0 " + num(width) + " " + num(height) + "\" width=\"" + num(width) +
         "\" height=\"" + num(height) + "\">" + inner + "</svg>\n";
}

/// Draws the rows of one exchange, top to bottom.
class ScenePainter {
 public:
  ScenePainter(const Lanes& lanes, Duration began) : lanes_(lanes), began_(began) {}

  std::string paint(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      std::visit([&](const auto& what) { draw(what); }, row);
    }
    y_ += 8;
    std::string below;
    for (std::size_t lane = 0; lane < lanes_.count(); ++lane) {
      below += line_at(x_of(lane), 0, x_of(lane), y_, "lane");
    }
    return below + out_;
  }
  [[nodiscard]] std::size_t height() const { return y_; }

 private:
  void draw(const ArrowRow& arrow) {
    const std::size_t y = y_ + 26;
    out_ += "<g class=\"msg " + std::string(class_of(arrow)) + "\" data-n=\"" + num(arrow.number) +
            "\" tabindex=\"0\" role=\"button\" aria-label=\"packet " + num(arrow.number) + ", " +
            escape_markup(arrow.name + ", " + arrow.remark) + "\">";
    out_ += "<rect class=\"hit\" x=\"2\" y=\"" + num(y_) + "\" width=\"" +
            num(picture_width(lanes_) - 4) + "\" height=\"" + num(kArrowHeight) + "\" rx=\"6\"/>";
    out_ += text_at(kTimeWidth - 6, y + 4, "end", "time", stopwatch(arrow.at - began_));
    draw_lines(arrow, y);
    out_ += "</g>\n";
    y_ += kArrowHeight;
  }

  void draw_lines(const ArrowRow& arrow, std::size_t y) {
    const std::size_t from = arrow.leg.from;
    const auto& to = arrow.leg.to;
    if (to.empty()) {
      out_ += text_at(x_of(from) + 10, y + 4, "start", "name", arrow.name);
      return;
    }
    const auto [least, greatest] = std::minmax_element(to.begin(), to.end());
    out_ += line_at(x_of(std::min(*least, from)), y, x_of(std::max(*greatest, from)), y, "arrow");
    out_ += "<circle cx=\"" + num(x_of(from)) + "\" cy=\"" + num(y) + "\" r=\"4\" class=\"head\"/>";
    for (const std::size_t lane : to) {
      const bool rightwards = lane > from;
      out_ += head_at(x_of(lane), y, rightwards);
      const std::size_t middle = rightwards ? x_of(lane) - kGap / 2 : x_of(lane) + kGap / 2;
      out_ += text_at(middle, y - 7, "middle", "name", arrow.name);
      if (to.size() == 1) out_ += text_at(middle, y + 15, "middle", "remark", arrow.remark);
    }
  }

  void draw(const StepsRow& steps) {
    std::size_t height = 0;
    for (const StepsRow::Entry& entry : steps.entries) {
      height = std::max(height, draw_step(entry));
    }
    y_ += height + 10;
  }

  std::size_t draw_step(const StepsRow::Entry& entry) {
    const auto lines = wrap(entry.text, kStepColumns);
    std::size_t columns = 0;
    for (const std::string& line : lines) columns = std::max(columns, line.size());
    const std::size_t width = columns * kLetter + 18;
    const std::size_t height = lines.size() * kLineHeight + 8;
    const std::size_t x = x_of(entry.lane);
    out_ += "<g class=\"step" + std::string(entry.bad ? " wrong" : "") + "\"><rect x=\"" +
            num(x - width / 2) + "\" y=\"" + num(y_ + 5) + "\" width=\"" + num(width) +
            "\" height=\"" + num(height) + "\" rx=\"6\"/>";
    for (std::size_t i = 0; i < lines.size(); ++i) {
      out_ += text_at(x, y_ + 21 + i * kLineHeight, "middle", "steptext", lines[i]);
    }
    out_ += "</g>\n";
    return height;
  }

  void draw(const PauseRow& pause) {
    const std::size_t middle = y_ + kPauseHeight / 2;
    const Duration whole = Duration::seconds(pause.length.to_seconds());
    const std::string length =
        whole < Duration::seconds(10) ? latency_text(pause.length) : to_string(whole);
    out_ += line_at(kTimeWidth, middle, picture_width(lanes_) - 10, middle, "pause");
    out_ += text_at(kTimeWidth - 6, middle + 4, "end", "later", length + " later");
    y_ += kPauseHeight;
  }

  const Lanes& lanes_;
  Duration began_;
  std::string out_;
  std::size_t y_ = 4;
};

std::string heads_of(const Lanes& lanes) {
  std::string out;
  for (std::size_t lane = 0; lane < lanes.count(); ++lane) {
    const Host* host = lanes.host(lane);
    const std::size_t x = x_of(lane);
    const bool server = host != nullptr && host->role == Role::server;
    const bool not_chosen = server && lanes.selected && lane < lanes.client_lane();
    const std::string role(role_of(host));
    const bool other = role == "other";
    out += "<g class=\"lanehead " + role + (not_chosen ? " unchosen" : "") + "\"><rect x=\"" +
           num(x - 76) + "\" y=\"6\" width=\"152\" height=\"46\" rx=\"10\"/>";
    out += text_at(x, 25, "middle", "role",
                   not_chosen ? "Server, not selected"
                   : other    ? "Other host"
                              : std::string(1, static_cast<char>(role[0] - 32)) + role.substr(1));
    const std::string address = host == nullptr ? net::to_string(lanes.client)
                                : other         ? net::to_string(host->mac)
                                                : net::to_string(host->address);
    out += text_at(x, 43, "middle", "address", address) + "</g>\n";
  }
  return out;
}

/// Few lanes fit on a telephone; the style sheet shrinks those, and lets others scroll.
std::string fit_of(const Lanes& lanes) { return lanes.count() <= 2 ? " few" : ""; }

std::string moved(std::size_t y, const std::string& inner) {
  return "<g transform=\"translate(0 " + num(y) + ")\">" + inner + "</g>\n";
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::size_t picture_width(const Lanes& lanes) { return x_of(lanes.count() - 1) + kRightMargin; }

std::string heads_picture(const Lanes& lanes) {
  return framed(picture_width(lanes), kHeadHeight, "heads" + fit_of(lanes), heads_of(lanes));
}

std::string scene_picture(const Lanes& lanes, const CaptureStory::Scene& scene, Duration began) {
  ScenePainter painter(lanes, began);
  const std::string inner = painter.paint(scene.rows);
  return framed(picture_width(lanes), painter.height(), "scene" + fit_of(lanes), inner);
}

std::string story_picture(const CaptureStory& story) {
  std::string inner;
  std::size_t y = 8;
  std::size_t width = 480;
  const auto acts = story.acts();
  for (const CaptureStory::Act& act : acts) {
    width = std::max(width, picture_width(act.lanes));
    inner += moved(y, heads_of(act.lanes));
    y += kHeadHeight;
    for (const CaptureStory::Scene& scene : act.scenes) {
      const std::string type = is_bad(*scene.exchange) ? "scenetitle wrong" : "scenetitle";
      inner += text_at(10, y + 26, "start", type,
                       "xid " + hex(scene.exchange->xid, 8) + ": " + outcome_text(*scene.exchange));
      y += kSceneTitle;
      ScenePainter painter(act.lanes, story.began());
      inner += moved(y, painter.paint(scene.rows));
      y += painter.height();
    }
    y += 24;
  }
  if (acts.empty()) {
    inner = text_at(10, 40, "start", "scenetitle", "No DHCP message to draw a timeline of.");
    y = 60;
  }
  if (const std::string rest = story.left_out(); !rest.empty()) {
    inner += text_at(10, y + 16, "start", "scenetitle wrong", rest + ".");
    y += 30;
  }
  return framed(width, y, "timeline alone",
                "<title>DHCP timeline</title><style>" + std::string(page_assets::kPictureStyle) +
                    "</style><rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n" + inner);
}

}  // namespace lessor::craft
