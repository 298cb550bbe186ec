#include "wire/flat_values.h"

#include "base/text.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_table.h"

#include <gtest/gtest.h>

namespace lessor::wire {
namespace {

std::string write(const Shape& shape, std::string_view text, std::size_t room = 300) {
  std::array<std::byte, 300> place;
  const auto value = write_flat_value(shape, text, MutableBytes(place).first(room));
  return value ? to_hex(*value) : "nothing";
}
Shape shape_of(std::initializer_list<const ValueCodec*> fields, Repeat repeat = Repeat::once) {
  Shape shape;
  for (const ValueCodec* field : fields) shape.fields[shape.count++] = field;
  shape.repeat = repeat;
  return shape;
}

TEST(FlatValues, AreWhatTheReaderOfConfigurationsMakes) {
  struct Row {
    Shape shape;
    const char* text;
  };
  const Row rows[] = {
      {shape_of({&kind::kText}), "a/b"},
      {shape_of({&kind::kBoolean}), "true"},
      {shape_of({&kind::kU8}), "255"},
      {shape_of({&kind::kU16}), "65535"},
      {shape_of({&kind::kU32}), "4294967295"},
      {shape_of({&kind::kIp4}), "192.0.2.1"},
      {shape_of({&kind::kName}), "eng.example.org"},
      {shape_of({&kind::kName}), "example.org."},
      {shape_of({&kind::kIp4}, Repeat::last), "192.0.2.1, 192.0.2.2,192.0.2.3"},
      {shape_of({&kind::kU8, &kind::kIp4}, Repeat::all), "1, 192.0.2.1, 2, 192.0.2.2"},
      {shape_of({&kind::kU16, &kind::kName}, Repeat::last), "7, a.example, b.example"},
      {shape_of({&kind::kU16, &kind::kText}), "7, x y"},
      {option_shape(3), "192.0.2.1"},
      {option_shape(119), "eng.example.org, example.com"},
  };
  for (const Row& row : rows) {
    ASSERT_TRUE(is_flat(row.shape)) << row.text;
    const auto parsed = parse_shape(row.shape, row.text);
    ASSERT_TRUE(parsed) << row.text;
    EXPECT_EQ(write(row.shape, row.text), to_hex(*parsed)) << row.text;
  }
}

TEST(FlatValues, ALoneTextTakesItsCommas) {
  EXPECT_EQ(write(shape_of({&kind::kText}), " a,b"), to_hex(as_bytes(" a,b")));
}

TEST(FlatValues, RefuseWhatIsNoSuchValue) {
  EXPECT_EQ(write(shape_of({&kind::kBoolean}), "yes"), "nothing");
  EXPECT_EQ(write(shape_of({&kind::kU8}), "256"), "nothing");
  EXPECT_EQ(write(shape_of({&kind::kU8}), ""), "nothing");
  EXPECT_EQ(write(shape_of({&kind::kU8}), "1, 2"), "nothing") << "one is all";
  EXPECT_EQ(write(shape_of({&kind::kU16, &kind::kU8}), "1"), "nothing") << "one too few";
  EXPECT_EQ(write(shape_of({&kind::kU8, &kind::kIp4}, Repeat::all), "1, 192.0.2.1, 2"), "nothing");
  EXPECT_EQ(write(shape_of({&kind::kIp4}), "192.0.2"), "nothing");
  EXPECT_EQ(write(shape_of({&kind::kText}), ""), "nothing");
  for (const char* name : {"a..b", ".a", "a..", "a\\.b"}) {
    EXPECT_EQ(write(shape_of({&kind::kName}), name), "nothing") << name;
  }
  EXPECT_EQ(write(shape_of({&kind::kName}), std::string(64, 'a')), "nothing") << "a label of 64";
  std::string long_name;
  for (int i = 0; i < 128; ++i) long_name += "a.";
  EXPECT_EQ(write(shape_of({&kind::kName}), long_name), "nothing") << "257 octets";
}

TEST(FlatValues, RefuseWhatDoesNotFit) {
  EXPECT_EQ(write(shape_of({&kind::kIp4}), "192.0.2.1", 4), "c0000201");
  EXPECT_EQ(write(shape_of({&kind::kIp4}), "192.0.2.1", 3), "nothing");
  EXPECT_EQ(write(shape_of({&kind::kText}), "abc", 2), "nothing");
}

TEST(FlatValues, AreNotOfEveryKind) {
  EXPECT_FALSE(is_flat(option_shape(121)));
  EXPECT_FALSE(is_flat(shape_of({&kind::kU8, &kind::kIp6})));
  EXPECT_FALSE(is_flat(Shape{}));
}

}  // namespace
}  // namespace lessor::wire
