#include "wire/duid.h"

#include "base/text.h"

#include <array>

namespace lessor::wire {
namespace {

/// RFC 8415 11.1, RFC 6355 4: the types.
enum class Type : std::uint16_t { llt = 1, en = 2, ll = 3, uuid = 4 };

std::string print_link_layer(Bytes address) { return to_hex(address, ':'); }

std::string print_uuid(Bytes uuid) {
  std::string text = to_hex(uuid);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
  return text;
}

std::string print_typed(std::uint16_t type, Bytes rest) {
  const auto number = [&](std::size_t offset) {
    return std::to_string(load_be32(&rest[offset])) + " ";
  };
  const auto htype = [&] { return std::to_string(load_be16(rest.data())) + " "; };
  switch (static_cast<Type>(type)) {
    case Type::llt:
      if (rest.size() < 7) break;
      return "llt " + htype() + number(2) + print_link_layer(rest.subspan(6));
    case Type::en:
      if (rest.size() < 5) break;
      return "en " + number(0) + "0x" + to_hex(rest.subspan(4));
    case Type::ll:
      if (rest.size() < 3) break;
      return "ll " + htype() + print_link_layer(rest.subspan(2));
    case Type::uuid:
      if (rest.size() != 16) break;
      return "uuid " + print_uuid(rest);
  }
  return {};
}

/// The numbers and the octets that follow a type's name, in order.
struct Form {
  std::string_view name;
  Type type;
  std::array<std::size_t, 2> number_sizes;  // 0: no such number
};
constexpr Form kForms[] = {{"llt", Type::llt, {2, 4}},
                           {"en", Type::en, {4, 0}},
                           {"ll", Type::ll, {2, 0}},
                           {"uuid", Type::uuid, {0, 0}}};

/// With or without its dashes.
std::optional<std::vector<std::byte>> parse_uuid(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '-');
  return from_hex(digits);
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text = trim(text.substr(end));
  return word;
}

Complaint parse_form(const Form& form, std::string_view text, std::vector<std::byte>& out) {
  append_be(out, static_cast<std::uint16_t>(form.type), 2);
  for (const std::size_t size : form.number_sizes) {
    if (size == 0) continue;
    const std::string_view word = take_word(text);
    const auto value = parse_number(word, UINT64_MAX >> (64 - 8 * size));
    if (!value) return is_not(word, "a number of a DUID");
    append_be(out, *value, size);
  }
  const auto octets = form.type == Type::uuid ? parse_uuid(text) : from_hex(text);
  if (!octets || octets->empty()) return is_not(text, "the octets of a DUID in hexadecimal");
  if (form.type == Type::uuid && octets->size() != 16) return is_not(text, "a UUID");
  append(out, *octets);
  return std::nullopt;
}

}  // namespace

std::string print_duid(Bytes duid) {
  std::string text;
  if (duid.size() >= 2) text = print_typed(load_be16(duid.data()), duid.subspan(2));
  return text.empty() ? "0x" + to_hex(duid) : text;
}

Complaint parse_duid(std::string_view text, std::vector<std::byte>& out) {
  std::string_view rest = text;
  const std::string_view word = take_word(rest);
  for (const Form& form : kForms) {
    if (word == form.name) return parse_form(form, rest, out);
  }
  const auto octets = from_hex(text);
  if (!octets) return is_not(text, "a DUID (llt, en, ll, uuid or hexadecimal)");
  append(out, *octets);
  return std::nullopt;
}

}  // namespace lessor::wire
