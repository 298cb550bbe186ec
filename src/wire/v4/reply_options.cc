#include "wire/v4/reply_options.h"

#include <algorithm>

namespace lessor::wire {
/// The last option goes to the end of those of its priority.
void ReplyOptions::move_last() {
  const ReplyOption last = options_[count_ - 1];
  std::size_t at = count_ - 1;
  for (; at > 0 && options_[at - 1].priority() > last.priority(); --at) {
    options_[at] = options_[at - 1];
  }
  options_[at] = last;
  if (taken_[kOptionSubnetMask] && taken_[kOptionRouters]) put_mask_first();
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
