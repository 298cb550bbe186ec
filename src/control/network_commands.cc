#include "control/network_commands.h"

#include "control/config_change.h"

namespace lessor::control {
namespace {

constexpr std::string_view kNetworks = "shared-networks";

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

Answer not_there(std::string_view name) {
  return nothing("no shared network with name " + quoted(name) + " found");
}

std::string networks(JsonValue::List list) {
  return config::to_json(json_map({{kNetworks, json_list(std::move(list))}}));
}

std::string brief(std::string_view name) {
  return networks({json_map({{"name", json_text(name)}})});
}

JsonValue* find_network(ConfigTree& tree, std::string_view name) {
  JsonValue& list = tree.list(kNetworks);
  const auto index = ConfigTree::find_named(list, name);
  return index ? &(*list.as_list())[*index] : nullptr;
}

/// Takes a subnet from where it stands.
JsonValue take(const SubnetPlace& place) {
  JsonValue subnet = std::move(place.subnet());
  JsonValue::List& list = *place.list->as_list();
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(place.index));
  return subnet;
}

struct Move {
  std::string name;
  std::uint32_t id = 0;
};

std::expected<Move, std::string> read_move(const Arguments& arguments) {
  const auto name = arguments.read_text("name");
  if (!name) return std::unexpected(name.error());
  const auto id = arguments.read_number("id", UINT32_MAX);
  if (!id) return std::unexpected(id.error());
  return Move{*name, static_cast<std::uint32_t>(*id)};
}

}  // namespace

Answer network4_list(Target& target, const Arguments&) {
  return look_at_config(target, [](ConfigTree& tree) -> Answer {
    JsonValue::List all;
    for (const JsonValue& network : *tree.list(kNetworks).as_list()) {
      all.push_back(json_map({{"name", json_text(text_member(network, "name").value_or(""))}}));
    }
    const Result result = all.empty() ? Result::empty : Result::ok;
    const std::string text = std::to_string(all.size()) + " IPv4 network(s) found";
    return {result, text, networks(std::move(all))};
  });
}

Answer network4_get(Target& target, const Arguments& arguments) {
  const auto name = arguments.read_text("name");
  if (!name) return refusal(name.error());
  return look_at_config(target, [&](ConfigTree& tree) -> Answer {
    const JsonValue* network = find_network(tree, *name);
    if (network == nullptr) return not_there(*name);
    return {Result::ok, "Info about IPv4 shared network " + quoted(*name) + " returned",
            networks({*network})};
  });
}

Answer network4_add(Target& target, const Arguments& arguments) {
  const auto given = read_one(arguments.root(), kNetworks);
  if (!given) return refusal(given.error());
  const std::string name = text_member(*given, "name").value_or("");
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    tree.list(kNetworks).as_list()->push_back(*given);
    return Answer{Result::ok, "A new IPv4 shared network " + quoted(name) + " added", brief(name)};
  });
}

Answer network4_del(Target& target, const Arguments& arguments) {
  const auto name = arguments.read_text("name");
  if (!name) return refusal(name.error());
  const auto action = arguments.find_text("subnets-action");
  if (!action) return refusal(action.error());
  const std::string what = action->value_or("keep");
  if (what != "keep" && what != "delete") {
    return refusal("'subnets-action' must be keep or delete");
  }
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    JsonValue& list = tree.list(kNetworks);
    const auto index = ConfigTree::find_named(list, *name);
    if (!index) return std::unexpected(not_there(*name));
    const auto at = list.as_list()->begin() + static_cast<std::ptrdiff_t>(*index);
    JsonValue network = std::move(*at);
    list.as_list()->erase(at);
    if (what == "keep") {
      JsonValue::List kept = std::move(*ConfigTree::list(network, "subnet4").as_list());
      for (JsonValue& subnet : kept) tree.list("subnet4").as_list()->push_back(std::move(subnet));
    }
    return Answer{Result::ok, "IPv4 shared network " + quoted(*name) + " deleted", brief(*name)};
  });
}

Answer network4_subnet_add(Target& target, const Arguments& arguments) {
  const auto move = read_move(arguments);
  if (!move) return refusal(move.error());
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    JsonValue* network = find_network(tree, move->name);
    if (network == nullptr) return std::unexpected(not_there(move->name));
    const auto place = tree.find_subnet(move->id);
    if (!place) {
      return std::unexpected(nothing("no subnet with id " + std::to_string(move->id)));
    }
    if (place->network != nullptr) {
      return std::unexpected(refusal("the subnet " + name_of(place->subnet()) +
                                     " is part of a shared network already"));
    }
    const std::string subnet = name_of(place->subnet());
    ConfigTree::list(*network, "subnet4").as_list()->push_back(take(*place));
    return Answer{Result::ok,
                  "IPv4 subnet " + subnet + " is now part of shared network " + quoted(move->name),
                  {}};
  });
}

Answer network4_subnet_del(Target& target, const Arguments& arguments) {
  const auto move = read_move(arguments);
  if (!move) return refusal(move.error());
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    const JsonValue* network = find_network(tree, move->name);
    if (network == nullptr) return std::unexpected(not_there(move->name));
    const auto place = tree.find_subnet(move->id);
    if (!place || place->network != network) {
      return std::unexpected(nothing("no subnet with id " + std::to_string(move->id) +
                                     " in shared network " + quoted(move->name)));
    }
    const std::string subnet = name_of(place->subnet());
    JsonValue taken = take(*place);
    tree.list("subnet4").as_list()->push_back(std::move(taken));
    return Answer{
        Result::ok,
        "IPv4 subnet " + subnet + " is now removed from shared network " + quoted(move->name),
        {}};
  });
}

}  // namespace lessor::control
