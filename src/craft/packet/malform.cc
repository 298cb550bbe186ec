// Packets broken on purpose, each way by changing the exact recipe: what comes out is again a
// recipe that can be shown.

#include "base/text.h"
#include "craft/packet/recipe.h"
#include "wire/v4/option_text.h"

#include <algorithm>
#include <ranges>

namespace lessor::craft {
namespace {

using Broken = std::expected<void, std::string>;

constexpr MalformRow kRows[] = {
    {Malform::bad_checksum, "bad-checksum", "the UDP checksum is wrong", {}},
    {Malform::bad_ip_checksum, "bad-ip-checksum", "the IPv4 header checksum is wrong", {}},
    {Malform::bad_cookie, "bad-cookie", "the cookie is not DHCP's", {}},
    {Malform::no_cookie, "no-cookie", "the message ends before the cookie", {}},
    {Malform::no_end, "no-end", "no end option, and nothing behind the last option", {}},
    {Malform::truncate, "truncate", "the message stops after N octets", 242},
    {Malform::trailing, "trailing", "N octets that are no padding behind the end", 4},
    {Malform::duplicate, "duplicate", "every option but the message type comes twice", {}},
    {Malform::lying_length, "lying-length",
     "the last option's length says N octets more than there are", 40},
    {Malform::short_option, "short-option", "an option of fixed size lacks its last octet", {}},
    {Malform::bad_udp_length, "bad-udp-length", "UDP says N octets more than there are", 100},
    {Malform::bad_ip_length, "bad-ip-length", "IPv4 says N octets more than there are", 100},
    {Malform::bad_hlen, "bad-hlen", "hlen says N octets; chaddr has 16", 255},
    {Malform::no_type, "no-type", "no option 53: BOOTP", {}},
    {Malform::bad_overload, "bad-overload", "option 52 says N", 9},
};

std::unexpected<std::string> cannot(const Recipe::Breakage& breakage, std::string_view why) {
  const auto* const row =
      std::find_if(std::begin(kRows), std::end(kRows),
                   [&](const MalformRow& r) { return r.what == breakage.what; });
  return std::unexpected("malform " + std::string(row->name) + ": " + std::string(why));
}

std::uint32_t number_of(const Recipe::Breakage& breakage) {
  for (const MalformRow& row : kRows) {
    if (row.what == breakage.what) return breakage.n.value_or(row.usual.value_or(0));
  }
  return 0;
}

/// The whole option of the options field that comes last; null when there is none.
OptionItem* last_option(Recipe& recipe) {
  for (Item& item : std::views::reverse(recipe.items)) {
    auto* option = std::get_if<OptionItem>(&item);
    if (option != nullptr && option->area == Area::options) return option;
  }
  return nullptr;
}

bool is_message_item(const Item& item) {
  return !std::holds_alternative<FieldItem>(item) && !std::holds_alternative<DataItem>(item);
}

/// Gives a computed field the value that it would have, changed.
template <typename Change>
Broken change_computed(Recipe& recipe, const Recipe::Breakage& breakage, std::string_view path,
                       Change&& change) {
  const auto packet = assemble(recipe);
  if (!packet) return std::unexpected(packet.error());
  const FieldRow* field = find_field(path);
  const Dissection dissection = dissect(packet->bytes, packet->link);
  for (const LayerSpan& span : dissection.layers()) {
    if (span.layer != field->layer) continue;
    const std::uint64_t value =
        load_field(*field, Bytes(packet->bytes).subspan(span.offset, span.size));
    recipe.items.emplace_back(make_field(path, change(value)));
    return {};
  }
  return cannot(breakage, "the packet has no " + std::string(layer_row(field->layer).name));
}

/// Replaces what stands behind the header by its first octets; with fewer than the header, the
/// message becomes octets that UDP carries.
Broken truncate(Recipe& recipe, const Recipe::Breakage& breakage) {
  const std::size_t size = number_of(breakage);
  const auto packet = assemble(recipe);
  if (!packet) return std::unexpected(packet.error());
  const Dissection d = dissect(packet->bytes, packet->link);
  const auto layers = d.layers();
  if (layers.empty() || layers.back().layer != Layer::bootp) {
    return cannot(breakage, "the packet carries no BOOTP message");
  }
  const Bytes message = d.payload;
  if (size >= message.size()) {
    return cannot(breakage, "the message has only " + std::to_string(message.size()) + " octets");
  }
  std::erase_if(recipe.items, is_message_item);
  if (size >= wire::kHeaderSize) {
    for (const auto& [path, at] :
         {std::pair{"sname", wire::kSnameOffset}, {"file", wire::kFileOffset}}) {
      const FieldRow* field = find_field(path);  // they may have held options
      const Bytes content = message.subspan(at, field->octets());
      recipe.items.emplace_back(FieldItem{field, {content.begin(), content.end()}});
    }
    recipe.items.emplace_back(
        make_raw(message.subspan(wire::kHeaderSize, size - wire::kHeaderSize)));
    return {};
  }
  std::erase_if(recipe.items, [](const Item& item) {
    const auto* field = std::get_if<FieldItem>(&item);
    return field != nullptr && field->field->layer == Layer::bootp;
  });
  const Bytes rest = message.first(size);
  recipe.items.emplace_back(DataItem{.behind = Layer::udp, .bytes = {rest.begin(), rest.end()}});
  return {};
}

Broken duplicate(Recipe& recipe) {
  std::vector<Item> items;
  std::vector<Item> copies;
  for (const Item& item : recipe.items) {
    const auto* option = std::get_if<OptionItem>(&item);
    if (is_end(item)) {
      items.insert(items.end(), copies.begin(), copies.end());
      copies.clear();
    }
    items.push_back(item);
    if (option != nullptr && option->area == Area::options &&
        option->code != wire::kOptionDhcpMessageType) {
      copies.push_back(item);
    }
  }
  recipe.items = std::move(items);
  return {};
}

/// The end and all padding go: nothing stands behind the last option.
void drop_raw(Recipe& recipe) {
  std::erase_if(recipe.items, [](const Item& item) {
    const auto* raw = std::get_if<RawItem>(&item);
    return raw != nullptr && raw->area == Area::options;
  });
}

Broken lying_length(Recipe& recipe, const Recipe::Breakage& breakage) {
  OptionItem* option = last_option(recipe);
  if (option == nullptr) return cannot(breakage, "the packet has no option");
  drop_raw(recipe);
  option = last_option(recipe);
  option->length = static_cast<std::uint8_t>(
      std::min<std::size_t>(option->value.size() + number_of(breakage), 255));
  return {};
}

Broken short_option(Recipe& recipe, const Recipe::Breakage& breakage) {
  for (Item& item : std::views::reverse(recipe.items)) {
    auto* option = std::get_if<OptionItem>(&item);
    if (option == nullptr || option->value.empty()) continue;
    if (wire::check_length(option->code, option->value.size() - 1)) continue;
    if (option->code == wire::kOptionDhcpMessageType) continue;
    option->value.pop_back();
    return {};
  }
  return cannot(breakage, "the packet has no option of fixed size beside the message type");
}

Broken trailing(Recipe& recipe, const Recipe::Breakage& breakage) {
  const std::uint32_t size = number_of(breakage);
  if (size > wire::kMinMaxMessageSize) return cannot(breakage, "576 octets at most");
  std::vector<std::byte> octets(size, std::byte{0xaa});
  recipe.items.emplace_back(make_raw(octets));
  return {};
}

void bad_overload(Recipe& recipe, const Recipe::Breakage& breakage) {
  const std::byte value[] = {static_cast<std::byte>(number_of(breakage))};
  const auto end = std::find_if(recipe.items.begin(), recipe.items.end(), is_end);
  recipe.items.insert(end, make_option(wire::kOptionDhcpOptionOverload, value));
}

}  // namespace

std::span<const MalformRow> malform_table() { return kRows; }

std::expected<void, std::string> apply_malform(Recipe& exact, const Recipe::Breakage& breakage) {
  const std::uint32_t n = number_of(breakage);
  switch (breakage.what) {
    case Malform::bad_checksum:
      return change_computed(exact, breakage, "udp.checksum",
                             [](std::uint64_t v) { return v ^ 0x5555U; });
    case Malform::bad_ip_checksum:
      return change_computed(exact, breakage, "ip.checksum",
                             [](std::uint64_t v) { return v ^ 0x5555U; });
    case Malform::bad_udp_length:
      return change_computed(exact, breakage, "udp.length", [&](std::uint64_t v) { return v + n; });
    case Malform::bad_ip_length:
      return change_computed(exact, breakage, "ip.length", [&](std::uint64_t v) { return v + n; });
    case Malform::bad_cookie:
      for (Item& item : exact.items) {
        if (auto* cookie = std::get_if<CookieItem>(&item)) cookie->value = 0x63538263;
      }
      return {};
    case Malform::no_cookie:
      std::erase_if(exact.items, is_message_item);
      return {};
    case Malform::no_end:
      drop_raw(exact);
      return {};
    case Malform::truncate:
      return truncate(exact, breakage);
    case Malform::trailing:
      return trailing(exact, breakage);
    case Malform::duplicate:
      return duplicate(exact);
    case Malform::lying_length:
      return lying_length(exact, breakage);
    case Malform::short_option:
      return short_option(exact, breakage);
    case Malform::bad_hlen:
      exact.items.emplace_back(make_field("hlen", n));
      return {};
    case Malform::no_type:
      std::erase_if(exact.items,
                    [](const Item& item) { return is_option(item, wire::kOptionDhcpMessageType); });
      return {};
    case Malform::bad_overload:
      bad_overload(exact, breakage);
      return {};
  }
  return {};
}

}  // namespace lessor::craft
