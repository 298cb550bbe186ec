#include "craft/script/script.h"

#include "base/text.h"
#include "craft/exchange/question.h"
#include "craft/script/block_text.h"
#include "craft/script/condition.h"
#include "craft/script/substitution.h"

#include <algorithm>
#include <array>
#include <set>

namespace lessor::craft {
namespace {

constexpr std::array<std::string_view, 6> kWords{"send",   "expect", "wait",
                                                 "repeat", "title",  "packet"};
constexpr std::array<std::string_view, 3> kBuiltIn{"mac", "xid", "iface"};
constexpr std::string_view kOneWord = " \t";

std::string quoted(std::string_view text) { return "'" + sanitise(as_bytes(text), 48) + "'"; }

/// Takes the first word off `text`.
std::string_view take_word(std::string_view& text) {
  text = trim(text);
  const std::string_view word = text.substr(0, text.find_first_of(kOneWord));
  text = trim(text.substr(word.size()));
  return word;
}

std::string without_quotes(std::string_view text) {
  text = trim(text);
  const bool is_quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                         text.back() == text.front();
  return std::string(is_quoted ? text.substr(1, text.size() - 2) : text);
}

/// What may stand before or behind a block: `as $name`, `within 2s`.
struct Modifiers {
  std::string name;
  std::optional<Duration> within;
};

class Parser {
 public:
  Parser(std::string_view text, const std::vector<std::string>& set) : lines_(text) {
    known_.insert(kBuiltIn.begin(), kBuiltIn.end());
    known_.insert(set.begin(), set.end());
  }

  std::expected<Script, std::vector<ScriptProblem>> read() {
    Script script;
    script.steps = read_steps(0, {});
    if (problems_.empty()) return script;
    return std::unexpected(std::move(problems_));
  }

 private:
  void complain(Position at, std::string what) { problems_.push_back({at, std::move(what)}); }

  /// Steps up to the end of the file or, within `repeat`, to the line that closes it.
  std::vector<ScriptStep> read_steps(std::size_t depth, Position opened) {
    std::vector<ScriptStep> steps;
    ScriptLine line;
    while (lines_.next(line)) {
      if (line.text == "}") {
        if (depth > 0) return steps;
        complain(line.at, "there is no block that this '}' could close");
        continue;
      }
      if (auto step = read_step(line, depth)) steps.push_back(std::move(*step));
    }
    if (depth > 0) complain(opened, "the block that begins here is not closed: '}' is missing");
    return steps;
  }

  std::optional<ScriptStep> read_step(const ScriptLine& line, std::size_t depth) {
    std::string_view rest(line.text);
    if (rest.starts_with('$')) return read_variable(line);
    const std::string_view word = take_word(rest);
    if (word == "title") return ScriptStep{line.at, TitleStep{without_quotes(rest)}};
    if (word == "wait") return read_wait(line, rest);
    if (word == "repeat") return read_repeat(line, rest, depth);
    auto statement = read_statement(line, lines_);
    if (!statement) {
      problems_.push_back(statement.error());
      return std::nullopt;
    }
    if (word == "send") return read_send(*statement);
    if (word == "expect") return read_expect(*statement);
    if (statement->has_block) return read_literal(*statement);
    std::string text = quoted(word) + " begins no step; ";
    const auto near = nearest(word, kWords);
    text += near ? "did you mean " + std::string(*near) + "?"
                 : "steps are send, expect, wait, repeat, title, $name = value, and packets as "
                   "lessor show --text prints them";
    complain(line.at, std::move(text));
    return std::nullopt;
  }

  std::optional<ScriptStep> read_variable(const ScriptLine& line) {
    const std::string_view text(line.text);
    const std::size_t equals = text.find('=');
    std::string_view name = trim(text.substr(1, equals == text.npos ? equals : equals - 1));
    const bool advances = equals == text.npos && name.ends_with("++");
    if (advances) name.remove_suffix(2);
    if (!is_variable_name(name)) {
      complain(line.at,
               "a variable is set by '$name = value' or counted by '$name++'; names are "
               "letters, digits and '_'");
      return std::nullopt;
    }
    if (advances) {
      check_known(line.at, name);
      return ScriptStep{line.at, AdvanceStep{std::string(name)}};
    }
    if (equals == text.npos) {
      complain(line.at, "'$" + std::string(name) + "' alone says nothing: '$" + std::string(name) +
                            " = value' sets it");
      return std::nullopt;
    }
    if (name == "iface") {
      complain(line.at, "$iface.mac and $iface.ip are the interface's and cannot be set");
      return std::nullopt;
    }
    const std::size_t begin = std::min(text.find_first_not_of(kOneWord, equals + 1), text.size());
    ScriptLine value{.at = {line.at.line, line.at.column + begin},
                     .text = without_quotes(text.substr(begin))};
    check_variables(value);
    known_.insert(std::string(name));
    return ScriptStep{line.at, AssignStep{std::string(name), std::move(value)}};
  }

