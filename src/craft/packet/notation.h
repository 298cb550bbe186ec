#pragma once
// The text notation of packets: what `show` prints and `craft` accepts; docs/packet-notation.md
// describes it. Must not know: files, terminals.
//
//   # 2  2026-11-25 13:45:35.123456 UTC  DHCPOFFER 192.168.56.100 -> 255.255.255.255, ...
//   packet {
//     time = 2026-11-25T13:45:35.123456789Z
//     eth.dst = ff:ff:ff:ff:ff:ff
//     ...
//     op = 2  # BOOTREPLY
//     yiaddr = 192.168.56.104
//     cookie = 0x63825363
//     option.dhcp-message-type = offer
//     option.routers = 192.168.56.1
//     end
//     pad = 12
//   }

#include "craft/packet/recipe.h"

namespace lessor::craft {

/// The recipe as text, a block from its type to the closing brace. Comments say what helps a
/// reader.
[[nodiscard]] std::string print_recipe(const Recipe& recipe);

/// The frame as text: print_recipe of its recipe, with a heading as a comment before it and, beside
/// the lines, what is wrong there. With a layer, its lines alone, without braces; BOOTP's are those
/// of the message, its options too. Empty when the packet has no such layer.
[[nodiscard]] std::string packet_text(const Packet& packet, std::string_view heading = {},
                                      std::optional<Layer> only = {});

/// A line without its comment and the blanks around it. A comment is a '#' at the beginning of the
/// line, or behind a blank.
[[nodiscard]] std::string_view without_comment(std::string_view line);

/// A text of one or more packets: blocks `TYPE {` ... `}`, comments, empty lines. The error names
/// the line. At least one packet, else an error.
[[nodiscard]] std::expected<std::vector<Recipe>, std::string> read_recipes(std::string_view text);

}  // namespace lessor::craft
