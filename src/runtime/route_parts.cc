#include "runtime/route_parts.h"

#include "base/check.h"

#include <algorithm>

namespace lessor::runtime {

RouteParts::RouteParts() {
  parts_.reserve(kMost);
  varying_.reserve(kMostVarying);
}

void RouteParts::clear() {
  parts_.clear();
  varying_.clear();
}

bool RouteParts::add(net::Ip4 prefix, unsigned width, bool varies) {
  CHECK(width <= 32);
  if (parts_.size() + 3 > kMost || (varies && varying_.size() == kMostVarying)) return false;
  const std::uint32_t below = width == 0 ? UINT32_MAX : (std::uint32_t{1} << (32 - width)) - 1;
  const Span span{.first = prefix.value & ~below, .last = prefix.value | below};
  if (parts_.empty()) parts_.push_back({.first = 0, .varies = false});
  parts_.push_back({.first = span.first, .varies = false});
  if (span.last != UINT32_MAX) parts_.push_back({.first = span.last + 1, .varies = false});
  if (varies) varying_.push_back(span);
  return true;
}

void RouteParts::divide() {
  std::ranges::sort(parts_, {}, &Part::first);
  const auto [begin, end] = std::ranges::unique(parts_, {}, &Part::first);
  parts_.erase(begin, end);
  for (Part& part : parts_) {
    part.varies = std::ranges::any_of(varying_, [&](const Span& span) {
      return span.first <= part.first && part.first <= span.last;
    });
  }
}

std::optional<std::size_t> RouteParts::find(net::Ip4 address) const {
  const auto after = std::ranges::upper_bound(parts_, address.value, {}, &Part::first);
  if (after == parts_.begin() || std::prev(after)->varies) return std::nullopt;
  return static_cast<std::size_t>(std::prev(after) - parts_.begin());
}

}  // namespace lessor::runtime
