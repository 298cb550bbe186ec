#include "expression/functions.h"

#include "base/text.h"

#include <algorithm>

namespace lessor::expression {
namespace {

constexpr auto kFunctions = std::to_array<Function>({
    {"addrtotext", Kind::addrtotext, "t", "addrtotext(pkt4.giaddr)"},
    {"concat", Kind::concat, "tt", "concat('a', option[12].hex)"},
    {"hexstring", Kind::hexstring, "tt", "hexstring(pkt4.mac, ':')"},
    {"ifelse", Kind::ifelse, "ctt", "ifelse(option[12].exists, option[12].hex, 'none')"},
    {"int16totext", Kind::inttotext, "t", "int16totext(option[93].hex)", 2, true},
    {"int32totext", Kind::inttotext, "t", "int32totext(option[2].hex)", 4, true},
    {"int8totext", Kind::inttotext, "t", "int8totext(option[116].hex)", 1, true},
    {"lcase", Kind::lcase, "t", "lcase(option[12].hex)"},
    {"match", Kind::match, "qt", "match('ap-[0-9]+', option[12].hex)"},
    {"member", Kind::member, "q", "member('KNOWN')"},
    {"split", Kind::split, "tti", "split(option[12].hex, '.', 1)"},
    {"substring", Kind::substring, "til", "substring(option[60].hex, 0, 9)"},
    {"ucase", Kind::ucase, "t", "ucase(option[12].hex)"},
    {"uint16totext", Kind::inttotext, "t", "uint16totext(option[93].hex)", 2, false},
    {"uint32totext", Kind::inttotext, "t", "uint32totext(option[51].hex)", 4, false},
    {"uint8totext", Kind::inttotext, "t", "uint8totext(option[116].hex)", 1, false},
});
constexpr std::string_view kOtherWords[] = {"and",     "known",  "not",         "option",
                                            "or",      "pkt",    "pkt4",        "relay4",
                                            "unknown", "vendor", "vendor-class"};

}  // namespace

Node Function::node() const {
  Node made{.kind = kind};
  made.width = width;
  made.is_signed = is_signed;
  const bool is_condition = kind == Kind::match || kind == Kind::member;
  made.type = is_condition ? Type::condition : Type::text;
  return made;
}

std::span<const Function> functions() { return kFunctions; }

const Function* find_function(std::string_view name) {
  const auto found = std::ranges::find(kFunctions, name, &Function::name);
  return found == kFunctions.end() ? nullptr : &*found;
}

const Function* function_of(const Node& node) {
  const auto found = std::ranges::find_if(kFunctions, [&](const Function& function) {
    return function.kind == node.kind && function.width == node.width &&
           function.is_signed == node.is_signed && !node.by_plus;
  });
  return found == kFunctions.end() ? nullptr : &*found;
}

std::optional<std::string_view> nearest_word(std::string_view word) {
  std::vector<std::string_view> words(std::begin(kOtherWords), std::end(kOtherWords));
  for (const Function& function : kFunctions) words.push_back(function.name);
  return nearest(word, words);
}

}  // namespace lessor::expression
