#include "craft/story/timeline.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kMargin = 10;     // for the time
constexpr std::size_t kHalfHead = 9;    // half of a MAC address, the widest head
constexpr std::size_t kGapMin = 17;     // room for an arrow with DHCPDISCOVER on it
constexpr std::size_t kGapMax = 30;     // wider is harder to follow, not easier
constexpr std::size_t kStepWidth = 22;  // beside other lanes; "Determines configuration" breaks
constexpr Duration kPause = Duration::seconds(2);  // longer is drawn as the RFC's dots

Tone tone_of(const DhcpEvent& event) {
  return event.op == wire::Op::reply ? Tone::server : Tone::client;
}

/// What an arrow cannot carry: which address, for how long, and that it goes to one host alone.
std::string remark_of(const DhcpEvent& event) {
  if (event.op == wire::Op::reply && !event.yiaddr.is_zero()) {
    const std::string address = net::to_string(event.yiaddr);
    return event.lease_time ? address + " for " + to_string(*event.lease_time) : address;
  }
  return event.broadcast() ? "" : "to this server only";
}

bool is_of(const DhcpEvent& event, const net::HardwareAddress& client) {
  return event.client == client;
}

}  // namespace

Timeline::Timeline(const Style& style, Lanes lanes)
    : style_(style),
      strokes_(style.unicode ? Strokes{"│", "─", "◄", "►", "┼", "·"}
                             : Strokes{"|", "-", "<", ">", "+", "."}),
      client_(lanes.client),
      servers_(std::move(lanes.left)),
      client_lane_(servers_.size()),
      selected_(lanes.selected),
      first_x_(kMargin + kHalfHead) {
  servers_.insert(servers_.end(), lanes.right.begin(), lanes.right.end());
  const std::size_t gaps = std::max<std::size_t>(servers_.size(), 1);
  const std::size_t taken = first_x_ + kHalfHead + 2;
  gap_ = std::clamp(style.width > taken ? (style.width - taken) / gaps : 0, kGapMin, kGapMax);
}

std::size_t Timeline::lane_of(std::optional<net::Ip4> server) const {
  const auto found = server ? std::find(servers_.begin(), servers_.end(), *server) : servers_.end();
  if (found == servers_.end()) return client_lane_;
  const auto index = static_cast<std::size_t>(found - servers_.begin());
  return index < client_lane_ ? index : index + 1;
}

/// A row with every lane's `mark` on it.
CanvasRow Timeline::row(std::string_view mark) const {
  CanvasRow row(std::max(style_.width, x_of(lane_count() - 1) + kHalfHead + 2));
  for (std::size_t lane = 0; lane < lane_count(); ++lane) row.put(x_of(lane), mark, Tone::dim);
  return row;
}

std::string Timeline::begin() const {
  CanvasRow names = row(" ");
  CanvasRow addresses = row(" ");
  CanvasRow choices = row(" ");
  for (std::size_t lane = 0; lane < lane_count(); ++lane) {
    const std::size_t x = x_of(lane);
    if (lane == client_lane_) {
      names.put_centred(x, "Client", Tone::strong);
      addresses.put_centred(x, net::to_string(client_), Tone::client);
      continue;
    }
    const bool on_left = lane < client_lane_;
    names.put_centred(x, "Server", Tone::strong);
    addresses.put_centred(x, net::to_string(servers_[on_left ? lane : lane - 1]), Tone::server);
    choices.put_centred(x, on_left ? "(not selected)" : "(selected)");
  }
  std::string out = names.line(style_) + addresses.line(style_);
  if (selected_) out += choices.line(style_);
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

std::string Timeline::add(const DhcpEvent& event, std::span<const DhcpEvent> answers) {
  if (!first_at_) first_at_ = last_at_ = event.since_1970;
  std::string out;
  if (event.since_1970 - last_at_ >= kPause) draw_pause(out);
  draw_steps(story_.before(event), out);
  draw_message(event, out);
  draw_steps(story_.after(event, answers), out);
  last_at_ = event.since_1970;
  return out;
}

/// The RFC's three dots where nothing was said for a while.
void Timeline::draw_pause(std::string& out) {
  leave_space(out);
  for (int i = 0; i < 3; ++i) out += row(strokes_.pause).line(style_);
  spaced_ = false;
  leave_space(out);
}

void Timeline::draw_steps(const std::vector<Step>& steps, std::string& out) {
  if (steps.empty()) return;
  std::vector<std::vector<std::string>> texts;
  std::size_t height = 0;
  for (const Step& step : steps) {
    const std::size_t beside = std::min(gap_ - 2, kStepWidth);
    texts.push_back(wrap(step.text, steps.size() == 1 && !step.server ? 2 * beside : beside));
    height = std::max(height, texts.back().size());
  }
  leave_space(out);
  for (std::size_t y = 0; y < height; ++y) {
    CanvasRow line = row(strokes_.lane);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (y >= texts[i].size()) continue;
      line.put_centred(x_of(lane_of(steps[i].server)), " " + texts[i][y] + " ", Tone::strong);
    }
    out += line.line(style_);
  }
  spaced_ = false;
  leave_space(out);
}

