#include "config/class_table.h"

#include <algorithm>
#include <utility>

namespace lessor::config {

OptionSet::OptionSet(std::vector<ConfiguredOption> options) {
  for (ConfiguredOption& option : options) {
    if (present_.test(option.code)) continue;
    present_.set(option.code);
    options_.push_back(std::move(option));
  }
  std::ranges::sort(options_, {}, &ConfiguredOption::code);
}

const ConfiguredOption* OptionSet::find(std::uint8_t code) const {
  if (!present_.test(code)) return nullptr;
  return &*std::ranges::lower_bound(options_, code, {}, &ConfiguredOption::code);
}

bool ClientClass::gives_anything() const {
  return !options.empty() || lifetimes || !boot.next_server.is_zero() ||
         !boot.server_hostname.empty() || !boot.boot_file_name.empty();
}

}  // namespace lessor::config
