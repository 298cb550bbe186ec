#include "server/v4/classify.h"

#include "config/class_number.h"
#include "expression/read_path.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace lessor::server::v4 {
namespace {

std::optional<config::ClassId> find_value(const std::vector<config::ValueClass>& sorted,
                                          Bytes value) {
  const auto text_of = [](const config::ValueClass& each) { return as_text(each.value); };
  const auto found = std::ranges::lower_bound(sorted, as_text(value), {}, text_of);
  if (found == sorted.end() || !equal_bytes(found->value, value)) return std::nullopt;
  return found->id;
}

/// The value of a key, empty where there is nothing to read; nothing when it cannot be read.
std::optional<Bytes> value_of(const config::ClassIndex::Key& key, const expression::Facts& facts,
                              expression::Scratch& scratch) {
  if (key.option) return expression::read_option(*key.option, facts.message).value_or(Bytes());
  const auto value = expression::evaluate_text(key.program, facts, scratch);
  return value ? std::optional(*value) : std::nullopt;
}

}  // namespace

bool Classes::admits(std::span<const config::ClassId> guard) const {
  return guard.empty() ||
         std::ranges::any_of(guard, [&](config::ClassId id) { return set_.has(id); });
}

const config::Lifetimes* Classes::lifetimes() const {
  for (const config::ClientClass* each : std::span(giving_.data(), main_)) {
    if (each->lifetimes) return &*each->lifetimes;
  }
  return nullptr;
}

const Duration* Classes::offer_lifetime() const {
  for (const config::ClientClass* each : std::span(giving_.data(), main_)) {
    if (each->offer_lifetime) return &*each->offer_lifetime;
  }
  return nullptr;
}

void Classifier::add(const config::ClassTable& table, config::ClassId id) {
  if (classes_.set_.has(id)) return;
  classes_.set_.add(id);
  candidates_.note(table.index.hits_of(id));
  const config::ClientClass* definition = table.find(id);
  if (definition == nullptr) return;
  const bool is_group = table.counts_groups && !definition->is_template();
  if (is_group) add_group(table, *definition, definition->number);
  if (!definition->gives_anything()) return;
  classes_.giving_[classes_.count_++] = definition;
  if (definition->options.empty()) return;
  const std::size_t place = classes_.with_options_count_++;
  if (place < kBlockClasses) classes_.with_options_[place] = id;
  // What a guard decides hangs on other classes: nothing to remember.
  if (definition->options.has_guards()) classes_.with_options_count_ = kBlockClasses + 1;
}

void Classifier::add_group(const config::ClassTable& table, const config::ClientClass& each,
                           std::uint32_t number) {
  const auto position = static_cast<std::uint16_t>(&each - table.classes.data());
  const auto groups = classes_.groups();
  const bool is_there =
      std::ranges::find(groups, position, &Classes::Group::position) != groups.end();
  if (is_there || classes_.groups_are_settled_) return;
  classes_.groups_[classes_.group_count_++] = {.position = position, .number = number};
}

void Classifier::Candidates::note(std::span<const config::ClassIndex::Hit> hits) {
  for (const config::ClassIndex::Hit& hit : hits) {
    possible.add(hit.position);
    if (hit.sure) sure.add(hit.position);
  }
}

void Classifier::look_up(const Source& source) {
  const config::ClassIndex& index = source.table.index;
  const expression::Facts facts{source.message, source.datagram, source.interface, classes_.set_};
  by_packet_.possible = index.always();
  by_packet_.sure.clear();
  for (const config::ClassIndex::Key& key : index.keys()) {
    const bool is_absent = key.option && !source.message.has(*key.option);
    if (is_absent && !key.asks_for_empty) continue;  // as most are
    if (key.program.type == expression::Type::condition) {
      if (expression::evaluate_condition(key.program, facts, scratch_).value_or(false)) {
        by_packet_.note(index.hits_of(key));
      }
    } else if (const auto value = value_of(key, facts, scratch_)) {
      if (value->empty() && !key.asks_for_empty) continue;
      for (const config::ClassIndex::Part& part : key.parts) {
        by_packet_.note(index.find(part, *value));
      }
    }
  }
}

void Classifier::begin(const Source& source) {
  look_up(source);
  begin_with(source, nullptr, nullptr);
}