void Timeline::draw_message(const DhcpEvent& event, std::string& out) {
  CanvasRow line = row(strokes_.lane);
  line.put(0, pad_left(stopwatch(event.since_1970 - *first_at_), kMargin - 1), Tone::dim);
  if (event.op == wire::Op::reply) {
    const std::size_t from = lane_of(event.server());
    draw_arrow(line, from, client_lane_, event);
    draw_remark(line, from, event);
  } else if (event.broadcast() || !event.server()) {
    // A broadcast is one event: it leaves once and arrives at every server.
    if (client_lane_ > 0) draw_arrow(line, client_lane_, 0, event);
    if (client_lane_ + 1 < lane_count()) draw_arrow(line, client_lane_, lane_count() - 1, event);
    const bool both_sides = client_lane_ > 0 && client_lane_ + 1 < lane_count();
    if (both_sides) line.put(x_of(client_lane_), strokes_.crossing, tone_of(event));
  } else {
    const std::size_t to = lane_of(event.server());
    draw_arrow(line, client_lane_, to, event);
    draw_remark(line, to, event);
  }
  out += line.line(style_);
  spaced_ = false;
}

/// A line with the message's name on it from one lane to another, over those between. A broadcast
/// has an arrowhead at each server that it passes.
void Timeline::draw_arrow(CanvasRow& row, std::size_t from, std::size_t to,
                          const DhcpEvent& event) const {
  const bool rightwards = to > from;
  const Tone tone = tone_of(event);
  const bool to_everybody = event.op == wire::Op::request && event.broadcast();
  for (std::size_t lane = from; lane != to; lane = rightwards ? lane + 1 : lane - 1) {
    const std::size_t next = rightwards ? lane + 1 : lane - 1;
    const std::size_t first = x_of(std::min(lane, next)) + 1;
    const std::size_t last = x_of(std::max(lane, next)) - 1;
    row.fill(first, last, strokes_.line, tone);
    if (next != to && !to_everybody) continue;
    const std::string name = " " + std::string(wire::to_string(event.type)) + " ";
    row.put_centred((first + last + 1) / 2, name, tone);
    row.put(rightwards ? last : first, rightwards ? strokes_.right_head : strokes_.left_head, tone);
  }
}

/// The remark stands on the side of the client where no arrow is, or behind the last lane.
void Timeline::draw_remark(CanvasRow& row, std::size_t other_end, const DhcpEvent& event) const {
  const std::string remark = remark_of(event);
  const bool arrow_on_right = other_end > client_lane_;
  const bool side_is_free = arrow_on_right ? client_lane_ > 0 : client_lane_ + 1 < lane_count();
  if (!side_is_free) {
    row.put(x_of(lane_count() - 1) + 2, remark, Tone::dim);
  } else if (display_width(remark) + 2 < gap_) {
    const std::size_t x = x_of(client_lane_);
    row.put(arrow_on_right ? x - display_width(remark) - 1 : x + 2, remark, Tone::dim);
  }
}

namespace {

/// Who answered and who was chosen, in order of appearance.
Lanes find_lanes(std::span<const DhcpEvent> events, const net::HardwareAddress& client) {
  Lanes lanes{.client = client};
  std::set<net::Ip4> chosen;
  std::vector<net::Ip4> all;
  for (const DhcpEvent& event : events) {
    const auto server = event.server();
    if (!server || !is_of(event, client)) continue;
    if (std::find(all.begin(), all.end(), *server) == all.end()) all.push_back(*server);
    const bool choice = event.type == wire::MessageType::ack ||
                        (event.type == wire::MessageType::request && event.server_identifier);
    if (choice) chosen.insert(*server);
  }
  lanes.selected = !chosen.empty();
  for (const net::Ip4 server : all) {
    (chosen.empty() || chosen.contains(server) ? lanes.right : lanes.left).push_back(server);
  }
  return lanes;
}

/// The answers to the client's message at the front of `events`: what servers say to its xid, up
/// to the client's next message (an offer may come later than that).
std::vector<DhcpEvent> find_answers(std::span<const DhcpEvent> events) {
  const DhcpEvent& question = events.front();
  const bool asks_for_offers = question.type == wire::MessageType::discover;
  std::vector<DhcpEvent> answers;
  for (const DhcpEvent& event : events.subspan(1)) {
    if (!is_of(event, question.client)) continue;
    if (event.op == wire::Op::request && (!asks_for_offers || event.type == question.type)) break;
    const bool offer = event.type == wire::MessageType::offer;
    const bool answer = event.op == wire::Op::reply && event.xid == question.xid;
    if (answer && offer == asks_for_offers) answers.push_back(event);
  }
  return answers;
}

}  // namespace

std::string draw_timeline(std::span<const DhcpEvent> events, const net::HardwareAddress& client,
                          const Style& style) {
  Timeline timeline(style, find_lanes(events, client));
  std::string out;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!is_of(events[i], client)) continue;
    if (out.empty()) out = timeline.begin();
    const bool question = events[i].op == wire::Op::request;
    out += timeline.add(events[i],
                        question ? find_answers(events.subspan(i)) : std::vector<DhcpEvent>{});
  }
  return out.empty() ? out : out + timeline.end();
}

}  // namespace lessor::craft
