#include "lease/long_bytes.h"

#include "base/check.h"

namespace lessor::lease {

std::size_t LongBytes::class_of(std::size_t size) {
  CHECK(size <= kMaxSize);
  std::size_t size_class = 0;
  while (kUnits[size_class] * kUnit < size) ++size_class;
  return size_class;
}

bool LongBytes::adopt(std::unique_ptr<Block>& block) {
  if (blocks_.size() == kMaxBlocks) return false;
  blocks_.push_back(std::move(block));
  return true;
}

bool LongBytes::fits_fresh(std::uint32_t units) const {
  const std::size_t left_in_block = kUnitsPerBlock - fresh_ % kUnitsPerBlock;
  // A cell does not straddle blocks: what is left of one too small for it is passed over.
  const std::size_t start = units <= left_in_block ? fresh_ : fresh_ + left_in_block;
  return start + units <= blocks_.size() * kUnitsPerBlock;
}

bool LongBytes::has_room(std::size_t size) const {
  const std::size_t size_class = class_of(size);
  return free_[size_class] != kNone || fits_fresh(kUnits[size_class]);
}

LongBytes::Place LongBytes::take(std::size_t size) {
  const std::size_t size_class = class_of(size);
  const std::uint32_t units = kUnits[size_class];
  Place place = free_[size_class];
  if (place != kNone) {
    free_[size_class] = load_be32(at(place));
    return place;
  }
  CHECK(fits_fresh(units));
  const std::size_t left_in_block = kUnitsPerBlock - fresh_ % kUnitsPerBlock;
  if (units > left_in_block) fresh_ += static_cast<Place>(left_in_block);
  place = fresh_;
  fresh_ += units;
  return place;
}

void LongBytes::give_back(Place place, std::size_t size) {
  const std::size_t size_class = class_of(size);
  store_be32(at(place), free_[size_class]);
  free_[size_class] = place;
}

std::size_t LongBytes::fresh_bytes() const {
  return (blocks_.size() * kUnitsPerBlock - fresh_) * kUnit;
}

}  // namespace lessor::lease
