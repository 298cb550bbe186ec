// expression_values: what expressions are worth over packets, for the comparison with Kea.
//
//   t EXPRESSION, c EXPRESSION     a text, a condition: each gets the next number
//   p IFACE SOURCE DESTINATION HEX a packet: prints a line for each expression, in order: the
//   octets
//                                  in hexadecimal behind "=", true, false, "!" when it fails
//
// Reads standard input; ends with 1 at an expression or a packet that is none.

#include "base/text.h"
#include "expression/compile.h"
#include "expression/evaluate.h"

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace lessor;
using expression::Type;

std::expected<expression::ClassId, std::string> find_class(std::string_view name) {
  return name == "ALL" ? std::expected<expression::ClassId, std::string>(0)
                       : std::unexpected(std::string("only ALL is known here"));
}

void print_value(const expression::Program& program, const expression::Facts& facts,
                 expression::Scratch& scratch) {
  if (program.type == Type::condition) {
    const auto value = expression::evaluate_condition(program, facts, scratch);
    std::puts(!value ? "!" : *value ? "true" : "false");
    return;
  }
  const auto value = expression::evaluate_text(program, facts, scratch);
  std::puts(value ? ("=" + to_hex(*value)).c_str() : "!");
}

bool evaluate_all(const std::vector<expression::Program>& programs, const std::string& line) {
  const std::vector<std::string_view> words = split(line, ' ');
  const auto octets = words.size() == 5 ? from_hex(words[4]) : std::nullopt;
  if (!octets) return false;
  wire::ParseScratch room;
  const auto view = wire::MessageView::parse(*octets, room);
  const auto source = net::parse_ip4(words[2]);
  const auto destination = net::parse_ip4(words[3]);
  if (!view || !source || !destination) return false;
  net::Datagram datagram;
  datagram.source = *source;
  datagram.destination = *destination;
  expression::ClassSet classes;
  classes.add(0);
  expression::Scratch scratch;
  for (const expression::Program& program : programs) {
    print_value(program, {*view, datagram, words[1], classes}, scratch);
  }
  return true;
}

}  // namespace

int main() {
  std::vector<expression::Program> programs;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.starts_with("p ")) {
      if (evaluate_all(programs, line)) continue;
      std::fprintf(stderr, "no packet: %s\n", line.c_str());
      return 1;
    }
    const std::string text = line.substr(std::min<std::size_t>(2, line.size()));
    const Type type = line.starts_with("c ") ? Type::condition : Type::text;
    auto program = expression::compile(text, type, find_class);
    if (!program) {
      std::fprintf(stderr, "%s: %s\n", text.c_str(), describe(program.error(), text).c_str());
      return 1;
    }
    programs.push_back(std::move(*program));
  }
  return 0;
}
