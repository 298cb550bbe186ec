// Bulk leasequery (RFC 6926): a connection's octets, what is asked by them and
// what is told.
#include "server/v4/bulk_session.h"

#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <set>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kHook =
    R"("hooks-libraries": [{"library": "libdhcp_lease_query.so", "parameters": {
      "requesters": ["192.0.2.254"], "advanced": {"bulk-query-enabled": true}}}],
    "valid-lifetime": 3600, "calculate-tee-times": true, )";

config::ServerConfig usual(std::string_view pools = R"({"pool": "192.0.2.10-192.0.2.19"})") {
  return load(std::string(kHook) + R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [)" +
              std::string(pools) +
              R"(], "option-data": [{"name": "routers", "data": "192.0.2.1"}]}])");
}

/// A query on its way: the message behind its length.
class Ask {
 public:
  Ask() {
    header_.op = wire::Op::request;
    header_.htype = 0;
    header_.hlen = 0;
    header_.xid = 0x6926;
  }
  Ask& by(const Host& h) {
    header_.set_hardware_address(h.hardware());
    return *this;
  }
  Ask& with(std::uint8_t code, Octets value) {
    options_.emplace_back(code, std::move(value));
    return *this;
  }
  Ask& at(std::uint8_t code, WallTime time) {
    Octets value(4);
    store_be32(value.data(), static_cast<std::uint32_t>(time.seconds));
    return with(code, std::move(value));
  }
  [[nodiscard]] wire::Header& header() { return header_; }
  [[nodiscard]] Octets octets(MessageType type = MessageType::bulkleasequery) const {
    Octets room(2 + 4'096);
    wire::MessageWriter writer(MutableBytes(room).subspan(2));
    writer.header(header_);
    writer.option_u8(53, static_cast<std::uint8_t>(type));
    for (const auto& [code, value] : options_) writer.option(code, value);
    writer.end();
    store_be16(room.data(), static_cast<std::uint16_t>(writer.size()));
    room.resize(2 + writer.size());
    return room;
  }

 private:
  wire::Header header_;
  std::vector<std::pair<std::uint8_t, Octets>> options_;
};

/// The messages of a stream; what is left over fails.
std::vector<Reply> replies_of(Bytes stream) {
  std::vector<Reply> all;
  while (stream.size() >= 2) {
    const std::size_t size = load_be16(stream.data());
    EXPECT_LE(2 + size, stream.size());
    if (2 + size > stream.size()) break;
    all.emplace_back(net::Envelope{}, stream.subspan(2, size));
    stream = stream.subspan(2 + size);
  }
  EXPECT_TRUE(stream.empty());
  return all;
}

/// A server and one connection to it.
class Line {
 public:
  explicit Line(config::ServerConfig config = usual(), std::string_view requester = "192.0.2.254")
      : site(std::move(config)), session(ip(requester), kServer) {}

  /// Says it in one piece and hears all that comes; `slices`: how many it took.
  std::vector<Reply> hear(const Ask& ask) { return hear(ask.octets()); }
  std::vector<Reply> hear(Octets octets) {
    Bytes left = octets;
    Octets stream;
    slices = 0;
    for (int i = 0; i < 100'000 && (!left.empty() || session.has_work()); ++i) {
      const std::size_t taken = session.take(left);
      left = left.subspan(taken);
      if (session.has_work()) {
        ++slices;
        last = site.engine().answer_bulk(site.now(), session, budget);
      } else if (taken == 0) {
        break;
      }
      collect(stream);
    }
    return replies_of(stream);
  }
  void collect(Octets& stream) {
    const Bytes out = session.output();
    stream.insert(stream.end(), out.begin(), out.end());
    session.sent(out.size());
  }

