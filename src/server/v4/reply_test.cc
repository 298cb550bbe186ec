#include "server/v4/reply.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

config::ServerConfig with_options(std::vector<config::ConfiguredOption> global,
                                  std::vector<config::ConfiguredOption> of_subnet,
                                  std::vector<config::ConfiguredOption> of_pool) {
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  one.options = config::OptionSet(std::move(of_subnet));
  one.pools[0].options = config::OptionSet(std::move(of_pool));
  config::ServerConfig config = config_of({one});
  config.options = config::OptionSet(std::move(global));
  return config;
}

// ---- header (table 3, first part)

TEST(ReplyHeader, CopiesWhatTable3SaysFromTheRequest) {  // R2131-T3-a, R2131-3-a
  Site site;
  Say say = discover(host(1)).xid(0xdeadbeef).broadcast().through("192.0.2.254");
  say.header().hops = 3;
  say.header().secs = 77;
  const auto offer = site.hear(say);
  ASSERT_TRUE(offer);
  const wire::MessageView& view = offer->view();
  EXPECT_EQ(view.op(), wire::Op::reply);
  EXPECT_EQ(view.htype(), 1);
  EXPECT_EQ(view.hlen(), 6);
  EXPECT_EQ(view.hops(), 0);
  EXPECT_EQ(view.secs(), 0);
  EXPECT_EQ(view.xid(), 0xdeadbeef);
  EXPECT_EQ(view.flags(), wire::kBroadcastFlag);
  EXPECT_EQ(view.giaddr(), ip("192.0.2.254"));
  EXPECT_EQ(view.chaddr(), host(1).hardware());
  EXPECT_EQ(load_be32(offer->bytes().data() + wire::kCookieOffset), wire::kCookie);
  EXPECT_EQ(offer->codes().back(), 255);  // R2131-4.1-a
}

TEST(ReplyHeader, EveryReplyCopiesTheSame) {  // R2131-T3-a, R2131-T3-d, R2131-T3-e
  Site site;
  const struct {
    Say say;
    MessageType type;
    bool has_lease_time;
  } cases[] = {
      {discover(host(1)), MessageType::offer, true},
      {selecting(host(1), "192.0.2.10"), MessageType::ack, true},
      {rebinding(host(1), "192.0.2.10"), MessageType::ack, true},
      {selecting(host(1), "10.9.9.9"), MessageType::nak, false},
      {inform(host(1), "192.0.2.10"), MessageType::ack, false},
  };
  for (const auto& c : cases) {
    Say say = Say(c.say).xid(0xabad1dea).broadcast().through("192.0.2.254");
    say.header().hops = 2;
    say.header().secs = 9;
    const auto reply = site.hear(say);
    ASSERT_TRUE(reply);
    const wire::MessageView& view = reply->view();
    EXPECT_EQ(view.op(), wire::Op::reply);
    EXPECT_EQ(view.hops(), 0);
    EXPECT_EQ(view.secs(), 0);
    EXPECT_EQ(view.xid(), 0xabad1dea);
    EXPECT_TRUE(view.broadcast());
    EXPECT_EQ(view.giaddr(), ip("192.0.2.254"));
    EXPECT_EQ(view.chaddr(), host(1).hardware());
    EXPECT_EQ(reply->type(), c.type);
    EXPECT_EQ(reply->option(51).has_value(), c.has_lease_time);
    EXPECT_EQ(reply->option(54), ip_octets("192.0.2.1"));
  }
}

TEST(ReplyHeader, AddressesByReply) {  // R2131-T3-b
  Site site;
  const auto offer = site.hear(discover(host(1)));
  EXPECT_EQ(offer->view().ciaddr(), net::kIp4Any);
  EXPECT_EQ(offer->yiaddr(), "192.0.2.10");
  const auto ack = site.hear(selecting(host(1), "192.0.2.10"));
  EXPECT_EQ(ack->view().ciaddr(), net::kIp4Any);
  EXPECT_EQ(ack->yiaddr(), "192.0.2.10");
  const auto nak = site.hear(renewing(host(1), "192.0.2.15"));
  EXPECT_EQ(nak->view().ciaddr(), net::kIp4Any);
  EXPECT_EQ(nak->view().yiaddr(), net::kIp4Any);
  EXPECT_EQ(nak->view().siaddr(), net::kIp4Any);
}

