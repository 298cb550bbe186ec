#include "wire/v4/message_view.h"

#include "base/random.h"
#include "base/text.h"
#include "wire/v4/request.h"
#include "wire/v4/test_messages.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lessor::wire {
namespace {

using testing::copy;
using testing::Exact;
using testing::message;
using testing::Octets;
using testing::octets;
using testing::put;

/// Touches every octet that a view offers, so that a sanitizer sees all reads.
std::size_t read_all(const MessageView& view) {
  std::size_t sum = view.xid() + view.sname().size() + view.file().size() + view.chaddr().size;
  for (int code = 0; code < 256; ++code) {
    const auto value = view.option(static_cast<OptionCode>(code));
    if (!value) continue;
    for (const std::byte b : *value) sum += static_cast<std::size_t>(b);
  }
  return sum + (read_request(view).has_value() ? 1 : 0) +
         static_cast<std::size_t>(view.message_type());
}

/// Uses of options, file, sname; parts; pads; a long list of options.
std::vector<Octets> sample_messages() {
  std::vector<Octets> samples;
  samples.push_back(message(octets({53, 1,  1,  61, 3, 255, 1,   2,   55, 4, 1,  3, 6, 15, 57, 2,
                                    2,  64, 82, 8,  1, 2,   'a', 'b', 5,  4, 10, 0, 0, 0,  255})));
  Octets overloaded = message(octets({53, 1, 3, 0, 0, 52, 1, 3, 12, 2, 'a', 'b', 255, 0, 0}));
  put(overloaded, kFileOffset, octets({12, 1, 'c', 15, 3, 'n', 'e', 't', 255}));
  put(overloaded, kSnameOffset, octets({0, 12, 1, 'd', 50, 4, 192, 0, 2, 1, 255}));
  samples.push_back(overloaded);
  Octets many = octets({53, 1, 8});
  for (int code = 60; code < 250; ++code) many = many + octets({code, 2, code, 0, code, 1, 7});
  samples.push_back(message(many + octets({255})));
  return samples;
}

TEST(MessageView, ReadsEveryHeaderField) {
  Header header = testing::client_header();
  header.hops = 3;
  header.secs = 0x0102;
  header.ciaddr = {0x0a000001};
  header.yiaddr = {0x0a000002};
  header.siaddr = {0x0a000003};
  header.giaddr = {0x0a000004};
  header.sname = "server";
  header.file = "boot/file";
  const Octets bytes = message(octets({53, 1, 1, 255}), header);
  ParseScratch scratch;
  const auto view = MessageView::parse(bytes, scratch);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->op(), Op::request);
  EXPECT_EQ(view->htype(), 1);
  EXPECT_EQ(view->hlen(), 6);
  EXPECT_EQ(view->hops(), 3);
  EXPECT_EQ(view->xid(), 0x1aedU);
  EXPECT_EQ(view->secs(), 0x0102);
  EXPECT_EQ(view->flags(), 0x8000);
  EXPECT_TRUE(view->broadcast());
  EXPECT_EQ(view->ciaddr(), net::Ip4{0x0a000001});
  EXPECT_EQ(view->yiaddr(), net::Ip4{0x0a000002});
  EXPECT_EQ(view->siaddr(), net::Ip4{0x0a000003});
  EXPECT_EQ(view->giaddr(), net::Ip4{0x0a000004});
  EXPECT_EQ(net::to_string(view->chaddr()), "c0:01:1b:69:00:00");
  EXPECT_EQ(view->chaddr_field().size(), 16U);
  EXPECT_EQ(as_text(view->sname()), "server");
  EXPECT_EQ(as_text(view->file()), "boot/file");
  EXPECT_EQ(view->message_type(), MessageType::discover);
  EXPECT_EQ(view->bytes().size(), bytes.size());
}

