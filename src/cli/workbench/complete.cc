#include "cli/workbench/complete.h"

#include "cli/arguments.h"
#include "craft/packet/recipe.h"
#include "craft/rules/option_help.h"
#include "wire/v4/option_table.h"

#include <algorithm>
#include <array>

namespace lessor::cli {
namespace {

using Candidates = std::vector<std::string>;

constexpr std::string_view kOptionPrefix = "option.";
/// Whole conversations, which `send` knows beside the types of messages.
constexpr std::array<std::string_view, 2> kConversations = {"dora", "handshake"};
constexpr std::array<std::string_view, 3> kShells = {"bash", "zsh", "fish"};
/// What `bench` plays.
constexpr std::array<std::string_view, 2> kScenarios = {"dora", "renew"};
/// Words of the notation that are no field.
constexpr std::array<std::string_view, 3> kOtherWords = {"cookie=", "malform=", "no-padding"};

void add_all(Candidates& to, const auto& words) { to.insert(to.end(), words.begin(), words.end()); }

/// Names of options, and of the sub-options of the one that is being typed.
void add_options(Candidates& to, std::string_view typed, std::string_view prefix,
                 std::string_view suffix) {
  const std::size_t dot = typed.find('.');
  if (dot == std::string_view::npos) {
    for (const wire::OptionRow& row : wire::option_table()) {
      to.push_back(std::string(prefix).append(row.name).append(suffix));
    }
    return;
  }
  const auto code = wire::find_option_code(typed.substr(0, dot));
  if (!code) return;
  for (const wire::SubOptionRow& row : craft::sub_options_of(*code)) {
    to.push_back(
        std::string(prefix).append(typed.substr(0, dot + 1)).append(row.name).append(suffix));
  }
}

/// "ip.ttl=", "xid=", "option.": what the notation may begin a line with.
void add_fields(Candidates& to, std::string_view typed) {
  if (typed.starts_with(kOptionPrefix)) {
    return add_options(to, typed.substr(kOptionPrefix.size()), kOptionPrefix, "=");
  }
  for (const craft::LayerRow& layer : craft::layer_table()) {
    for (const craft::FieldRow& field : layer.fields) to.push_back(field_path(field) + "=");
  }
  to.emplace_back(kOptionPrefix);
}

void add_layers(Candidates& to) {
  for (const craft::LayerRow& layer : craft::layer_table()) to.emplace_back(layer.name);
  to.emplace_back("dhcp");
}

void add_malforms(Candidates& to, std::string_view prefix) {
  for (const craft::MalformRow& row : craft::malform_table()) {
    to.push_back(std::string(prefix).append(row.name));
  }
}

/// The values of the word before. False when it is no flag with a value that is known here.
bool add_values(Candidates& to, std::string_view flag, std::string_view typed,
                const Surroundings& around) {
  if (flag == "-i" || flag == "--interface") {
    add_all(to, around.interfaces);
  } else if (flag == "-o" || flag == "--option") {
    add_options(to, typed, "", "=");
  } else if (flag == "--without") {
    add_options(to, typed, "", "");
  } else if (flag == "--layer") {
    add_layers(to);
  } else if (flag == "--malform") {
    add_malforms(to, "");
  } else if (flag == "--scenario") {
    add_all(to, kScenarios);
  } else if (flag == "--expect") {
    add_all(to, craft::recipe_types());
  } else {
    return false;
  }
  return true;
}

/// Whether a word before the one being typed is the message's type already.
bool has_type(std::span<const std::string> words) {
  const auto types = craft::recipe_types();
  return std::ranges::any_of(words, [&](const std::string& word) {
    return std::ranges::count(types, word) + std::ranges::count(kConversations, word) > 0;
  });
}

/// `craft` and `send`: a type, then fields.
void add_message(Candidates& to, std::span<const std::string> words, bool sends) {
  const std::string& typed = words.back();
  if (typed.starts_with("malform=")) return add_malforms(to, "malform=");
  if (has_type(words.first(words.size() - 1))) {
    add_all(to, kOtherWords);
    return add_fields(to, typed);
  }
  add_all(to, craft::recipe_types());
  if (sends) add_all(to, kConversations);
}

/// `show` and `watch`: conditions, behind the file or the interface.
void add_conditions(Candidates& to, std::string_view typed) {
  constexpr std::string_view kType = "type=";
  for (const std::string_view name : {"type=", "mac=", "address=", "server="})
    to.emplace_back(name);
  if (typed.starts_with(kType)) {
    for (const std::string_view type : craft::recipe_types()) {
      to.push_back(std::string(kType).append(type));
    }
  }
  add_fields(to, typed);
}

void add_words_of(Candidates& to, std::string_view command, std::span<const std::string> words,
                  const Surroundings& around) {
  if (command == "craft" || command == "send") add_message(to, words, command == "send");
  if (command == "options") add_options(to, words.back(), "", "");
  if (command == "fields") add_layers(to);
  if (command == "completion") add_all(to, kShells);
  if (command == "client" || command == "bench") add_all(to, around.interfaces);
  if (command == "leases" && words.size() == 2) add_all(to, leases_command_names());
  const bool shows = command == "show" || command == "watch";
  if (shows && words.size() > 2 && !words.back().empty()) add_conditions(to, words.back());
  if (command == "watch") {
    add_all(to, around.interfaces);
    to.emplace_back("any");
  }
}

}  // namespace

std::vector<std::string> complete(std::span<const std::string> words, const Surroundings& around) {
  Candidates all;
  if (words.empty()) return all;
  const std::string& typed = words.back();
  const std::string command = words.size() > 1 ? words.front() : "";
  const std::string before = words.size() > 2 ? words[words.size() - 2] : "";
  if (words.size() == 1) {
    add_all(all, command_names());
  } else if (!add_values(all, before, typed, around)) {
    add_words_of(all, command, words, around);
  }
  std::erase_if(all, [&](const std::string& word) { return !word.starts_with(typed); });
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

}  // namespace lessor::cli
