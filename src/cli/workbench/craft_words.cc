#include "cli/workbench/craft_words.h"

#include "base/text.h"
#include "cli/console.h"
#include "cli/workbench/packet_file.h"
#include "craft/exchange/follow_up.h"
#include "craft/packet/lay_over.h"
#include "craft/packet/option_prefix.h"
#include "craft/rules/message_rules.h"
#include "runtime/clock.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace lessor::cli {
namespace {

using craft::Recipe;
using RecipeOrStop = std::expected<Recipe, Stop>;

std::unexpected<Stop> refuse(std::string why, std::string_view command) {
  return std::unexpected(usage_of(std::move(why), command));
}
std::unexpected<Stop> fail(const std::string& why) {
  return std::unexpected(Stop{ExitCode::failed, "lessor: " + why + "\n"});
}

/// The first word, when it is a type and no FIELD=VALUE.
std::string_view type_word(const CraftWords& words) {
  if (words.words.empty() || words.words.front().contains('=')) return {};
  return words.words.front();
}

/// The words that follow the type, as a recipe to lay over another.
RecipeOrStop read_lines(const CraftWords& words, std::string_view command) {
  Recipe recipe;
  std::vector<std::string> lines(words.words.begin() + (type_word(words).empty() ? 0 : 1),
                                 words.words.end());
  for (const std::string& word : words.options) {
    const std::string line(craft::without_tool_prefix(word));
    lines.push_back(line.starts_with("option.") ? line : "option." + line);
  }
  for (const std::string& word : words.without) lines.push_back("without " + word);
  for (const std::string& word : words.malforms) lines.push_back("malform = " + word);
  if (!words.xid.empty()) lines.push_back("xid = " + words.xid);
  for (const std::string& line : lines) {
    if (const auto added = craft::add_line(recipe, line); !added) {
      return refuse(added.error(), command);
    }
  }
  recipe.padded = !words.no_padding;
  return recipe;
}

/// The DHCP message in that file.
std::expected<craft::Heard, Stop> read_message(const std::string& word) {
  const PacketPlace place = read_place(word);
  const auto packet = read_packet(place);
  if (!packet) return fail(packet.error());
  if (packet->link != craft::LinkType::ethernet) {
    return fail(word + " was not captured on Ethernet");
  }
  auto heard = craft::hear({.at = packet->time.value_or(Duration()), .bytes = packet->bytes});
  if (!heard) {
    return fail("packet " + std::to_string(place.number.value_or(1)) + " of " + place.file +
                " is no DHCP message");
  }
  return std::move(*heard);
}

RecipeOrStop from_offer(const CraftWords& words) {
  const auto offer = read_message(words.from_offer);
  if (!offer) return std::unexpected(offer.error());
  auto recipe = craft::request_from_offer(*offer);
  return recipe ? RecipeOrStop(std::move(*recipe)) : fail(words.from_offer + ": " + recipe.error());
}

RecipeOrStop from_ack(const CraftWords& words, std::string_view command) {
  const auto what = craft::read_follow_up(type_word(words));
  if (!what) {
    return refuse("--from-ack goes with renew, rebind, reboot, release, decline or inform",
                  command);
  }
  const auto ack = read_message(words.from_ack);
  if (!ack) return std::unexpected(ack.error());
  const auto lease = craft::lease_of(*ack);
  if (!lease) return fail(words.from_ack + ": " + lease.error());
  auto recipe = craft::follow_up(*what, *lease);
  return recipe ? RecipeOrStop(std::move(*recipe)) : fail(words.from_ack + ": " + recipe.error());
}

/// A captured packet; a type beside it becomes its option 53.
RecipeOrStop from_packet(const CraftWords& words, std::string_view command) {
  const auto packet = read_packet(read_place(words.from));
  if (!packet) return fail(packet.error());
  Recipe recipe = craft::recipe_of(packet->bytes, packet->link);
  recipe.time = packet->time;
  if (type_word(words).empty()) return recipe;
  const auto type = craft::start_recipe(type_word(words));
  if (!type) return refuse(type.error(), command);
  const std::byte octet[] = {static_cast<std::byte>(type->type)};
  Recipe over;
  over.items.emplace_back(craft::make_option(wire::kOptionDhcpMessageType, octet));
  if (type->basis == craft::Basis::message) craft::lay_over(recipe, over);
  return recipe;
}

RecipeOrStop read_base(const CraftWords& words, std::string_view command) {
  const int sources = (words.from.empty() ? 0 : 1) + (words.from_offer.empty() ? 0 : 1) +
                      (words.from_ack.empty() ? 0 : 1);
  if (sources > 1) return refuse("one of --from, --from-offer and --from-ack", command);
  if (!words.from.empty()) return from_packet(words, command);
  if (!words.from_offer.empty()) return from_offer(words);
  if (!words.from_ack.empty()) return from_ack(words, command);
  if (type_word(words).empty()) {
    return refuse("which message? discover, offer, request, ack, release ... or packet", command);
  }
  auto recipe = craft::start_recipe(type_word(words));
  return recipe ? RecipeOrStop(std::move(*recipe)) : refuse(recipe.error(), command);
}

bool is_help(std::string_view word) { return word == "--help" || word == "-h"; }

}  // namespace

