#include "wire/v4/message_writer.h"

#include "base/random.h"
#include "wire/v4/message_view.h"
#include "wire/v4/test_messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace lessor::wire {
namespace {

using testing::copy;
using testing::Octets;
using testing::octets;

constexpr std::size_t kDefaultLimit = 548;  // option 57 absent: 576 - 28

Header reply_header() {
  Header header = testing::client_header();
  header.op = Op::reply;
  return header;
}

/// One message written into a slot full of old octets, and read back.
struct Written {
  explicit Written(const ReplyOptions& options, std::size_t limit = kDefaultLimit,
                   const Header& header = reply_header())
      : slot(1'472, std::byte{0xee}), result(write_message(header, options, limit, slot)) {}

  [[nodiscard]] Bytes bytes() const { return Bytes(slot).first(result->size); }
  [[nodiscard]] std::expected<MessageView, ParseError> view() {
    return MessageView::parse(bytes(), scratch);
  }

  Octets slot;
  std::expected<WriteResult, WriteError> result;
  ParseScratch scratch;
};

/// Codes in the order of one field, end included, pads not.
std::vector<int> codes(Bytes field) {
  std::vector<int> seen;
  OptionCursor cursor(field);
  RawOption option;
  while (cursor.next(option)) {
    EXPECT_EQ(option.state, RawOption::State::whole);
    if (option.code != kOptionPad) seen.push_back(option.code);
  }
  return seen;
}

std::vector<int> codes(const Written& written) {
  return codes(written.bytes().subspan(kOptionsOffset));
}

/// The three that every offer and ack carries.
ReplyOptions offer_options() {
  ReplyOptions options;
  options.require_u8(kOptionDhcpMessageType, 2);
  options.require_ip4(kOptionDhcpServerIdentifier, {0xc0a83864});
  options.require_u32(kOptionDhcpLeaseTime, 600);
  return options;
}

const Octets kFour = octets({1, 2, 3, 4});

// R2131-3-a, R2131-4.1-a, R2131-T3-a: option 53, the cookie, 255 last; hops and secs 0.
TEST(WriteMessage, WritesHeaderCookieRequiredOptionsAndEnd) {
  Header header = reply_header();
  header.yiaddr = {0xc0a83868};
  header.sname = "s";
  header.file = "f";
  Written written(offer_options(), kDefaultLimit, header);
  ASSERT_TRUE(written.result.has_value());
  EXPECT_EQ(load_be32(&written.slot[kCookieOffset]), 0x63825363U);
  EXPECT_EQ(codes(written), (std::vector<int>{53, 54, 51, 255}));
  const auto view = written.view();
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->op(), Op::reply);
  EXPECT_EQ(view->hops(), 0);
  EXPECT_EQ(view->secs(), 0);
  EXPECT_EQ(view->yiaddr(), net::Ip4{0xc0a83868});
  EXPECT_EQ(as_text(view->sname()), "s");
  EXPECT_EQ(as_text(view->file()), "f");
  EXPECT_EQ(net::to_string(view->chaddr()), "c0:01:1b:69:00:00");
  EXPECT_FALSE(view->notes().end_missing);
}

// RFC 1542 2.1: 300 octets at least, zeros behind the end.
TEST(WriteMessage, PadsToThreeHundredOctets) {
  const Written written(offer_options());
  EXPECT_EQ(written.result->size, 300U);
  const std::size_t end = kOptionsOffset + 3 + 6 + 6;
  EXPECT_EQ(written.slot[end], std::byte{255});
  for (std::size_t i = end + 1; i < 300; ++i) EXPECT_EQ(written.slot[i], std::byte{0}) << i;
  EXPECT_EQ(written.slot[300], std::byte{0xee}) << "nothing is written behind the message";
}

// The Cisco router of the tutorial asks 1 6 15 44 3 33 150 43; R2132-9.8-a, R2132-3.3-a.
TEST(WriteMessage, AnswersInTheOrderOfOption55) {
  ReplyOptions options = offer_options();
  const Octets domain = copy(as_bytes("routingloops.co.uk"));
  for (const int code : {1, 6, 15, 44, 3, 33, 150, 43}) {
    if (code == 1) options.want_u32(kOptionSubnetMask, 0xffffff00);
    if (code == 3) options.want_ip4(kOptionRouters, {0xc0a83801});
    if (code == 6) options.want_ip4(kOptionDomainNameServers, {0x08040404});
    if (code == 15) options.want(kOptionDomainName, domain);
  }
  Written written(options, max_payload(1152, 1500));
  EXPECT_EQ(codes(written), (std::vector<int>{53, 54, 51, 1, 6, 15, 3, 255}));
  EXPECT_EQ(as_text(*written.view()->option(15)), "routingloops.co.uk");
  EXPECT_TRUE(written.result->dropped.none());
}

// R2132-3.3-a: "the subnet mask option MUST be first."
TEST(WriteMessage, PutsTheMaskBeforeTheRouters) {
  struct Row {
    Priority mask;
    Priority routers;
    std::vector<int> order;
  };
  const Row rows[] = {
      {Priority::wanted, Priority::wanted, {53, 54, 51, 6, 1, 3, 255}},
      {Priority::always_send, Priority::wanted, {53, 54, 51, 6, 1, 3, 255}},
      {Priority::wanted, Priority::always_send, {53, 54, 51, 6, 1, 3, 255}},
      {Priority::always_send, Priority::always_send, {53, 54, 51, 6, 1, 3, 255}},
  };
  for (const Row& row : rows) {
    ReplyOptions options = offer_options();
    options.want(6, kFour);
    const auto add = [&](OptionCode code, Priority priority) {
      priority == Priority::wanted ? options.want(code, kFour) : options.always(code, kFour);
    };
    add(3, row.routers);
    add(1, row.mask);
    EXPECT_EQ(codes(Written(options)), row.order);
  }
}

TEST(WriteMessage, OrdersRequiredWantedAlwaysThenClientIdThenRelayInfo) {
  ReplyOptions options;
  options.echo_relay_info(kFour);
  options.echo_client_id(kFour);
  options.always(42, kFour);
  options.want(15, kFour);
  options.want(6, kFour);
  options.require_u8(53, 2);
  options.require_ip4(54, {1});
  options.want(15, octets({9}));  // R2131-4.3.1-d: once
  options.want(61, kFour);        // 61 and 82 come by echo only,
  options.want(82, kFour);        // R6842-3-a, R3046-2.2-a
  options.want(52, octets({3}));  // the writer's own
  options.want(0, kFour);
  options.want(255, kFour);
  const Written written(options);
  EXPECT_EQ(codes(written), (std::vector<int>{53, 54, 15, 6, 42, 61, 82, 255}));
}

/// `count` wanted options of `size` octets, codes from 100.
ReplyOptions many_options(int count, std::size_t size, const Octets& value) {
  ReplyOptions options = offer_options();
  for (int i = 0; i < count; ++i) {
    options.want(static_cast<OptionCode>(100 + i), Bytes(value).first(size));
  }
  return options;
}

TEST(WriteMessage, DropsTheLeastWantedAndReportsIt) {
  const Octets value(200, std::byte{7});  // too long for file and sname
  Written written(many_options(4, 200, value));
  // 548 - 240 - 15 - 1 = 292 octets: one of 202 fits.
  EXPECT_EQ(codes(written), (std::vector<int>{53, 54, 51, 100, 255}));
  EXPECT_EQ(written.result->dropped.count(), 3U);
  EXPECT_TRUE(written.result->dropped[101] && written.result->dropped[103]);
  EXPECT_FALSE(written.result->overloaded) << "52 would not help";
  EXPECT_FALSE(written.result->relay_info_left_out) << "there was none";
}

TEST(WriteMessage, KeepsASmallerOptionBehindOneThatDoesNotFit) {
  ReplyOptions options = offer_options();
  const Octets long_value(400, std::byte{7});
  options.want(43, long_value);
  options.want(6, kFour);
  const Written written(options);
  EXPECT_EQ(codes(written), (std::vector<int>{53, 54, 51, 6, 255}));
  EXPECT_TRUE(written.result->dropped[43]);
}

TEST(WriteMessage, DropsWantedBeforeAlwaysSend) {
  ReplyOptions options = offer_options();
  const Octets value(200, std::byte{7});
  options.want(100, value);
  options.always(101, value);
  const Written written(options);
  EXPECT_EQ(codes(written), (std::vector<int>{53, 54, 51, 101, 255}));
  EXPECT_TRUE(written.result->dropped[100]);
}

// R2131-4.1-e: 52 is present, each field starts at octet 0, ends with 255, then pads; no option
// crosses a field. R3046-2.2-a: 82 stays out of file and sname.
TEST(WriteMessage, OverloadsFileAndSnameOnlyWhenNeeded) {
  const Octets value(60, std::byte{7});
  ReplyOptions options = many_options(7, 60, value);  // 62 octets each: 4 fit in options
  options.echo_client_id(kFour);
  options.echo_relay_info(kFour);
  Written written(options);
  ASSERT_TRUE(written.result.has_value());
  EXPECT_TRUE(written.result->overloaded);
  EXPECT_TRUE(written.result->dropped.none());
  EXPECT_EQ(codes(written), (std::vector<int>{53, 54, 51, 100, 101, 102, 103, 52, 61, 82, 255}));
  const auto view = written.view();
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(codes(view->file_field()), (std::vector<int>{104, 105, 255}));
  EXPECT_EQ(codes(view->sname_field()), (std::vector<int>{106, 255}));
  EXPECT_EQ(view->file_field()[125], std::byte{0});
  EXPECT_EQ(copy(*view->option(52)), octets({3}));
  for (int code = 100; code < 107; ++code) {
    EXPECT_EQ(copy(*view->option(static_cast<OptionCode>(code))), value) << code;
  }
}

TEST(WriteMessage, DoesNotOverloadAFieldInUse) {
  const Octets value(60, std::byte{7});
  Header header = reply_header();
  header.file = "pxelinux.0";
  Written written(many_options(7, 60, value), kDefaultLimit, header);
  EXPECT_EQ(as_text(written.view()->file()), "pxelinux.0");
  EXPECT_EQ(copy(*written.view()->option(52)), octets({2}));
  EXPECT_TRUE(written.result->dropped.count() == 2);
  header.sname = "tftp";
  Written full(many_options(7, 60, value), kDefaultLimit, header);
  EXPECT_FALSE(full.result->overloaded);
  EXPECT_FALSE(full.view()->has(52));
  EXPECT_EQ(full.result->dropped.count(), 3U);
}

// R3396-5-b: split in sequence, 255 at most each, within one field.
TEST(WriteMessage, SplitsLongOptionsInSequence) {
  Octets value(600);
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<std::byte>(i);
  ReplyOptions options = offer_options();
  options.want(125, value);
  Written written(options, 1'472);
  EXPECT_EQ(codes(written), (std::vector<int>{53, 54, 51, 125, 125, 125, 255}));
  EXPECT_EQ(copy(*written.view()->option(125)), value);
}

TEST(WriteMessage, DoesNotSplitWithoutNeed) {
  const Octets value(255, std::byte{7});
  ReplyOptions options = offer_options();
  options.want(125, value);
  options.want(124, {});
  EXPECT_EQ(codes(Written(options, 1'472)), (std::vector<int>{53, 54, 51, 125, 124, 255}));
}

// R3046-2.2-a: without room the reply goes without 82, and the caller is told.
TEST(WriteMessage, LeavesOutRelayInfoThatDoesNotFit) {
  const Octets long_info(300, std::byte{7});
  ReplyOptions options = offer_options();
  options.echo_relay_info(long_info);
  options.want(6, kFour);
  const Written written(options);
  EXPECT_EQ(codes(written), (std::vector<int>{53, 54, 51, 6, 255}));
  EXPECT_TRUE(written.result->relay_info_left_out);

  const Octets fitting_info(280, std::byte{7});
  ReplyOptions fitting = offer_options();
  fitting.echo_relay_info(fitting_info);
  fitting.want(15, Bytes(fitting_info).first(200));
  Written echoed(fitting);
  EXPECT_FALSE(echoed.result->relay_info_left_out);
  EXPECT_EQ(codes(echoed), (std::vector<int>{53, 54, 51, 82, 82, 255}));
  EXPECT_EQ(copy(*echoed.view()->option(82)), fitting_info);
  EXPECT_TRUE(echoed.result->dropped[15]) << "82 goes before what is only wanted";
}

TEST(WriteMessage, RefusesWhatCannotBeAReply) {
  Octets slot(1'472);
  const auto write = [&](const Header& header, const ReplyOptions& options, std::size_t limit) {
    return write_message(header, options, limit, slot).error();
  };
  EXPECT_EQ(write(reply_header(), offer_options(), 299), WriteError::slot_too_small);
  Header header = reply_header();
  const std::string long_text(128, 'x');
  header.file = long_text;
  EXPECT_EQ(write(header, offer_options(), 548), WriteError::text_too_long);
  header.file = std::string_view(long_text).substr(1);
  EXPECT_TRUE(write_message(header, offer_options(), 548, slot).has_value());
  header.sname = std::string_view(long_text).substr(0, 64);
  EXPECT_EQ(write(header, offer_options(), 548), WriteError::text_too_long);

  ReplyOptions options = offer_options();
  const Octets long_id(293, std::byte{7});
  options.echo_client_id(long_id);
  EXPECT_EQ(write(reply_header(), options, 548), WriteError::no_room);
}

// R2132-9.10-a: 576 at least; the value counts IP and UDP headers. The MTU is respected.
TEST(MaxPayload, ComesFromOption57AndTheMtu) {
  struct Row {
    std::optional<std::uint16_t> option57;
    std::uint32_t mtu;
    std::size_t payload;
  };
  const Row rows[] = {
      {std::nullopt, 1500, 548}, {576, 1500, 548},   {0, 1500, 548},      {575, 1500, 548},
      {1152, 1500, 1124},        {1500, 1500, 1472}, {65535, 1500, 1472}, {65535, 9000, 8972},
      {1500, 576, 548},          {1500, 100, 300},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(max_payload(row.option57, row.mtu), row.payload);
  }
}

/// Random options of random priority; `values` keeps their octets.
ReplyOptions random_options(Random& random, const Octets& values) {
  ReplyOptions options = offer_options();
  for (std::uint32_t i = random.below(60); i > 0; --i) {
    const auto code = static_cast<OptionCode>(random.u32());
    const std::size_t size = random.one_in(5) ? random.below(400) : random.below(20);
    const Bytes value = Bytes(values).subspan(code, size);
    random.one_in(4) ? options.always(code, value) : options.want(code, value);
  }
  if (random.one_in(2)) options.echo_client_id(Bytes(values).first(1 + random.below(60)));
  if (random.one_in(2)) options.echo_relay_info(Bytes(values).first(1 + random.below(300)));
  return options;
}

/// Everything that must hold for any reply, whatever was asked for.
void check_written(const ReplyOptions& options, std::size_t limit, Written& written) {
  ASSERT_TRUE(written.result.has_value());
  EXPECT_LE(written.result->size, limit);
  EXPECT_GE(written.result->size, kMinMessageSize);
  const auto view = written.view();
  ASSERT_TRUE(view.has_value());
  EXPECT_FALSE(view->notes().end_missing);
  EXPECT_EQ(view->has(52), written.result->overloaded);
  for (const ReplyOption& option : options.all()) {
    ASSERT_EQ(view->has(option.code()), !written.result->dropped[option.code()]);
    if (!view->has(option.code())) continue;
    EXPECT_TRUE(equal_bytes(*view->option(option.code()), option.value()));
  }
  const std::vector<int> order = codes(written);
  EXPECT_EQ(order.back(), 255);
  if (options.client_id() != nullptr) {
    EXPECT_TRUE(equal_bytes(*view->option(61), *options.client_id()));
  }
  if (options.relay_info() == nullptr) return;
  ASSERT_EQ(view->has(82), !written.result->relay_info_left_out);
  if (!view->has(82)) return;
  EXPECT_EQ(order[order.size() - 2], 82);
  EXPECT_TRUE(equal_bytes(*view->option(82), *options.relay_info()));
}

/// The same reply from the options that the first one had, in the same octets.
void check_ready(const ReplyOptions& options, std::size_t limit, const Header& header,
                 const Written& written) {
  const std::size_t block_size = written.result->block_size;
  const ReadyOptions ready{.block = written.bytes().subspan(kOptionsOffset, block_size),
                           .client_id = options.client_id(),
                           .relay_info = options.relay_info()};
  Octets slot(1'472, std::byte{0xaa});
  const std::size_t size = write_ready_message(header, ready, limit, slot);
  EXPECT_TRUE(equal_bytes(Bytes(slot).first(size), written.bytes()));
}

/// What must be there: the required options, 61 and the end.
std::size_t must_have(const ReplyOptions& options) {
  std::size_t size = 1;
  for (const ReplyOption& option : options.all()) {
    if (option.priority() == Priority::required) size += wire_size(option.value().size());
  }
  return size + (options.client_id() != nullptr ? wire_size(options.client_id()->size()) : 0);
}

/// Option 52 is there only where more would be left out without it.
void check_overload(const ReplyOptions& options, std::size_t limit, const Written& written) {
  Header header = reply_header();
  header.sname = "s";
  header.file = "f";
  const Written without(options, limit, header);
  ASSERT_TRUE(without.result.has_value());
  EXPECT_GT(without.result->dropped.count(), written.result->dropped.count());
}

TEST(WriteMessage, KeepsItsPromisesForRandomReplies) {
  Random random(7);
  Octets values(1'000);
  for (std::byte& b : values) b = static_cast<std::byte>(random.u32());
  int overloaded = 0;
  int ready = 0;
  for (int round = 0; round < 1'500; ++round) {
    const ReplyOptions options = random_options(random, values);
    const std::size_t limit = kMinMessageSize + random.below(1'173);
    Header header = reply_header();
    if (random.one_in(3)) header.sname = "s";
    if (random.one_in(3)) header.file = "f";
    Written written(options, limit, header);
    if (kOptionsOffset + must_have(options) > limit) {
      EXPECT_EQ(written.result.error(), WriteError::no_room);
      continue;
    }
    check_written(options, limit, written);
    if (written.result->overloaded) check_overload(options, limit, written);
    overloaded += written.result->overloaded ? 1 : 0;
    if (written.result->block_size > 0) check_ready(options, limit, header, written);
    ready += written.result->block_size > 0 ? 1 : 0;
    if (::testing::Test::HasFailure()) FAIL() << "round " << round;
  }
  EXPECT_GT(overloaded, 100);
  EXPECT_GT(ready, 100);
}

TEST(WriteReadyMessage, WritesNothingThatDoesNotFitAsItIs) {
  const Octets block(60, std::byte{1});
  const Octets id(20, std::byte{2});
  const Bytes id_bytes(id);
  const std::size_t size = kOptionsOffset + 60 + 22 + 22 + 1;
  const ReadyOptions options{.block = block, .client_id = &id_bytes, .relay_info = &id_bytes};
  Octets slot(1'472);
  EXPECT_EQ(write_ready_message(reply_header(), options, size, slot), size);
  EXPECT_EQ(write_ready_message(reply_header(), options, size - 1, slot), 0U);
  EXPECT_EQ(write_ready_message(reply_header(), options, size, MutableBytes(slot).first(size - 1)),
            0U);
  EXPECT_EQ(write_ready_message(reply_header(), {.block = block}, 301, slot), 301U);
  Header header = reply_header();
  header.file =
      "a name that is longer than the field is, which has 128 octets, so that it cannot be "
      "written down there as a whole, however hard one tries";
  EXPECT_EQ(write_ready_message(header, options, 1'472, slot), 0U);
}

TEST(MessageWriter, WritesOptionsVerbatimInTheOrderGiven) {
  Octets room(400, std::byte{0xee});
  MessageWriter writer(room);
  writer.header(testing::client_header());
  writer.option_u8(53, 1);
  writer.option(55, octets({3, 1}));
  writer.option_u16(57, 1152);
  writer.option_ip4(50, {0x01020304});
  writer.option(80, {});
  writer.raw(octets({12, 200, 'x'}));
  writer.end();
  writer.pad_to(300);
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(writer.size(), 300U);
  const Octets expected =
      octets({53, 1, 1, 55, 2, 3, 1, 57, 2, 4, 0x80, 50, 4, 1, 2, 3, 4, 80, 0, 12, 200, 'x', 255});
  EXPECT_EQ(copy(writer.message().subspan(kOptionsOffset, expected.size())), expected);
}

TEST(MessageWriter, IsStickyWhenTheRoomIsTooSmall) {
  Octets room(244, std::byte{0xee});
  MessageWriter writer(room);
  writer.header(testing::client_header());
  writer.option_u32(51, 1);
  EXPECT_FALSE(writer.ok());
  writer.end();
  EXPECT_FALSE(writer.ok());
}

}  // namespace
}  // namespace lessor::wire
