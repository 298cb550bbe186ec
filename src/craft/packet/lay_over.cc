#include "craft/packet/lay_over.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using Place = std::vector<Item>::iterator;

/// Where a new option goes: before the end and what follows it, and before option 82 just there.
Place place_of_new_option(Recipe& base) {
  auto end = std::find_if(base.items.begin(), base.items.end(), is_end);
  if (end == base.items.end()) {
    end = std::find_if(base.items.rbegin(), base.items.rend(), [](const Item& item) {
            return std::holds_alternative<OptionItem>(item) ||
                   std::holds_alternative<CookieItem>(item);
          }).base();
    if (end == base.items.begin()) return base.items.end();  // neither: at the back
  }
  if (end != base.items.begin() && is_option(*(end - 1), wire::kOptionDhcpAgentOptions)) --end;
  return end;
}

/// All options of one code, in the place of those that were there.
void replace_options(Recipe& base, wire::OptionCode code, std::vector<Item> options) {
  const auto is_it = [&](const Item& item) { return is_option(item, code); };
  auto place = std::find_if(base.items.begin(), base.items.end(), is_it);
  if (place != base.items.end()) {
    const Area area = std::get<OptionItem>(*place).area;
    for (Item& item : options) std::get<OptionItem>(item).area = area;
    const auto at = place - base.items.begin();
    std::erase_if(base.items, is_it);
    place = base.items.begin() + at;
  } else {
    place = place_of_new_option(base);
  }
  base.items.insert(place, options.begin(), options.end());
}

/// Puts `item` where one stands that `same` knows, else at the back.
template <typename Same>
void replace(Recipe& base, const Item& item, Same&& same) {
  const auto found = std::find_if(base.items.begin(), base.items.end(), same);
  if (found == base.items.end()) {
    base.items.push_back(item);
  } else {
    *found = item;
  }
}

/// One item that is no option.
void replace_item(Recipe& base, const Item& item) {
  if (const auto* field = std::get_if<FieldItem>(&item)) {
    return replace(base, item, [&](const Item& other) {
      const auto* it = std::get_if<FieldItem>(&other);
      return it != nullptr && it->field == field->field;
    });
  }
  if (const auto* data = std::get_if<DataItem>(&item)) {
    return replace(base, item, [&](const Item& other) {
      const auto* it = std::get_if<DataItem>(&other);
      return it != nullptr && it->behind == data->behind && it->trailer == data->trailer;
    });
  }
  if (std::holds_alternative<CookieItem>(item)) {
    return replace(base, item,
                   [](const Item& other) { return std::holds_alternative<CookieItem>(other); });
  }
  base.items.push_back(item);
}

}  // namespace

void lay_over(Recipe& base, const Recipe& over) {
  std::vector<wire::OptionCode> laid;
  for (const Item& item : over.items) {
    const auto* option = std::get_if<OptionItem>(&item);
    if (option == nullptr) {
      replace_item(base, item);
      continue;
    }
    if (std::count(laid.begin(), laid.end(), option->code) > 0) continue;
    laid.push_back(option->code);
    std::vector<Item> options;
    std::copy_if(over.items.begin(), over.items.end(), std::back_inserter(options),
                 [&](const Item& other) { return is_option(other, option->code); });
    replace_options(base, option->code, std::move(options));
  }
  for (const wire::OptionCode code : over.without) {
    std::erase_if(base.items, [&](const Item& item) { return is_option(item, code); });
    base.without.push_back(code);
  }
  base.breakages.insert(base.breakages.end(), over.breakages.begin(), over.breakages.end());
  base.padded = base.padded && over.padded;
  if (over.time) base.time = over.time;
  if (over.link) base.link = over.link;
}

}  // namespace lessor::craft
