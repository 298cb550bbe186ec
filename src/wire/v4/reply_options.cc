#include "wire/v4/reply_options.h"

#include <algorithm>

namespace lessor::wire {
namespace {

/// Pad and end are no options, 52 is the writer's own, 61 and 82 come by the echo functions only
/// (R6842-3-a, R3046-2.2-a).
constexpr bool is_reserved(OptionCode code) {
  return code == kOptionPad || code == kOptionEnd || code == kOptionDhcpOptionOverload ||
         code == kOptionDhcpClientIdentifier || code == kOptionDhcpAgentOptions;
}

}  // namespace

void ReplyOptions::add(const ReplyOption& option) {
  if (taken_[option.code()] || is_reserved(option.code())) return;
  taken_.set(option.code());
  size_bytes_ += wire_size(option.value().size());
  // Mostly options come in order, and nothing moves.
  std::size_t at = count_++;
  for (; at > 0 && options_[at - 1].priority() > option.priority(); --at) {
    options_[at] = options_[at - 1];
  }
  options_[at] = option;
  const bool touches_rule = option.code() == kOptionSubnetMask || option.code() == kOptionRouters;
  if (touches_rule && taken_[kOptionSubnetMask] && taken_[kOptionRouters]) put_mask_first();
}

// R2132-3.3-a: "If both the subnet mask and the router option are specified in a DHCP reply, the
// subnet mask option MUST be first."
void ReplyOptions::put_mask_first() {
  const auto end = options_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto find = [&](OptionCode code) {
    return std::find_if(options_.begin(), end,
                        [&](const ReplyOption& o) { return o.code() == code; });
  };
  const auto mask = find(kOptionSubnetMask);
  const auto routers = find(kOptionRouters);
  if (routers < mask) std::rotate(routers, mask, mask + 1);
}

}  // namespace lessor::wire
