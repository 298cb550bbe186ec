#include "wire/v4/option_table.h"

#include "base/text.h"
#include "wire/v4/option_rows.h"

#include <algorithm>
#include <array>

namespace lessor::wire {
namespace {

using rows::kRows;

// --- compile-time checks

constexpr bool codes_ascend() {
  for (std::size_t i = 1; i < kRows.size(); ++i) {
    if (kRows[i - 1].code >= kRows[i].code) return false;
  }
  return true;
}
static_assert(codes_ascend(), "a row is duplicate or out of order");

/// From the first to the last of some codes.
struct CodeRange {
  int first;
  int last;
};
/// What IANA's registry says to be unassigned or removed, below the private codes (224 to 254). 160
/// is unassigned again, but phones still ask for it.
constexpr CodeRange kUnassigned[] = {{84, 84},   {96, 96},   {102, 107}, {110, 111},
                                     {115, 115}, {126, 127}, {149, 149}, {163, 174},
                                     {178, 207}, {214, 219}, {222, 223}};

constexpr bool has_row(int code) {
  return std::any_of(kRows.begin(), kRows.end(), [&](auto& row) { return row.code == code; });
}
constexpr bool is_private(int code) { return code >= 224 && code <= 254; }
constexpr bool is_unassigned(int code) {
  return std::any_of(std::begin(kUnassigned), std::end(kUnassigned), [&](const CodeRange& range) {
    return range.first <= code && code <= range.last;
  });
}
constexpr bool every_code_is_told_of() {
  for (int code = 0; code <= 255; ++code) {
    if (!is_private(code) && has_row(code) == is_unassigned(code)) return false;
  }
  return true;
}
static_assert(every_code_is_told_of(), "a gap: an assigned code has no row (or an unassigned one)");

/// Calls `use` with each word of a list.
template <typename Use>
constexpr void for_each_word(std::string_view words, Use use) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    use(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

constexpr std::size_t count_names() {
  std::size_t count = kRows.size();
  for (const OptionRow& row : kRows) {
    for_each_word(row.aliases, [&](std::string_view) { ++count; });
  }
  return count;
}

/// A name or an alias, and whose it is.
struct Named {
  std::string_view name;
  OptionCode code = 0;
};
/// All of them in order, for binary search.
constexpr auto kNames = [] {
  std::array<Named, count_names()> names;
  std::size_t count = 0;
  for (const OptionRow& row : kRows) {
    names[count++] = {row.name, row.code};
    for_each_word(row.aliases, [&](std::string_view alias) { names[count++] = {alias, row.code}; });
  }
  std::sort(names.begin(), names.end(), [](auto& a, auto& b) { return a.name < b.name; });
  return names;
}();

constexpr bool is_spelt_well(const Named& named) {
  return !named.name.empty() && std::all_of(named.name.begin(), named.name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+';
  });
}
static_assert(std::all_of(kNames.begin(), kNames.end(), is_spelt_well), "a name is misspelt");
static_assert(std::adjacent_find(kNames.begin(), kNames.end(),
                                 [](auto& a, auto& b) { return a.name == b.name; }) == kNames.end(),
              "a name or an alias is duplicate");

constexpr bool rows_are_complete() {
  return std::all_of(kRows.begin(), kRows.end(), [](const OptionRow& row) {
    return !row.reference.empty() && !row.meaning.empty() && row.shape.count <= Shape::kMaxFields;
  });
}
static_assert(rows_are_complete(), "a row lacks its reference or its meaning");

/// Row number + 1 by code; 0 is "no row".
constexpr std::array<std::uint8_t, 256> kRowByCode = [] {
  static_assert(kRows.size() < 255);
  std::array<std::uint8_t, 256> rows{};
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    rows[kRows[i].code] = static_cast<std::uint8_t>(i + 1);
  }
  return rows;
}();

constexpr std::string_view kNumberedPrefix = "option-";

/// The spelling of names in the table: lower case, with dashes.
std::string normalise(std::string_view name) {
  std::string normal = to_lower(trim(name));
  std::replace(normal.begin(), normal.end(), '_', '-');
  return normal;
}

}  // namespace

std::span<const OptionRow> option_table() { return kRows; }

const OptionRow* find_option(OptionCode code) {
  const std::uint8_t row = kRowByCode[code];
  return row == 0 ? nullptr : &kRows[row - 1U];
}

const Shape& option_shape(OptionCode code) {
  const OptionRow* row = find_option(code);
  return row != nullptr ? row->shape : rows::kOpaque;
}

std::string option_name(OptionCode code) {
  const OptionRow* row = find_option(code);
  return row != nullptr ? std::string(row->name)
                        : std::string(kNumberedPrefix) + std::to_string(code);
}

std::optional<OptionCode> find_option_code(std::string_view name) {
  const std::string normal = normalise(name);
  const auto named =
      std::lower_bound(kNames.begin(), kNames.end(), normal,
                       [](const Named& n, const auto& wanted) { return n.name < wanted; });
  if (named != kNames.end() && named->name == normal) return named->code;
  std::string_view digits = normal;
  if (digits.starts_with(kNumberedPrefix)) digits.remove_prefix(kNumberedPrefix.size());
  const bool decimal = digits.find_first_not_of("0123456789") == std::string_view::npos;
  const auto number = decimal ? parse_number(digits, 255) : std::nullopt;
  if (!number) return std::nullopt;
  return static_cast<OptionCode>(*number);
}

std::optional<std::string_view> suggest_option_name(std::string_view name) {
  std::array<std::string_view, kNames.size()> names;
  std::transform(kNames.begin(), kNames.end(), names.begin(), [](auto& n) { return n.name; });
  const auto near = nearest(normalise(name), names);
  if (!near) return std::nullopt;
  return find_option(*find_option_code(*near))->name;  // an alias leads to the name itself
}

}  // namespace lessor::wire
