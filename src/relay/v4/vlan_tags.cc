#include "relay/v4/vlan_tags.h"

#include "base/text.h"

namespace lessor::relay::v4 {
namespace {

constexpr std::uint64_t kMaxVlan = 4'094;

/// 0 when the text is no VLAN's number.
std::uint16_t read_vlan(std::string_view text) {
  while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
  const bool digits = text.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? static_cast<std::uint16_t>(parse_number(text, kMaxVlan).value_or(0)) : 0;
}

VlanTags tags_of_name(std::string_view name) {
  if (name.starts_with("vlan")) return {.inner = read_vlan(name.substr(4))};
  const std::size_t last = name.rfind('.');
  if (last == std::string_view::npos) return {};
  VlanTags tags{.inner = read_vlan(name.substr(last + 1))};
  const std::string_view rest = name.substr(0, last);
  const std::size_t before = rest.rfind('.');
  if (before != std::string_view::npos) tags.outer = read_vlan(rest.substr(before + 1));
  return tags;
}

}  // namespace

VlanTags tags_of(const Downlink& downlink) {
  VlanTags tags = tags_of_name(downlink.interface);
  if (downlink.vlan != 0) tags.inner = downlink.vlan;
  if (downlink.outer_vlan != 0) tags.outer = downlink.outer_vlan;
  return tags;
}

}  // namespace lessor::relay::v4
