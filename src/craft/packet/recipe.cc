#include "craft/packet/recipe.h"

#include "base/check.h"
#include "base/text.h"
#include "wire/v4/option_table.h"

#include <algorithm>

namespace lessor::craft {
namespace {

struct TypeName {
  std::string_view name;
  Basis basis = Basis::message;
  std::uint8_t type = 0;
  Purpose purpose = Purpose::plain;
};
constexpr std::uint8_t kRequest = static_cast<std::uint8_t>(wire::MessageType::request);
constexpr TypeName kTypeNames[] = {
    {"packet", Basis::exact},
    {"bootp"},
    {"discover", Basis::message, 1},
    {"offer", Basis::message, 2},
    {"request", Basis::message, kRequest},
    {"decline", Basis::message, 4},
    {"ack", Basis::message, 5},
    {"nak", Basis::message, 6},
    {"release", Basis::message, 7},
    {"inform", Basis::message, 8},
    {"forcerenew", Basis::message, 9},
    {"leasequery", Basis::message, 10},
    {"leaseunassigned", Basis::message, 11},
    {"leaseunknown", Basis::message, 12},
    {"leaseactive", Basis::message, 13},
    {"bulkleasequery", Basis::message, 14},
    {"leasequerydone", Basis::message, 15},
    {"activeleasequery", Basis::message, 16},
    {"leasequerystatus", Basis::message, 17},
    {"tls", Basis::message, 18},
    {"renew", Basis::message, kRequest, Purpose::renew},
    {"rebind", Basis::message, kRequest, Purpose::rebind},
    {"reboot", Basis::message, kRequest, Purpose::reboot},
};

/// Words that people use for a type and that are no misspelling of its name.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"accept", "ack"},      {"acknowledge", "ack"},  {"deny", "nak"},
    {"refuse", "nak"},      {"solicit", "discover"}, {"select", "request"},
    {"advertise", "offer"}, {"reply", "ack"},        {"init-reboot", "reboot"},
};

std::string unknown_type(std::string_view word, std::string_view name) {
  std::string text = sanitise(as_bytes(word), 40);
  for (const auto& [other, meant] : kOtherNames) {
    if (name == other) return text + ": did you mean " + std::string(meant) + "?";
  }
  std::vector<std::string_view> names;
  for (const TypeName& type : kTypeNames) names.push_back(type.name);
  if (const auto near = nearest(name, names)) {
    return text + ": did you mean " + std::string(*near) + "?";
  }
  text += " is no message type; they are";
  for (const TypeName& type : kTypeNames) text.append(" ").append(type.name);
  return text + ", or a number from 1 to 255";
}

}  // namespace

std::string_view to_string(Area area) {
  switch (area) {
    case Area::options:
      return "options";
    case Area::file:
      return "file";
    case Area::sname:
      return "sname";
  }
  return "";
}

std::vector<std::string_view> recipe_types() {
  std::vector<std::string_view> names;
  for (const TypeName& type : kTypeNames) names.push_back(type.name);
  return names;
}

std::string_view type_name(const Recipe& recipe) {
  if (recipe.basis == Basis::exact) return "packet";
  const auto* const found =
      std::find_if(std::begin(kTypeNames), std::end(kTypeNames), [&](const TypeName& t) {
        return t.basis == Basis::message && t.type == recipe.type && t.purpose == recipe.purpose;
      });
  return found == std::end(kTypeNames) ? std::string_view() : found->name;
}

std::expected<Recipe, std::string> start_recipe(std::string_view type) {
  std::string name = to_lower(trim(type));
  if (name.starts_with("dhcp")) name.erase(0, 4);
  if (const auto number = parse_number(name, 255)) {
    return Recipe{.basis = Basis::message, .type = static_cast<std::uint8_t>(*number)};
  }
  const auto* const found = std::find_if(std::begin(kTypeNames), std::end(kTypeNames),
                                         [&](const TypeName& t) { return t.name == name; });
  if (found == std::end(kTypeNames)) return std::unexpected(unknown_type(type, name));
  return Recipe{.basis = found->basis, .type = found->type, .purpose = found->purpose};
}

std::optional<std::vector<std::byte>> given_option(const Recipe& recipe, wire::OptionCode code) {
  std::optional<std::vector<std::byte>> value;
  for (const Item& item : recipe.items) {
    if (!is_option(item, code)) continue;
    if (!value) value.emplace();
    const auto& part = std::get<OptionItem>(item).value;
    value->insert(value->end(), part.begin(), part.end());
  }
  return value;
}

std::optional<std::uint64_t> given_field(const Recipe& recipe, std::string_view path) {
  const FieldRow* field = find_field(path);
  CHECK(field != nullptr);
  std::optional<std::uint64_t> value;
  for (const Item& item : recipe.items) {
    const auto* given = std::get_if<FieldItem>(&item);
    if (given == nullptr || given->field != field) continue;
    value = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(given->content.size(), 8); ++i) {
      value = *value << 8U | load_u8(&given->content[i]);
    }
  }
  return value;
}

FieldItem make_field(std::string_view path, std::uint64_t value) {
  const FieldRow* field = find_field(path);
  CHECK(field != nullptr);
  std::vector<std::byte> content(field->octets());
  for (auto at = content.rbegin(); at != content.rend(); ++at, value >>= 8U) {
    store_u8(&*at, static_cast<std::uint8_t>(value));
  }
  return {.field = field, .content = std::move(content)};
}

OptionItem make_option(wire::OptionCode code, Bytes value) {
  return {.code = code, .value = {value.begin(), value.end()}};
}

RawItem make_raw(Bytes bytes, Area area) {
  return {.area = area, .bytes = {bytes.begin(), bytes.end()}};
}

bool is_end(const Item& item) {
  const auto* raw = std::get_if<RawItem>(&item);
  return raw != nullptr && raw->bytes.size() == 1 && load_u8(raw->bytes.data()) == wire::kOptionEnd;
}

bool is_option(const Item& item, wire::OptionCode code) {
  const auto* option = std::get_if<OptionItem>(&item);
  return option != nullptr && option->code == code;
}

std::expected<Recipe, std::string> spell_out(const Recipe& recipe, const Maker& maker) {
  Recipe exact = recipe.basis == Basis::exact ? recipe : with_defaults(recipe, maker);
  exact.breakages.clear();
  for (const Recipe::Breakage& breakage : recipe.breakages) {
    if (auto broken = apply_malform(exact, breakage); !broken) {
      return std::unexpected(std::move(broken.error()));
    }
  }
  return exact;
}

std::expected<Packet, std::string> build(const Recipe& recipe, const Maker& maker) {
  const auto exact = spell_out(recipe, maker);
  return exact ? assemble(*exact) : std::unexpected(exact.error());
}

}  // namespace lessor::craft
