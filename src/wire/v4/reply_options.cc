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

std::size_t ReplyOptions::place_of(OptionCode code) const {
  return static_cast<std::size_t>(std::ranges::find(all(), code, &ReplyOption::code) -
                                  all().begin());
}

std::optional<Bytes> ReplyOptions::find(OptionCode code) const {
  const std::size_t place = place_of(code);
  if (place == count_) return std::nullopt;
  return options_[place].value();
}

void ReplyOptions::replace(OptionCode code, Bytes value) {
  ReplyOption& option = options_[place_of(code)];
  size_bytes_ -= wire_size(option.value().size());
  size_bytes_ += wire_size(value.size());
  option = {code, option.priority(), value};
}

void ReplyOptions::take_out(OptionCode code) {
  const auto place = options_.begin() + static_cast<std::ptrdiff_t>(place_of(code));
  size_bytes_ -= wire_size(place->value().size());
  std::copy(place + 1, options_.begin() + static_cast<std::ptrdiff_t>(count_), place);
  --count_;
}

}  // namespace lessor::wire