TEST(ReplyHeader, BootFieldsAreInOfferAndAckOnly) {  // R2131-T3-c
  config::ServerConfig config = one_subnet();
  config.subnets[0].boot = {ip("192.0.2.5"), "server", "file"};
  Site site(std::move(config));
  const auto offer = site.hear(discover(host(1)));
  const auto ack = site.hear(selecting(host(1), "192.0.2.10"));
  for (const Reply* reply : {&*offer, &*ack}) {
    EXPECT_EQ(reply->view().siaddr(), ip("192.0.2.5"));
    EXPECT_EQ(as_text(reply->view().sname()), "server");
    EXPECT_EQ(as_text(reply->view().file()), "file");
  }
  const auto nak = site.hear(renewing(host(1), "192.0.2.15"));
  EXPECT_EQ(nak->view().siaddr(), net::kIp4Any);
  EXPECT_TRUE(nak->view().sname().empty());
  EXPECT_TRUE(nak->view().file().empty());
}

TEST(ReplyHeader, ARelayedNakAsksTheRelayToBroadcast) {  // R2131-4.3.2-e
  Site site;
  const auto nak = site.hear(selecting(host(1), "10.9.9.9").through("192.0.2.254"));
  ASSERT_TRUE(nak);
  EXPECT_EQ(nak->type(), MessageType::nak);
  EXPECT_TRUE(nak->view().broadcast());
  EXPECT_EQ(nak->envelope().destination, ip("192.0.2.254"));
}

// ---- options

TEST(ReplyOptions, RequiredFirstThenAsAskedFor) {  // R2131-T3-e, R2132-9.8-a
  Site site(with_options({option(15, text("example.org")), option(42, octets({1, 2, 3, 4}))},
                         {option(3, octets({192, 0, 2, 1})), option(6, octets({8, 8, 4, 4}))}, {}));
  const auto offer = site.hear(discover(host(1)).wanting({42, 15, 6, 1, 3}));
  EXPECT_EQ(offer->codes(), (std::vector<int>{53, 54, 51, 42, 15, 6, 1, 3, 255}));
}

TEST(ReplyOptions, TheMaskComesBeforeTheRouters) {  // R2132-3.3-a
  Site site;
  const auto offer = site.hear(discover(host(1)).wanting({3, 6, 1}));
  EXPECT_EQ(offer->codes(), (std::vector<int>{53, 54, 51, 1, 3, 6, 255}));
  EXPECT_EQ(offer->option(1), octets({255, 255, 255, 0}));
}

TEST(ReplyOptions, WhatIsNotConfiguredIsLeftOutAndNothingIsSentTwice) {  // R2131-4.3.1-d
  Site site;
  const auto offer = site.hear(discover(host(1)).wanting({42, 3, 3, 6, 3, 119, 1, 1}));
  EXPECT_EQ(offer->codes(), (std::vector<int>{53, 54, 51, 1, 3, 6, 255}));
}

TEST(ReplyOptions, EveryClientGetsTheBasics) {  // one that asks for nothing, too
  Site site(with_options({option(15, text("example.org")), option(42, octets({1, 2, 3, 4}))},
                         {option(3, octets({192, 0, 2, 1})), option(6, octets({8, 8, 4, 4}))}, {}));
  EXPECT_EQ(site.hear(discover(host(1)))->codes(),
            (std::vector<int>{53, 54, 51, 1, 3, 6, 15, 255}));
}

TEST(ReplyOptions, TheNarrowestScopeWins) {
  config::ServerConfig config = with_options(
      {option(6, octets({1, 1, 1, 1})), option(42, octets({1, 1, 1, 1})),
       option(15, text("global")), option(28, octets({1, 1, 1, 1}))},
      {option(6, octets({2, 2, 2, 2})), option(42, octets({2, 2, 2, 2})), option(15, text("net"))},
      {option(6, octets({3, 3, 3, 3})), option(42, octets({3, 3, 3, 3}))});
  config::Reservation r = reserve_hw(host(1).mac, "");
  r.options = config::OptionSet({option(6, octets({4, 4, 4, 4}))});
  config.subnets[0].reservations.push_back(r);
  config.build_indexes();
  Site site(std::move(config));
  const auto offer = site.hear(discover(host(1)).wanting({6, 42, 15, 28}));
  EXPECT_EQ(offer->option(6), octets({4, 4, 4, 4}));
  EXPECT_EQ(offer->option(42), octets({3, 3, 3, 3}));
  EXPECT_EQ(offer->option(15), text("net"));
  EXPECT_EQ(offer->option(28), octets({1, 1, 1, 1}));
}

