#include "cli/demo_show.h"

#include "cli/state_diagram.h"
#include "craft/summary.h"

namespace lessor::cli {
namespace {

using craft::Tone;

constexpr std::size_t kIndent = 1;  // of paragraphs
constexpr std::size_t kAnswerIndent = 3;
constexpr std::size_t kTimeWidth = 9;

}  // namespace

void DemoShow::print(const std::string& text) {
  if (progress_shown_) std::fputs("\r\033[K", out_);
  progress_shown_ = false;
  std::fputs(text.c_str(), out_);
  std::fflush(out_);
  if (text.empty()) return;
  after_aside_ = false;
  blank_above_ = text == "\n" || text.ends_with("\n\n");
}

/// An empty line, if the one above is none.
void DemoShow::gap() {
  if (!blank_above_) print("\n");
}

void DemoShow::progress(const std::string& text) {
  if (!live_) return;
  std::fputs(("\r\033[K " + craft::paint(text, Tone::dim, style_)).c_str(), out_);
  std::fflush(out_);
  progress_shown_ = true;
}

/// A line across the screen with a title in it.
void DemoShow::heading(const std::string& text, const std::string& right, std::string_view stroke) {
  const std::string end = right.empty() ? "" : " " + right + " " + craft::repeat(stroke, 2);
  const std::size_t taken = 4 + craft::display_width(text) + craft::display_width(end);
  const std::size_t rest = style_.width > taken ? style_.width - taken : 0;
  print("\n" + craft::paint(craft::repeat(stroke, 2), Tone::dim, style_) + " " +
        craft::paint(text, Tone::strong, style_) + " " +
        craft::paint(craft::repeat(stroke, rest) + end, Tone::dim, style_) + "\n\n");
}

void DemoShow::chapter(const std::string& title) { heading(title, "", style_.unicode ? "═" : "="); }

void DemoShow::say(const std::string& text) {
  print(craft::paragraph(text, style_, kIndent) + "\n");
}

void DemoShow::typed(const std::string& host, std::string_view command) {
  print(" " + craft::paint(host + "$ ", Tone::dim, style_) +
        craft::paint(command, Tone::strong, style_) + "\n");
}

void DemoShow::command(const std::string& host, const std::string& command,
                       const std::string& answer) {
  typed(host, command);
  const std::string_view said = answer.empty() ? std::string_view("(nothing)") : answer;
  std::string text;
  for (std::string_view line : craft::lines_of(said)) {
    while (line.ends_with(' ')) line.remove_suffix(1);
    // Cut where the screen ends: wrapped tables are hard to read.
    text.append(kAnswerIndent, ' ');
    text += craft::shorten(line, style_.width - kAnswerIndent, style_) + "\n";
  }
  print(text + "\n");
}

void DemoShow::quote(const std::string& who, const std::string& said) {
  std::string text = " " + craft::paint(who, Tone::strong, style_) + "\n";
  for (const std::string_view line : craft::lines_of(said)) {
    std::size_t indent = kAnswerIndent;
    for (const std::string& part : craft::wrap(line, style_.width - kAnswerIndent - 2)) {
      text.append(indent, ' ').append(part).append("\n");
      indent = kAnswerIndent + 2;
    }
  }
  print(text + "\n");
}

void DemoShow::step(std::span<const client::v4::State> way) {
  constexpr std::string_view kWho = " client  ";
  gap();
  const std::string text = craft::paint(kWho, Tone::client, style_) + draw_way(way, style_) + "\n";
  const std::string_view name = way.size() < 2
                                    ? name_of_step(client::v4::State::stopped, way.back())
                                    : name_of_step(way[way.size() - 2], way.back());
  print(text + craft::paragraph(name, style_, kWho.size(), Tone::dim));
}

void DemoShow::states(std::span<const client::v4::State> way) {
  gap();
  print(draw_states(way, style_) + "\n");
}

std::string DemoShow::legend(std::size_t reference) const {
  const craft::DhcpEvent& other = story_.events()[reference - 1];
  return " " + craft::paint("*", Tone::fresh, style_) +
         craft::paint(" not so in message " + std::to_string(reference) + ", the " +
                          std::string(wire::to_string(other.type)) + "\n",
                      Tone::dim, style_);
}

void DemoShow::frame(Duration since_1970, Bytes bytes) {
  const craft::Dissection frame = craft::dissect(bytes);
  const auto event = craft::read_event(frame, since_1970);
  if (first_at_ == Duration()) first_at_ = since_1970;
  if (!event) {
    const std::string time = craft::pad_left(craft::stopwatch(since_1970 - first_at_), kTimeWidth);
    if (!after_aside_) gap();
    print(craft::paint(time + "  " + craft::summary(frame), Tone::dim, style_) + "\n");
    after_aside_ = true;
    return;
  }
  const Scene scene = story_.tell(*event);
  const std::size_t number = story_.events().size();
  heading(std::to_string(number) + "  " + scene.title, craft::stopwatch(since_1970 - first_at_),
          style_.unicode ? "─" : "-");
  say(scene.text);
  print((number == 1 ? timeline_.begin() : "") + timeline_.add(*event) + "\n");
  const Bytes reference =
      scene.compared_to == 0 ? Bytes() : Bytes(payloads_[scene.compared_to - 1]);
  print(craft::frame_text(frame, style_, reference));
  if (scene.compared_to != 0) print(legend(scene.compared_to));
  payloads_.emplace_back(frame.payload.begin(), frame.payload.end());
}

void DemoShow::timeline() {
  if (story_.events().empty()) return;
  print(craft::draw_timeline(story_.events(), story_.events().front().client, style_) + "\n");
}

}  // namespace lessor::cli
