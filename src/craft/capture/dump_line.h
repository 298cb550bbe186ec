#pragma once
// One line of hexadecimal as tools print it. For hex_text.cc. Must not know: packets.

#include "base/bytes.h"
#include "base/time.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace lessor::craft {

/// A line of a dump: where its octets stand in the packet, and they.
struct DumpLine {
  std::size_t offset = 0;
  std::vector<std::byte> octets;
};

/// `0x0010:  4500 0148` (tcpdump), `0010  45 00 01 48   E..H` (Wireshark), `00000010  45 00 |E.|`
/// (hexdump -C), `00000010: 4500 0148  E..H` (xxd). Nothing when the line is none of these.
[[nodiscard]] std::optional<DumpLine> read_dump_line(std::string_view line);

/// The octets of a line without an offset: "0x01020304", "01:02:03:04", "01 02 03 04". The error
/// says what is wrong, without the line's number.
[[nodiscard]] std::expected<std::vector<std::byte>, std::string> read_hex_line(
    std::string_view line);

/// The time at the beginning of tcpdump's line about a packet: "13:45:35.123456 IP ...", with a
/// date before it (-tttt), or seconds since 1970 (-tt). Since 1970, or since midnight.
[[nodiscard]] std::optional<Duration> time_of_line(std::string_view line);

}  // namespace lessor::craft
