// Fuzzes the DHCP client in every state: octets steer a walk (client/v4/test_walk.h) through
// messages, ARP, time, the link and orders; what client/v4/test_watch.h holds must hold after every
// step.

#include "client/v4/test_walk.h"
#include "seed.h"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lessor::client::v4::testing::Walk walk(std::as_bytes(std::span(data, size)));
  const std::string& wrong = walk.run();
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
  }
  return 0;
}

// A walk that never gets a server's answer through would lead a fuzzer nowhere.
bool is_good_seed(lessor::Bytes seed) {
  lessor::client::v4::testing::Walk walk(seed);
  const bool sound = walk.run().empty();
  const auto& watch = walk.watch();
  return sound && (watch.saw(lessor::client::v4::State::checking) ||
                   watch.saw(lessor::client::v4::State::informed) ||
                   watch.saw(lessor::client::v4::State::v6_only));
}
