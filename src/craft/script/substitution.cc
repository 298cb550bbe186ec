#include "craft/script/substitution.h"

#include "base/text.h"
#include "net/address.h"

#include <algorithm>

namespace lessor::craft {
namespace {

// A packet's octets as text fit in it; what doubles itself in a repeat ends there.
constexpr std::size_t kMaxText = 1'048'576;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) { return is_letter(c) || is_digit(c); }
bool is_path(char c) { return is_name(c) || c == '-' || c == '.'; }

/// The use that begins at `text[at]`, a dollar; `at` moves behind it.
std::expected<VariableUse, std::string> read_use(std::string_view text, std::size_t& at) {
  VariableUse use{.name = "", .path = "", .column = at};
  std::size_t i = at + 1;
  const bool braced = i < text.size() && text[i] == '{';
  if (braced) ++i;
  const std::size_t begin = i;
  while (i < text.size() && is_name(text[i])) ++i;
  use.name = text.substr(begin, i - begin);
  if (!is_variable_name(use.name)) {
    return std::unexpected("a '$' begins a variable's name; write $$ for a dollar");
  }
  if (i + 1 < text.size() && text[i] == '.' && is_letter(text[i + 1])) {
    const std::size_t path = ++i;
    while (i < text.size() && is_path(text[i])) ++i;
    while (text[i - 1] == '.') --i;  // the end of a sentence
    use.path = text.substr(path, i - path);
  }
  if (braced) {
    if (i == text.size() || text[i] != '}') {
      return std::unexpected("'${" + use.name + "' is not closed by '}'");
    }
    ++i;
  }
  use.advances = text.substr(i).starts_with("++");
  at = use.advances ? i + 2 : i;
  return use;
}

std::string next_mac(net::Mac mac) {
  for (std::size_t i = mac.octets.size(); i-- > 3;) {  // the first three are the maker's
    const auto next = static_cast<std::uint8_t>(load_u8(&mac.octets[i]) + 1U);
    store_u8(&mac.octets[i], next);
    if (next != 0) break;
  }
  return net::to_string(mac);
}

std::string next_hex(std::string_view digits, std::uint64_t value) {
  std::array<std::byte, 8> octets{};
  store_be64(octets.data(), value + 1);
  const std::string all = to_hex(octets);
  const std::size_t needed = std::max<std::size_t>(1, all.size() - all.find_first_not_of('0'));
  const std::size_t width = std::min(all.size(), std::max(digits.size(), needed));
  return "0x" + all.substr(all.size() - width);
}

}  // namespace

bool is_variable_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, is_name);
}

std::expected<std::string, std::string> substitute(std::string_view text, const ValueOf& value_of) {
  std::string result;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] != '$') {
      result += text[i++];
      continue;
    }
    if (text.substr(i).starts_with("$$")) {
      result += '$';
      i += 2;
      continue;
    }
    const auto use = read_use(text, i);
    if (!use) return std::unexpected(use.error());
    const auto value = value_of(*use);
    if (!value) return value;
    if (result.size() + value->size() > kMaxText) {
      return std::unexpected("with the value of $" + use->name + " it is longer than " +
                             std::to_string(kMaxText) + " characters");
    }
    result += *value;
  }
  return result;
}

std::expected<std::string, std::string> next_value(std::string_view text) {
  if (const auto mac = net::parse_mac(text)) return next_mac(*mac);
  if (const auto address = net::parse_ip4(text))
    return net::to_string(net::Ip4{address->value + 1});
  if (const auto number = parse_number(text)) {
    if (text.starts_with("0x")) return next_hex(text.substr(2), *number);
    return std::to_string(*number + 1);
  }
  return std::unexpected("'" + sanitise(as_bytes(text), 48) +
                         "' does not count: ++ is for numbers and addresses");
}

}  // namespace lessor::craft
