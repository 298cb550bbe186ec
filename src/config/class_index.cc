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

std::optional<wire::OptionCode> option_of(const expression::Program& program) {
  if (program.code.size() != 1 || program.code[0].op != expression::Op::value) return std::nullopt;
  const expression::Path& path = program.paths[0];
  const bool is_plain = path.source == expression::Source::option && path.depth == 1 &&
                        path.want == expression::Want::hex;
  return is_plain ? std::optional(path.codes[0]) : std::nullopt;
}

/// The first of `all` whose `of` is another than the first's.
template <typename Of>
auto end_of_same(auto all, Of of) {
  return std::ranges::find_if(all, [&](const auto& each) { return of(each) != of(*all.begin()); });
}

}  // namespace

void ClassIndex::add_term(const Term& term, Hit hit) {
  Draft draft{.key = {},
              .part = expression::print(term.key),
              .cuts = {},
              .octets = term.octets,
              .hit = hit};
  const expression::Node* base = &term.key;
  for (; base->kind == expression::Kind::substring; base = &base->children[0]) {
    draft.cuts.insert(draft.cuts.begin(), {base->start, base->to_end ? INT64_MAX : base->length});
  }
  draft.key = expression::print(*base);
  const auto known =
      std::ranges::find(programs_, draft.key, [](const auto& each) { return each.first; });
  if (known == programs_.end()) {
    auto program = expression::compile(*base, no_class);
    CHECK(program.has_value());
    programs_.emplace_back(draft.key, std::move(*program));
  }
  drafts_.push_back(std::move(draft));
}

void ClassIndex::finish() {
  std::ranges::stable_sort(drafts_, {}, [](const Draft& each) {
    return std::tuple(std::string_view(each.key), std::string_view(each.part),
                      std::string_view(each.octets));
  });
  for (std::span<const Draft> rest(drafts_); !rest.empty();) {
    const std::span same(rest.begin(), end_of_same(rest, [](const Draft& d) { return d.key; }));
    finish_key(same);
    rest = rest.subspan(same.size());
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

/// `drafts`: all of one key, sorted by part and value.
void ClassIndex::finish_key(std::span<const Draft> drafts) {
  const auto program =
      std::ranges::find(programs_, drafts.front().key, [](const auto& each) { return each.first; });
  Key key;
  key.program = std::move(program->second);
  key.option = option_of(key.program);
  if (key.program.type == expression::Type::condition) {
    const Hits hits = take_hits(drafts);
    key.first = hits.first;
    key.count = hits.count;
  }
  while (key.program.type == expression::Type::text && !drafts.empty()) {
    const std::span same(drafts.begin(),
                         end_of_same(drafts, [](const Draft& d) { return d.part; }));
    key.parts.push_back(finish_part(same));
    key.asks_for_empty |= key.parts.back().looks.may_have({});
    drafts = drafts.subspan(same.size());
  }
  keys_.push_back(std::move(key));
}

ClassIndex::Part ClassIndex::finish_part(std::span<const Draft> drafts) {
  Part part{.cuts = drafts.front().cuts,
            .first = static_cast<std::uint32_t>(slots_.size()),
            .slots = static_cast<std::uint32_t>(std::bit_ceil(drafts.size() * 2))};
  slots_.resize(slots_.size() + part.slots);
  while (!drafts.empty()) {
    const std::span same(drafts.begin(),
                         end_of_same(drafts, [](const Draft& d) { return d.octets; }));
    drafts = drafts.subspan(same.size());
    const Bytes octets = as_bytes(same.front().octets);
    part.looks.note(octets);
    const Slot made{.hash = quick_hash(octets),
                    .value = static_cast<std::uint32_t>(values_.size()),
                    .size = static_cast<std::uint32_t>(octets.size()),
                    .hits = take_hits(same)};
    values_.insert(values_.end(), octets.begin(), octets.end());
    std::size_t slot = made.hash & (part.slots - 1);
    while (slots_[part.first + slot].hits.count != 0) slot = (slot + 1) & (part.slots - 1);
    slots_[part.first + slot] = made;
  }
  return part;
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

std::span<const ClassIndex::Hit> ClassIndex::find_cut(const Part& part, Bytes value) const {
  const std::uint64_t hash = quick_hash(value);
  for (std::size_t slot = hash;; ++slot) {
    const Slot& each = slots_[part.first + (slot & (part.slots - 1))];
    if (each.hits.count == 0) return {};
    if (each.hash != hash || each.size != value.size()) continue;
    if (!equal_bytes(Bytes(values_).subspan(each.value, each.size), value)) continue;
    return std::span(hits_).subspan(each.hits.first, each.hits.count);
  }
}

}  // namespace lessor::config
