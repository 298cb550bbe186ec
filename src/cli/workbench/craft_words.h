#pragma once
// The words that make a packet, the same for every command that crafts one: TYPE, FIELD=VALUE, -o
// OPTION=VALUE, what it starts from, how it is broken. Must not know: what becomes of the packet.

#include "cli/command_line.h"
#include "craft/packet/recipe.h"

#include <expected>
#include <vector>

namespace CLI {
class App;
}

namespace lessor::cli {

/// The words as they were given.
struct CraftWords {
  std::vector<std::string> words;     ///< TYPE, then FIELD=VALUE
  std::vector<std::string> options;   ///< -o
  std::vector<std::string> without;   ///< --without
  std::vector<std::string> malforms;  ///< --malform
  bool no_padding = false;
  std::string from;        ///< FILE[:N]: a packet that the words are laid over
  std::string from_offer;  ///< FILE[:N]: the REQUEST that answers it
  std::string from_ack;    ///< FILE[:N]: what follows that lease
  std::string mac;         ///< the sender's
  std::string xid;
};

/// Adds them to a command line. Both are borrowed until it is parsed.
void add_craft_words(CLI::App& app, CraftWords& to);

/// What the words say, as a recipe: usage when they make no sense, failed when a file cannot be
/// read or holds no such packet. `command` is for messages: " craft".
[[nodiscard]] std::expected<craft::Recipe, Stop> read_recipe(const CraftWords& words,
                                                             std::string_view command);

/// Who makes the packet: --mac, --xid; what is not given is left out, the xid is drawn.
[[nodiscard]] std::expected<craft::Maker, Stop> read_maker(const CraftWords& words,
                                                           std::string_view command);

/// `words` behind "--help": the page about a message, if one is asked for (`--help discover`,
/// `discover --help`).
[[nodiscard]] std::optional<Stop> read_message_help(std::span<const char* const> words);

}  // namespace lessor::cli
