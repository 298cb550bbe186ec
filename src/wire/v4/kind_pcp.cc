#include "wire/v4/kind_pcp.h"

#include "base/text.h"
#include "wire/limits.h"
#include "wire/scalar_kinds.h"

namespace lessor::wire {
namespace {

/// RFC 7291 4: a length octet, then that many octets of addresses.
bool print_server(ByteReader& in, std::string& out) {
  ByteReader addresses(in.bytes(in.u8()));
  if (!in.ok() || addresses.finished()) return false;
  std::string text;
  while (!addresses.finished()) {
    if (!text.empty()) text += ' ';
    if (!kind::kIp4.print(addresses, text)) return false;
  }
  out += text;
  return true;
}

Complaint parse_server(std::string_view text, std::vector<std::byte>& out) {
  std::vector<std::byte> addresses;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (Complaint wrong = kind::kIp4.parse(word, addresses)) return wrong;
  }
  if (addresses.size() > kMaxOptionLength) return is_not(text, "short enough");
  append_be(out, addresses.size(), 1);
  append(out, addresses);
  return std::nullopt;
}

void random_server(Random& random, std::vector<std::byte>& out) {
  const std::uint32_t octets = 4 * (1 + random.below(3));
  append_be(out, octets, 1);
  kind::append_random(random, out, octets);
}

}  // namespace

const ValueCodec kind::kPcpServer{"PCP server", "192.0.2.1 192.0.2.2", 5, 253, false, print_server,
                                  parse_server, random_server};

}  // namespace lessor::wire
