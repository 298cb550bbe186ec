// DISCOVER-OFFER-REQUEST-ACK exchanges of as many clients, for callgrind to count: only measured()
// is counted, which is what the packet thread does between a datagram and its reply in the Outbox.
#include "server/v4/test_kit.h"

#include <cstdio>
#include <cstdlib>

namespace {

constexpr std::uint32_t kClients = 1'000;

}  // namespace

/// The name that instructions.py gives to callgrind.
extern "C" __attribute__((noinline)) void measured(lessor::server::v4::ServerEngine& engine,
                                                   lessor::Now now, const lessor::net::Datagram& in,
                                                   lessor::net::Outbox& outbox) {
  engine.on_datagram(now, in, outbox);
}

namespace lessor::server::v4::testing {
namespace {

config::ServerConfig office() {
  config::Subnet one = subnet(1, "192.0.0.0/16", {pool("192.0.16.0-192.0.31.255")});
  one.options = config::OptionSet(
      {option(3, octets({192, 0, 2, 1})), option(6, octets({8, 8, 4, 4, 8, 8, 8, 8})),
       option(15, text("example.org")), option(28, octets({192, 0, 255, 255})),
       option(42, octets({192, 0, 2, 1}))});
  return config_of({one});
}

/// What udhcpc and dhclient send, more or less.
Say as_clients_do(Say say) {
  return say.with(60, text("udhcp 1.35.0"))
      .with(57, octets({2, 64}))
      .with(12, text("a-host-name"))
      .wanting({1, 3, 6, 12, 15, 28, 42});
}

bool drain(Site& site, MessageType expected) {
  site.flush();
  (void)site.take_events();
  const auto reply = site.next_reply();
  return reply && reply->type() == expected;
}

int run() {
  Site site(office(), {.key = {5, 6}, .lease_capacity = 8'192});
  for (std::uint32_t n = 0; n < kClients; ++n) {
    const Host client = host_with_id(
        n, octets({1, 2, 0, 0, 0, static_cast<int>(n >> 8), static_cast<int>(n & 255)}));
    Say first = as_clients_do(discover(client));
    measured(site.engine(), site.now(), first.said(), site.outbox());
    if (!drain(site, MessageType::offer)) return EXIT_FAILURE;
    const net::Ip4 address{ip("192.0.16.0").value + n};
    Say second = as_clients_do(selecting(client, address));
    measured(site.engine(), site.now(), second.said(), site.outbox());
    if (!drain(site, MessageType::ack)) return EXIT_FAILURE;
  }
  std::printf("%u exchanges\n", kClients);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace lessor::server::v4::testing

int main() { return lessor::server::v4::testing::run(); }
