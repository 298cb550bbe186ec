#include "load/option_set.h"

#include "load/messages.h"
#include "wire/v4/option_cursor.h"

#include <algorithm>
#include <array>

namespace lessor::load {
namespace {

constexpr std::size_t kNumberSize = 4;

/// RFC 2132 9.14: a type and the identifier. A hardware address is the client's own; of anything
/// else the last four octets are its number.
void write_client_id(wire::MessageWriter& writer, Bytes captured, std::uint32_t number) {
  std::array<std::byte, 255> value{};
  copy_bytes(value, captured);
  const net::Mac mac = mac_of(number);
  const bool is_mac = captured.size() == 1 + mac.octets.size() && load_u8(captured.data()) == 1;
  const std::size_t size = std::max(captured.size(), 1 + kNumberSize);
  if (is_mac) {
    copy_bytes(MutableBytes(value).subspan(1), mac.octets);
  } else {
    store_be32(&value[size - kNumberSize], number);
  }
  writer.option(wire::kOptionDhcpClientIdentifier, Bytes(value).first(size));
}

}  // namespace

void write_options(wire::MessageWriter& writer, Bytes options, std::uint32_t number) {
  wire::OptionCursor cursor(options);
  for (wire::RawOption option; cursor.next(option);) {
    if (option.code == wire::kOptionDhcpClientIdentifier) {
      write_client_id(writer, option.value, number);
    } else {
      writer.option(option.code, option.value);
    }
  }
}

void write_identifier(wire::MessageWriter& writer, Bytes options, std::uint32_t number) {
  wire::OptionCursor cursor(options);
  for (wire::RawOption option; cursor.next(option);) {
    if (option.code != wire::kOptionDhcpClientIdentifier) continue;
    write_client_id(writer, option.value, number);
  }
}

}  // namespace lessor::load
