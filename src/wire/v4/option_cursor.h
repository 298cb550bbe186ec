#pragma once
// OptionCursor: the one walker of code-length-value octets, used by the message view for the three
// option fields, by sub-options, and by dissectors, which want to see pads, the end, and where
// things went wrong. Must not know: what any option means.

#include "base/bytes.h"
#include "wire/v4/protocol.h"

namespace lessor::wire {

/// One occurrence on the wire. `value` is borrowed from the field.
struct RawOption {
  enum class State : std::uint8_t {
    whole,      ///< code, length and value are there (or it is pad or end)
    no_length,  ///< the field stops after the code octet
    overrun,    ///< the length runs past the field; `value` is what there is of it
  };
  OptionCode code = 0;
  State state = State::whole;
  std::uint8_t length = 0;  ///< as the length octet says; 0 for pad and end
  std::size_t offset = 0;   ///< of the code octet, from the start of the field
  Bytes value;
};

/// Iterates the raw occurrences in one field, front to back. Never reads outside; a broken option
/// is reported once, by its state, and ends the walk.
class OptionCursor {
 public:
  enum class Grammar : std::uint8_t {
    options,      ///< RFC 2132 2: code 0 is a pad and 255 the end, one octet each
    sub_options,  ///< RFC 3046 2.0: no pad, no end; every code has a length
  };
  explicit OptionCursor(Bytes field, Grammar grammar = Grammar::options)
      : field_(field), grammar_(grammar) {}

  /// Fills `option` with the next occurrence, pads and the end included; false when there is none:
  /// the field is at its end, or the end option or a broken one came before.
  [[nodiscard]] bool next(RawOption& option) {
    if (done_ || at_ >= field_.size()) return false;
    const OptionCode code = load_u8(&field_[at_]);
    option = {.code = code, .offset = at_};
    if (grammar_ == Grammar::options && (code == kOptionPad || code == kOptionEnd)) {
      ++at_;
      done_ = code == kOptionEnd;
      return true;
    }
    read_value(option);
    return true;
  }

  /// How far the walk came: what lies behind was not looked at.
  [[nodiscard]] std::size_t offset() const { return at_; }

 private:
  void read_value(RawOption& option) {
    const Bytes rest = field_.subspan(at_ + 1);
    if (rest.empty()) {
      option.state = RawOption::State::no_length;
      at_ = field_.size();
      return;
    }
    option.length = load_u8(rest.data());
    if (option.length < rest.size()) {
      option.value = rest.subspan(1, option.length);
      at_ += 2U + option.length;
      return;
    }
    option.state = RawOption::State::overrun;
    option.value = rest.subspan(1);
    at_ = field_.size();
  }

  Bytes field_;
  std::size_t at_ = 0;
  Grammar grammar_;
  bool done_ = false;
};

}  // namespace lessor::wire
