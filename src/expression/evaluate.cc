#include "expression/evaluate.h"

#include "base/check.h"
#include "expression/address_text.h"
#include "expression/read_field.h"
#include "expression/read_path.h"

#include <algorithm>
#include <array>
#include <optional>

namespace lessor::expression {
namespace {

/// The part number `wanted` (1 for the first) between any of the delimiters. Without delimiters the
/// text is one part, whatever is wanted.
Bytes split(Bytes text, Bytes delimiters, std::int32_t wanted) {
  if (delimiters.empty()) return text;
  if (wanted < 1) return {};
  std::size_t begin = 0;
  for (std::int32_t part = 1;; ++part) {
    const auto from = text.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto end = std::find_first_of(from, text.end(), delimiters.begin(), delimiters.end());
    const auto size = static_cast<std::size_t>(end - from);
    if (part == wanted) return text.subspan(begin, size);
    if (end == text.end()) return {};
    begin += size + 1;
  }
}

std::byte to_lower_octet(std::byte octet) {
  return octet >= std::byte{'A'} && octet <= std::byte{'Z'} ? octet | std::byte{0x20} : octet;
}
std::byte to_upper_octet(std::byte octet) {
  return octet >= std::byte{'a'} && octet <= std::byte{'z'} ? octet & std::byte{0xdf} : octet;
}

class Machine {
 public:
  Machine(const Program& program, const Facts& facts, Scratch& scratch)
      : program_(program), facts_(facts), scratch_(scratch), texts_(scratch.stack()) {
    scratch.clear();
  }

  /// Every instruction once, front to back: programs jump forward only.
  std::optional<Failure> run() {
    for (std::size_t at = 0; at < program_.code.size() && !failure_;) {
      const Instruction& next = program_.code[at];
      if (jumps(next)) {
        at = static_cast<std::size_t>(next.a);
        continue;
      }
      step(next);
      ++at;
    }
    if (!failure_ && !scratch_.ok()) failure_ = Failure::too_long;
    return failure_;
  }
  [[nodiscard]] bool condition() const { return (conditions_ & 1) != 0; }
  [[nodiscard]] Bytes text() const { return texts_[0]; }

 private:
  void push(Bytes text) { texts_[depth_++] = text; }
  Bytes pop() { return texts_[--depth_]; }
  void push(bool condition) { conditions_ = conditions_ << 1 | (condition ? 1U : 0U); }
  bool pop_condition() {
    const bool top = condition();
    conditions_ >>= 1;
    return top;
  }

  /// Skips leave the condition that decides, and drop one that does not.
  bool jumps(const Instruction& next) {
    if (next.op != Op::skip_if_false && next.op != Op::skip_if_true) return false;
    if (condition() == (next.op == Op::skip_if_true)) return true;
    conditions_ >>= 1;
    return false;
  }

  void step(const Instruction& next) {
    switch (next.op) {
      case Op::constant:
        return push(
            Bytes(program_.constants).subspan(static_cast<std::size_t>(next.a), next.count));
      case Op::value:
        return push(read_value(path_of(next), facts_, scratch_));
      case Op::field:
        return push(read_field(static_cast<Field>(next.count), facts_, scratch_));
      case Op::substring: {
        const Bytes text = pop();
        return push(
            substring(text, next.a, next.flag ? static_cast<std::int64_t>(text.size()) : next.b));
      }
      case Op::split: {
        const Bytes delimiters = pop();
        return push(split(pop(), delimiters, next.a));
      }
      case Op::concat:
        return concat();
      case Op::choose: {
        const Bytes otherwise = pop();
        const Bytes then = pop();
        return push(pop_condition() ? then : otherwise);
      }
      case Op::hexstring:
        return hexstring();
      case Op::addrtotext:
        return address_to_text();
      case Op::inttotext:
        return number_to_text(next.count, next.flag);
      case Op::lcase:
        return convert(to_lower_octet);
      case Op::ucase:
        return convert(to_upper_octet);
      case Op::exists:
        return push(read_path(path_of(next), facts_, scratch_).has_value());
      case Op::member:
        return push(facts_.classes.has(static_cast<ClassId>(next.a)));
      case Op::equal: {
        const Bytes right = pop();
        return push(equal_bytes(pop(), right));
      }
      case Op::match:
        return match(program_.regexes[static_cast<std::size_t>(next.a)]);
      case Op::negate:
        return push(!pop_condition());
      case Op::both: {
        const bool right = pop_condition();
        return push(pop_condition() && right);
      }
      case Op::either: {
        const bool right = pop_condition();
        return push(pop_condition() || right);
      }
      case Op::skip_if_false:
      case Op::skip_if_true:
        return;  // jumps() has them
    }
  }