  std::optional<Duration> read_duration(Position at, std::string_view text) {
    const auto time = parse_duration(text);
    if (time && !time->is_infinite()) return *time;
    complain(at, (time ? "'infinite' never ends" : time.error()) +
                     "; a time is written like 500ms, 2s or 1m");
    return std::nullopt;
  }

  std::optional<ScriptStep> read_wait(const ScriptLine& line, std::string_view rest) {
    const auto time = read_duration(line.at, rest);
    return time ? std::optional(ScriptStep{line.at, WaitStep{*time}}) : std::nullopt;
  }

  std::optional<ScriptStep> read_repeat(const ScriptLine& line, std::string_view rest,
                                        std::size_t depth) {
    const bool opens = rest.ends_with('{');
    if (opens) rest = trim(rest.substr(0, rest.size() - 1));
    const auto count = parse_number(rest, kMaxRepeats);
    if (!opens || !count) {
      complain(line.at, "write 'repeat N {' with N up to " + std::to_string(kMaxRepeats) +
                            ", its steps on lines of their own, and '}'");
      if (!opens) return std::nullopt;
    }
    if (depth == kMaxNesting) {
      complain(line.at, "repeats are at most " + std::to_string(kMaxNesting) + " deep");
    }
    RepeatStep repeat{.count = static_cast<std::uint32_t>(count.value_or(0)), .body = {}};
    if (depth < kMaxNesting) repeat.body = read_steps(depth + 1, line.at);
    return ScriptStep{line.at, std::move(repeat)};
  }

  /// Reads the words of `line` that follow the step's type.
  bool read_modifiers(const ScriptLine& line, std::string_view rest, Modifiers& into) {
    while (!rest.empty()) {
      const std::string_view word = take_word(rest);
      const std::string_view value = take_word(rest);
      if (word == "as" && value.starts_with('$') && is_variable_name(value.substr(1))) {
        into.name = value.substr(1);
      } else if (word == "within") {
        into.within = read_duration(line.at, value);
        if (!into.within) return false;
      } else {
        complain(line.at, quoted(word) +
                              " is not understood here: 'as $name', 'within 2s' or a "
                              "block '{ ... }' may follow");
        return false;
      }
    }
    return true;
  }

  std::optional<ScriptStep> read_send(Statement& statement) {
    std::string_view rest(statement.head.text);
    (void)take_word(rest);  // "send"
    const std::string_view type = take_word(rest);
    Modifiers modifiers;
    if (!check_type(statement.head.at, type) || !read_modifiers(statement.head, rest, modifiers) ||
        !read_modifiers(statement.tail, statement.tail.text, modifiers)) {
      return std::nullopt;
    }
    if (modifiers.within) complain(statement.head.at, "'within' belongs to an expect");
    for (const ScriptLine& line : statement.block) check_packet_line(line, true);
    return made(statement.head.at,
                SendStep{std::string(type), std::move(statement.block), false, modifiers.name});
  }

  std::optional<ScriptStep> read_literal(Statement& statement) {
    std::string_view rest(statement.head.text);
    const std::string_view type = take_word(rest);
    Modifiers modifiers;
    if (!check_type(statement.head.at, type) || !read_modifiers(statement.head, rest, modifiers) ||
        !read_modifiers(statement.tail, statement.tail.text, modifiers)) {
      return std::nullopt;
    }
    for (const ScriptLine& line : statement.block) check_packet_line(line, false);
    return made(statement.head.at,
                SendStep{std::string(type), std::move(statement.block), true, modifiers.name});
  }

  template <typename What>
  std::optional<ScriptStep> made(Position at, What what) {
    if (!what.name.empty()) known_.insert(what.name);
    return ScriptStep{at, std::move(what)};
  }

  std::optional<ScriptStep> read_expect(Statement& statement) {
    std::string_view rest(statement.head.text);
    (void)take_word(rest);  // "expect"
    const std::string_view word = take_word(rest);
    ExpectStep expect;
    if (word == "silence") {
      expect.kind = ExpectStep::Kind::silence;
    } else if (word == "no") {
      expect.kind = ExpectStep::Kind::none;
      expect.type = take_word(rest);
    } else {
      expect.type = word;
    }
    if (expect.type == "any") expect.type.clear();
    const bool negative = expect.kind != ExpectStep::Kind::message;
    if (negative && !rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
      const auto time = read_duration(statement.head.at, take_word(rest));  // `silence 2s`
      if (!time) return std::nullopt;
      expect.within = *time;
    }
    Modifiers modifiers;
    if (!check_answer_type(statement.head.at, expect, word) ||
        !read_modifiers(statement.head, rest, modifiers) ||
        !read_modifiers(statement.tail, statement.tail.text, modifiers)) {
      return std::nullopt;
    }
    finish_expect(statement, modifiers, expect);
    return made(statement.head.at, std::move(expect));
  }

