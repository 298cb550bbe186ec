#include "server/v4/menu.h"

#include "server/v4/rules.h"

#include <algorithm>

namespace lessor::server::v4 {

Menu::Menu(std::initializer_list<const config::OptionSet*> scopes, const net::Prefix4& prefix) {
  for (const config::OptionSet* scope : scopes) {
    for (const config::ConfiguredOption& option : scope->all()) {
      if (!option.guard.empty()) chosen_.set(option.code);
    }
  }
  for (const config::OptionSet* scope : scopes) {
    add_scope(*scope, scope == *(scopes.end() - 1));
  }
  std::ranges::stable_sort(choices_, {}, [](const Choice& each) { return each.option->code; });
  std::vector<std::byte> mask(4);
  store_be32(mask.data(), prefix.mask());
  add(wire::kOptionSubnetMask, std::move(mask));
}

void Menu::add_scope(const config::OptionSet& scope, bool is_last) {
  inner_ = values_.size();
  inner_vendor_scopes_ = vendor_scopes_.size();
  if (!scope.vendor().empty()) vendor_scopes_.push_back(&scope);
  for (const config::ConfiguredOption& option : scope.all()) {
    if (!is_configurable(option.code)) continue;
    if (option.never_send && option.guard.empty()) never_sent_.push_back(option.code);
    if (chosen_.test(option.code)) {
      choices_.push_back({&option, !is_last});
      continue;
    }
    if (option.never_send) continue;
    add(option.code, option.value);
    const bool listed = std::ranges::find(always_sent_, option.code) != always_sent_.end();
    if (option.always_send && !listed) always_sent_.push_back(option.code);
  }
}

void Menu::add(wire::OptionCode code, std::vector<std::byte> value) {
  if (at_[code] != 0) return;
  values_.push_back(std::move(value));
  at_[code] = static_cast<std::uint8_t>(values_.size());
}

}  // namespace lessor::server::v4
