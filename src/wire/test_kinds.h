#pragma once
// For the tests of kinds of values: a value as hexadecimal, and the law that every kind keeps.

#include "base/text.h"
#include "wire/value_codec.h"

#include <gtest/gtest.h>

#include <memory>

namespace lessor::wire::testing {

inline Shape shape_of(const ValueCodec& kind, Repeat repeat = Repeat::once) {
  return {.fields = {&kind}, .count = 1, .repeat = repeat};
}

/// The text of octets in hexadecimal; "invalid" when they are no such value.
inline std::string print_hex(const ValueCodec& kind, std::string_view hex) {
  return print_shape(shape_of(kind), *from_hex(hex)).value_or("invalid");
}

/// The octets of a text in hexadecimal, or the complaint.
inline std::string parse_to_hex(const ValueCodec& kind, std::string_view text) {
  const auto value = parse_shape(shape_of(kind), text);
  return value ? to_hex(*value) : value.error().what;
}

/// Prints octets that lie on the heap without a spare one, so that a sanitizer sees a read outside;
/// a text that comes of it must read back, or be caught by whoever prints (print_option does).
inline void print_exact(const ValueCodec& kind, Bytes value) {
  const std::unique_ptr<std::byte[]> exact(new std::byte[value.size()]);
  copy_bytes({exact.get(), value.size()}, value);
  (void)print_shape(shape_of(kind), {exact.get(), value.size()});
}

/// parse(print(v)) == v for random values; and no value cut at any octet, or with an octet changed,
/// leads a reader outside.
inline void expect_law(const ValueCodec& kind, int rounds = 100) {
  Random random(2131);
  for (int round = 0; round < rounds; ++round) {
    const std::vector<std::byte> value = random_shape(shape_of(kind), random);
    const auto text = print_shape(shape_of(kind), value);
    ASSERT_TRUE(text.has_value()) << to_hex(value);
    const auto again = parse_shape(shape_of(kind), *text);
    ASSERT_TRUE(again.has_value()) << *text << ": " << to_string(again.error());
    EXPECT_EQ(to_hex(*again), to_hex(value)) << *text;
    for (std::size_t size = 0; size < value.size(); ++size) {
      print_exact(kind, Bytes(value).first(size));
      std::vector<std::byte> changed = value;
      changed[size] = static_cast<std::byte>(random.u32());
      print_exact(kind, changed);
    }
  }
}

}  // namespace lessor::wire::testing
