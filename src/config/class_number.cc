#include "config/class_number.h"

#include "base/hash.h"

#include <algorithm>
#include <array>

namespace lessor::config {
namespace {

// No secret: the number has to mean the same after a restart.
constexpr HashKey kKey{0x6c6573736f722d63, 0x6c6173732d6e616d};

std::uint32_t number_of(Bytes text) {
  return std::max<std::uint32_t>(static_cast<std::uint32_t>(sip_hash(kKey, text)), 1);
}

}  // namespace

std::uint32_t class_number(std::string_view name) { return number_of(as_bytes(name)); }

std::uint32_t class_number(std::uint32_t of_template, Bytes value) {
  std::array<std::byte, 4 + 255> text;
  ByteWriter out(text);
  out.be32(of_template);
  out.bytes(value.first(std::min<std::size_t>(value.size(), 255)));
  return number_of(out.written());
}

}  // namespace lessor::config
