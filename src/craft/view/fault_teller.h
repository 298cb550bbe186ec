#pragma once
// Hands each fault of a packet to the place that it is about, once: what no place asked for is left
// for the end. Must not know: how faults are shown.

#include "craft/faults.h"

#include <algorithm>
#include <vector>

namespace lessor::craft {

class FaultTeller {
 public:
  /// As find_faults() gives them, by offset. They are borrowed.
  explicit FaultTeller(std::span<const Fault> faults) : faults_(faults), told_(faults.size()) {}

  /// Calls fn(fault) for those that were not told yet and that `about(fault)` picks.
  template <typename About, typename Fn>
  void tell(About&& about, Fn&& fn) {
    tell_from(0, faults_.size(), about, fn);
  }
  /// Of one field of a layer's header that begins at `offset`.
  template <typename Fn>
  void tell_field(const FieldRow& field, const LayerSpan& span, Fn&& fn) {
    tell(
        [&](const Fault& f) {
          return f.layer == field.layer && f.field == field.name && f.offset >= span.offset &&
                 f.offset < span.offset + span.size;
        },
        fn);
  }
  /// Of the option whose code octet is at `offset` in the frame.
  template <typename Fn>
  void tell_option(wire::OptionCode code, std::size_t offset, Fn&& fn) {
    // Looked up: where every option has a fault, looking through them all each time takes seconds.
    const auto here = std::ranges::equal_range(faults_, offset, {}, &Fault::offset);
    const auto from = static_cast<std::size_t>(here.begin() - faults_.begin());
    tell_from(from, from + here.size(), [&](const Fault& f) { return f.option == code; }, fn);
  }
  /// Of a layer's header as a whole, or of octets in it.
  template <typename Fn>
  void tell_header(const LayerSpan& span, Fn&& fn) {
    tell(
        [&](const Fault& f) {
          return f.layer == span.layer && !f.option && f.offset >= span.offset &&
                 f.offset < span.offset + span.size;
        },
        fn);
  }
  /// All that is left of a layer.
  template <typename Fn>
  void tell_layer(Layer layer, Fn&& fn) {
    tell([&](const Fault& f) { return f.layer == layer; }, fn);
  }
  template <typename Fn>
  void tell_rest(Fn&& fn) {
    tell([](const Fault&) { return true; }, fn);
  }

 private:
  template <typename About, typename Fn>
  void tell_from(std::size_t from, std::size_t to, About&& about, Fn&& fn) {
    for (std::size_t i = from; i < to; ++i) {
      if (told_[i] || !about(faults_[i])) continue;
      told_[i] = true;
      fn(faults_[i]);
    }
  }

  std::span<const Fault> faults_;
  std::vector<bool> told_;
};

}  // namespace lessor::craft