  void finish_expect(Statement& statement, const Modifiers& modifiers, ExpectStep& expect) {
    const bool negative = expect.kind != ExpectStep::Kind::message;
    if (modifiers.within) expect.within = *modifiers.within;
    if (expect.within == Duration()) expect.within = negative ? kSilenceWithin : kExpectWithin;
    if (negative && !modifiers.name.empty()) {
      complain(statement.head.at,
               "what must not come cannot be kept: leave out 'as $" + modifiers.name + "'");
    }
    if (expect.kind == ExpectStep::Kind::silence && statement.has_block) {
      complain(statement.head.at, "silence has no conditions: write 'expect no TYPE { ... }'");
    }
    expect.name = modifiers.name;
    expect.conditions = std::move(statement.block);
    for (const ScriptLine& line : expect.conditions) check_condition(line);
  }

  bool check_answer_type(Position at, const ExpectStep& expect, std::string_view word) {
    if (word.empty()) {
      complain(at, "expect what? 'expect offer', 'expect silence 2s', 'expect no nak 1s'");
      return false;
    }
    if (expect.type.empty()) return true;
    const auto type = read_message_type(expect.type);
    if (!type) complain(at, type.error());
    return type.has_value();
  }

  bool check_type(Position at, std::string_view type) {
    if (type.empty()) {
      complain(at, "send what? 'send discover', 'send request { ... }', 'send packet { ... }'");
      return false;
    }
    const auto recipe = start_recipe(type);
    if (!recipe) complain(at, recipe.error());
    return recipe.has_value();
  }

  void check_packet_line(const ScriptLine& line, bool substituted) {
    if (substituted && line.text.contains('$')) return check_variables(line);
    Recipe recipe;
    const auto added = add_line(recipe, line.text);
    if (!added) complain(line.at, added.error());
  }

  void check_condition(const ScriptLine& line) {
    if (line.text.contains('$')) return check_variables(line);
    const auto judged = judge(line.text, {});
    if (!judged) complain(line.at, judged.error());
  }

  /// Whether everything that a line uses was given a value above it.
  void check_variables(const ScriptLine& line) {
    const auto done = substitute(line.text, [&](const VariableUse& use) {
      check_known({line.at.line, line.at.column + use.column}, use.name);
      return std::expected<std::string, std::string>("");
    });
    if (!done) complain(line.at, done.error());
  }

  void check_known(Position at, std::string_view name) {
    if (known_.contains(std::string(name))) return;
    const std::vector<std::string_view> names(known_.begin(), known_.end());
    const auto near = nearest(name, names);
    complain(at, "nothing above gives $" + std::string(name) + " a value" +
                     (near ? "; did you mean $" + std::string(*near) + "?" : ""));
  }

  ScriptLines lines_;
  std::set<std::string> known_;
  std::vector<ScriptProblem> problems_;
};

std::string named(std::string text, std::string_view name) {
  if (!name.empty()) text.append(" as $").append(name);
  return text;
}

}  // namespace

std::expected<Script, std::vector<ScriptProblem>> read_script(std::string_view text,
                                                              const std::vector<std::string>& set) {
  return Parser(text, set).read();
}

std::string describe(const ScriptStep& step) {
  if (const auto* const send = std::get_if<SendStep>(&step.what)) {
    return named("send " + send->type, send->name);
  }
  if (const auto* const assign = std::get_if<AssignStep>(&step.what)) return "$" + assign->name;
  if (const auto* const advance = std::get_if<AdvanceStep>(&step.what)) {
    return "$" + advance->name + "++";
  }
  if (const auto* const wait = std::get_if<WaitStep>(&step.what)) {
    return "wait " + to_string(wait->time);
  }
  if (const auto* const title = std::get_if<TitleStep>(&step.what)) return title->text;
  if (const auto* const repeat = std::get_if<RepeatStep>(&step.what)) {
    return "repeat " + std::to_string(repeat->count);
  }
  const ExpectStep& expect = std::get<ExpectStep>(step.what);
  const std::string type = expect.type.empty() ? "any answer" : expect.type;
  switch (expect.kind) {
    case ExpectStep::Kind::message:
      return named("expect " + type, expect.name);
    case ExpectStep::Kind::silence:
      return "expect silence for " + to_string(expect.within);
    case ExpectStep::Kind::none:
      return "expect no " + type + " for " + to_string(expect.within);
  }
  return "";
}

}  // namespace lessor::craft
