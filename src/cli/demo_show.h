#pragma once
// How the demo is printed: headings, paragraphs, messages with their tables, the answers of
// programs, and a line that counts down while a person waits. Must not know: the stage.

#include "cli/demo_story.h"
#include "client/v4/state.h"
#include "craft/frame_text.h"
#include "craft/story/timeline.h"

#include <cstdio>
#include <span>

namespace lessor::cli {

/// Prints to `out`, flushed piece by piece, so that a reader sees things when they happen.
class DemoShow {
 public:
  /// `live`: `out` is a terminal, where a line may be drawn over.
  DemoShow(std::FILE* out, const craft::Style& style, bool live, const craft::Lanes& lanes)
      : out_(out), style_(style), live_(live), timeline_(style, lanes) {}

  void chapter(const std::string& title);
  void say(const std::string& text);
  /// What a person would type on a host.
  void typed(const std::string& host, std::string_view command);
  /// The same, and what came back.
  void command(const std::string& host, const std::string& command, const std::string& answer);
  /// Lines that somebody wrote, whole.
  void quote(const std::string& who, const std::string& said);
  void print(const std::string& text);
  /// One captured frame: a DHCP message with all its tables, anything else in a line.
  void frame(Duration since_1970, Bytes bytes);
  /// The client's step from state to state: the way to it, and what the step is called.
  void step(std::span<const client::v4::State> way);
  /// The client's states, all of them, with the way lit.
  void states(std::span<const client::v4::State> way);
  /// A line that is drawn over until the next output; nothing unless live.
  void progress(const std::string& text);

  /// Whether nobody reads any more: `lessor demo | head`.
  [[nodiscard]] bool reader_gone() const { return std::ferror(out_) != 0; }
  [[nodiscard]] const DemoStory& story() const { return story_; }
  [[nodiscard]] const craft::Style& style() const { return style_; }
  /// The whole exchange so far, drawn as the RFC draws it.
  void timeline();

 private:
  void gap();
  void heading(const std::string& text, const std::string& right, std::string_view stroke);
  [[nodiscard]] std::string legend(std::size_t reference) const;

  std::FILE* out_;
  craft::Style style_;
  bool live_;
  bool progress_shown_ = false;
  bool blank_above_ = true;
  bool after_aside_ = false;  // what was printed last is a frame in a line
  craft::Timeline timeline_;
  DemoStory story_;
  Duration first_at_;                             // when the first frame passed
  std::vector<std::vector<std::byte>> payloads_;  // of the story's events
};

}  // namespace lessor::cli
