#include "config/class_index.h"

#include "base/check.h"
#include "base/hash.h"
#include "expression/compile.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

namespace lessor::config {
namespace {

using expression::Term;

/// Keys name no classes.
std::expected<expression::ClassId, std::string> no_class(std::string_view) {
  return std::unexpected("");
}

}  // namespace

void ClassIndex::add_term(const Term& term, Hit hit) {
  std::string name = expression::print(term.key);
  const auto known =
      std::ranges::find(programs_, name, [](const auto& each) { return each.first; });
  if (known == programs_.end()) {
    auto program = expression::compile(term.key, no_class);
    CHECK(program.has_value());
    programs_.emplace_back(name, std::move(*program));
  }
  drafts_.push_back({std::move(name), term.octets, hit});
}

void ClassIndex::finish() {
  std::ranges::stable_sort(drafts_, {}, [](const Draft& each) {
    return std::pair(std::string_view(each.key), std::string_view(each.octets));
  });
  for (auto first = drafts_.begin(); first != drafts_.end();) {
    const auto last = std::find_if(first, drafts_.end(),
                                   [&](const Draft& each) { return each.key != first->key; });
    finish_key({first, last});
    first = last;
  }
  finish_members();
  drafts_ = {};
  member_drafts_ = {};
  programs_ = {};
}

ClassIndex::Hits ClassIndex::take_hits(std::span<const Draft> drafts) {
  const Hits hits{static_cast<std::uint32_t>(hits_.size()),
                  static_cast<std::uint32_t>(drafts.size())};
  for (const Draft& each : drafts) hits_.push_back(each.hit);
  return hits;
}

/// `drafts`: all of one key, sorted by value.
void ClassIndex::finish_key(std::span<const Draft> drafts) {
  const auto program =
      std::ranges::find(programs_, drafts.front().key, [](const auto& each) { return each.first; });
  Key key{.program = std::move(program->second)};
  if (key.program.type == expression::Type::condition) {
    std::tie(key.first, key.slots) = std::pair(static_cast<std::uint32_t>(hits_.size()),
                                               static_cast<std::uint32_t>(drafts.size()));
    (void)take_hits(drafts);
    return keys_.push_back(std::move(key));
  }
  key.first = static_cast<std::uint32_t>(slots_.size());
  key.slots = static_cast<std::uint32_t>(std::bit_ceil(drafts.size() * 2));
  slots_.resize(slots_.size() + key.slots);
  for (auto first = drafts.begin(); first != drafts.end();) {
    const auto last = std::find_if(first, drafts.end(),
                                   [&](const Draft& each) { return each.octets != first->octets; });
    const Bytes octets = as_bytes(first->octets);
    Slot made{.hash = quick_hash(octets),
              .value = static_cast<std::uint32_t>(values_.size()),
              .size = static_cast<std::uint32_t>(octets.size()),
              .hits = take_hits({first, last})};
    values_.insert(values_.end(), octets.begin(), octets.end());
    std::size_t slot = made.hash & (key.slots - 1);
    while (slots_[key.first + slot].hits.count != 0) slot = (slot + 1) & (key.slots - 1);
    slots_[key.first + slot] = made;
    first = last;
  }
  keys_.push_back(std::move(key));
}

void ClassIndex::finish_members() {
  std::ranges::stable_sort(member_drafts_, {}, &MemberDraft::id);
  for (const MemberDraft& each : member_drafts_) {
    if (members_.size() <= each.id) members_.resize(std::size_t{each.id} + 1);
    Hits& hits = members_[each.id];
    if (hits.count++ == 0) hits.first = static_cast<std::uint32_t>(hits_.size());
    hits_.push_back(each.hit);
  }
}

std::span<const ClassIndex::Hit> ClassIndex::find(const Key& key, Bytes value) const {
  const std::uint64_t hash = quick_hash(value);
  for (std::size_t slot = hash;; ++slot) {
    const Slot& each = slots_[key.first + (slot & (key.slots - 1))];
    if (each.hits.count == 0) return {};
    if (each.hash != hash || each.size != value.size()) continue;
    if (!equal_bytes(Bytes(values_).subspan(each.value, each.size), value)) continue;
    return std::span(hits_).subspan(each.hits.first, each.hits.count);
  }
}

}  // namespace lessor::config
