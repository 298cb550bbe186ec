// MessageView against a model of it that is as plain as the RFCs' sentences, over messages cut at
// every octet and changed at random: the same verdict, the same offset, the same values. And what
// was read can be written and read again.

#include "base/random.h"
#include "base/text.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_text.h"
#include "wire/v4/test_messages.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::wire {
namespace {

using testing::copy;
using testing::Exact;
using testing::message;
using testing::Octets;
using testing::octets;
using testing::put;

/// A message read slowly, with a map and without an index.
class Model {
 public:
  explicit Model(const Octets& message) : message_(message) { error = read(); }

  std::optional<ParseError> error;
  std::map<OptionCode, Octets> options;  // parts joined
  bool end_missing = false;

 private:
  using Wrong = std::optional<ParseError>;

  [[nodiscard]] std::uint8_t at(std::size_t offset) const { return load_u8(&message_[offset]); }

  Wrong read() {
    if (message_.size() < 236) return fail(ParseCode::too_short, message_.size());
    if (message_.size() < 240) return fail(ParseCode::no_cookie, 236);
    const std::string cookie = to_hex(Bytes(message_).subspan(236, 4));
    if (cookie == "00000000") return fail(ParseCode::no_cookie, 236);
    if (cookie != "63825363") return fail(ParseCode::bad_cookie, 236);
    if (at(2) > 16) return fail(ParseCode::hlen_too_long, 2);
    if (Wrong wrong = read_field(240, message_.size())) return wrong;
    if (!options.contains(52)) return std::nullopt;
    const Octets overload = options[52];
    const int value = overload.size() == 1 ? static_cast<int>(overload[0]) : 0;
    if (value < 1 || value > 3) return fail(ParseCode::bad_overload, first_overload_);
    if (value != 2) {
      if (Wrong wrong = read_field(108, 236)) return wrong;
    }
    return value == 1 ? std::nullopt : read_field(44, 108);
  }

  Wrong read_field(std::size_t from, std::size_t end) {
    while (from < end) {
      const std::uint8_t code = at(from);
      if (code == 255) return std::nullopt;
      if (code == 0) {
        ++from;
        continue;
      }
      if (from + 1 == end) return fail(ParseCode::option_no_length, from);
      const std::size_t length = at(from + 1);
      if (from + 2 + length > end) return fail(ParseCode::option_overrun, from);
      // Only the options field says whether the others hold options.
      if (code != 52 || end == message_.size()) take(code, from, length);
      from += 2 + length;
    }
    end_missing = true;
    return std::nullopt;
  }

  void take(std::uint8_t code, std::size_t from, std::size_t length) {
    if (code == 52 && first_overload_ == 0) first_overload_ = from;
    options[code] = std::move(options[code]) + copy(Bytes(message_).subspan(from + 2, length));
  }

  static ParseError fail(ParseCode code, std::size_t offset) {
    return {code, static_cast<std::uint16_t>(offset)};
  }

