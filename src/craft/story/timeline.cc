#include "craft/story/timeline.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kMargin = 10;      // for the time
constexpr std::size_t kHalfHead = 9;     // half of a MAC address, the widest head
constexpr std::size_t kGapMin = 17;      // room for an arrow with DHCPDISCOVER on it
constexpr std::size_t kGapMax = 30;      // wider is harder to follow, not easier
constexpr std::size_t kStepWidth = 22;   // beside other lanes; "Determines configuration" breaks
constexpr std::size_t kRemarkRoom = 14;  // kept behind the last lane when no gap can be free

std::string_view title_of(Role role) {
  switch (role) {
    case Role::server:
      return "Server";
    case Role::relay:
      return "Relay";
    case Role::client:
      return "Client";
    case Role::other:
      return "Other host";
  }
  return "";
}

}  // namespace

Timeline::Timeline(const Style& style, Lanes lanes)
    : style_(style),
      strokes_(style.unicode ? Strokes{"│", "─", "◄", "►", "┼", "·"}
                             : Strokes{"|", "-", "<", ">", "+", "."}),
      diagram_(std::move(lanes)),
      first_x_(kMargin + kHalfHead) {
  measure();
}

void Timeline::set_lanes(Lanes lanes) {
  diagram_.set_lanes(std::move(lanes));
  spaced_ = drawn_ = false;
  measure();
}

/// Lanes share the screen's width.
void Timeline::measure() {
  const std::size_t gaps = std::max<std::size_t>(lanes().count() - 1, 1);
  // An arrow over all lanes leaves no gap for its remark.
  const bool crosses_all = lanes().left.empty() && gaps > 1;
  const std::size_t taken = first_x_ + kHalfHead + 2 + (crosses_all ? kRemarkRoom : 0);
  gap_ = std::clamp(style_.width > taken ? (style_.width - taken) / gaps : 0, kGapMin, kGapMax);
}

/// A row with every lane's `mark` on it.
CanvasRow Timeline::row(std::string_view mark) const {
  CanvasRow row(std::max(style_.width, x_of(lanes().count() - 1) + kHalfHead + 2));
  for (std::size_t lane = 0; lane < lanes().count(); ++lane) row.put(x_of(lane), mark, Tone::dim);
  return row;
}

std::string Timeline::begin() const {
  CanvasRow names = row(" ");
  CanvasRow addresses = row(" ");
  CanvasRow choices = row(" ");
  for (std::size_t lane = 0; lane < lanes().count(); ++lane) {
    const std::size_t x = x_of(lane);
    const Host* host = lanes().host(lane);
    names.put_centred(x, title_of(host == nullptr ? Role::client : host->role), Tone::strong);
    if (host == nullptr) {
      addresses.put_centred(x, net::to_string(lanes().client), Tone::client);
      continue;
    }
    const bool other = host->role == Role::other;
    addresses.put_centred(x, other ? net::to_string(host->mac) : net::to_string(host->address),
                          other ? Tone::bad : Tone::server);
    if (host->role != Role::server) continue;
    choices.put_centred(x, lane < lanes().client_lane() ? "(not selected)" : "(selected)");
  }
  std::string out = names.line(style_) + addresses.line(style_);
  if (lanes().selected) out += choices.line(style_);
  return out + row("v").line(style_);
}

std::string Timeline::end() {
  std::string out;
  leave_space(out);
  return out + row("v").line(style_);
}

/// One row of bare lanes, unless the last one was just that.
void Timeline::leave_space(std::string& out) {
  if (!spaced_) out += row(strokes_.lane).line(style_);
  spaced_ = true;
}

std::string Timeline::add(const DhcpEvent& event, std::span<const DhcpEvent> answers,
                          std::string_view mark) {
  return draw(diagram_.add(event, answers, mark));
}

std::string Timeline::add(const ProbeEvent& probe, std::string_view mark) {
  return draw(diagram_.add(probe, mark));
}

std::string Timeline::add_client_step(std::string_view text, bool bad) {
  return draw({diagram_.client_step(text, bad)});
}

std::string Timeline::rule(std::string_view text, Tone tone) {
  const std::string_view stroke = style_.unicode ? "─" : "-";
  const std::string shown = shorten(text, style_.width - 6, style_);
  const std::size_t taken = 4 + display_width(shown);
  const std::size_t rest = style_.width > taken ? style_.width - taken : 0;
  std::string out;
  if (drawn_) leave_space(out);
  spaced_ = false;
  return out + paint(repeat(stroke, 2) + " ", Tone::dim, style_) + paint(shown, tone, style_) +
         paint(" " + repeat(stroke, rest), Tone::dim, style_) + "\n";
}

std::string Timeline::draw(const std::vector<Row>& rows) {
  std::string out;
  for (const Row& row : rows) {
    std::visit([&](const auto& what) { draw(what, out); }, row);
  }
  return out;
}

