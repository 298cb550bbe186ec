#include "wire/v4/request.h"

#include "base/text.h"
#include "wire/v4/test_messages.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lessor::wire {
namespace {

using testing::copy;
using testing::message;
using testing::Octets;
using testing::octets;
using testing::option;

const Octets kEnd = octets({255});

/// A message, its view, and what is read of it.
struct Read {
  explicit Read(const Octets& options, const Header& header = testing::client_header())
      : bytes(message(options, header)),
        view(MessageView::parse(bytes, scratch)),
        request(read_request(*view)) {}

  Octets bytes;
  ParseScratch scratch;
  std::expected<MessageView, ParseError> view;
  std::expected<Request, RequestError> request;
};

/// A DISCOVER with `more` options.
Octets discover(const Octets& more) { return octets({53, 1, 1}) + more + kEnd; }

TEST(ReadRequest, ReadsTheHeader) {
  Header header = testing::client_header();
  header.secs = 7;
  header.ciaddr = {0x0a000001};
  header.giaddr = {0x0a000002};
  const Read read(discover({}), header);
  ASSERT_TRUE(read.request.has_value());
  const Request& request = *read.request;
  EXPECT_EQ(request.type, MessageType::discover);
  EXPECT_EQ(request.xid, 0x1aedU);
  EXPECT_EQ(request.flags, 0x8000);
  EXPECT_TRUE(request.broadcast);
  EXPECT_EQ(request.secs, Duration::seconds(7));
  EXPECT_EQ(request.ciaddr, net::Ip4{0x0a000001});
  EXPECT_EQ(request.giaddr, net::Ip4{0x0a000002});
  EXPECT_EQ(net::to_string(request.hardware_address), "c0:01:1b:69:00:00");
  EXPECT_EQ(request.chaddr_field.size(), 16U);
}

TEST(ReadRequest, ReadsTheOptions) {
  const Octets options =
      octets({53, 1, 3}) + option(61, octets({1, 2, 3})) + option(50, octets({192, 0, 2, 1})) +
      option(54, octets({192, 0, 2, 2})) + option(51, octets({0, 0, 2, 88})) +
      option(55, octets({1, 3, 6})) + option(57, octets({4, 128})) + option(12, "R1") +
      option(81, octets({0, 0, 0, 'x'})) + option(60, "udhcp") + option(56, "no") +
      option(118, octets({192, 0, 2, 0})) + octets({80, 0}) + kEnd;
  const Read read(options);
  ASSERT_TRUE(read.request.has_value());
  const Request& request = *read.request;
  EXPECT_EQ(request.type, MessageType::request);
  EXPECT_EQ(copy(*request.client_id), octets({1, 2, 3}));
  EXPECT_EQ(request.requested_ip, net::Ip4{0xc0000201});
  EXPECT_EQ(request.server_id, net::Ip4{0xc0000202});
  EXPECT_EQ(request.lease_time, Duration::seconds(600));
  EXPECT_EQ(copy(request.parameter_list), octets({1, 3, 6}));
  EXPECT_EQ(request.max_message_size, 1152);
  EXPECT_EQ(as_text(*request.hostname), "R1");
  EXPECT_EQ(copy(*request.fqdn), octets({0, 0, 0, 'x'}));
  EXPECT_EQ(as_text(*request.vendor_class), "udhcp");
  EXPECT_EQ(as_text(*request.message), "no");
  EXPECT_EQ(request.subnet_selection, net::Ip4{0xc0000200});
  EXPECT_TRUE(request.rapid_commit);
  EXPECT_FALSE(request.relay_info.has_value());
}

TEST(ReadRequest, LeavesAbsentWhatIsAbsent) {
  const Read read(discover({}));
  ASSERT_TRUE(read.request.has_value());
  const Request& request = *read.request;
  EXPECT_FALSE(request.client_id || request.requested_ip || request.server_id ||
               request.lease_time || request.max_message_size || request.hostname || request.fqdn ||
               request.vendor_class || request.message || request.subnet_selection ||
               request.relay_info);
  EXPECT_TRUE(request.parameter_list.empty());
  EXPECT_FALSE(request.rapid_commit);
}

// RFC 3046, 3527, 5107, 8357.
TEST(ReadRequest, ReadsRelayInfoAndItsParts) {
  const Octets info = option(1, "eth0") + option(2, "port 7") + option(5, octets({10, 0, 0, 0})) +
                      option(11, octets({10, 9, 8, 7})) + octets({19, 0}) + option(200, "?");
  const Read read(discover(option(82, info)));
  ASSERT_TRUE(read.request.has_value());
  const Request& request = *read.request;
  EXPECT_EQ(copy(*request.relay_info), info);
  EXPECT_EQ(as_text(*request.relay.circuit_id), "eth0");
  EXPECT_EQ(as_text(*request.relay.remote_id), "port 7");
  EXPECT_EQ(request.relay.link_selection, net::Ip4{0x0a000000});
  EXPECT_EQ(request.relay.server_id_override, net::Ip4{0x0a090807});
  EXPECT_TRUE(request.relay.relay_port);
}

// C2-01: sub-option lengths past the parent; lengths of addresses.
// B50
TEST(ReadRequest, ChecksRelayInfo) {
  struct Row {
    Octets info;
    std::optional<OptionCode> blamed;  // nothing: accepted
  };
  const Row rows[] = {
      {{}, std::nullopt},
      {octets({1, 0}), std::nullopt},
      {octets({1, 1, 'a', 0}), std::nullopt},    // a single pad behind: some relays do that
      {octets({1, 1, 'a', 255}), std::nullopt},  // or an end
      {octets({1, 2, 'a'}), 1},
      {octets({2, 255}), 2},
      {octets({5, 3, 10, 0, 0}), 5},
      {octets({5, 5, 10, 0, 0, 0, 0}), 5},
      {octets({11, 0}), 11},
  };
  for (const Row& row : rows) {
    const Read read(discover(option(82, row.info)));
    EXPECT_EQ(read.request.has_value(), !row.blamed) << to_hex(row.info);
    if (!row.blamed) continue;
    EXPECT_EQ(read.request.error(), (RequestError{RequestCode::bad_relay_info, *row.blamed}));
  }
}

// C2-01, C2-04 and op swapped: each has its own code.
TEST(ReadRequest, NamesWhatMakesARequestUnusable) {
  Header reply = testing::client_header();
  reply.op = Op::reply;
  Header nobody = testing::client_header();
  nobody.hlen = 0;
  struct Row {
    Octets options;
    Header header;
    RequestError error;
  };
  const Header client = testing::client_header();
  const auto length = [](int code) {
    return RequestError{RequestCode::bad_option_length, static_cast<OptionCode>(code)};
  };
  const Row rows[] = {
      {discover({}), reply, {RequestCode::not_a_request}},
      {kEnd, client, {RequestCode::bootp}},
      {octets({53, 1, 77, 255}), client, {RequestCode::unknown_type}},
      {octets({53, 0, 255}), client, {RequestCode::unknown_type}},
      {discover({}), nobody, {RequestCode::no_identity}},
      {discover(octets({61, 0})), nobody, {RequestCode::no_identity}},
      {discover(octets({50, 0})), client, length(50)},
      {discover(octets({50, 3, 1, 2, 3})), client, length(50)},
      {discover(octets({50, 5, 1, 2, 3, 4, 5})), client, length(50)},
      {discover(octets({54, 1, 1})), client, length(54)},
      {discover(octets({118, 2, 1, 1})), client, length(118)},
      {discover(octets({51, 2, 1, 1})), client, length(51)},
      {discover(octets({57, 1, 1})), client, length(57)},
      {discover(octets({57, 4, 1, 1, 1, 1})), client, length(57)},
  };
  for (const Row& row : rows) {
    const Read read(row.options, row.header);
    ASSERT_FALSE(read.request.has_value()) << to_hex(row.options);
    EXPECT_EQ(read.request.error(), row.error) << to_hex(row.options);
  }
}

TEST(ReadRequest, HasOneSentenceForEveryRequestCode) {
  std::set<std::string_view> sentences;
  for (std::size_t code = 0; code < kRequestCodes; ++code) {
    sentences.insert(to_string(static_cast<RequestCode>(code)));
  }
  EXPECT_EQ(sentences.size(), kRequestCodes);
  EXPECT_FALSE(sentences.contains("unknown"));
}

// R2132-9.14-a asks for two octets; R4361-a: 255, IAID and DUID is an identifier like any other.
// B10
TEST(ReadRequest, TakesAnyClientIdentifierButAnEmptyOne) {
  for (const Octets& id : {octets({7}), octets({1, 2}), Octets(255, std::byte{255}),
                           octets({255, 0, 0, 0, 1, 0, 2, 0, 0, 0xab, 0x11, 1})}) {
    const Read read(discover(option(61, id)));
    ASSERT_TRUE(read.request.has_value());
    EXPECT_EQ(copy(*read.request->client_id), id);
  }
  const Read empty(discover(octets({61, 0})));
  ASSERT_TRUE(empty.request.has_value());
  EXPECT_FALSE(empty.request->client_id.has_value());
}

// RFC 4390: InfiniBand has no hardware address in the message, and must send option 61.
TEST(ReadRequest, TakesAClientIdentifierInPlaceOfAHardwareAddress) {
  Header header = testing::client_header();
  header.htype = kHtypeInfiniband;
  header.hlen = 0;
  const Read read(discover(option(61, octets({255, 1, 2, 3}))), header);
  EXPECT_TRUE(read.request.has_value());
}

// R2132-2-a: a trailing NUL is tolerated and is no part of the text.
TEST(ReadRequest, DropsTrailingNulsFromText) {
  const Read read(discover(option(12, octets({'h', 0, 'i', 0, 0})) + option(60, octets({0}))));
  ASSERT_TRUE(read.request.has_value());
  EXPECT_EQ(as_text(*read.request->hostname), std::string_view("h\0i", 3));
  EXPECT_TRUE(read.request->vendor_class->empty());
}

// R2132-9.10-a
TEST(ReadRequest, RaisesTheMaximumMessageSizeTo576) {
  EXPECT_EQ(Read(discover(octets({57, 2, 0, 0}))).request->max_message_size, 576);
  EXPECT_EQ(Read(discover(octets({57, 2, 2, 63}))).request->max_message_size, 576);
  EXPECT_EQ(Read(discover(octets({57, 2, 2, 65}))).request->max_message_size, 577);
}

// C2-07, R2131-3.3-a
TEST(ReadRequest, ReadsAnInfiniteLeaseTime) {
  const Read read(discover(octets({51, 4, 255, 255, 255, 255})));
  EXPECT_TRUE(read.request->lease_time->is_infinite());
}

}  // namespace
}  // namespace lessor::wire
