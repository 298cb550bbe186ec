#include "control/subnet_commands.h"

#include "control/config_change.h"

#include <algorithm>

namespace lessor::control {
namespace {

using config::JsonMember;

/// {"subnets": [{"id": ID, "subnet": PREFIX}]}
std::string brief(const JsonValue& subnet) {
  JsonValue one = json_map({{"id", json_number(id_of(subnet))},
                            {"subnet", json_text(text_member(subnet, "subnet").value_or(""))}});
  return config::to_json(json_map({{"subnets", json_list({std::move(one)})}}));
}

std::optional<SubnetPlace> find_asked(ConfigTree& tree, const Arguments& arguments) {
  if (const auto id = number_member(arguments.root(), "id")) return tree.find_subnet(*id);
  return tree.find_subnet(text_member(arguments.root(), "subnet").value_or(""));
}

std::string asked(const Arguments& arguments) {
  if (const auto id = number_member(arguments.root(), "id")) {
    return "No subnet with id " + std::to_string(*id) + " found";
  }
  return "No " + text_member(arguments.root(), "subnet").value_or("such") + " subnet found";
}

/// What makes two elements of a list the same: a pool's addresses, an option's space and code.
std::string identity(std::string_view list, const JsonValue& element) {
  if (list == "pools") return text_member(element, "pool").value_or("");
  if (list == "reservations") {
    for (const char* key : {"hw-address", "client-id", "duid", "circuit-id", "flex-id"}) {
      if (const auto text = text_member(element, key)) return std::string(key) + " " + *text;
    }
  }
  if (list != "option-data") return config::to_json(element);
  const std::string space = text_member(element, "space").value_or("dhcp4");
  if (const auto code = number_member(element, "code")) return space + " " + std::to_string(*code);
  return space + " " + text_member(element, "name").value_or("");
}

void remove_elements(JsonValue& list, std::string_view key, const JsonValue& named) {
  for (const JsonValue& each : *named.as_list()) {
    std::erase_if(*list.as_list(), [&](const JsonValue& other) {
      return identity(key, other) == identity(key, each);
    });
  }
}

void add_delta(JsonValue& subnet, const JsonMember& change) {
  if (change.value.as_list() == nullptr) return set_member(subnet, change.key, change.value);
  JsonValue& list = ConfigTree::list(subnet, change.key);
  remove_elements(list, change.key, change.value);
  for (const JsonValue& each : *change.value.as_list()) list.as_list()->push_back(each);
}

void remove_delta(JsonValue& subnet, const JsonMember& change) {
  if (change.value.as_list() == nullptr) return remove_member(subnet, change.key);
  remove_elements(ConfigTree::list(subnet, change.key), change.key, change.value);
}

/// Finds the subnet that the arguments' one subnet means, and has `change` change it.
template <typename Change>
Answer change_subnet(Target& target, const Arguments& arguments, Change change) {
  const auto given = read_one(arguments.root(), "subnet4");
  if (!given) return refusal(given.error());
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    const auto place = tree.find_subnet(id_of(*given));
    if (!place) return std::unexpected(nothing("no subnet " + name_of(*given) + " to change"));
    const auto prefix = text_member(*given, "subnet");
    if (prefix && *prefix != text_member(place->subnet(), "subnet")) {
      return std::unexpected(refusal("the subnet with id " + std::to_string(id_of(*given)) +
                                     " is " + name_of(place->subnet()) +
                                     "; a prefix cannot be changed"));
    }
    change(place->subnet(), *given);
    return Answer{Result::ok, "IPv4 subnet updated", brief(place->subnet())};
  });
}

}  // namespace

Answer subnet4_list(Target& target, const Arguments&) {
  return look_at_config(target, [](ConfigTree& tree) -> Answer {
    JsonValue::List all;
    for (const SubnetPlace& place : tree.subnets()) {
      const JsonValue& subnet = place.subnet();
      all.push_back(json_map({{"id", json_number(id_of(subnet))},
                              {"subnet", json_text(text_member(subnet, "subnet").value_or(""))},
                              {"shared-network-name", JsonValue()}}));
      if (place.network == nullptr) continue;
      set_member(all.back(), "shared-network-name",
                 json_text(text_member(*place.network, "name").value_or("")));
    }
    const std::string text =
        std::to_string(all.size()) + " IPv4 subnet" + (all.size() == 1 ? "" : "s") + " found";
    const Result result = all.empty() ? Result::empty : Result::ok;
    return {result, text, config::to_json(json_map({{"subnets", json_list(std::move(all))}}))};
  });
}

Answer subnet4_get(Target& target, const Arguments& arguments) {
  const auto id = arguments.find_number("id", UINT32_MAX);
  if (!id) return refusal(id.error());
  const auto prefix = arguments.find_text("subnet");
  if (!prefix) return refusal(prefix.error());
  if (!*id && !*prefix) return refusal("missing parameter 'id' or 'subnet'");
  return look_at_config(target, [&](ConfigTree& tree) -> Answer {
    const auto place = find_asked(tree, arguments);
    if (!place) return nothing(asked(arguments));
    JsonValue subnet = place->subnet();
    set_member(subnet, "id", json_number(id_of(subnet)));
    const std::string text = "Info about IPv4 subnet " + name_of(subnet) + " returned";
    return {Result::ok, text,
            config::to_json(json_map({{"subnets", json_list({std::move(subnet)})}}))};
  });
}

Answer subnet4_add(Target& target, const Arguments& arguments) {
  const auto given = read_one(arguments.root(), "subnet4");
  if (!given) return refusal(given.error());
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    tree.list("subnet4").as_list()->push_back(*given);
    return Answer{Result::ok, "IPv4 subnet added", brief(*given)};
  });
}

Answer subnet4_del(Target& target, const Arguments& arguments) {
  const auto id = arguments.read_number("id", UINT32_MAX);
  if (!id) return refusal(id.error());
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    const auto place = tree.find_subnet(static_cast<std::uint32_t>(*id));
    if (!place) return std::unexpected(nothing(asked(arguments)));
    Answer answer{Result::ok, "IPv4 subnet " + name_of(place->subnet()) + " deleted",
                  brief(place->subnet())};
    JsonValue::List& list = *place->list->as_list();
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(place->index));
    return answer;
  });
}

Answer subnet4_update(Target& target, const Arguments& arguments) {
  return change_subnet(target, arguments,
                       [](JsonValue& subnet, const JsonValue& given) { subnet = given; });
}

Answer subnet4_delta_add(Target& target, const Arguments& arguments) {
  return change_subnet(target, arguments, [](JsonValue& subnet, const JsonValue& given) {
    for (const JsonMember& change : *given.as_map()) add_delta(subnet, change);
  });
}

Answer subnet4_delta_del(Target& target, const Arguments& arguments) {
  return change_subnet(target, arguments, [](JsonValue& subnet, const JsonValue& given) {
    for (const JsonMember& change : *given.as_map()) {
      const bool names_it = change.key == "id" || change.key == "subnet";
      if (!names_it) remove_delta(subnet, change);
    }
  });
}

}  // namespace lessor::control
