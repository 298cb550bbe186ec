#include "control/reservation_commands.h"

#include "base/text.h"
#include "control/config_change.h"
#include "control/limits.h"

#include <algorithm>
#include <array>

namespace lessor::control {
namespace {

constexpr std::array<std::string_view, 5> kIdentifiers = {"hw-address", "duid", "circuit-id",
                                                          "client-id", "flex-id"};

/// Octets of an identifier as it is written: hexadecimal, or 'text'; as they stand otherwise.
std::string octets_of(std::string_view text) {
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    return std::string(text.substr(1, text.size() - 2));
  }
  const auto octets = from_hex(text);
  return std::string(octets ? as_text(*octets) : text);
}

/// Which reservations are meant.
struct Wanted {
  std::optional<std::uint32_t> subnet;  ///< 0: the global ones
  std::optional<std::string> address;
  std::optional<std::string> hostname;
  std::optional<std::string> type;  ///< of the identifier
  std::string identifier;           ///< its octets

  [[nodiscard]] bool fits(const JsonValue& host) const {
    if (address && text_member(host, "ip-address") != address) return false;
    if (hostname && to_lower(text_member(host, "hostname").value_or("")) != *hostname) return false;
    if (!type) return true;
    const auto text = text_member(host, *type);
    return text && octets_of(*text) == identifier;
  }
};

std::expected<void, std::string> read_identifier(const Arguments& arguments, Wanted& wanted) {
  const auto type = arguments.read_text("identifier-type");
  if (!type) return std::unexpected(type.error());
  if (std::ranges::find(kIdentifiers, *type) == kIdentifiers.end()) {
    return std::unexpected(
        "'identifier-type' is none of hw-address, duid, circuit-id, client-id, "
        "flex-id");
  }
  const auto identifier = arguments.read_text("identifier");
  if (!identifier) return std::unexpected(identifier.error());
  wanted.type = *type;
  wanted.identifier = octets_of(*identifier);
  return {};
}

std::expected<Wanted, std::string> read_subnet(const Arguments& arguments, bool needed) {
  Wanted wanted;
  const auto id = arguments.find_number("subnet-id", UINT32_MAX);
  if (!id) return std::unexpected(id.error());
  if (!*id && needed) return std::unexpected("missing parameter 'subnet-id'");
  if (*id) wanted.subnet = static_cast<std::uint32_t>(**id);
  return wanted;
}

std::expected<void, std::string> read_address(const Arguments& arguments, Wanted& wanted) {
  const auto address = arguments.read_address("ip-address");
  if (!address) return std::unexpected(address.error());
  wanted.address = net::to_string(*address);
  return {};
}

/// What reservation-get and -del go by.
std::expected<Wanted, std::string> read_wanted(const Arguments& arguments) {
  auto wanted = read_subnet(arguments, true);
  if (!wanted) return wanted;
  const bool by_address = arguments.has("ip-address");
  const auto read =
      by_address ? read_address(arguments, *wanted) : read_identifier(arguments, *wanted);
  if (!read) return std::unexpected(read.error());
  return wanted;
}

/// A list of reservations, and whose it is.
struct Hosts {
  JsonValue* list = nullptr;
  std::uint32_t subnet = 0;
};

/// All lists there are, or that of one subnet. None is made.
std::vector<Hosts> lists_of(ConfigTree& tree, std::optional<std::uint32_t> subnet) {
  std::vector<Hosts> all;
  const auto add = [&](JsonValue& map, std::uint32_t id) {
    if (subnet && *subnet != id) return;
    JsonValue* list = member(map, "reservations");
    if (list != nullptr && list->as_list() != nullptr) all.push_back({list, id});
  };
  add(tree.dhcp4(), 0);
  for (const SubnetPlace& place : tree.subnets()) add(place.subnet(), id_of(place.subnet()));
  return all;
}

/// A reservation as Kea shows it: with its subnet, and with what is not set.
JsonValue shown(const JsonValue& host, std::uint32_t subnet) {
  JsonValue all = host;
  set_member(all, "subnet-id", json_number(subnet));
  const auto fill = [&](std::string_view key, JsonValue value) {
    if (member(all, key) == nullptr) set_member(all, key, std::move(value));
  };
  fill("boot-file-name", json_text(""));
  fill("client-classes", json_list({}));
  fill("hostname", json_text(""));
  fill("next-server", json_text("0.0.0.0"));
  fill("option-data", json_list({}));
  fill("server-hostname", json_text(""));
  return all;
}

JsonValue::List find_all(ConfigTree& tree, const Wanted& wanted) {
  JsonValue::List found;
  for (const Hosts& hosts : lists_of(tree, wanted.subnet)) {
    for (const JsonValue& host : *hosts.list->as_list()) {
      if (wanted.fits(host)) found.push_back(shown(host, hosts.subnet));
    }
  }
  return found;
}

Answer hosts_answer(JsonValue::List hosts) {
  const std::string text = std::to_string(hosts.size()) + " IPv4 host(s) found.";
  const Result result = hosts.empty() ? Result::empty : Result::ok;
  return {result, text, config::to_json(json_map({{"hosts", json_list(std::move(hosts))}}))};
}

Answer search(Target& target, const std::expected<Wanted, std::string>& wanted) {
  if (!wanted) return refusal(wanted.error());
  return look_at_config(target,
                        [&](ConfigTree& tree) { return hosts_answer(find_all(tree, *wanted)); });
}

/// The map whose reservations those of a subnet are; null when there is no such subnet.
JsonValue* owner_of(ConfigTree& tree, std::uint32_t subnet) {
  if (subnet == 0) return &tree.dhcp4();
  const auto place = tree.find_subnet(subnet);
  return place ? &place->subnet() : nullptr;
}

/// The "reservation" of the arguments, and its subnet.
struct Given {
  JsonValue host;
  std::uint32_t subnet = 0;
};

std::expected<Given, std::string> read_given(const Arguments& arguments) {
  const JsonValue* map = arguments.find("reservation");
  if (map == nullptr || map->as_map() == nullptr) {
    return std::unexpected("missing parameter 'reservation'");
  }
  const auto subnet = number_member(*map, "subnet-id");
  if (!subnet) return std::unexpected("missing parameter 'subnet-id' in the reservation");
  Given given{*map, *subnet};
  remove_member(given.host, "subnet-id");
  return given;
}

/// The identifier by which a reservation is known.
Wanted same_client(const Given& given) {
  Wanted wanted{.subnet = given.subnet};
  for (const std::string_view type : kIdentifiers) {
    const auto text = text_member(given.host, type);
    if (!text) continue;
    wanted.type = type;
    wanted.identifier = octets_of(*text);
  }
  return wanted;
}

Answer no_subnet(std::uint32_t id) {
  return refusal("no subnet with id " + std::to_string(id) + " is configured");
}

}  // namespace

