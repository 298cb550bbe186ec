#pragma once
// Packets that somebody pasted as text: hexadecimal in all the ways in which tools print it. Must
// not know: capture files.

#include "craft/capture/capture_reader.h"

#include <vector>

namespace lessor::craft {

/// One packet from text.
struct TextPacket {
  std::vector<std::byte> bytes;
  Duration since_1970;  ///< zero when the text does not say
};

/// Octets that a packet has at most: libpcap's limit.
inline constexpr std::size_t kPacketBytes = 262'144;

/// The octets of each packet in a text: one hexadecimal string (blanks, colons, 0x allowed),
/// several of them with empty lines between, or dumps with offsets as tcpdump -x -xx -X -XX,
/// Wireshark, hexdump -C and xxd print them. The error is a sentence that names the line.
[[nodiscard]] std::expected<std::vector<TextPacket>, std::string> read_hex_text(
    std::string_view text);

/// How octets without a capture file's word for it are to be read.
enum class Guess : std::uint8_t {
  ethernet,
  ip,      ///< an IPv4 datagram, as tcpdump -x prints it
  cooked,  ///< Linux cooked capture, as tcpdump -xx -i any prints it
  cooked2,
  message,  ///< a DHCP message without any header before it
  nothing,  ///< none of these
};
[[nodiscard]] Guess guess_kind(Bytes bytes);

/// Text as frames: dumps, hexadecimal, or our own notation; `name` is for messages. A message
/// without headers gets IPv4's and UDP's, so that it can be taken apart. With a NUL in it, it is no
/// text, but the octets of one packet.
[[nodiscard]] std::expected<std::unique_ptr<CaptureReader>, std::string> read_text(
    std::string_view text, const std::string& name);

}  // namespace lessor::craft
