#include "craft/script/report.h"

#include "base/text.h"

#include "craft/packet/notation.h"
#include "craft/packet/time_text.h"
#include "craft/summary.h"
#include "craft/table.h"
#include "craft/view/json_writer.h"

namespace lessor::craft {
namespace {

constexpr std::size_t kIndent = 7;  // below the number

Tone tone_of(StepVerdict verdict) {
  switch (verdict) {
    case StepVerdict::passed:
      return Tone::fresh;
    case StepVerdict::failed:
      return Tone::bad;
    case StepVerdict::skipped:
      return Tone::dim;
  }
  return Tone::plain;
}

std::string_view mark_of(StepVerdict verdict) {
  switch (verdict) {
    case StepVerdict::passed:
      return "ok    ";
    case StepVerdict::failed:
      return "FAILED";
    case StepVerdict::skipped:
      return "skipped";
  }
  return "";
}

std::string indented(std::string_view text) {
  std::string result;
  for (const std::string_view line : lines_of(text)) {
    if (!line.empty()) result.append(kIndent, ' ').append(line);
    result += '\n';
  }
  return result;
}

std::string packet_block(const Frame& frame) {
  Packet packet;
  packet.bytes = frame.bytes;
  if (frame.at != Duration()) packet.time = frame.at;
  return indented(packet_text(packet));
}

std::string differences(const StepResult& result, const Style& style) {
  if (result.conditions.empty()) return "";
  Table table(
      {{.title = "field"}, {.title = "expected", .wraps = true}, {.title = "came", .wraps = true}});
  for (const Judgement& one : result.conditions) {
    table.add({{.text = one.name},
               {.text = sanitise(as_bytes(one.expected), 200)},
               {.text = sanitise(as_bytes(one.found), 200), .tone = Tone::bad}});
  }
  return table.draw(style, kIndent);
}

void write_packet(JsonWriter& json, const Frame& frame) {
  json.begin('{');
  if (frame.at != Duration()) {
    json.key("time");
    json.text(print_time(frame.at));
  }
  json.key("summary");
  json.text(summary(dissect(frame.bytes)));
  json.key("bytes");
  json.text(to_hex(frame.bytes));
  json.end('}');
}

void write_conditions(JsonWriter& json, const std::vector<Judgement>& conditions) {
  json.begin('[');
  for (const Judgement& one : conditions) {
    json.begin('{');
    json.key("name");
    json.text(one.name);
    json.key("expected");
    json.text(one.expected);
    json.key("found");
    json.text(one.found);
    json.end('}');
  }
  json.end(']');
}

}  // namespace

void ScriptReport::count(const StepResult& result) {
  passed_ += result.verdict == StepVerdict::passed ? 1 : 0;
  failed_ += result.verdict == StepVerdict::failed ? 1 : 0;
  skipped_ += result.verdict == StepVerdict::skipped ? 1 : 0;
}

std::string ScriptReport::title(const std::string& text) const {
  return "\n" + paint(sanitise(as_bytes(text), 200), Tone::strong, style_) + "\n";
}

std::string ScriptReport::step(const StepResult& result) {
  count(result);
  std::string text = pad_left(std::to_string(result.number), 4) + "  " +
                     paint(mark_of(result.verdict), tone_of(result.verdict), style_) + "  " +
                     result.text;
  const bool passed = result.verdict == StepVerdict::passed;
  if (passed && result.packet && !packets_) {
    text += paint(": " + summary(dissect(result.packet->bytes)), Tone::dim, style_);
  }
  text += '\n';
  if (!passed) {
    const std::string where = "line " + std::to_string(result.at.line) + ": ";
    const bool has_line = result.why.starts_with("line ");  // of a block, nearer than the step's
    text +=
        paragraph((has_line ? "" : where) + result.why, style_, kIndent, tone_of(result.verdict));
    text += differences(result, style_);
  }
  if (result.packet && (packets_ || result.verdict == StepVerdict::failed)) {
    text += packet_block(*result.packet);
  }
  for (const Frame& other : result.others) {
    text += paragraph("also came: " + summary(dissect(other.bytes)), style_, kIndent);
  }
  return text;
}

std::string ScriptReport::end() const {
  const std::size_t all = passed_ + failed_ + skipped_;
  std::string text = std::to_string(all) + (all == 1 ? " step, " : " steps, ") +
                     std::to_string(passed_) + " passed";
  if (failed_ > 0) text += ", " + std::to_string(failed_) + " failed";
  if (skipped_ > 0) text += ", " + std::to_string(skipped_) + " skipped";
  return "\n" + paint(text, all_passed() ? Tone::fresh : Tone::bad, style_) + "\n";
}

std::string ScriptReport::step_json(const StepResult& result) {
  count(result);
  std::string out;
  JsonWriter json(out);
  json.begin('{');
  json.key("step");
  json.number(result.number);
  json.key("line");
  json.number(result.at.line);
  json.key("text");
  json.text(result.text);
  json.key("verdict");
  json.text(to_string(result.verdict));
  if (!result.why.empty()) {
    json.key("why");
    json.text(result.why);
  }
  if (!result.conditions.empty()) {
    json.key("conditions");
    write_conditions(json, result.conditions);
  }
  if (result.packet) {
    json.key("packet");
    write_packet(json, *result.packet);
  }
  json.end('}');
  return out + "\n";
}

std::string ScriptReport::end_json(bool interrupted) const {
  std::string out;
  JsonWriter json(out);
  json.begin('{');
  json.key("steps");
  json.number(passed_ + failed_ + skipped_);
  json.key("passed");
  json.number(passed_);
  json.key("failed");
  json.number(failed_);
  json.key("skipped");
  json.number(skipped_);
  json.key("interrupted");
  json.boolean(interrupted);
  json.end('}');
  return out + "\n";
}

std::string print_problems(std::string_view file, const std::vector<ScriptProblem>& problems) {
  std::string text;
  for (const ScriptProblem& problem : problems) {
    text.append(file).append(":").append(std::to_string(problem.at.line));
    text.append(":").append(std::to_string(problem.at.column)).append(": ");
    text.append(problem.what) += '\n';
  }
  return text;
}

}  // namespace lessor::craft
