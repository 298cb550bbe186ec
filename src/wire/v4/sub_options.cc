#include "wire/v4/sub_options.h"

#include "base/text.h"
#include "wire/limits.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_cursor.h"

#include <algorithm>

namespace lessor::wire {
namespace {

constexpr std::string_view kPadWord = "pad";
constexpr std::string_view kEndWord = "end";

const SubOptionRow* find_by_name(SubOptionTable table, std::string_view name) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const SubOptionRow& r) { return r.name == name; });
  return row == table.end() ? nullptr : &*row;
}

std::string name_of(SubOptionTable table, OptionCode code) {
  const SubOptionRow* row = find_sub_option(table, code);
  return row != nullptr ? std::string(row->name) : std::to_string(code);
}

/// The code that a name or a number stands for.
std::optional<OptionCode> code_of(SubOptionTable table, std::string_view name) {
  if (const SubOptionRow* row = find_by_name(table, name)) return row->code;
  const auto number = parse_number(name, 255);
  if (!number) return std::nullopt;
  return static_cast<OptionCode>(*number);
}

Complaint unknown_name(SubOptionTable table, std::string_view name) {
  std::vector<std::string_view> names;
  for (const SubOptionRow& row : table) names.push_back(row.name);
  std::string what = is_not(name, "the name or number of a sub-option");
  if (const auto near = nearest(name, names)) what += "; did you mean " + std::string(*near) + "?";
  return what;
}

Complaint parse_value(const SubOptionRow* row, std::string_view text,
                      std::vector<std::byte>& value) {
  if (auto raw = parse_raw_hex(text)) {
    value = std::move(*raw);
    return std::nullopt;
  }
  if (row == nullptr) return text.empty() ? std::nullopt : kind::parse_octets(text, value);
  auto parsed = parse_shape(row->shape, text);
  if (!parsed) return std::string(row->name) + ": " + to_string(parsed.error());
  value = std::move(*parsed);
  return std::nullopt;
}

/// Whether `text` is one part of a list and stands for `value`: a text that looks like hexadecimal
/// does not.
bool reads_back(const SubOptionRow& row, std::string_view text, Bytes value) {
  std::vector<std::byte> again;
  return PartScanner(text).next() == text && !parse_value(&row, text, again) &&
         equal_bytes(again, value);
}

void join(std::string& list, std::string_view item) {
  if (!list.empty()) list += ", ";
  list += item;
}

std::optional<std::string> print_options(SubOptionTable table, Bytes value,
                                         OptionCursor::Grammar grammar) {
  OptionCursor cursor(value, grammar);
  RawOption option;
  std::string text;
  while (cursor.next(option)) {
    if (option.state != RawOption::State::whole) return std::nullopt;
    const bool plain = grammar == OptionCursor::Grammar::sub_options;
    if (!plain && option.code == kOptionPad) {
      join(text, kPadWord);
    } else if (!plain && option.code == kOptionEnd) {
      join(text, kEndWord);
    } else {
      join(text, print_sub_option(table, option.code, option.value));
    }
  }
  // Octets behind an end have no text.
  return cursor.offset() == value.size() ? std::optional(text) : std::nullopt;
}

bool print_plain(ByteReader& in, std::string& out) {
  const auto text = print_options({}, in.rest(), OptionCursor::Grammar::sub_options);
  out += text.value_or("");
  return text.has_value();
}

bool print_vendor(ByteReader& in, std::string& out) {
  const auto text = print_options({}, in.rest(), OptionCursor::Grammar::options);
  out += text.value_or("");
  return text.has_value();
}

/// Whether the text is bare octets, as some files hold them: longer than a code, and no name=value.
bool is_bare_hex(std::string_view text) {
  return text.size() > 3 && text.find_first_of("=,") == std::string_view::npos &&
         from_hex(text).has_value();
}

Complaint parse_plain(std::string_view text, std::vector<std::byte>& out) {
  if (is_bare_hex(text)) return kind::parse_octets(text, out);
  return parse_sub_options({}, text, out);
}