Answer reservation_add(Target& target, const Arguments& arguments) {
  const auto given = read_given(arguments);
  if (!given) return refusal(given.error());
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    JsonValue* owner = owner_of(tree, given->subnet);
    if (owner == nullptr) return std::unexpected(no_subnet(given->subnet));
    ConfigTree::list(*owner, "reservations").as_list()->push_back(given->host);
    return Answer{Result::ok, "Host added.", {}};
  });
}

Answer reservation_update(Target& target, const Arguments& arguments) {
  const auto given = read_given(arguments);
  if (!given) return refusal(given.error());
  const Wanted wanted = same_client(*given);
  if (!wanted.type) return refusal("the reservation has no identifier");
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    for (const Hosts& hosts : lists_of(tree, wanted.subnet)) {
      for (JsonValue& host : *hosts.list->as_list()) {
        if (!wanted.fits(host)) continue;
        host = given->host;
        return Answer{Result::ok, "Host updated.", {}};
      }
    }
    return std::unexpected(nothing("Host not updated (not found)."));
  });
}

Answer reservation_del(Target& target, const Arguments& arguments) {
  const auto wanted = read_wanted(arguments);
  if (!wanted) return refusal(wanted.error());
  return change_config(target, [&](ConfigTree& tree) -> std::expected<Answer, Answer> {
    for (const Hosts& hosts : lists_of(tree, wanted->subnet)) {
      JsonValue::List& list = *hosts.list->as_list();
      const auto at =
          std::ranges::find_if(list, [&](const JsonValue& host) { return wanted->fits(host); });
      if (at == list.end()) continue;
      list.erase(at);
      return Answer{Result::ok, "Host deleted.", {}};
    }
    return std::unexpected(nothing("Host not deleted (not found)."));
  });
}

Answer reservation_get(Target& target, const Arguments& arguments) {
  const auto wanted = read_wanted(arguments);
  if (!wanted) return refusal(wanted.error());
  return look_at_config(target, [&](ConfigTree& tree) -> Answer {
    const JsonValue::List found = find_all(tree, *wanted);
    if (found.empty()) return nothing("Host not found.");
    return {Result::ok, "Host found.", config::to_json(found.front())};
  });
}

Answer reservation_get_all(Target& target, const Arguments& arguments) {
  return search(target, read_subnet(arguments, true));
}

Answer reservation_get_by_address(Target& target, const Arguments& arguments) {
  auto wanted = read_subnet(arguments, false);
  if (!wanted) return refusal(wanted.error());
  if (const auto read = read_address(arguments, *wanted); !read) return refusal(read.error());
  return search(target, wanted);
}

Answer reservation_get_by_hostname(Target& target, const Arguments& arguments) {
  auto wanted = read_subnet(arguments, false);
  if (!wanted) return refusal(wanted.error());
  const auto name = arguments.read_text("hostname");
  if (!name) return refusal(name.error());
  wanted->hostname = to_lower(*name);
  return search(target, wanted);
}

Answer reservation_get_by_id(Target& target, const Arguments& arguments) {
  auto wanted = read_subnet(arguments, false);
  if (!wanted) return refusal(wanted.error());
  if (const auto read = read_identifier(arguments, *wanted); !read) return refusal(read.error());
  return search(target, wanted);
}

Answer reservation_get_page(Target& target, const Arguments& arguments) {
  const auto wanted = read_subnet(arguments, false);
  if (!wanted) return refusal(wanted.error());
  const auto limit = arguments.read_number("limit", INT64_MAX);
  if (!limit) return refusal(limit.error());
  if (*limit == 0) return refusal("page size of retrieved hosts must not be 0");
  const auto from = arguments.find_number("from", INT64_MAX);
  if (!from) return refusal(from.error());
  return look_at_config(target, [&](ConfigTree& tree) -> Answer {
    JsonValue::List all = find_all(tree, *wanted);
    const std::uint64_t begin = std::min<std::uint64_t>(from->value_or(0), all.size());
    const std::uint64_t left = all.size() - begin;
    const std::uint64_t count = std::min({*limit, left, std::uint64_t{kMaxLeasesInPage}});
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin);
    JsonValue::List page(first, first + static_cast<std::ptrdiff_t>(count));
    const std::string text = std::to_string(count) + " IPv4 host(s) found.";
    if (count == 0) return nothing(text);
    return {Result::ok, text,
            config::to_json(json_map({{"count", json_number(count)},
                                      {"hosts", json_list(std::move(page))},
                                      {"next", json_map({{"from", json_number(begin + count)},
                                                         {"source-index", json_number(1)}})}}))};
  });
}

}  // namespace lessor::control
