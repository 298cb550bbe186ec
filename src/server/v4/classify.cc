#include "server/v4/classify.h"

#include <algorithm>
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

void Classifier::add(const config::ClassTable& table, config::ClassId id) {
  if (classes_.set_.has(id)) return;
  classes_.set_.add(id);
  const config::ClientClass* definition = table.find(id);
  if (definition == nullptr || !definition->gives_anything()) return;
  classes_.giving_[classes_.count_++] = definition;
}

void Classifier::begin(const Source& source) { begin_with(source, {}); }

void Classifier::begin_with(const Source& source, std::span<const config::ClassId> given) {
  classes_.clear();
  add(source.table, config::kClassAll);
  if (source.request.vendor_class && !source.table.vendor.empty()) {
    const auto vendor = find_value(source.table.vendor, *source.request.vendor_class);
    if (vendor) add(source.table, *vendor);
  }
  for (const config::ClassId id : given) add(source.table, id);
  evaluate_all(source, false);
}

void Classifier::know_host(const Source& source, const config::Reservation* reservation) {
  if (reservation != nullptr && !reservation->classes.empty()) {
    // A test may ask for a class of the reservation: all are evaluated again.
    begin_with(source, reservation->classes);
  }
  add(source.table, reservation != nullptr ? config::kClassKnown : config::kClassUnknown);
  evaluate_all(source, true);
  classes_.main_ = classes_.count_;
}

void Classifier::add_listed(const Source& source, std::span<const config::ClassId> listed) {
  for (const config::ClassId id : listed) {
    const config::ClientClass* definition = source.table.find(id);
    if (definition != nullptr) evaluate(source, *definition);
  }
}

void Classifier::evaluate_all(const Source& source, bool needing_host) {
  for (const config::ClientClass& each : source.table.classes) {
    if (each.only_additional || each.needs_host != needing_host) continue;
    evaluate(source, each);
  }
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
  add(source.table, each.id);
}

}  // namespace lessor::server::v4