void add_craft_words(CLI::App& app, CraftWords& to) {
  app.add_option("TYPE", to.words,
                 "discover, offer, request ... or packet, then FIELD=VALUE ('lessor fields')")
      ->type_name("FIELD=VALUE");
  const auto list = [&](const char* name, std::vector<std::string>& value, const char* what,
                        const char* type) {
    app.add_option(name, value, what)->type_name(type)->allow_extra_args(false)->group("Packet");
  };
  const auto one = [&](const char* name, std::string& value, const char* what, const char* type) {
    app.add_option(name, value, what)->type_name(type)->group("Packet");
  };
  list("-o,--option", to.options, "an option by name, code or NAME.SUB ('lessor options')",
       "OPTION=VALUE");
  list("--without", to.without, "leave this option out", "OPTION");
  list("--malform", to.malforms, "break it on purpose (below)", "HOW[=N]");
  app.add_flag("--no-padding", to.no_padding, "do not pad to 300 octets")->group("Packet");
  one("--from", to.from, "start from a packet of a capture or text file", "FILE[:N]");
  one("--from-offer", to.from_offer, "the REQUEST that answers this OFFER", "FILE[:N]");
  one("--from-ack", to.from_ack, "with renew, rebind, reboot, release, decline, inform",
      "FILE[:N]");
  one("--mac", to.mac, "the sender's hardware address", "MAC");
  one("--xid", to.xid, "the transaction's number (default: drawn)", "XID");
}

RecipeOrStop read_recipe(const CraftWords& words, std::string_view command) {
  const auto over = read_lines(words, command);
  if (!over) return over;
  auto base = read_base(words, command);
  if (!base) return base;
  craft::lay_over(*base, *over);
  return base;
}

std::expected<craft::Maker, Stop> read_maker(const CraftWords& words, std::string_view command) {
  craft::Maker maker{.xid = static_cast<std::uint32_t>(runtime::random_seed())};
  if (words.mac.empty()) return maker;
  maker.mac = net::parse_mac(words.mac);
  if (!maker.mac) return refuse("--mac: " + quote_word(words.mac) + " is no MAC address", command);
  return maker;
}

std::optional<Stop> read_message_help(std::span<const char* const> words) {
  if (std::none_of(words.begin(), words.end(), is_help)) return std::nullopt;
  for (const char* word : words) {
    if (is_help(word) || std::string_view(word).starts_with('-')) continue;
    if (auto page = craft::message_help(word, screen_style(Colour::automatic))) {
      return Stop{ExitCode::done, std::move(*page)};
    }
    const auto type = craft::start_recipe(word);
    if (!type) return usage_of(type.error(), " craft");
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace lessor::cli
