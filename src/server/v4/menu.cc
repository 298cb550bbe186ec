#include "server/v4/menu.h"

#include "server/v4/rules.h"

#include <algorithm>

namespace lessor::server::v4 {

Menu::Menu(std::initializer_list<const config::OptionSet*> scopes, const net::Prefix4& prefix) {
  for (const config::OptionSet* scope : scopes) {
    inner_ = values_.size();
    for (const config::ConfiguredOption& option : scope->all()) {
      if (!is_configurable(option.code)) continue;
      add(option.code, option.value);
      const bool listed = std::ranges::find(always_sent_, option.code) != always_sent_.end();
      if (option.always_send && !listed) always_sent_.push_back(option.code);
    }
  }
  std::vector<std::byte> mask(4);
  store_be32(mask.data(), prefix.mask());
  add(wire::kOptionSubnetMask, std::move(mask));
}

void Menu::add(wire::OptionCode code, std::vector<std::byte> value) {
  if (at_[code] != 0) return;
  values_.push_back(std::move(value));
  at_[code] = static_cast<std::uint8_t>(values_.size());
}

}  // namespace lessor::server::v4