  Site site;
  BulkSession session;
  BulkNews last;
  std::size_t budget = 100;
  int slices = 0;
};

int status_of(const Reply& done) {
  EXPECT_EQ(done.type(), MessageType::leasequerydone);
  const auto status = done.option(151);
  return status ? static_cast<int>(status->front()) : 0;
}

std::set<std::string> told(const std::vector<Reply>& replies, MessageType type) {
  std::set<std::string> all;
  for (const Reply& each : replies) {
    if (each.type() != type) continue;
    EXPECT_TRUE(all.insert(net::to_string(each.view().ciaddr())).second) << "told twice";
  }
  return all;
}

// R6926-a: all that is configured, and an end.
TEST(BulkQuery, TellsEveryAddressOnce) {
  Line line;
  for (std::uint32_t i = 1; i <= 3; ++i) ASSERT_NE(line.site.lease(host(i)), "");
  (void)line.site.hear(release(host(2), "192.0.2.11"));
  const auto replies = line.hear(Ask());
  EXPECT_EQ(told(replies, MessageType::leaseactive),
            (std::set<std::string>{"192.0.2.10", "192.0.2.12"}));
  EXPECT_EQ(told(replies, MessageType::leaseunassigned).size(), 8U);
  EXPECT_EQ(replies.size(), 11U);
  EXPECT_EQ(status_of(replies.back()), 0);
  EXPECT_EQ(replies.back().option(151), std::nullopt);
  EXPECT_TRUE(line.session.wants_octets());
}

// R6926-a: base-time, dhcp-state, data-source; the first message says who we
// are.
TEST(BulkQuery, SaysWhatItKnowsOfALease) {
  Line line;
  const Host h = host_with_id(1, octets({0, 1, 2, 3}));
  ASSERT_EQ(line.site.lease(h), "192.0.2.10");
  ASSERT_EQ(line.site.lease(host(2)), "192.0.2.11");
  line.site.pass_seconds(600);
  (void)line.site.hear(release(host(2), "192.0.2.11"));
  line.site.pass_seconds(60);
  const auto replies = line.hear(Ask().with(55, octets({3, 1})));
  ASSERT_EQ(replies.size(), 11U);
  const Reply& active = replies[0];
  EXPECT_EQ(active.view().xid(), 0x6926U);
  EXPECT_EQ(active.view().chaddr(), h.hardware());
  EXPECT_EQ(active.codes(),
            (std::vector<int>{53, 152, 156, 51, 91, 54, 157, 1, 3, 58, 59, 61, 255}));
  EXPECT_EQ(active.number(152), static_cast<std::uint32_t>(line.site.now().wall.seconds));
  EXPECT_EQ(active.option(156), octets({2}));
  EXPECT_EQ(active.option(157), octets({0}));
  EXPECT_EQ(active.number(51), 2'940U);
  EXPECT_EQ(active.number(91), 660U);
  EXPECT_EQ(net::to_string(net::Ip4{active.number(54)}), "192.0.2.1");
  const Reply& released = replies[1];
  EXPECT_EQ(released.type(), MessageType::leaseunassigned);
  EXPECT_EQ(released.codes(), (std::vector<int>{53, 152, 156, 153, 91, 157, 255}));
  EXPECT_EQ(released.option(156), octets({4}));
  EXPECT_EQ(released.number(153), 60U);
  const Reply& never = replies[2];
  EXPECT_EQ(never.codes(), (std::vector<int>{53, 152, 156, 157, 255}));
  EXPECT_EQ(never.option(156), octets({1}));
  EXPECT_EQ(never.view().hlen(), 0);
  EXPECT_EQ(replies.back().codes(), (std::vector<int>{53, 255}));
}

TEST(BulkQuery, FindsAClientsLeases) {
  Line line;
  const Host h = host_with_id(1, octets({0, 1, 2, 3}));
  ASSERT_EQ(line.site.lease(h), "192.0.2.10");
  ASSERT_EQ(line.site.lease(host(2)), "192.0.2.11");
  for (const Ask& ask : {Ask().by(h), Ask().with(61, h.id)}) {
    const auto replies = line.hear(ask);
    ASSERT_EQ(replies.size(), 2U);
    EXPECT_EQ(told(replies, MessageType::leaseactive), (std::set<std::string>{"192.0.2.10"}));
    EXPECT_EQ(status_of(replies.back()), 0);
  }
  const auto nobody = line.hear(Ask().by(host(9)));
  ASSERT_EQ(nobody.size(), 1U);
  EXPECT_EQ(nobody[0].codes(), (std::vector<int>{53, 54, 255}));
}

// R6926-a: only what has changed between query-start-time and query-end-time.
// Of one client the table's index shows 64.
TEST(BulkQuery, FindsAllLeasesOfAClientThatHasMany) {
  Line line;
  const Host crowd = host_with_id(1, octets({1, 2, 3}));
  const std::uint32_t first = ip("192.0.2.100").value;
  for (std::uint32_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(
        line.site.engine().set_lease(line.site.now(), {.address = net::Ip4{first + i},
                                                       .hardware = crowd.hardware(),
                                                       .client_id = crowd.id,
                                                       .started = line.site.now().wall,
                                                       .lifetime = Duration::seconds(600)}));
  }
  ASSERT_NE(line.site.lease(host(2)), "");
  line.budget = 7;
  for (const Ask& ask : {Ask().by(crowd), Ask().with(61, crowd.id)}) {
    std::set<std::string> told;
    const auto replies = line.hear(ask);
    for (const Reply& each : replies) told.insert(net::to_string(each.view().ciaddr()));
    told.erase("0.0.0.0");  // of the end
    EXPECT_EQ(told.size(), 100U);
    EXPECT_EQ(replies.size(), 101U);
  }
}

TEST(BulkQuery, TellsWhatHasChangedSince) {
  Line line;
  ASSERT_EQ(line.site.lease(host(1)), "192.0.2.10");
  line.site.pass_seconds(100);
  const WallTime then = line.site.now().wall;
  ASSERT_EQ(line.site.lease(host(2)), "192.0.2.11");
  line.site.pass_seconds(100);
  const auto later = line.hear(Ask().at(154, then));
  EXPECT_EQ(told(later, MessageType::leaseactive), (std::set<std::string>{"192.0.2.11"}));
  EXPECT_EQ(later.size(), 2U);  // what was never leased has not changed
  const auto earlier = line.hear(Ask().at(155, WallTime{then.seconds - 1}));
  EXPECT_EQ(told(earlier, MessageType::leaseactive), (std::set<std::string>{"192.0.2.10"}));
  EXPECT_EQ(status_of(line.hear(Ask().at(154, then).at(155, WallTime{1})).back()), 3);
  // The end of a lease is a change.
  line.site.pass_seconds(3'450);
  const auto ended = line.hear(Ask().at(154, WallTime{then.seconds + 3'000}));
  EXPECT_EQ(told(ended, MessageType::leaseunassigned), (std::set<std::string>{"192.0.2.10"}));
  EXPECT_EQ(ended[0].option(156), octets({3}));
  EXPECT_EQ(ended[0].number(153), 50U);
}

// R6926-a: status codes.
TEST(BulkQuery, RefusesWhatItCannotAnswer) {
  Line line;
  Ask addressed;
  addressed.header().ciaddr = ip("192.0.2.10");
  const Host h = host(1);
  struct Case {
    Ask ask;
    int status;
  };
  const std::vector<Case> cases = {
      {addressed, 3},
      {Ask().by(h).with(61, octets({1, 2})), 3},
      {Ask().with(61, octets({1, 2})).with(82, octets({2, 1, 7})), 3},
      {Ask().with(82, octets({12, 1, 7, 2, 1, 7})), 3},
      {Ask().with(82, octets({2, 0})), 3},
      {Ask().with(82, octets({2, 9, 1})), 3},
      {Ask().with(154, octets({1, 2})), 3},
      {Ask().with(154, octets({255, 0, 0, 0})), 3},
      {Ask().with(221, octets({0, 'x'})), 4},
      {Ask().with(82, octets({151, 1, 0})), 4},
      {Ask().with(82, octets({2, 1, 7})), 4},
      {Ask().with(82, octets({12, 1, 7})), 4},
  };
  for (const Case& each : cases) {
    const auto replies = line.hear(each.ask);
    ASSERT_EQ(replies.size(), 1U);
    EXPECT_EQ(replies[0].view().xid(), 0x6926U);
    EXPECT_EQ(status_of(replies[0]), each.status);
    EXPECT_GT(replies[0].option(151)->size(), 10U) << "a reason";
    EXPECT_TRUE(line.session.wants_octets());
  }
  EXPECT_EQ(status_of(line.hear(Ask().with(221, octets({255}))).back()), 0);
}

/// A lease through a relay that says so.
void lease_through(Site& site, const Host& h, const Octets& relay_info) {
  const auto offer = site.hear(discover(h).through("192.0.2.254", relay_info));
  ASSERT_TRUE(offer);
  ASSERT_TRUE(site.hear(selecting(h, offer->yiaddr()).through("192.0.2.254", relay_info)));
}

// R6926-a: by what relays say of leases, and their option 82 to who asks for it.
TEST(BulkQuery, TellsTheLeasesOfARelayAndOfAPort) {
  config::ServerConfig config = usual();
  config.subnets[0].stores_extended_info = true;
  Line line(std::move(config));
  const Octets first = octets({1, 1, 'p', 2, 2, 'r', '1', 12, 1, 'a'});
  lease_through(line.site, host(1), first);
  lease_through(line.site, host(2), octets({2, 2, 'r', '2', 12, 1, 'a'}));
  lease_through(line.site, host(3), octets({2, 2, 'r', '1'}));
  ASSERT_EQ(line.site.lease(host(4)), "192.0.2.13");
  const auto told = [&](const Octets& relay_info) {
    std::set<std::string> addresses;
    for (const Reply& each : line.hear(Ask().with(82, relay_info))) {
      if (each.option(53) == octets({13})) addresses.insert(net::to_string(each.view().ciaddr()));
    }
    return addresses;
  };
  using Addresses = std::set<std::string>;
  EXPECT_EQ(told(octets({2, 2, 'r', '1'})), (Addresses{"192.0.2.10", "192.0.2.12"}));
  EXPECT_EQ(told(octets({12, 1, 'a'})), (Addresses{"192.0.2.10", "192.0.2.11"}));
  EXPECT_EQ(told(octets({12, 1, 'b'})), Addresses());

  const auto by_mac = line.hear(Ask().by(host(1)));
  EXPECT_FALSE(by_mac[0].option(82)) << "it was not asked for";
  EXPECT_EQ(line.hear(Ask().by(host(1)).with(55, octets({82})))[0].option(82), first);
}

// B31: a reload may have taken it off the list.
TEST(BulkQuery, WhoMayAskIsLookedAtAgain) {
  Line line;
  EXPECT_EQ(line.hear(Ask()).size(), 11U);
  line.site.reload(one_subnet());
  const auto replies = line.hear(Ask());
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(status_of(replies[0]), 4);
  EXPECT_EQ(line.last.how.status, BulkStatus::not_allowed);
}

// ---- the stream

TEST(BulkSession, TakesOctetsInWhateverPieces) {
  Line line;
  ASSERT_EQ(line.site.lease(host(1)), "192.0.2.10");
  const Octets octets = Ask().by(host(1)).octets();
  for (std::size_t i = 0; i < octets.size(); ++i) {
    EXPECT_FALSE(line.session.has_work());
    EXPECT_EQ(line.session.take(Bytes(octets).subspan(i, 1)), 1U);
  }
  EXPECT_TRUE(line.session.has_work());
  EXPECT_EQ(line.hear(Octets()).size(), 2U);
}

TEST(BulkSession, AnswersOneAfterAnother) {
  Line line;
  Octets two = Ask().by(host(1)).octets();
  const std::size_t first = two.size();
  Ask second;
  second.header().xid = 7;
  for (const std::byte octet : second.octets()) two.push_back(octet);
  EXPECT_EQ(line.session.take(two), first);
  EXPECT_EQ(line.session.take(Bytes(two).subspan(first)), 0U);
  const auto replies = line.hear(Octets(two.begin() + static_cast<long>(first), two.end()));
  ASSERT_EQ(replies.size(), 12U);
  EXPECT_EQ(replies[0].view().xid(), 0x6926U);
  EXPECT_EQ(replies[11].view().xid(), 7U);
}

TEST(BulkSession, WhatIsNoQueryEndsTheStream) {
  const auto breaks = [](Octets octets) {
    Line line;
    EXPECT_TRUE(line.hear(std::move(octets)).empty());
    return line.session.is_broken() && !line.session.wants_octets() && !line.session.has_work();
  };
  EXPECT_TRUE(breaks(octets({0, 10})));
  EXPECT_TRUE(breaks(octets({0xff, 0xff})));
  EXPECT_TRUE(breaks(octets({16, 1})));
  EXPECT_TRUE(breaks(Ask().octets(MessageType::leasequery)));
  EXPECT_TRUE(breaks(Ask().octets(MessageType::activeleasequery)));
  Octets bad_cookie = Ask().octets();
  bad_cookie[2 + wire::kCookieOffset] = std::byte{0};
  EXPECT_TRUE(breaks(std::move(bad_cookie)));
  Octets empty = octets({0, 240});
  empty.resize(242);
  EXPECT_TRUE(breaks(std::move(empty)));
}

/// A slice looks at no more than it may, and tells no more than there is room
/// for.
TEST(BulkSession, WorksInSlices) {
  Line line(usual(R"({"pool": "192.0.2.10-192.0.2.250"})"));
  for (std::uint32_t i = 1; i <= 60; ++i) ASSERT_NE(line.site.lease(host(i)), "");
  line.budget = 7;
  const auto replies = line.hear(Ask());
  EXPECT_EQ(told(replies, MessageType::leaseactive).size(), 60U);
  EXPECT_EQ(told(replies, MessageType::leaseunassigned).size(), 181U);
  EXPECT_GE(line.slices, 241 / 7);
}

TEST(BulkSession, FindsItsWayThroughManyPools) {
  std::string pools;
  for (int i = 10; i < 250; i += 2) {
    const std::string address = "192.0.2." + std::to_string(i);
    pools += (pools.empty() ? "" : ", ") + ("{\"pool\": \"" + address + "-" + address + "\"}");
  }
  Line line(usual(pools));
  ASSERT_EQ(line.site.lease(host(1)), "192.0.2.10");
  line.budget = 1;
  const auto replies = line.hear(Ask());
  EXPECT_EQ(told(replies, MessageType::leaseunassigned).size(), 119U);
  EXPECT_EQ(status_of(replies.back()), 0);
}

TEST(BulkSession, WaitsForWhoReadsSlowly) {
  Line line(usual(R"({"pool": "192.0.2.10-192.0.2.250"})"));
  const Octets ask = Ask().octets();
  ASSERT_EQ(line.session.take(ask), ask.size());
  Octets stream;
  std::size_t most = 0;
  for (int i = 0; i < 100'000 && (line.session.has_work() || !line.session.output().empty()); ++i) {
    if (line.session.has_work()) {
      (void)line.site.engine().answer_bulk(line.site.now(), line.session, 1'000);
    }
    most = std::max(most, line.session.output().size());
    const Bytes some =
        line.session.output().first(std::min<std::size_t>(line.session.output().size(), 1'000));
    stream.insert(stream.end(), some.begin(), some.end());
    line.session.sent(some.size());
  }
  EXPECT_LE(most, BulkOutput::kCapacity);
  EXPECT_EQ(replies_of(stream).size(), 242U);
}

/// Reloads between two slices take nothing from it but what is gone.
TEST(BulkSession, GoesOnOverAReload) {
  Line line(usual(R"({"pool": "192.0.2.10-192.0.2.250"})"));
  for (std::uint32_t i = 1; i <= 5; ++i) ASSERT_NE(line.site.lease(host(i)), "");
  const Octets ask = Ask().octets();
  ASSERT_EQ(line.session.take(ask), ask.size());
  Octets stream;
  (void)line.site.engine().answer_bulk(line.site.now(), line.session, 20);
  line.collect(stream);
  line.site.reload(usual(R"({"pool": "192.0.2.100-192.0.2.109"})"));
  while (line.session.has_work()) {
    (void)line.site.engine().answer_bulk(line.site.now(), line.session, 20);
    line.collect(stream);
  }
  const auto replies = replies_of(stream);
  EXPECT_EQ(told(replies, MessageType::leaseactive).size(), 5U);
  // The first slice looked at 15 addresses of the pool, of which 5 are leased.
  EXPECT_EQ(told(replies, MessageType::leaseunassigned).size(), 10U + 10U);
  EXPECT_EQ(status_of(replies.back()), 0);
}

TEST(BulkSession, EndsAQueryThatCannotGoOn) {
  Line line(usual(R"({"pool": "192.0.2.10-192.0.2.250"})"));
  const Octets ask = Ask().octets();
  ASSERT_EQ(line.session.take(ask), ask.size());
  (void)line.site.engine().answer_bulk(line.site.now(), line.session, 20);
  line.session.end_query({BulkStatus::query_terminated, "the server is stopping"});
  Octets stream;
  line.collect(stream);
  EXPECT_EQ(status_of(replies_of(stream).back()), 2);
}

TEST(BulkSession, IsCountedAndDisabledWithTheService) {
  Line line;
  ASSERT_EQ(line.site.lease(host(1)), "192.0.2.10");
  (void)line.hear(Ask());
  const Counters& counters = line.site.engine().counters();
  EXPECT_EQ(counters.received[index_of(MessageType::bulkleasequery)], 1U);
  EXPECT_EQ(counters.sent[index_of(MessageType::leaseactive)], 1U);
  EXPECT_EQ(counters.sent[index_of(MessageType::leaseunassigned)], 9U);
  EXPECT_EQ(counters.sent[index_of(MessageType::leasequerydone)], 1U);
  line.site.engine().pause(Instant::never());
  const auto replies = line.hear(Ask());
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(status_of(replies[0]), 1);
}

}  // namespace
}  // namespace lessor::server::v4::testing