// R2131-3-a: the cookie is 99.130.83.99.
// B43
TEST(MessageView, NamesWhatIsWrongAndWhere) {
  const Octets good = message(octets({53, 1, 1, 255}));
  Octets zero_cookie = good;
  put(zero_cookie, kCookieOffset, octets({0, 0, 0, 0}));
  Octets other_cookie = good;
  put(other_cookie, kCookieOffset, octets({99, 130, 83, 98}));
  Octets long_hlen = good;
  put(long_hlen, kHlenOffset, octets({17}));
  Octets file_overrun = message(octets({52, 1, 1, 255}));
  put(file_overrun, kFileOffset + 125, octets({12, 2, 'a'}));

  struct Row {
    Octets bytes;
    ParseError error;
  };
  const Row rows[] = {
      {{}, {ParseCode::too_short, 0}},
      {copy(Bytes(good).first(235)), {ParseCode::too_short, 235}},
      {copy(Bytes(good).first(236)), {ParseCode::no_cookie, 236}},
      {copy(Bytes(good).first(239)), {ParseCode::no_cookie, 236}},
      {zero_cookie, {ParseCode::no_cookie, 236}},
      {other_cookie, {ParseCode::bad_cookie, 236}},
      {long_hlen, {ParseCode::hlen_too_long, 2}},
      {Octets(kMaxMessageSize + 1), {ParseCode::too_long, 0}},
      {message(octets({53, 1, 1, 12})), {ParseCode::option_no_length, 243}},
      {message(octets({53, 1, 1, 12, 1})), {ParseCode::option_overrun, 243}},
      {message(octets({53, 1, 1, 12, 255, 1})), {ParseCode::option_overrun, 243}},
      {file_overrun, {ParseCode::option_overrun, kFileOffset + 125}},
      // C2-02: option 52 is 1, 2 or 3 in one octet, once.
      {message(octets({52, 1, 0, 255})), {ParseCode::bad_overload, 240}},
      {message(octets({52, 1, 4, 255})), {ParseCode::bad_overload, 240}},
      {message(octets({52, 1, 255, 255})), {ParseCode::bad_overload, 240}},
      {message(octets({52, 0, 255})), {ParseCode::bad_overload, 240}},
      {message(octets({52, 2, 1, 1, 255})), {ParseCode::bad_overload, 240}},
      {message(octets({0, 52, 0, 52, 1, 1, 255})), {ParseCode::bad_overload, 241}},
  };
  ParseScratch scratch;
  for (const Row& row : rows) {
    const Exact exact(row.bytes);
    const auto view = MessageView::parse(exact.bytes(), scratch);
    ASSERT_FALSE(view.has_value()) << to_string(row.error.code);
    EXPECT_EQ(to_string(view.error().code), to_string(row.error.code));
    EXPECT_EQ(view.error().offset, row.error.offset);
  }
}

TEST(MessageView, HasOneSentenceForEveryParseCode) {
  std::set<std::string_view> sentences;
  for (std::size_t code = 0; code < kParseCodes; ++code) {
    sentences.insert(to_string(static_cast<ParseCode>(code)));
  }
  EXPECT_EQ(sentences.size(), kParseCodes);
  EXPECT_FALSE(sentences.contains("unknown"));
}

// B27
TEST(MessageView, TellsAbsentFromEmpty) {
  const Octets bytes = message(octets({53, 1, 1, 80, 0, 255}));
  ParseScratch scratch;
  const auto view = MessageView::parse(bytes, scratch);
  ASSERT_TRUE(view.has_value());
  EXPECT_TRUE(view->has(80));
  EXPECT_TRUE(view->option(80)->empty());
  EXPECT_FALSE(view->has(81));
  EXPECT_FALSE(view->option(81).has_value());
  EXPECT_FALSE(view->has(0));
  EXPECT_FALSE(view->has(255));
}

TEST(MessageView, KnowsTheMessageType) {
  struct Row {
    Octets options;
    MessageType type;
  };
  const Row rows[] = {
      {octets({255}), MessageType::none},
      {octets({53, 1, 1, 255}), MessageType::discover},
      {octets({53, 1, 18, 255}), MessageType::tls},
      {octets({53, 1, 0, 255}), MessageType::unknown},
      {octets({53, 1, 19, 255}), MessageType::unknown},
      {octets({53, 0, 255}), MessageType::unknown},
      {octets({53, 2, 1, 1, 255}), MessageType::unknown},
      {octets({53, 1, 1, 53, 1, 3, 255}), MessageType::unknown},  // sent twice: joined, two octets
  };
  ParseScratch scratch;
  for (const Row& row : rows) {
    const Octets bytes = message(row.options);
    const auto view = MessageView::parse(bytes, scratch);
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(view->message_type(), row.type) << to_hex(row.options);
  }
}