  [[nodiscard]] const Path& path_of(const Instruction& next) const {
    return program_.paths[static_cast<std::size_t>(next.a)];
  }
  void concat() {
    const Bytes right = pop();
    const Bytes left = pop();
    if (left.empty() || right.empty()) return push(left.empty() ? right : left);
    scratch_.begin();
    scratch_.put(left);
    scratch_.put(right);
    push(scratch_.made());
  }
  void hexstring() {
    const Bytes separator = pop();
    const Bytes octets = pop();
    scratch_.begin();
    for (std::size_t i = 0; i < octets.size() && scratch_.ok(); ++i) {
      if (i > 0) scratch_.put(separator);
      scratch_.put_hex(octets[i]);
    }
    push(scratch_.made());
  }
  /// The empty text stays empty: the option may be absent.
  void address_to_text() {
    const Bytes octets = pop();
    if (octets.empty()) return push(octets);
    if (octets.size() != 4 && octets.size() != 16) failure_ = Failure::not_an_address;
    scratch_.begin();
    if (octets.size() == 4) put_ip4(octets, scratch_);
    if (octets.size() == 16) put_ip6(octets, scratch_);
    push(scratch_.made());
  }
  void number_to_text(std::size_t width, bool is_signed) {
    const Bytes octets = pop();
    if (octets.empty()) return push(octets);
    scratch_.begin();
    if (octets.size() == width) {
      put_number(octets, is_signed);
    } else {
      failure_ = Failure::not_a_number;
    }
    push(scratch_.made());
  }
  void put_number(Bytes octets, bool is_signed) {
    std::uint32_t value = 0;
    for (const std::byte octet : octets) value = value << 8 | static_cast<std::uint32_t>(octet);
    const std::uint32_t top = std::uint32_t{1} << (8 * octets.size() - 1);
    if (!is_signed || (value & top) == 0) return scratch_.put_number(value);
    scratch_.put('-');
    scratch_.put_number((top - (value & (top - 1))));
  }
  void convert(std::byte (*change)(std::byte)) {
    const Bytes text = pop();
    scratch_.begin();
    for (const std::byte octet : text) scratch_.put(change(octet));
    push(scratch_.made());
  }
  void match(const Regex& regex) {
    const Bytes text = pop();
    if (text.size() > kMaxMatchedSize) failure_ = Failure::too_long_to_match;
    push(regex.matches(text));
  }

  const Program& program_;
  const Facts& facts_;
  Scratch& scratch_;
  std::array<Bytes, kMaxStack>& texts_;
  std::size_t depth_ = 0;
  std::uint64_t conditions_ = 0;
  std::optional<Failure> failure_;
};

/// The text of a program that only reads something; nothing when it does more.
std::optional<Bytes> read_only(const Program& program, const Facts& facts, Scratch& scratch) {
  if (program.code.size() != 1) return std::nullopt;
  const Instruction& only = program.code[0];
  if (only.op == Op::field) return read_field(static_cast<Field>(only.count), facts, scratch);
  if (only.op != Op::value) return std::nullopt;
  return read_value(program.paths[static_cast<std::size_t>(only.a)], facts, scratch);
}

}  // namespace

/// Kea's rules: nothing outside of the text; a negative start counts from the end; a negative
/// length takes what stands before the start.
Bytes substring(Bytes text, std::int64_t start, std::int64_t length) {
  const auto size = static_cast<std::int64_t>(text.size());
  if (start < -size || start >= size) return {};
  if (start < 0) start += size;
  if (length < 0) {
    const std::int64_t taken = std::min(-length, start);
    start -= taken;
    length = taken;
  }
  length = std::min(length, size - start);
  return text.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(length));
}

std::string_view to_string(Failure failure) {
  switch (failure) {
    case Failure::not_an_address:
      return "addrtotext was given neither 4 nor 16 octets";
    case Failure::not_a_number:
      return "a number was made a text of that has another size";
    case Failure::too_long:
      return "the texts that the expression makes are too long";
    case Failure::too_long_to_match:
      return "match was given too long a text";
  }
  return "unknown";
}

std::expected<bool, Failure> evaluate_condition(const Program& program, const Facts& facts,
                                                Scratch& scratch) {
  CHECK(program.type == Type::condition);
  Machine machine(program, facts, scratch);
  if (const auto failure = machine.run()) return std::unexpected(*failure);
  return machine.condition();
}

std::expected<Bytes, Failure> evaluate_text(const Program& program, const Facts& facts,
                                            Scratch& scratch) {
  CHECK(program.type == Type::text);
  scratch.clear();
  if (const auto read = read_only(program, facts, scratch)) {
    if (!scratch.ok()) return std::unexpected(Failure::too_long);
    return *read;
  }
  Machine machine(program, facts, scratch);
  if (const auto failure = machine.run()) return std::unexpected(*failure);
  return machine.text();
}

}  // namespace lessor::expression
