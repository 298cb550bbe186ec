#include "client/v4/forcerenew.h"

#include "base/text.h"
#include "client/v4/test_md5.h"
#include "wire/v4/test_messages.h"

#include <gtest/gtest.h>

namespace lessor::client::v4 {
namespace {

using testing::hmac_md5;
using wire::testing::message;
using wire::testing::octets;
using wire::testing::Octets;
using wire::testing::option;

constexpr int kNonce = 1;
constexpr int kDigest = 2;
constexpr std::uint64_t kCounter = 0x0000'0001'0000'0000;

Octets key(int first = 0xa0) {
  Octets out;
  for (int i = 0; i < 16; ++i) out.push_back(static_cast<std::byte>(first + i));
  return out;
}

/// Option 90's value (RFC 6704 3.1.2).
Octets authentication(int type, std::uint64_t replay, const Octets& value) {
  Octets counter(8);
  store_be64(counter.data(), replay);
  return octets({3, 1, 0}) + counter + octets({type}) + value;
}

wire::Header server_header() {
  wire::Header header = wire::testing::client_header();
  header.op = wire::Op::reply;
  return header;
}

Octets ack(const Octets& authentication_value) {
  return message(option(53, octets({5})) + option(90, authentication_value) + octets({255}),
                 server_header());
}

/// A FORCERENEW whose digest is right.
Octets forcerenew(std::uint64_t replay, const Octets& nonce = key(), int type = kDigest) {
  Octets out =
      message(option(53, octets({9})) + option(90, authentication(type, replay, Octets(16))) +
                  option(54, octets({192, 0, 2, 1})) + octets({255}),
              server_header());
  const auto digest = hmac_md5(nonce, out);
  copy_bytes(MutableBytes(out).subspan(wire::kOptionsOffset + 3 + 2 + 12), digest);
  return out;
}

wire::MessageView view(const Octets& octets, wire::ParseScratch& scratch) {
  return wire::MessageView::parse(octets, scratch).value();
}

/// One client with the nonce of an ACK in hand.
struct Client {
  explicit Client(const Octets& learnt = ack(authentication(kNonce, kCounter, key()))) {
    forcerenew.learn(view(learnt, scratch));
  }
  bool accepts(const Octets& octets, wire::HmacMd5 hmac = hmac_md5) {
    return forcerenew.accepts(view(octets, scratch), hmac);
  }
  Forcerenew forcerenew;
  wire::ParseScratch scratch;
};

TEST(TestMd5, IsTheOneOfTheRfcs) {
  // RFC 1321 A.5 and RFC 2202 2, test case 2.
  EXPECT_EQ(to_hex(testing::md5({})), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(to_hex(testing::md5(as_bytes("message digest"))), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(to_hex(hmac_md5(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "750c783e6ab0b503eaa86e310a5db738");
}

// R6704-3.1-a
TEST(Forcerenew, AcceptsADigestMadeWithTheNonce) {
  Client client;
  EXPECT_TRUE(client.forcerenew.has_nonce());
  EXPECT_TRUE(client.accepts(forcerenew(kCounter + 1)));
}

// R6704-3.1-b
TEST(Forcerenew, AcceptsNothingTwiceAndNothingOlder) {
  Client client;
  EXPECT_FALSE(client.accepts(forcerenew(kCounter))) << "the ACK's own counter";
  EXPECT_TRUE(client.accepts(forcerenew(kCounter + 5)));
  EXPECT_FALSE(client.accepts(forcerenew(kCounter + 5)));
  EXPECT_FALSE(client.accepts(forcerenew(kCounter + 4)));
  EXPECT_TRUE(client.accepts(forcerenew(UINT64_MAX)));
  EXPECT_FALSE(client.accepts(forcerenew(0))) << "the counter does not wrap";
}

// R6704-3.1-b
TEST(Forcerenew, ANonceSaidAgainDoesNotMoveTheCounterBack) {
  Client client;
  EXPECT_TRUE(client.accepts(forcerenew(kCounter + 5)));
  client.forcerenew.learn(view(ack(authentication(kNonce, kCounter, key())), client.scratch));
  EXPECT_FALSE(client.accepts(forcerenew(kCounter + 5)));
  EXPECT_TRUE(client.accepts(forcerenew(kCounter + 6)));
  // Another nonce begins anew: what was made with the old one proves nothing any more.
  client.forcerenew.learn(view(ack(authentication(kNonce, 1, key(0xb0))), client.scratch));
  EXPECT_TRUE(client.accepts(forcerenew(2, key(0xb0))));
}

TEST(Forcerenew, RefusedMessagesDoNotMoveTheCounter) {
  Client client;
  EXPECT_FALSE(client.accepts(forcerenew(UINT64_MAX, key(0xb0))));
  EXPECT_TRUE(client.accepts(forcerenew(kCounter + 1)));
}

// R3203-a
TEST(Forcerenew, AcceptsNothingWithoutANonce) {
  Client client(ack(Octets{}));
  EXPECT_FALSE(client.forcerenew.has_nonce());
  EXPECT_FALSE(client.accepts(forcerenew(kCounter + 1)));
  EXPECT_FALSE(client.accepts(forcerenew(kCounter + 1, Octets(16)))) << "nor under a key of zeros";
  EXPECT_FALSE(client.accepts(message(option(53, octets({9})) + octets({255}), server_header())));
}

TEST(Forcerenew, AcceptsNothingWithoutAWayToMakeDigests) {
  Client client;
  EXPECT_FALSE(client.accepts(forcerenew(kCounter + 1), nullptr));
}

TEST(Forcerenew, ForgetsTheNonceAndLearnsAnother) {
  Client client;
  client.forcerenew.forget();
  EXPECT_FALSE(client.accepts(forcerenew(kCounter + 1)));
  // Another server counts from elsewhere: below the last one's counter.
  client.forcerenew.learn(view(ack(authentication(kNonce, 7, key(0xb0))), client.scratch));
  EXPECT_FALSE(client.accepts(forcerenew(8))) << "the old nonce";
  EXPECT_TRUE(client.accepts(forcerenew(8, key(0xb0))));
}

TEST(Forcerenew, KeepsTheNonceWhenARenewalBringsNone) {
  Client client;
  client.forcerenew.learn(
      view(message(option(53, octets({5})) + octets({255}), server_header()), client.scratch));
  EXPECT_TRUE(client.accepts(forcerenew(kCounter + 1)));
}

struct BadNonce {
  const char* why;
  Octets option_90;
};
TEST(Forcerenew, LearnsNothingFromOtherOptions90) {
  const Octets good = authentication(kNonce, kCounter, key());
  auto with = [&](std::size_t at, int value) {
    Octets out = good;
    out[at] = static_cast<std::byte>(value);
    return out;
  };
  const BadNonce cases[] = {
      {"empty", {}},
      {"a protocol alone", octets({3})},
      {"an octet short", Octets(good.begin(), good.end() - 1)},
      {"an octet long", good + octets({0})},
      {"without a nonce", Octets(good.begin(), good.begin() + 12)},
      {"configuration token (RFC 3118 4)", with(0, 0)},
      {"delayed authentication (RFC 3118 5)", with(0, 1)},
      {"another algorithm", with(1, 2)},
      {"another way to detect replays", with(2, 1)},
      {"a digest, no nonce", with(11, kDigest)},
      {"a type that does not exist", with(11, 0)},
  };
  for (const BadNonce& c : cases) {
    EXPECT_FALSE(Client(ack(c.option_90)).forcerenew.has_nonce()) << c.why;
  }
}

// B43
TEST(Forcerenew, AcceptsNothingThatWasChanged) {
  const Octets good = forcerenew(kCounter + 1);
  int changed = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    Octets bad = good;
    bad[at] ^= std::byte{0x01};
    wire::ParseScratch scratch;
    if (!wire::MessageView::parse(bad, scratch)) continue;
    const bool a_relay_may =
        at == wire::kHopsOffset || (at >= wire::kGiaddrOffset && at < wire::kGiaddrOffset + 4);
    EXPECT_EQ(Client().accepts(bad), a_relay_may) << "octet " << at;
    ++changed;
  }
  EXPECT_GT(changed, 250);
  const Octets longer = good + octets({0});
  EXPECT_FALSE(Client().accepts(longer)) << "padding that the server did not send";
}

// B44
TEST(Forcerenew, AcceptsNoDigestOfAnotherType) {
  EXPECT_FALSE(Client().accepts(forcerenew(kCounter + 1, key(), kNonce)));
  EXPECT_FALSE(Client().accepts(forcerenew(kCounter + 1, key(), 3)));
}

TEST(Forcerenew, RefusesAnOption90InParts) {
  const Octets value = authentication(kDigest, kCounter + 1, Octets(16));
  for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{12}, std::size_t{20}}) {
    const Octets first(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(cut));
    const Octets second(value.begin() + static_cast<std::ptrdiff_t>(cut), value.end());
    const Octets split =
        message(option(53, octets({9})) + option(90, first) + option(90, second) + octets({255}),
                server_header());
    // Whatever digest: there is no one place that was zero while it was made.
    EXPECT_FALSE(Client().accepts(split, [](Bytes, Bytes) { return testing::Digest{}; })) << cut;
  }
}

TEST(Forcerenew, FindsADigestInAnOverloadedField) {
  Octets out =
      message(option(53, octets({9})) + option(52, octets({1})) + octets({255}), server_header());
  const Octets in_file =
      option(90, authentication(kDigest, kCounter + 1, Octets(16))) + octets({255});
  wire::testing::put(out, wire::kFileOffset, in_file);
  const auto digest = hmac_md5(key(), out);
  copy_bytes(MutableBytes(out).subspan(wire::kFileOffset + 2 + 12), digest);
  EXPECT_TRUE(Client().accepts(out));
}

}  // namespace
}  // namespace lessor::client::v4