/// The RFC's three dots.
void Timeline::draw(const PauseRow& /*pause*/, std::string& out) {
  leave_space(out);
  for (int i = 0; i < 3; ++i) out += row(strokes_.pause).line(style_);
  spaced_ = false;
  leave_space(out);
}

void Timeline::draw(const StepsRow& steps, std::string& out) {
  std::vector<std::vector<std::string>> texts;
  std::size_t height = 0;
  for (const StepsRow::Entry& entry : steps.entries) {
    const std::size_t beside = std::min(gap_ - 2, kStepWidth);
    texts.push_back(wrap(entry.text, entry.beside_others ? beside : 2 * beside));
    height = std::max(height, texts.back().size());
  }
  leave_space(out);
  for (std::size_t y = 0; y < height; ++y) {
    CanvasRow line = row(strokes_.lane);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (y >= texts[i].size()) continue;
      const StepsRow::Entry& entry = steps.entries[i];
      line.put_centred(x_of(entry.lane), " " + texts[i][y] + " ",
                       entry.bad ? Tone::bad : Tone::strong);
    }
    out += line.line(style_);
  }
  spaced_ = false;
  leave_space(out);
}

void Timeline::draw(const ArrowRow& arrow, std::string& out) {
  if (!first_at_) first_at_ = arrow.at;
  CanvasRow line = row(strokes_.lane);
  line.put(0, pad_left(stopwatch(arrow.at - *first_at_), kMargin - 1), Tone::dim);
  const std::size_t from = arrow.leg.from;
  const auto& to = arrow.leg.to;
  if (to.empty()) {
    // Nobody is known who hears it.
    line.put(x_of(from) + 2, arrow.name, arrow.tone);
  } else {
    // A broadcast is one event: it leaves once and arrives at everybody who hears it.
    const auto [least, greatest] = std::minmax_element(to.begin(), to.end());
    if (*least < from) draw_arrow(line, arrow, *least);
    if (*greatest > from) draw_arrow(line, arrow, *greatest);
    if (*least < from && *greatest > from) line.put(x_of(from), strokes_.crossing, arrow.tone);
    if (to.size() == 1) draw_remark(line, arrow);
  }
  out += line.line(style_);
  spaced_ = false;
  drawn_ = true;
}

/// A line with the message's name on it to a lane, over those between, with an arrowhead at each
/// that it is for.
void Timeline::draw_arrow(CanvasRow& row, const ArrowRow& arrow, std::size_t to) const {
  const std::size_t from = arrow.leg.from;
  const bool rightwards = to > from;
  for (std::size_t lane = from; lane != to; lane = rightwards ? lane + 1 : lane - 1) {
    const std::size_t next = rightwards ? lane + 1 : lane - 1;
    const std::size_t first = x_of(std::min(lane, next)) + 1;
    const std::size_t last = x_of(std::max(lane, next)) - 1;
    row.fill(first, last, strokes_.line, arrow.tone);
    const auto& heads = arrow.leg.to;
    if (std::find(heads.begin(), heads.end(), next) == heads.end()) continue;
    row.put_centred((first + last + 1) / 2, " " + arrow.name + " ", arrow.tone);
    row.put(rightwards ? last : first, rightwards ? strokes_.right_head : strokes_.left_head,
            arrow.tone);
  }
}

/// The remark stands on that side of the client, or of the arrow, where no arrow is, or behind the
/// last lane.
void Timeline::draw_remark(CanvasRow& row, const ArrowRow& arrow) const {
  const auto [low, high] = std::minmax(arrow.leg.from, arrow.leg.to.front());
  const std::size_t client = lanes().client_lane();
  const std::size_t width = display_width(arrow.remark);
  const bool fits = width + 2 < gap_;
  const bool right_is_free = high + 1 < lanes().count();
  const bool on_left = low > 0 && (high != client || !right_is_free);
  if (on_left) {
    if (fits) row.put(x_of(low) - width - 1, arrow.remark, Tone::dim);
  } else if (!right_is_free || fits) {
    row.put(x_of(high) + 2, arrow.remark, Tone::dim);
  }
}

std::string draw_timeline(std::span<const DhcpEvent> events, const net::HardwareAddress& client,
                          const Style& style) {
  LaneFinder finder;
  std::vector<DhcpEvent> own;
  for (const DhcpEvent& event : events) {
    if (event.client != client) continue;
    finder.note(event);
    own.push_back(event);
  }
  if (own.empty()) return "";
  Timeline timeline(style, finder.lanes());
  std::string out = timeline.begin();
  for (std::size_t i = 0; i < own.size(); ++i) {
    const bool question = own[i].op == wire::Op::request;
    const auto rest = std::span<const DhcpEvent>(own).subspan(i);
    out += timeline.add(own[i], question ? find_answers(rest) : std::vector<DhcpEvent>{});
  }
  return out + timeline.end();
}

}  // namespace lessor::craft