Complaint parse_vendor(std::string_view text, std::vector<std::byte>& out) {
  if (is_bare_hex(text)) return kind::parse_octets(text, out);
  PartScanner parts(text);
  while (!parts.at_end()) {
    const std::string_view part = parts.next();
    if (part == kPadWord || part == kEndWord) {
      append_be(out, part == kPadWord ? kOptionPad : kOptionEnd, 1);
    } else if (Complaint wrong = parse_sub_option({}, part, out)) {
      return wrong;
    }
  }
  return std::nullopt;
}

void random_plain(Random& random, std::vector<std::byte>& out) {
  for (std::uint32_t i = 1 + random.below(4); i > 0; --i) {
    std::vector<std::byte> value;
    kind::kIdentifier.random(random, value);
    append_be(out, 1 + random.below(254), 1);
    append_be(out, value.size(), 1);
    append(out, value);
  }
}

void random_vendor(Random& random, std::vector<std::byte>& out) {
  random_plain(random, out);
  if (random.one_in(3)) append_be(out, kOptionPad, 1);
  if (random.one_in(3)) append_be(out, kOptionEnd, 1);
}

}  // namespace

bool are_whole_sub_options(Bytes value) {
  OptionCursor cursor(value, OptionCursor::Grammar::sub_options);
  for (RawOption option; cursor.next(option);) {
    if (option.state != RawOption::State::whole) return false;
  }
  return true;
}

const SubOptionRow* find_sub_option(SubOptionTable table, OptionCode code) {
  const auto row = std::lower_bound(table.begin(), table.end(), code,
                                    [](const SubOptionRow& r, OptionCode c) { return r.code < c; });
  return row != table.end() && row->code == code ? &*row : nullptr;
}

std::string print_sub_option(SubOptionTable table, OptionCode code, Bytes value) {
  std::string name = name_of(table, code);
  if (value.empty()) return name;
  const SubOptionRow* row = find_sub_option(table, code);
  if (row == nullptr) return name + "=" + kind::print_identifier(value);
  const auto text = print_shape(row->shape, value);
  return name + "=" + (text && reads_back(*row, *text, value) ? *text : "0x" + to_hex(value));
}

std::optional<std::string> print_sub_options(SubOptionTable table, Bytes value) {
  return print_options(table, value, OptionCursor::Grammar::sub_options);
}

Complaint parse_sub_option(SubOptionTable table, std::string_view text,
                           std::vector<std::byte>& out) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string_view name = trim(text.substr(0, equals));
  const auto code = code_of(table, name);
  if (!code) return unknown_name(table, name);
  std::vector<std::byte> value;
  const std::string_view value_text = trim(text.substr(std::min(equals + 1, text.size())));
  const bool empty = equals == text.size();
  if (!empty) {
    if (Complaint wrong = parse_value(find_sub_option(table, *code), value_text, value)) {
      return wrong;
    }
  }
  if (value.size() > kMaxOptionLength) return is_not(name, "short enough: 255 octets at most");
  append_be(out, *code, 1);
  append_be(out, value.size(), 1);
  append(out, value);
  return std::nullopt;
}

Complaint parse_sub_options(SubOptionTable table, std::string_view text,
                            std::vector<std::byte>& out) {
  PartScanner parts(text);
  while (!parts.at_end()) {
    if (Complaint wrong = parse_sub_option(table, parts.next(), out)) return wrong;
  }
  return std::nullopt;
}

void random_sub_options(SubOptionTable table, Random& random, std::vector<std::byte>& out) {
  for (std::uint32_t i = 1 + random.below(4); i > 0; --i) {
    const SubOptionRow& row = table[random.below(static_cast<std::uint32_t>(table.size()))];
    const std::vector<std::byte> value = random_shape(row.shape, random);
    append_be(out, row.code, 1);
    append_be(out, value.size(), 1);
    append(out, value);
  }
}

const ValueCodec kind::kSubOptions{"sub-options", "1='abc', 2=0x0102", 0,           kAnySize,
                                   true,          print_plain,         parse_plain, random_plain};
const ValueCodec kind::kVendorOptions{
    "vendor options", "1='abc', 6=0x08", 0, kAnySize, true, print_vendor,
    parse_vendor,     random_vendor};

}  // namespace lessor::wire