// R3396-5-a, R2131-4.1-f, R2131-4.1-e: options, then file, then sname, joined as one.
TEST(MessageView, JoinsPartsInTheOrderOptionsFileSname) {
  Octets bytes = message(octets({52, 1, 3, 12, 2, 'a', 'b', 6, 1, 9, 12, 1, 'c', 255}));
  put(bytes, kFileOffset, octets({12, 1, 'd', 15, 0, 255}));
  put(bytes, kSnameOffset, octets({12, 1, 'e', 255}));
  ParseScratch scratch;
  const auto view = MessageView::parse(bytes, scratch);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(as_text(*view->option(12)), "abcde");
  EXPECT_EQ(copy(*view->option(6)), octets({9}));
  EXPECT_TRUE(view->option(15)->empty());
  EXPECT_TRUE(view->sname().empty());
  EXPECT_TRUE(view->file().empty());
  EXPECT_TRUE(view->notes().joined);
  EXPECT_TRUE(view->notes().file_overloaded);
  EXPECT_TRUE(view->notes().sname_overloaded);
}

TEST(MessageView, ReadsOnlyTheFieldsThatOption52Names) {
  for (const int overload : {1, 2}) {
    Octets bytes = message(octets({52, 1, overload, 255}));
    put(bytes, kFileOffset, octets({12, 1, 'f', 255}));
    put(bytes, kSnameOffset, octets({12, 1, 's', 255}));
    ParseScratch scratch;
    const auto view = MessageView::parse(bytes, scratch);
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(as_text(*view->option(12)), overload == 1 ? "f" : "s");
    EXPECT_EQ(view->file().empty(), overload == 1);
    EXPECT_EQ(view->sname().empty(), overload == 2);
  }
}

// C2-02: overload inside file would send a careless reader in circles.
// B43
TEST(MessageView, IgnoresOverloadInsideFileAndSaysSo) {
  Octets bytes = message(octets({52, 1, 1, 255}));
  put(bytes, kFileOffset, octets({52, 1, 3, 52, 1, 1, 12, 1, 'f', 255}));
  put(bytes, kSnameOffset, octets({15, 200}));  // would be an overrun
  ParseScratch scratch;
  const auto view = MessageView::parse(bytes, scratch);
  ASSERT_TRUE(view.has_value());
  EXPECT_TRUE(view->notes().nested_overload);
  EXPECT_FALSE(view->notes().sname_overloaded);
  EXPECT_EQ(as_text(*view->option(12)), "f");
  EXPECT_EQ(copy(*view->option(52)), octets({1}));
}

// C2-03: missing end, end in sname only, floods of pads, trailing octets.
TEST(MessageView, IsLenientAboutTheEnd) {
  ParseScratch scratch;
  const Octets no_end = message(octets({53, 1, 1, 0, 0}));
  EXPECT_TRUE(MessageView::parse(no_end, scratch)->notes().end_missing);
  EXPECT_EQ(MessageView::parse(no_end, scratch)->message_type(), MessageType::discover);

  const Octets nothing = message({});
  EXPECT_TRUE(MessageView::parse(nothing, scratch)->notes().end_missing);

  Octets end_in_sname = message(octets({53, 1, 1, 52, 1, 2}));
  put(end_in_sname, kSnameOffset, octets({12, 1, 'x', 255}));
  const auto lenient = MessageView::parse(end_in_sname, scratch);
  EXPECT_TRUE(lenient->notes().end_missing);
  EXPECT_TRUE(lenient->has(12));

  const Octets flood = message(Octets(60'000) + octets({53, 1, 1, 255, 12, 9}));
  const auto padded = MessageView::parse(flood, scratch);
  ASSERT_TRUE(padded.has_value());
  EXPECT_FALSE(padded->notes().end_missing);
  EXPECT_EQ(padded->message_type(), MessageType::discover);
  EXPECT_FALSE(padded->has(12)) << "what is behind the end is not looked at";
}

// C2-02: repeated options up to 64 kB, interleaved in the worst way.
TEST(MessageView, JoinsAMessageFullOfParts) {
  Octets options;
  while (options.size() + 6 < kMaxMessageSize - kOptionsOffset) {
    options = std::move(options) + octets({1, 1, 'a', 2, 1, 'b'});
  }
  const Octets bytes = message(options);
  ParseScratch scratch;
  const auto view = MessageView::parse(bytes, scratch);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->option(1)->size(), options.size() / 6);
  EXPECT_EQ(as_text(*view->option(1)), std::string(options.size() / 6, 'a'));
  EXPECT_EQ(as_text(*view->option(2)), std::string(options.size() / 6, 'b'));
}

// C2-04: hlen 0, 16, 17, 255; htype and op of any value.
// B38
TEST(MessageView, TakesAnyHeaderThatStaysInItsFields) {
  ParseScratch scratch;
  for (int value = 0; value < 256; ++value) {
    Octets bytes = message(octets({53, 1, 1, 255}));
    put(bytes, kOpOffset, octets({value, 255 - value, value, value}));
    const auto view = MessageView::parse(bytes, scratch);
    ASSERT_EQ(view.has_value(), value <= 16);
    if (!view) continue;
    EXPECT_EQ(view->chaddr().bytes().size(), static_cast<std::size_t>(value));
    EXPECT_EQ(view->op() == Op::unknown, value != 1 && value != 2);
  }
}

// C2-01: a message cut at any octet is refused or read, never read past its end.
TEST(MessageView, NeverReadsOutsideATruncatedMessage) {
  ParseScratch scratch;
  for (const Octets& whole : sample_messages()) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      const Exact exact(Bytes(whole).first(size));
      const auto view = MessageView::parse(exact.bytes(), scratch);
      if (view) (void)read_all(*view);
      EXPECT_EQ(view.has_value() && size < kOptionsOffset, false);
    }
  }
}