TEST(ReplyOptions, AlwaysSendIsSentUnaskedWithTheNarrowestValue) {
  Site site(with_options({option(42, octets({1, 1, 1, 1}), true)},
                         {option(42, octets({2, 2, 2, 2}))}, {}));
  const auto offer = site.hear(discover(host(1)).wanting({1}));
  EXPECT_EQ(offer->option(42), octets({2, 2, 2, 2}));
  EXPECT_EQ(offer->codes(), (std::vector<int>{53, 54, 51, 1, 42, 255}));
}

TEST(ReplyOptions, AConfigurationCannotSetTheServersOwn) {  // R2131-T3-f
  std::vector<config::ConfiguredOption> own;
  for (const int code : {50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 61, 80, 82, 118}) {
    own.push_back(option(code, octets({0, 0, 0, 9}), true));
  }
  Site site(with_options(own, {}, {}));
  const auto offer =
      site.hear(discover(host(1)).wanting({50, 51, 53, 54, 55, 57, 58, 59, 61, 80, 82, 118, 0}));
  EXPECT_EQ(offer->codes(), (std::vector<int>{53, 54, 51, 1, 255}));
  EXPECT_EQ(offer->number(51), 3'600U);
}

TEST(ReplyOptions, TheSubnetMaskMayBeConfigured) {
  Site site(with_options({}, {option(1, octets({255, 255, 0, 0}))}, {}));
  EXPECT_EQ(site.hear(discover(host(1)))->option(1), octets({255, 255, 0, 0}));
}

TEST(ReplyOptions, T1AndT2WhenConfigured) {  // R2131-4.4.5-a
  config::ServerConfig config = one_subnet();
  config.subnets[0].timers.calculate_tee_times = true;
  Site site(std::move(config));
  const auto offer = site.hear(discover(host(1)).wanting({1}));
  EXPECT_EQ(offer->number(58), 1'800U);
  EXPECT_EQ(offer->number(59), 3'150U);
  EXPECT_EQ(site.hear(discover(host(1)).wanting({59, 58, 1, 3}))->codes(),
            (std::vector<int>{53, 54, 51, 59, 58, 1, 3, 6, 255}));
}

TEST(ReplyOptions, ANakCarriesNothingElse) {  // R2131-T3-g
  Site site(with_options({option(42, octets({1, 1, 1, 1}), true)}, {}, {}));
  const auto nak = site.hear(selecting(host(1), "10.9.9.9").wanting({1, 3, 6, 42, 51, 58}));
  ASSERT_TRUE(nak);
  EXPECT_EQ(nak->codes(), (std::vector<int>{53, 54, 56, 255}));
  EXPECT_EQ(nak->option(56), text("the address is not on the client's network"));
}

// ---- echoes

TEST(ReplyOptions, Option61ComesBackUnalteredWhenSent) {  // R6842-3-a
  Site site;
  const Octets id = octets({255, 1, 2, 3, 4, 0, 3, 0, 1, 9, 9, 9});
  const Host with = host_with_id(1, id);
  const auto offer = site.hear(discover(with));
  EXPECT_EQ(offer->option(61), id);
  EXPECT_EQ(site.hear(selecting(with, "192.0.2.10"))->option(61), id);
  const auto nak = site.hear(renewing(with, "192.0.2.15"));
  EXPECT_EQ(nak->type(), MessageType::nak);
  EXPECT_EQ(nak->option(61), id);
  EXPECT_EQ(site.hear(inform(with, "192.0.2.99"))->option(61), id);
  EXPECT_EQ(site.hear(discover(host(2)))->option(61), std::nullopt);
}

TEST(ReplyOptions, Option61StaysAwayWhenSwitchedOff) {
  config::ServerConfig config = one_subnet();
  config.echo_client_id = false;
  Site site(std::move(config));
  EXPECT_EQ(site.hear(discover(host_with_id(1, octets({1, 2, 3}))))->option(61), std::nullopt);
}

TEST(ReplyOptions, Option82ComesBackWholeAndLast) {  // R3046-2.2-a, R3046-2.2-b, C3-05
  const Octets relay_info = octets({1, 3, 'a', 0, 255, 2, 2, 7, 7, 151, 1, 0});
  const Host h = host_with_id(1, octets({1, 2, 3}));
  Site site;
  const auto relayed = site.hear(discover(h).through("192.0.2.254", relay_info).wanting({1, 3}));
  EXPECT_EQ(relayed->option(82), relay_info);
  EXPECT_EQ(relayed->codes(), (std::vector<int>{53, 54, 51, 1, 3, 6, 61, 82, 255}));
  // A switch puts it in without being a relay.
  const auto switched = site.hear(discover(h).with(82, relay_info));
  EXPECT_EQ(switched->option(82), relay_info);
  const auto nak = site.hear(selecting(h, "10.9.9.9").with(82, relay_info));
  EXPECT_EQ(nak->option(82), relay_info);
}

TEST(ReplyOptions, Option82IsLeftOutWhenItDoesNotFit) {  // R3046-2.2-a: "and SHOULD count"
  Octets large(255, std::byte{1});
  large[0] = std::byte{1};
  large[1] = std::byte{253};
  Site site;
  Say say = discover(host_with_id(1, Octets(60, std::byte{9}))).with(57, octets({2, 64}));
  const auto offer = site.hear(say.with(82, large));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->option(82), std::nullopt);
  EXPECT_EQ(site.engine().counters().relay_info_dropped, 1U);
}

// ---- replies for which what an earlier one had is copied

/// A site with something of everything that options come from.
config::ServerConfig mixed_site() {
  config::ServerConfig config =
      with_options({option(42, octets({1, 1, 1, 1}), true), option(43, Octets(60))},
                   {option(15, text("example.org")), option(121, octets({0, 192, 0, 2, 1}))},
                   {option(6, octets({9, 9, 9, 9})), option(3, octets({192, 0, 2, 1}))});
  config::Subnet& one = config.subnets[0];
  one.timers.calculate_tee_times = true;
  one.lifetimes = {Duration::seconds(3'600), Duration::seconds(60), Duration::seconds(7'200)};
  config::Reservation plain = reserve_hw(host(3).mac, "192.0.2.40");
  config::Reservation named = reserve_hw(host(4).mac, "192.0.2.41");
  named.hostname = "printer";
  config::Reservation own = reserve_hw(host(5).mac, "192.0.2.42");
  own.options = config::OptionSet({option(6, octets({7, 7, 7, 7}))});
  for (config::Reservation* r : {&plain, &named, &own}) add_reservation(one, std::move(*r));
  config.build_indexes();
  return config;
}

/// Clients of many kinds, each of whom says the same again.
std::vector<Say> many_clients() {
  const Octets lists[] = {{},
                          octets({1, 3, 6}),
                          octets({3, 1, 6, 15}),
                          octets({58, 1, 3, 59, 42, 43}),
                          octets({6, 6, 121, 12, 51, 54, 61, 82})};
  std::vector<Say> all;
  for (const Octets& list : lists) {
    for (std::uint32_t n = 1; n <= 5; ++n) {
      const Host plain = host(n);
      const Host with_id = host_with_id(n, octets({1, 2, static_cast<int>(n)}));
      all.push_back(discover(plain).with(55, list));
      all.push_back(discover(with_id).with(55, list).with(57, octets({2, 64})));
      all.push_back(discover(plain).with(55, list).for_seconds(100));
      all.push_back(inform(plain, "192.0.2.77").with(55, list));
      all.push_back(selecting(plain, "10.9.9.9").with(55, list));
      Octets relay_info(n < 5 ? 50U * n : 255U, std::byte{5});  // the last may have no room
      relay_info[0] = std::byte{1};
      relay_info[1] = static_cast<std::byte>(relay_info.size() - 2);
      all.push_back(discover(with_id).with(55, list).through("192.0.2.254", relay_info));
    }
  }
  return all;
}

TEST(ReplyOptions, AreTheSameCopiedAsWrittenAnew) {
  std::vector<Say> all = many_clients();
  for (std::size_t i = 0; i < all.size(); ++i) {
    Site site(mixed_site());
    const auto first = site.hear(all[i]);
    const auto again = site.hear(all[i]);
    ASSERT_TRUE(first && again) << i;
    EXPECT_TRUE(equal_bytes(first->bytes(), again->bytes())) << i;
  }
}

TEST(ReplyOptions, OfAnOfferServeForItsAck) {
  const Octets list = octets({58, 1, 3, 59, 42, 43});
  const auto ack_after_offer_with = [&](const Octets& offered) {
    Site site(mixed_site());
    const auto offer = site.hear(discover(host(1)).with(55, offered));
    EXPECT_EQ(offer->type(), MessageType::offer);
    return site.hear(selecting(host(1), offer->view().yiaddr()).with(55, list));
  };
  const auto copied = ack_after_offer_with(list);
  const auto anew = ack_after_offer_with(octets({1, 3, 6}));
  ASSERT_TRUE(copied && anew);
  EXPECT_EQ(copied->type(), MessageType::ack);
  EXPECT_TRUE(equal_bytes(copied->bytes(), anew->bytes()));
}

TEST(ReplyOptions, AreNotAnotherClients) {  // one after the other at the same site
  Site site(mixed_site());
  for (const Say& say : many_clients()) {
    const auto reply = site.hear(say);
    ASSERT_TRUE(reply);
    Site fresh(mixed_site());
    const auto alone = fresh.hear(say);
    if (alone->yiaddr() != reply->yiaddr()) continue;  // so other scopes may count
    EXPECT_TRUE(equal_bytes(reply->bytes(), alone->bytes())) << alone->yiaddr();
  }
}

TEST(ReplyOptions, AreThoseOfTheNewConfigurationAfterAReload) {
  Site site(with_options({option(42, octets({1, 1, 1, 1}))}, {}, {}));
  const Say say = discover(host(1)).wanting({42});
  EXPECT_EQ(site.hear(say)->option(42), octets({1, 1, 1, 1}));
  EXPECT_EQ(site.hear(say)->option(42), octets({1, 1, 1, 1}));
  site.reload(with_options({option(42, octets({2, 2, 2, 2}))}, {}, {}));
  EXPECT_EQ(site.hear(say)->option(42), octets({2, 2, 2, 2}));
}

// ---- size

TEST(ReplySize, Is300OctetsAtLeast) {
  Site site;
  EXPECT_EQ(site.hear(discover(host(1)))->bytes().size(), 300U);
}

TEST(ReplySize, KeepsToOption57) {  // R2132-9.10-a
  const auto large = [](int code) { return option(code, Octets(200)); };
  Site site(with_options({large(43), large(60), large(66), large(67), large(100)}, {}, {}));
  const auto wants = {1, 3, 43, 60, 66, 67, 100};
  const auto size = [&](std::uint32_t n, std::optional<int> limit) {
    Say say = discover(host(n)).wanting(wants);
    if (limit) say.with(57, octets({*limit >> 8, *limit & 255}));
    return site.hear(say)->bytes().size();
  };
  EXPECT_LE(size(1, std::nullopt), 548U);
  EXPECT_GT(site.engine().counters().options_dropped, 0U);
  EXPECT_LE(size(2, 68), 548U);  // less than 576 is read as 576
  EXPECT_LE(size(3, 1'000), 972U);
  EXPECT_GT(size(3, 1'400), 1'200U);
  EXPECT_LE(size(4, 65'535), 1'472U);
}

TEST(ReplySize, LongOptionsAreSplit) {  // R3396-5-b
  Octets value(300);
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<std::byte>(i);
  Site site(with_options({option(43, value)}, {}, {}));
  const auto offer = site.hear(discover(host(1)).wanting({43}).with(57, octets({5, 0})));
  EXPECT_EQ(offer->option(43), value);
  EXPECT_EQ(offer->codes(), (std::vector<int>{53, 54, 51, 43, 43, 1, 255}));
}

// B40
TEST(ReplySize, OpensFileAndSnameWhenNeeded) {  // R2131-4.1-e
  std::vector<config::ConfiguredOption> many;
  for (const int code : {43, 60, 66, 67, 100}) many.push_back(option(code, Octets(60)));
  many.push_back(option(101, Octets(40)));
  Site site(with_options(many, {}, {}));
  const auto offer = site.hear(discover(host(1)).wanting({43, 60, 66, 67, 100, 101}));
  ASSERT_TRUE(offer);
  EXPECT_TRUE(offer->view().has(52));
  for (const int code : {43, 60, 66, 67, 100, 101}) {
    EXPECT_TRUE(offer->option(code)) << code;
  }
}

TEST(ReplySize, OptionsOfTheRequestMayBeSplitToo) {  // R3396-5-a
  Site site;
  const Say say = discover(host(1)).with(61, octets({1, 2})).with(61, octets({3, 4}));
  EXPECT_EQ(site.hear(say)->option(61), octets({1, 2, 3, 4}));
}

}  // namespace
}  // namespace lessor::server::v4::testing