  const Octets& message_;
  std::size_t first_overload_ = 0;
};

void expect_same(const Model& model, const std::expected<MessageView, ParseError>& view) {
  ASSERT_EQ(view.has_value(), !model.error.has_value());
  if (!view) {
    EXPECT_EQ(to_string(view.error().code), to_string(model.error->code));
    EXPECT_EQ(view.error().offset, model.error->offset);
    return;
  }
  EXPECT_EQ(view->notes().end_missing, model.end_missing);
  for (int number = 0; number < 256; ++number) {
    const auto code = static_cast<OptionCode>(number);
    const auto wanted = model.options.find(code);
    ASSERT_EQ(view->has(code), wanted != model.options.end()) << number;
    if (!view->has(code)) continue;
    ASSERT_EQ(copy(*view->option(code)), wanted->second) << number;
  }
}

/// Everything of a view but where its options lay, written anew.
Octets rewrite(const MessageView& view) {
  Header header{.op = view.op(),
                .htype = view.htype(),
                .hlen = view.hlen(),
                .hops = view.hops(),
                .xid = view.xid(),
                .secs = view.secs(),
                .flags = view.flags(),
                .ciaddr = view.ciaddr(),
                .yiaddr = view.yiaddr(),
                .siaddr = view.siaddr(),
                .giaddr = view.giaddr(),
                .sname = as_text(view.sname()),
                .file = as_text(view.file())};
  copy_bytes(header.chaddr, view.chaddr_field());
  Octets room(2 * view.bytes().size());  // more than headers of pieces can add
  MessageWriter writer(room);
  writer.header(header);
  for (int number = 1; number < 255; ++number) {
    const auto code = static_cast<OptionCode>(number);
    if (code != kOptionDhcpOptionOverload && view.has(code)) {
      writer.option(code, *view.option(code));
    }
  }
  writer.end();
  EXPECT_TRUE(writer.ok());
  room.resize(writer.size());
  return room;
}

void expect_writes_back(const MessageView& view, ParseScratch& scratch) {
  const Octets written = rewrite(view);
  const auto again = MessageView::parse(written, scratch);
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE(again->notes().end_missing);
  // The fixed fields up to sname lie where they lay; op is 0 when it was no known one.
  EXPECT_TRUE(equal_bytes(again->bytes().subspan(1, kSnameOffset - 1),
                          view.bytes().subspan(1, kSnameOffset - 1)));
  EXPECT_EQ(again->op(), view.op());
  EXPECT_EQ(as_text(again->sname()), as_text(view.sname()));
  EXPECT_EQ(as_text(again->file()), as_text(view.file()));
  for (int number = 0; number < 256; ++number) {
    const auto code = static_cast<OptionCode>(number);
    if (code == kOptionDhcpOptionOverload) continue;
    ASSERT_EQ(again->has(code), view.has(code)) << number;
    if (!view.has(code)) continue;
    ASSERT_TRUE(equal_bytes(*again->option(code), *view.option(code))) << number;
  }
}

/// What a message says of an option is a text that says the same octets.
void expect_texts_read_back(const MessageView& view) {
  for (int number = 1; number < 255; ++number) {
    const auto code = static_cast<OptionCode>(number);
    const auto value = view.option(code);
    if (!value) continue;
    const std::string text = print_option(code, *value);
    const auto again = parse_option_text(code, text);
    ASSERT_TRUE(again.has_value()) << option_name(code) << " " << text;
    ASSERT_TRUE(equal_bytes(*again, *value)) << option_name(code) << " " << text;
  }
}

/// Rich messages: every option of the table with a random value, options in parts, in all three
/// fields, options that hold options.
std::vector<Octets> rich_messages() {
  Random random(2132);
  Octets all;
  for (const OptionRow& row : option_table()) {
    if (row.code == kOptionPad || row.code == kOptionEnd || row.code == 52) continue;
    const auto value = random_value(row.code, random);
    all = std::move(all) +
          testing::option(row.code,
                          copy(Bytes(value).first(std::min<std::size_t>(value.size(), 255))));
  }
  Octets overloaded = message(octets({53, 1, 3, 52, 1, 3, 12, 2, 'a', 'b', 0, 82, 2, 1, 0, 255}));
  put(overloaded, kFileOffset, octets({12, 1, 'c', 15, 3, 'n', 'e', 't', 0, 255, 0}));
  put(overloaded, kSnameOffset, octets({0, 12, 1, 'd', 50, 4, 192, 0, 2, 1, 82, 0, 255}));
  return {message(all + octets({255})), overloaded,
          message(octets({53, 1, 1, 12, 0, 12, 1, 'x', 61, 3, 255, 1, 2, 12, 1, 'y', 255, 7, 7}))};
}

TEST(MessageModel, AgreesOnMessagesCutAtEveryOctet) {
  ParseScratch scratch;
  for (const Octets& whole : rich_messages()) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      const Octets cut = copy(Bytes(whole).first(size));
      const Exact exact(cut);
      expect_same(Model(cut), MessageView::parse(exact.bytes(), scratch));
      if (::testing::Test::HasFailure()) FAIL() << "cut at octet " << size;
    }
  }
}

/// One change of a kind that the grammar must notice, or survive.
void change(Octets& bytes, Random& random) {
  constexpr std::uint8_t kTelling[] = {0, 1, 2, 3, 4, 12, 52, 53, 61, 82, 254, 255};
  if (bytes.empty()) return;
  const auto size = static_cast<std::uint32_t>(bytes.size());
  // Mostly behind chaddr, where the grammar is.
  const std::uint32_t from = random.one_in(8) || size <= kSnameOffset ? 0 : kSnameOffset;
  const std::size_t at = from + random.below(size - from);
  switch (random.below(5)) {
    case 0:
      bytes[at] = static_cast<std::byte>(random.u32());
      break;
    case 1:
      bytes[at] = static_cast<std::byte>(kTelling[random.below(std::size(kTelling))]);
      break;
    case 2:  // cut off, mostly near the end
      bytes.resize(random.one_in(4) ? random.below(size) : size - random.below(size / 8 + 1));
      break;
    case 3:  // put in
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), 1 + random.below(4),
                   static_cast<std::byte>(random.u32()));
      break;
    default: {  // the end once more, so that options come in parts
      const Octets tail = copy(Bytes(bytes).subspan(at));
      bytes.insert(bytes.end(), tail.begin(), tail.end());
    }
  }
}

TEST(MessageModel, AgreesOnMessagesChangedAtRandom) {
  Random random(3396);
  ParseScratch scratch;
  ParseScratch scratch_of_rewritten;
  const std::vector<Octets> samples = rich_messages();
  int read = 0;
  for (int round = 0; round < 4'000; ++round) {
    Octets bytes = samples[random.below(static_cast<std::uint32_t>(samples.size()))];
    for (std::uint32_t i = random.below(4); i > 0; --i) change(bytes, random);
    const Exact exact(bytes);
    const auto view = MessageView::parse(exact.bytes(), scratch);
    expect_same(Model(bytes), view);
    if (view) {
      ++read;
      expect_writes_back(*view, scratch_of_rewritten);
      if (round % 16 == 0) expect_texts_read_back(*view);
    }
    if (::testing::Test::HasFailure()) FAIL() << "round " << round << ": " << to_hex(bytes);
  }
  EXPECT_GT(read, 1'500) << "most messages should be broken little enough to be read";
}

}  // namespace
}  // namespace lessor::wire