TEST(MessageView, SurvivesRandomMutations) {
  Random random(20'261'122);
  ParseScratch scratch;
  const std::vector<Octets> samples = sample_messages();
  for (int round = 0; round < 8'000; ++round) {
    Octets bytes = samples[random.below(static_cast<std::uint32_t>(samples.size()))];
    for (std::uint32_t i = random.below(8); i > 0; --i) {
      // Mostly behind the header: there the grammar is.
      const std::uint32_t from = random.one_in(4) ? 0 : static_cast<std::uint32_t>(kSnameOffset);
      const std::size_t at = from + random.below(static_cast<std::uint32_t>(bytes.size()) - from);
      bytes[at] = static_cast<std::byte>(random.u32());
    }
    const Exact exact(bytes);
    const auto view = MessageView::parse(exact.bytes(), scratch);
    if (view) (void)read_all(*view);
  }
}

TEST(OptionCursor, ShowsPadsEndAndTheBrokenOne) {
  const Octets field = octets({0, 53, 1, 1, 0, 12, 9, 'a'});
  OptionCursor cursor(field);
  RawOption option;
  std::vector<std::pair<int, std::size_t>> seen;  // code, offset
  while (cursor.next(option)) seen.emplace_back(option.code, option.offset);
  EXPECT_EQ(seen, (std::vector<std::pair<int, std::size_t>>{{0, 0}, {53, 1}, {0, 4}, {12, 5}}));
  EXPECT_EQ(option.state, RawOption::State::overrun);
  EXPECT_EQ(option.length, 9);
  EXPECT_EQ(as_text(option.value), "a");

  const Octets ended = octets({255, 1, 1});
  OptionCursor at_end(ended);
  ASSERT_TRUE(at_end.next(option));
  EXPECT_EQ(option.code, kOptionEnd);
  EXPECT_FALSE(at_end.next(option));
  EXPECT_EQ(at_end.offset(), 1U);
}

TEST(OptionCursor, HasNoPadAndNoEndAmongSubOptions) {
  const Octets field = octets({0, 1, 'a', 255, 1, 'b', 7});
  OptionCursor cursor(field, OptionCursor::Grammar::sub_options);
  RawOption option;
  ASSERT_TRUE(cursor.next(option));
  EXPECT_EQ(as_text(option.value), "a");
  ASSERT_TRUE(cursor.next(option));
  EXPECT_EQ(option.code, 255);
  EXPECT_EQ(as_text(option.value), "b");
  ASSERT_TRUE(cursor.next(option));
  EXPECT_EQ(option.state, RawOption::State::no_length);
  EXPECT_FALSE(cursor.next(option));
}

}  // namespace
}  // namespace lessor::wire
