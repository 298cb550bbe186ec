#include "expression/read_field.h"

#include "expression/read_path.h"

#include <algorithm>
#include <array>

namespace lessor::expression {
namespace {

Bytes number(std::uint32_t value, Scratch& scratch) {
  std::array<std::byte, 4> octets{};
  store_be32(octets.data(), value);
  scratch.begin();
  scratch.put(Bytes(octets));
  return scratch.made();
}

std::uint32_t message_type_octet(const wire::MessageView& message) {
  const auto type = message.option(wire::kOptionDhcpMessageType);
  return type && type->size() == 1 ? load_u8(type->data()) : 0;
}

/// As Kea counts: the fixed header without the cookie, and each option once with two octets in
/// front; no pads, no end.
std::uint32_t length_of(const wire::MessageView& message) {
  std::size_t length = wire::kOptionsOffset - 4;
  for (std::size_t code = 1; code < wire::kOptionEnd; ++code) {
    const auto value = read_option(static_cast<wire::OptionCode>(code), message);
    if (value) length += 2 + value->size();
  }
  return static_cast<std::uint32_t>(length);
}

}  // namespace

Bytes read_field(Field field, const Facts& facts, Scratch& scratch) {
  const wire::MessageView& message = facts.message;
  switch (field) {
    case Field::iface:
      return as_bytes(facts.interface);
    case Field::src:
      return number(facts.datagram.source.value, scratch);
    case Field::dst:
      return number(facts.datagram.destination.value, scratch);
    case Field::len:
      return number(length_of(message), scratch);
    case Field::mac:
      return message.chaddr_field().first(
          std::min<std::size_t>(message.hlen(), message.chaddr_field().size()));
    case Field::hlen:
      return number(message.hlen(), scratch);
    case Field::htype:
      return number(message.htype(), scratch);
    case Field::ciaddr:
      return number(message.ciaddr().value, scratch);
    case Field::giaddr:
      return number(message.giaddr().value, scratch);
    case Field::yiaddr:
      return number(message.yiaddr().value, scratch);
    case Field::siaddr:
      return number(message.siaddr().value, scratch);
    case Field::msgtype:
      return number(message_type_octet(message), scratch);
    case Field::transid:
      return number(message.xid(), scratch);
  }
  return {};
}

}  // namespace lessor::expression
