// Fuzzes packet files, with a peer that answers. Any text is refused with places inside of it, or
// runs to its end: each step has a result, time goes on, what it puts on the wire is a frame.

#include "craft/packet/notation.h"
#include "craft/script/interpreter.h"
#include "craft/script/report.h"
#include "property.h"
#include "seed.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using fuzz::expect;

constexpr net::Mac kOurMac{
    {std::byte{0x02}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}}};
// A file may ask for a million.
constexpr std::size_t kMaxTurns = 40;
constexpr std::size_t kMaxResults = 60;
constexpr std::size_t kMaxEvents = 300;  // of one call, about

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/// Where a word begins, or a line ends.
void expect_place(const Position& at, std::string_view text, std::string_view about) {
  for (std::size_t line = 1; line < at.line; ++line) {
    const std::size_t end = text.find('\n');
    expect(end != std::string_view::npos, "a line behind the text", about);
    text.remove_prefix(end + 1);
  }
  const std::string_view line = text.substr(0, text.find('\n'));
  expect(at.line >= 1 && at.column >= 1 && at.column <= line.size() + 1, "a column outside", about);
  if (at.column == 1 || at.column > line.size()) return;
  expect(!is_of_word(line[at.column - 1]) || !is_of_word(line[at.column - 2]),
         "a place in the middle of a word", about);
}

class Run {
 public:
  Run(const Script& script, std::string_view text)
      : text_(text),
        interpreter_(script, {.interface_mac = kOurMac,
                              .own_addresses = {net::Ip4{0xc0000207}},
                              .mac = kOurMac,
                              .seed = 1,
                              .set = {{"set", "192.0.2.1"}}}) {}

  /// How many packets left.
  std::size_t play() {
    for (std::size_t turn = 0; turn < kMaxTurns && results_ < kMaxResults; ++turn) {
      if (interpreter_.finished()) break;
      const Instant due = interpreter_.next_deadline();
      expect(!due.is_never(), "it waits for ever");
      now_ = std::max(now_, due);
      ScriptEvents events;
      interpreter_.on_time(now_, events);
      expect(events.size() <= kMaxEvents, "more in one call than a program can bear");
      take(events);
    }
    take(report_.end());
    return sent_;
  }

 private:
  void take(const ScriptEvents& events) {
    std::vector<std::vector<std::byte>> wire;
    for (const ScriptEvent& event : events) {
      if (const auto* title = std::get_if<ScriptTitle>(&event)) take(report_.title(title->text));
      if (const auto* result = std::get_if<StepResult>(&event)) take(*result);
      if (const auto* frame = std::get_if<ScriptFrame>(&event)) wire.push_back(frame->bytes);
    }
    for (const auto& bytes : wire) take(bytes);
  }
  static void take(const std::string& words) {
    expect(fuzz::is_clean(words), "a report that is not for a terminal", words);
  }
  void take(const StepResult& result) {
    ++results_;
    expect_place(result.at, text_, result.text);
    expect(result.verdict == StepVerdict::passed || !result.why.empty(), "failed without a word");
    take(report_.step(result));
  }
  void take(const std::vector<std::byte>& bytes) {
    // Files that repeat are answered, and looked at, at their beginning.
    if (++sent_ > 8) return;
    expect(equal_bytes(build(recipe_of(bytes), {})->bytes, bytes), "no frame");
    // A reflection, and an answer as a server's when it is a client's message.
    std::vector<std::byte> answer = bytes;
    const auto message = hear({.at = {}, .bytes = bytes});
    if (message && bytes.size() > 42) store_u8(&answer[42], 2);
    for (const auto& back : {answer, bytes}) {
      ScriptEvents events;
      interpreter_.on_frame(now_, {.at = {}, .bytes = back}, events);
      take(events);
    }
  }

  std::string_view text_;
  Interpreter interpreter_;
  ScriptReport report_{Style{}, true};
  Instant now_;
  std::size_t results_ = 0;
  std::size_t sent_ = 0;
};

/// How many packets a file sent.
std::size_t try_file(std::string_view text) {
  const auto script = read_script(text, {"set"});
  if (script) return Run(*script, text).play();
  expect(!script.error().empty(), "refused without a word");
  const std::string said = print_problems("f", script.error());
  expect(fuzz::is_clean(said), "problems that are not for a terminal", said);
  std::size_t looked_at = 0;
  for (const ScriptProblem& problem : script.error()) {
    if (++looked_at > 64) break;
    expect(!problem.what.empty(), "a problem that says nothing");
    expect_place(problem.at, text, problem.what);
  }
  return 0;
}

}  // namespace
}  // namespace lessor::craft

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)lessor::craft::try_file(lessor::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}

bool is_good_seed(lessor::Bytes seed) { return lessor::craft::try_file(lessor::as_text(seed)) > 0; }