void Classifier::give(const config::ClassTable& table, const config::Reservation* reservation) {
  if (reservation == nullptr) return;
  for (const config::ClassId id : reservation->classes) add(table, id);
}

void Classifier::begin_with(const Source& source, const config::Reservation* early,
                            const config::Reservation* reservation) {
  classes_.clear();
  candidates_ = by_packet_;
  if (source.request.type == wire::MessageType::none) add(source.table, config::kClassBootp);
  add(source.table, config::kClassAll);
  if (source.request.vendor_class && !source.table.vendor.empty()) {
    const auto vendor = find_value(source.table.vendor, *source.request.vendor_class);
    if (vendor) add(source.table, *vendor);
  }
  give(source.table, early);
  // As in Kea: who was found early stays KNOWN while the rest is evaluated again.
  if (early != nullptr && reservation != nullptr) add(source.table, config::kClassKnown);
  give(source.table, reservation);
  evaluate_all(source, false);
}

void Classifier::know_early(const Source& source, const config::Reservation& global) {
  know_host(source, &global, nullptr);
}

void Classifier::know_host(const Source& source, const config::Reservation* early,
                           const config::Reservation* reservation) {
  const auto gives = [](const config::Reservation* each) {
    return each != nullptr && !each->classes.empty();
  };
  if (gives(early) || gives(reservation)) {
    // A test may ask for a class of the reservation: all are evaluated again.
    begin_with(source, early, reservation);
  }
  const bool known = early != nullptr || reservation != nullptr;
  add(source.table, known ? config::kClassKnown : config::kClassUnknown);
  evaluate_all(source, true);
  classes_.main_ = classes_.count_;
  classes_.groups_are_settled_ = true;
}

void Classifier::add_listed(const Source& source, std::span<const config::ClassId> listed,
                            expression::ClassSet& tried) {
  for (const config::ClassId id : listed) {
    if (tried.has(id)) continue;
    tried.add(id);
    const config::ClientClass* definition = source.table.find(id);
    if (definition != nullptr) evaluate(source, *definition);
  }
}

/// In the order of the file. A class may become possible while those before it are evaluated, never
/// one that was passed: tests ask for classes above them.
void Classifier::evaluate_all(const Source& source, bool needing_host) {
  const config::ClassTable& table = source.table;
  const config::Positions& due = needing_host ? table.late : table.early;
  std::uint32_t words_ahead = due.used();
  while (const std::uint32_t used = candidates_.possible.used() & words_ahead) {
    const auto word = static_cast<std::size_t>(std::countr_zero(used));
    words_ahead &= ~std::uint32_t{1} << word;
    std::uint64_t ahead = due.word(word);
    while (const std::uint64_t possible = candidates_.possible.word(word) & ahead) {
      const int bit = std::countr_zero(possible);
      ahead &= ~std::uint64_t{1} << bit;
      const std::size_t position = word * 64 + static_cast<std::size_t>(bit);
      const config::ClientClass& each = table.classes[position];
      if (candidates_.sure.has(position)) {
        add(table, each.id);
      } else {
        evaluate(source, each);
      }
    }
  }
}

Bytes Classifier::evaluate(const Source& source, const expression::Program& text) {
  const expression::Facts facts{source.message, source.datagram, source.interface, classes_.set_};
  return expression::evaluate_text(text, facts, scratch_).value_or(Bytes());
}

/// A test that fails (int16totext of three octets) is false, as in Kea. What a template spawns
/// weighs more than the template.
void Classifier::evaluate(const Source& source, const config::ClientClass& each) {
  if (!each.test) return;
  const expression::Facts facts{source.message, source.datagram, source.interface, classes_.set_};
  if (each.test->type == expression::Type::condition) {
    if (expression::evaluate_condition(*each.test, facts, scratch_).value_or(false)) {
      add(source.table, each.id);
    }
    return;
  }
  const auto value = expression::evaluate_text(*each.test, facts, scratch_);
  if (!value || value->empty()) return;
  if (const auto spawned = find_value(each.spawned, *value)) add(source.table, *spawned);
  if (source.table.counts_groups) {
    add_group(source.table, each, config::class_number(each.number, *value));
  }
  add(source.table, each.id);
}

}  // namespace lessor::server::v4
