#include "wire/v4/kind_codes.h"

#include "base/text.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_table.h"
#include "wire/v4/protocol.h"

namespace lessor::wire {
namespace {

Complaint parse_code(std::string_view text, std::vector<std::byte>& out) {
  const auto code = find_option_code(text);
  if (!code) return is_not(text, "the code or name of an option");
  append_be(out, *code, 1);
  return std::nullopt;
}

bool print_message_type(ByteReader& in, std::string& out) {
  const MessageType type = message_type_of(in.u8());
  if (!in.ok() || type == MessageType::unknown) return false;
  out += to_string(type);
  return true;
}

/// "DHCPACK", "dhcpack", "ack", "5".
Complaint parse_message_type(std::string_view text, std::vector<std::byte>& out) {
  const std::string word = to_lower(text);
  for (std::uint8_t value = 1; message_type_of(value) != MessageType::unknown; ++value) {
    const std::string name = to_lower(to_string(message_type_of(value)));
    if (word != name && "dhcp" + word != name) continue;
    append_be(out, value, 1);
    return std::nullopt;
  }
  const auto number = parse_number(text, 255);
  if (!number) return is_not(text, "a message type (discover, offer, request, ack ...)");
  append_be(out, *number, 1);
  return std::nullopt;
}

void random_message_type(Random& random, std::vector<std::byte>& out) {
  append_be(out, 1 + random.below(8), 1);
}

bool print_overload(ByteReader& in, std::string& out) {
  const std::uint8_t value = in.u8();
  out += std::to_string(value);
  return in.ok() && value >= 1 && value <= 3;
}

Complaint parse_overload(std::string_view text, std::vector<std::byte>& out) {
  const auto value = parse_number(text, 3);
  if (!value || *value == 0) return is_not(text, "1 (file), 2 (sname) or 3 (both)");
  append_be(out, *value, 1);
  return std::nullopt;
}

void random_overload(Random& random, std::vector<std::byte>& out) {
  append_be(out, 1 + random.below(3), 1);
}

bool print_code(ByteReader& in, std::string& out) { return kind::kU8.print(in, out); }
void random_code(Random& random, std::vector<std::byte>& out) { kind::kU8.random(random, out); }

}  // namespace

const ValueCodec kind::kOptionCode{"option code", "6",        1,          1,
                                   false,         print_code, parse_code, random_code};
const ValueCodec kind::kMessageType{
    "message type",     "ack", 1, 1, false, print_message_type, parse_message_type,
    random_message_type};
const ValueCodec kind::kOverload{"overload",     "3", 1, 1, false, print_overload, parse_overload,
                                 random_overload};

}  // namespace lessor::wire
