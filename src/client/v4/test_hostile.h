#pragma once
// An honest server beside a hostile one: for the tests of what the latter may send.

#include "client/v4/host_plan.h"
#include "client/v4/test_kit.h"

#include <algorithm>

namespace lessor::client::v4::testing {

using wire::MessageType;
using Octets = std::vector<std::byte>;
using NamedHex = std::vector<std::pair<wire::OptionCode, std::string>>;

inline std::string hex_of(std::string_view text) { return to_hex(as_bytes(text)); }
inline std::string repeat(std::string_view hex, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += hex;
  return out;
}

/// What an honest server says: router, name server and domain.
inline NamedHex honest_options() {
  return {{3, "c0000201"}, {6, "c0000235"}, {15, hex_of("example.org")}};
}
inline Reply honest(MessageType type) { return {.type = type, .options = honest_options()}; }

inline HostRules all_rules() {
  HostRules rules{.hostname = true, .link_mtu = 1'500};
  rules.protected_prefixes = {*net::parse_prefix4("10.8.0.0/16")};
  return rules;
}
inline net::HostSettings plan_of(const Client& client) {
  net::HostSettings settings = plan_host(*client.engine.lease(), all_rules(), client.now).settings;
  settings.lifetime = Duration();  // differs from moment to moment
  return settings;
}
/// What an honest lease asks of the host, less `without`.
inline net::HostSettings honest_plan(std::optional<wire::OptionCode> without = std::nullopt) {
  NamedHex options = honest_options();
  std::erase_if(options, [&](const auto& o) { return o.first == without; });
  Client client;
  client.bind({.options = options});
  return plan_of(client);
}

/// Answers honestly until the client is bound.
inline void bind_honestly(Client& client) {
  for (int i = 0; i < 60 && client.state() != State::bound; ++i) {
    if (client.state() == State::selecting) client.hear(honest(MessageType::offer));
    if (client.state() == State::requesting || client.state() == State::rebooting ||
        client.state() == State::renewing || client.state() == State::rebinding) {
      client.hear(honest(MessageType::ack));
    }
    if (client.state() != State::bound) client.next();
  }
  ASSERT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.engine.lease()->server, kServer);
  EXPECT_EQ(plan_of(client), honest_plan());
}

/// Where a client stands when the hostile message comes.
enum class Stage { selecting, requesting, checking, bound, renewing, rebinding };
inline constexpr Stage kStages[] = {Stage::selecting, Stage::requesting, Stage::checking,
                                    Stage::bound,     Stage::renewing,   Stage::rebinding};

inline void lead_to(Client& client, Stage stage) {
  client.start();
  if (stage == Stage::selecting) return;
  client.hear(honest(MessageType::offer)).pass(Duration::seconds(1));
  if (stage == Stage::requesting) return;
  client.hear(honest(MessageType::ack));
  if (stage == Stage::checking) return;
  client.pass(Duration::seconds(8));
  if (stage == Stage::bound) return;
  client.pass(client.engine.lease()->renew_at() - client.now.mono);
  if (stage == Stage::renewing) return;
  client.pass(client.engine.lease()->rebind_at() - client.now.mono);
}

}  // namespace lessor::client::v4::testing
