// Messages of a hostile or broken server that must not count, class by class: the client stays
// where it is, and an honest server gives it its lease.

#include "client/v4/test_hostile.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <ostream>

namespace lessor::client::v4 {
namespace {

using namespace testing;

// --- Messages that must not count ----------------------------------------------------------------

/// A message made from a good one, and why it is dropped.
struct Bad {
  std::string name;
  Reason reason;
  std::function<Octets(const Client&, MessageType)> make;
  friend void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }
};

/// A reply that is good but for what `change` does to it.
Bad bad_reply(std::string name, Reason reason, const std::function<void(Reply&)>& change) {
  return {std::move(name), reason, [change](const Client& client, MessageType type) {
            Reply reply = honest(type);
            change(reply);
            return client.octets_of(reply);
          }};
}
Bad bad_option(std::string name, wire::OptionCode code, const std::string& hex,
               Reason reason = Reason::bad_option) {
  return bad_reply(std::move(name), reason, [code, hex](Reply& reply) {
    if (code == 1) reply.mask = false;
    if (code == 51) reply.lease_time.reset();
    if (code == 54) reply.server_id = false;
    reply.options.emplace_back(code, hex);
  });
}
/// A good message whose octets `change` has changed.
Bad bad_octets(std::string name, Reason reason, const std::function<void(Octets&)>& change) {
  return {std::move(name), reason, [change](const Client& client, MessageType type) {
            Octets octets = client.octets_of(honest(type));
            change(octets);
            return octets;
          }};
}
Bad bad_octet(std::string name, Reason reason, std::size_t at, int value) {
  return bad_octets(std::move(name), reason,
                    [at, value](Octets& octets) { octets[at] = static_cast<std::byte>(value); });
}
Bad bad_address(std::string name, std::string_view address) {
  return bad_reply(std::move(name), Reason::bad_address,
                   [address](Reply& reply) { reply.address = net::parse_ip4(address).value(); });
}

/// C2-01, C2-02: what lengths lie.
std::vector<Bad> bad_lengths() {
  std::vector<Bad> all;
  for (const std::size_t size : {0U, 1U, 3U, 5U, 254U, 255U}) {
    // CVE-2009-0692 in 2009, CVE-2026-44815 in 2026: a copy into four octets by the wire's length.
    all.push_back(bad_option("SubnetMaskOf" + std::to_string(size), 1, repeat("ff", size)));
    all.push_back(bad_option("LeaseTimeOf" + std::to_string(size), 51, repeat("00", size)));
    all.push_back(bad_option("RenewalTimeOf" + std::to_string(size), 58, repeat("00", size)));
    all.push_back(bad_option("RebindingTimeOf" + std::to_string(size), 59, repeat("00", size)));
    all.push_back(bad_option("ServerIdentifierOf" + std::to_string(size), 54, repeat("c0", size),
                             Reason::bad_server_id));
  }
  // RFC 3396: one that comes twice is one of eight octets.
  all.push_back(bad_reply("SubnetMaskTwice", Reason::bad_option,
                          [](Reply& r) { r.options.emplace_back(1, "ffffff00"); }));
  all.push_back(bad_reply("LeaseTimeTwice", Reason::bad_option,
                          [](Reply& r) { r.options.emplace_back(51, "00000e10"); }));
  all.push_back(bad_reply("ServerIdentifierTwice", Reason::bad_server_id,
                          [](Reply& r) { r.options.emplace_back(54, "c0000201"); }));
  for (const int size : {0, 1, 2, 128, 129, 255}) {  // CVE-2010-2156, CVE-2019-6472
    all.push_back(bad_option("ClientIdentifierOf" + std::to_string(size), 61,
                             repeat("41", static_cast<std::size_t>(size)), Reason::other_client));
  }
  for (const int value : {0, 4, 255}) {  // dhcpcd's loop over the overload flag
    all.push_back(bad_option("Overload" + std::to_string(value), 52,
                             to_hex(Octets{static_cast<std::byte>(value)}), Reason::malformed));
  }
  all.push_back(bad_option("OverloadOf2", 52, "0101", Reason::malformed));
  // CVE-2017-14494: a length that runs past the end.
  all.push_back(bad_octets("OptionPastTheEnd", Reason::malformed, [](Octets& o) {
    o.resize(wire::kOptionsOffset + 3);
    o.push_back(std::byte{12});
    o.push_back(std::byte{255});
    o.push_back(std::byte{'a'});
  }));
  all.push_back(bad_octets("OptionWithoutLength", Reason::malformed, [](Octets& o) {
    o.resize(wire::kOptionsOffset + 3);
    o.push_back(std::byte{12});
  }));
  return all;
}

/// C2-03, C2-04: what is no message, or no answer to us.
std::vector<Bad> bad_headers() {
  const auto cut = [](std::size_t size) { return [size](Octets& o) { o.resize(size); }; };
  return {
      bad_octets("Empty", Reason::malformed, cut(0)),
      bad_octets("OneOctet", Reason::malformed, cut(1)),
      bad_octets("HeaderWithoutCookie", Reason::malformed, cut(236)),
      bad_octets("HalfACookie", Reason::malformed, cut(238)),
      bad_octets("NoOptions", Reason::not_a_reply, cut(240)),
      bad_octets("LongerThanAnyDatagram", Reason::malformed, cut(70'000)),
      bad_octet("WrongCookie", Reason::malformed, 236, 0x42),
      bad_octet("OpRequest", Reason::not_a_reply, 0, 1),
      bad_octet("Op0", Reason::not_a_reply, 0, 0),
      bad_octet("Op255", Reason::not_a_reply, 0, 255),
      bad_octet("Htype0", Reason::other_client, 1, 0),
      bad_octet("Htype255", Reason::other_client, 1, 255),
      bad_octet("Hlen0", Reason::other_client, 2, 0),
      bad_octet("Hlen16", Reason::other_client, 2, 16),
      bad_octet("Hlen17", Reason::malformed, 2, 17),
      bad_octet("Hlen255", Reason::malformed, 2, 255),
      bad_octet("OtherXid", Reason::other_xid, 4, 0x99),
      bad_octet("OtherChaddr", Reason::other_client, 28, 0x99),
      bad_octet("MessageType0", Reason::unexpected, 242, 0),
      bad_octet("MessageType99", Reason::unexpected, 242, 99),
      bad_octet("MessageTypeOf0", Reason::unexpected, 241, 0),
      bad_octet("NoMessageType", Reason::not_a_reply, 240, 12),
      bad_octet("Discover", Reason::unexpected, 242, 1),
      bad_octet("Release", Reason::unexpected, 242, 7),
  };
}

/// C2-07: what no host may have, and times that are none.
std::vector<Bad> bad_values() {
  const auto server = [](std::string_view address) {
    return [address](Reply& reply) { reply.server = net::parse_ip4(address).value(); };
  };
  return {
      bad_address("AddressZero", "0.0.0.0"),
      bad_address("AddressOfNetwork0", "0.0.0.7"),
      bad_address("AddressLoopback", "127.0.0.1"),
      bad_address("AddressMulticast", "224.0.0.1"),
      bad_address("AddressReserved", "240.0.0.1"),
      bad_address("AddressBroadcast", "255.255.255.255"),
      bad_address("AddressOfTheSubnet", "192.0.2.0"),
      bad_address("AddressOfItsBroadcast", "192.0.2.255"),
      bad_address("AddressOfTheServer", "192.0.2.1"),
      bad_reply("ServerZero", Reason::bad_server_id, server("0.0.0.0")),
      bad_reply("ServerLoopback", Reason::bad_server_id, server("127.0.0.1")),
      bad_reply("ServerBroadcast", Reason::bad_server_id, server("255.255.255.255")),
      bad_reply("NoServer", Reason::bad_server_id, [](Reply& r) { r.server_id = false; }),
      bad_reply("NoLeaseTime", Reason::no_lease_time, [](Reply& r) { r.lease_time.reset(); }),
      bad_reply("LeaseTime0", Reason::no_lease_time, [](Reply& r) { r.lease_time = 0; }),
      bad_reply("LeaseTime1", Reason::no_lease_time, [](Reply& r) { r.lease_time = 1; }),
      bad_option("SubnetMaskWithAHole", 1, "ff00ff00"),
      bad_option("SubnetMask0", 1, "00000000"),
      bad_option("AnotherClientsIdentifier", 61, "0102030405", Reason::other_client),
  };
}

std::vector<Bad> bad_messages() {
  std::vector<Bad> all = bad_lengths();
  for (auto& bad : bad_headers()) all.push_back(std::move(bad));
  for (auto& bad : bad_values()) all.push_back(std::move(bad));
  return all;
}

class BadMessage : public ::testing::TestWithParam<Bad> {};

// C2-01, C2-02, C2-03, C2-04, C2-07
// B01, B02
TEST_P(BadMessage, IsDroppedInEveryState) {
  for (const Stage stage : kStages) {
    SCOPED_TRACE(static_cast<int>(stage));
    Client client;
    lead_to(client, stage);
    client.take_effects();
    const State before = client.state();
    const auto lease =
        client.engine.lease() != nullptr ? std::optional(*client.engine.lease()) : std::nullopt;
    const MessageType type = stage == Stage::selecting ? MessageType::offer : MessageType::ack;
    client.hear_octets(GetParam().make(client, type));
    EXPECT_EQ(client.state(), before);
    EXPECT_EQ(client.take_effects(), "");
    EXPECT_TRUE(!lease || *client.engine.lease() == *lease);
    const bool listens = stage != Stage::checking && stage != Stage::bound;
    const auto dropped = client.engine.counters().dropped;
    EXPECT_TRUE(!listens || dropped[static_cast<std::size_t>(GetParam().reason)] == 1)
        << name_of(client.last_drop());
    EXPECT_EQ(std::accumulate(dropped.begin(), dropped.end(), std::uint64_t{0}), 1U);
    bind_honestly(client);
  }
}

INSTANTIATE_TEST_SUITE_P(HostileServer, BadMessage, ::testing::ValuesIn(bad_messages()),
                         [](const auto& param) { return param.param.name; });

// CVE-2015-8605 and every reader past an end since.
TEST(HostileServer, AMessageCutAnywhereDoesNoHarm) {
  for (const Stage stage : {Stage::selecting, Stage::requesting, Stage::renewing}) {
    Client client;
    lead_to(client, stage);
    const State before = client.state();
    const MessageType type = stage == Stage::selecting ? MessageType::offer : MessageType::ack;
    const Octets whole = client.octets_of(honest(type));
    // Up to the option that makes it whole: behind 51 an ACK without 255 may still count.
    for (std::size_t size = 0; size < wire::kOptionsOffset + 15; ++size) {
      client.hear_octets(Bytes(whole).first(size));
    }
    EXPECT_EQ(client.state(), before);
    bind_honestly(client);
  }
}

}  // namespace
}  // namespace lessor::client::v4
