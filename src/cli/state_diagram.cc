#include "cli/state_diagram.h"

#include "craft/line_canvas.h"

#include <algorithm>
#include <array>

namespace lessor::cli {
namespace {

using client::v4::State;
using craft::Point;
using craft::Style;
using craft::Tone;

/// The box of a state.
struct Place {
  State state;
  Point at;
  int width;
};
/// Clockwise: above from nothing to an address, below from having it to losing it.
constexpr Place kPlaces[] = {
    {State::init, {1, 3}, 13},        {State::selecting, {24, 3}, 13},
    {State::requesting, {46, 3}, 14}, {State::checking, {65, 3}, 12},
    {State::init_reboot, {7, 9}, 15}, {State::rebooting, {31, 9}, 13},
    {State::rebinding, {7, 14}, 13},  {State::renewing, {33, 14}, 12},
    {State::bound, {58, 14}, 17},
};

constexpr std::size_t kWidth = 77;  // of the drawing

/// What figure 5 has no room for stands in a line below, without arrows.
constexpr State kAside[] = {State::stopped, State::no_link, State::v6_only, State::informing,
                            State::informed};
constexpr int kAsideRow = 20;

/// An arrow: the corners of its line (until the first that is zero), what stands beside it, and
/// what it means. Lines of several arrows may share a piece, and then the words beside it.
struct Arrow {
  State from;
  State to;
  std::array<Point, 4> corners;
  Point label_at;
  std::string_view label;
  std::string_view name;
};

constexpr std::string_view kRefused = "a DHCPNAK, or no answer: begin again";
constexpr std::string_view kLost = "a DHCPNAK, the lease is over, or another has the address";
constexpr std::string_view kGranted = "DHCPACK: asks by ARP whether anybody has the address";
constexpr std::string_view kExtended = "DHCPACK: the lease is extended";

// clang-format off
constexpr Arrow kArrows[] = {
    {State::init, State::selecting, {{{13, 4}, {23, 4}}},
     {15, 3}, "DISCOVER", "DHCPDISCOVER sent, offers are collected"},
    {State::selecting, State::requesting, {{{36, 4}, {45, 4}}},
     {38, 3}, "REQUEST", "an offer is chosen, DHCPREQUEST sent"},
    {State::selecting, State::checking, {{{30, 5}, {30, 7}, {68, 7}, {68, 6}}},
     {32, 6}, "ACK at once: rapid commit", "DHCPACK at once (rapid commit, RFC 4039)"},
    {State::requesting, State::checking, {{{59, 4}, {64, 4}}},
     {61, 3}, "ACK", kGranted},
    {State::requesting, State::init, {{{53, 3}, {53, 1}, {7, 1}, {7, 2}}},
     {9, 0}, "NAK, no answer", kRefused},
    {State::checking, State::init, {{{71, 3}, {71, 1}, {7, 1}, {7, 2}}},
     {55, 0}, "in use: DECLINE", "somebody has the address: DHCPDECLINE"},
    {State::checking, State::bound, {{{71, 5}, {71, 13}}},
     {73, 8}, "free", "nobody has the address: the interface gets it"},

    {State::init_reboot, State::rebooting, {{{21, 10}, {30, 10}}},
     {23, 9}, "REQUEST", "DHCPREQUEST sent for the remembered address"},
    {State::rebooting, State::checking, {{{43, 10}, {68, 10}, {68, 6}}},
     {46, 9}, "ACK", kGranted},
    {State::rebooting, State::init, {{{37, 9}, {37, 8}, {3, 8}, {3, 6}}},
     {5, 7}, "NAK, no answer", kRefused},

    {State::bound, State::renewing, {{{58, 15}, {45, 15}}},
     {46, 14}, "T1: REQUEST", "T1, or told to: DHCPREQUEST to the server of the lease"},
    {State::renewing, State::rebinding, {{{33, 15}, {20, 15}}},
     {21, 14}, "T2: REQUEST", "T2, or told to: DHCPREQUEST to every server"},
    {State::renewing, State::bound, {{{39, 16}, {39, 18}, {66, 18}, {66, 17}}},
     {41, 17}, "ACK", kExtended},
    {State::rebinding, State::bound, {{{13, 16}, {13, 18}, {66, 18}, {66, 17}}},
     {15, 17}, "ACK", kExtended},
    {State::bound, State::init, {{{60, 14}, {60, 13}, {3, 13}, {3, 6}}},
     {5, 12}, "NAK, lease over, conflict", kLost},
    {State::renewing, State::init, {{{39, 14}, {39, 13}, {3, 13}, {3, 6}}},
     {5, 12}, "NAK, lease over, conflict", kLost},
    {State::rebinding, State::init, {{{13, 14}, {13, 13}, {3, 13}, {3, 6}}},
     {5, 12}, "NAK, lease over, conflict", kLost},
};
// clang-format on

/// Steps without an arrow: to and from what stands aside, from anywhere, and by order.
struct PlainStep {
  std::optional<State> from;  ///< nothing: from anywhere
  State to;
  std::string_view name;
};
constexpr PlainStep kPlainSteps[] = {
    {State::stopped, State::init, "started"},
    {State::stopped, State::init_reboot, "started, with a remembered lease"},
    {State::stopped, State::bound, "a remembered lease taken up"},
    {State::no_link, State::init, "the link is back"},
    {State::no_link, State::init_reboot, "the link is back: is the address still right?"},
    {State::v6_only, State::init, "begin again"},
    {State::selecting, State::v6_only, "the network prefers IPv6 alone (RFC 8925)"},
    {State::rebooting, State::v6_only, "the network prefers IPv6 alone (RFC 8925)"},
    {State::init, State::informing, "DHCPINFORM sent"},
    {State::informing, State::informed, "DHCPACK: parameters without a lease"},
    {State::informing, State::stopped, "no answer"},
    {State::bound, State::rebinding, "told to: DHCPREQUEST to every server"},
    {State::rebinding, State::renewing, "told to: DHCPREQUEST to the server of the lease"},
    {State::renewing, State::renewing, "told to, again: DHCPREQUEST"},
    {State::rebinding, State::rebinding, "told to, again: DHCPREQUEST"},
    {{}, State::no_link, "the link is gone"},
    {{}, State::stopped, "told to: the lease is given back, or only left"},
    {{}, State::init, "begin again"},
    {{}, State::init_reboot, "after a sleep or a new link: is the address still right?"},
};

const Arrow* find_arrow(State from, State to) {
  const auto* const found =
      std::ranges::find_if(kArrows, [&](const Arrow& a) { return a.from == from && a.to == to; });
  return found == std::end(kArrows) ? nullptr : found;
}

bool is_taken(const Arrow& arrow, std::span<const State> way) {
  const State step[] = {arrow.from, arrow.to};
  return !std::ranges::search(way, step).empty();
}

void draw_arrow(craft::LineCanvas& canvas, const Arrow& arrow, bool lit) {
  const auto end = std::ranges::find(arrow.corners, Point{});
  canvas.arrow({arrow.corners.begin(), end}, lit);
  canvas.text(arrow.label_at, arrow.label, lit ? Tone::fresh : Tone::dim);
}

/// The states without a box. The current one stands in brackets.
void draw_aside(craft::LineCanvas& canvas, std::optional<State> current) {
  constexpr int kGap = 5;
  Point at{1, kAsideRow};
  canvas.text(at, "other states:", Tone::dim);
  at.x += 18;
  for (const State state : kAside) {
    const std::string name(to_string(state));
    const bool lit = state == current;
    const int before = lit ? 3 : 0;
    canvas.text({at.x - before, at.y}, lit ? "[[ " + name + " ]]" : name,
                lit ? Tone::fresh : Tone::plain);
    at.x += static_cast<int>(name.size()) + kGap;
  }
}

/// For screens that the drawing does not fit on: the arrows, a line each.
std::string list_arrows(std::span<const State> way, const Style& style) {
  constexpr std::size_t kNameWidth = 11;  // INIT-REBOOT
  const std::string_view head = style.unicode ? " ─► " : " -> ";
  std::string text;
  for (const Arrow& arrow : kArrows) {
    const bool lit = is_taken(arrow, way);
    const std::string line = std::string(lit ? "*" : " ") +
                             craft::pad_right(to_string(arrow.from), kNameWidth) +
                             std::string(head) + craft::pad_right(to_string(arrow.to), kNameWidth) +
                             "  " + std::string(arrow.label);
    text += paint(line, lit ? Tone::fresh : Tone::plain, style) + "\n";
  }
  if (way.empty()) return text;
  return text + "\n now " + paint(to_string(way.back()), Tone::fresh, style) + "\n";
}

}  // namespace

std::string draw_states(std::span<const State> way, const Style& style) {
  if (style.width < kWidth) return list_arrows(way, style);
  craft::LineCanvas canvas;
  const std::optional<State> current = way.empty() ? std::nullopt : std::optional(way.back());
  // What is lit is drawn last: it shares lines and words with what is not.
  for (const bool lit : {false, true}) {
    for (const Arrow& arrow : kArrows) {
      if (is_taken(arrow, way) == lit) draw_arrow(canvas, arrow, lit);
    }
  }
  for (const Place& place : kPlaces) {
    canvas.box(place.at, place.width, to_string(place.state), place.state == current);
  }
  draw_aside(canvas, current);
  return canvas.draw(style);
}

std::string draw_states(State current, State before, const Style& style) {
  const State way[] = {before, current};
  std::string text = draw_states(way, style) + "\n " + draw_way(way, style);
  const std::string_view name = name_of_step(before, current);
  if (!name.empty()) text.append(": ").append(name);
  return text + "\n";
}

std::string draw_way(std::span<const State> way, const Style& style) {
  const std::string_view arrow = style.unicode ? " ─► " : " -> ";
  std::string text;
  for (std::size_t i = 0; i < way.size(); ++i) {
    const bool current = i + 1 == way.size();
    if (i > 0) text += paint(arrow, Tone::dim, style);
    const std::string name(to_string(way[i]));
    if (!current) {
      text += name;
    } else {
      text += style.colour ? paint(name, Tone::fresh, style) : "[[" + name + "]]";
    }
  }
  return text;
}

std::string_view name_of_step(State before, State after) {
  if (const Arrow* arrow = find_arrow(before, after)) return arrow->name;
  for (const PlainStep& step : kPlainSteps) {
    if (step.to == after && step.from.value_or(before) == before) return step.name;
  }
  return {};
}

bool has_arrow(State before, State after) { return find_arrow(before, after) != nullptr; }

std::optional<State> parse_state(std::string_view text) {
  for (std::size_t i = 0; i < client::v4::kStates; ++i) {
    const auto state = static_cast<State>(i);
    if (to_string(state) == text) return state;
  }
  return std::nullopt;
}

}  // namespace lessor::cli
