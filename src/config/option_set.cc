#include "config/class_table.h"

#include <algorithm>
#include <utility>

namespace lessor::config {

OptionSet::OptionSet(std::vector<ConfiguredOption> options, std::vector<VendorOption> vendor)
    : vendor_(std::move(vendor)) {
  std::bitset<256> settled;
  for (ConfiguredOption& option : options) {
    if (settled.test(option.code)) continue;
    present_.set(option.code);
    never_sends_ |= option.never_send;
    has_guards_ |= !option.guard.empty();
    settled.set(option.code, option.guard.empty());
    options_.push_back(std::move(option));
  }
  std::ranges::stable_sort(options_, {}, &ConfiguredOption::code);
  std::ranges::stable_sort(vendor_, {}, [](const VendorOption& each) {
    return std::pair(each.enterprise, each.option.code);
  });
}

std::span<const ConfiguredOption> OptionSet::find_all(std::uint8_t code) const {
  if (!present_.test(code)) return {};
  const auto first = std::ranges::lower_bound(options_, code, {}, &ConfiguredOption::code);
  auto end = first;  // seldom more than one
  while (end != options_.end() && end->code == code) ++end;
  return {first, end};
}

const ConfiguredOption* OptionSet::find(std::uint8_t code) const {
  for (const ConfiguredOption& option : find_all(code)) {
    if (!option.never_send) return &option;
  }
  return nullptr;
}

bool ClientClass::gives_anything() const {
  return !options.empty() || lifetimes || offer_lifetime || boot_profile ||
         !boot.next_server.is_zero() || !boot.server_hostname.empty() ||
         !boot.boot_file_name.empty();
}

}  // namespace lessor::config
