// Fuzzes classification expressions. The input: an expression, a NUL, then a packet.
//   what parses prints, and the print parses to the same tree; a tree compiles or says why; the
//   program of the print gives what the program of the text gives, twice the same; an error points
//   into the text and is for a terminal.

#include "base/text.h"
#include "expression/compile.h"
#include "expression/evaluate.h"
#include "expression/parser.h"
#include "property.h"
#include "seed.h"

namespace lessor::expression {
namespace {

using fuzz::expect;

void check_error(const Error& error, std::string_view text) {
  expect(error.offset <= text.size() && error.length <= text.size() - error.offset,
         "an error points past the expression", text);
  expect(!error.message.empty() && fuzz::is_clean(describe(error, text)),
         "an error is not for a terminal", error.message);
}

std::expected<ClassId, std::string> find_class(std::string_view name) {
  if (name.empty()) return std::unexpected(std::string("a class needs a name"));
  return static_cast<ClassId>(name.size() % kMaxClasses);
}

/// What a program is worth, as text.
std::string value_of(const Program& program, const Facts& facts, Scratch& scratch) {
  if (program.type == Type::condition) {
    const auto value = evaluate_condition(program, facts, scratch);
    if (!value) return std::string(to_string(value.error()));
    return *value ? "true" : "false";
  }
  const auto value = evaluate_text(program, facts, scratch);
  if (!value) return std::string(to_string(value.error()));
  expect(value->size() <= kMaxExpressionSize, "a text out of nothing", "");
  return std::string(as_text(*value));
}

void evaluate_both(std::string_view text, std::string_view printed, Type type, Bytes packet) {
  const auto program = compile(text, type, find_class);
  const auto again = compile(printed, type, find_class);
  expect(program.has_value() == again.has_value(), "only one form compiles", printed);
  if (!program) return check_error(program.error(), text);
  wire::ParseScratch room;
  const auto view = wire::MessageView::parse(packet, room);
  if (!view) return;
  const net::Datagram datagram;
  ClassSet classes;
  classes.add(3);
  const Facts facts{*view, datagram, "eth0", classes};
  Scratch scratch;
  const std::string value = value_of(*program, facts, scratch);
  expect(value == value_of(*again, facts, scratch), "another value of the same tree", printed);
  expect(value == value_of(*program, facts, scratch), "another value the second time", printed);
}

void try_expression(std::string_view text, Type type, Bytes packet) {
  const auto tree = parse(text, type);
  if (!tree) return check_error(tree.error(), text);
  const std::string printed = print(*tree);
  const auto again = parse(printed, type);
  // A number in hexadecimal may need a digit more than it had.
  if (!again && printed.size() > kMaxExpressionSize) return;
  expect(again.has_value(), "the print does not parse", printed);
  expect(is_same(*tree, *again), "another tree came back", printed);
  expect(print(*again) == printed, "the print is not settled", printed);
  evaluate_both(text, printed, type, packet);
}

struct Parts {
  std::string_view text;
  Bytes packet;
};
Parts cut(Bytes input) {
  const std::string_view all = as_text(input);
  const std::size_t end = std::min(all.find('\0'), all.size());
  return {all.substr(0, end), input.subspan(std::min(end + 1, all.size()))};
}

}  // namespace
}  // namespace lessor::expression

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lessor;
  const auto parts = expression::cut(std::as_bytes(std::span(data, size)));
  expression::try_expression(parts.text, expression::Type::condition, parts.packet);
  expression::try_expression(parts.text, expression::Type::text, parts.packet);
  return 0;
}

// An expression that parses, and a packet that does.
bool is_good_seed(lessor::Bytes seed) {
  using namespace lessor;
  const auto parts = expression::cut(seed);
  wire::ParseScratch room;
  const bool parses = expression::parse(parts.text, expression::Type::condition).has_value() ||
                      expression::parse(parts.text, expression::Type::text).has_value();
  return parses && wire::MessageView::parse(parts.packet, room).has_value();
}
