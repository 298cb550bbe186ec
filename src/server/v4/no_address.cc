#include "server/v4/no_address.h"

#include "server/v4/boot.h"
#include "server/v4/claims.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

bool admits(const Packet& packet, const config::ConfiguredOption& option) {
  return !option.never_send && packet.is_admitted(option.guard);
}

bool has_option(const Packet& packet, const config::OptionSet& set, wire::OptionCode code) {
  return std::ranges::any_of(set.find_all(code), [&](const config::ConfiguredOption& option) {
    return admits(packet, option);
  });
}

bool is_never_sent(const Packet& packet, const config::OptionSet& set, wire::OptionCode code) {
  return std::ranges::any_of(set.find_all(code), [&](const config::ConfiguredOption& option) {
    return option.never_send && packet.is_admitted(option.guard);
  });
}

}  // namespace

bool takes_no_address(const Packet& packet, const Prepared& prepared) {
  constexpr wire::OptionCode kCode = wire::kOptionV6OnlyPreferred;
  const Bytes asked = packet.request.parameter_list;
  if (std::ranges::find(asked, std::byte{kCode}) == asked.end()) return false;
  bool has = false;
  bool never = false;
  const auto look_at = [&](const config::OptionSet& set) {
    has |= has_option(packet, set, kCode);
    never |= is_never_sent(packet, set, kCode);
  };
  if (packet.client.reservation != nullptr) look_at(packet.client.reservation->options);
  look_at(packet.subnet().options);
  const config::SharedNetwork* network = prepared.config().network_of(packet.subnet());
  if (network != nullptr) look_at(network->options);
  look_at(prepared.config().options);
  if (packet.classes != nullptr) {
    for (const config::ClientClass* each : packet.classes->giving()) look_at(each->options);
  }
  return has && !never;
}

Decision offer_no_address(const Packet& packet, const World& world) {
  return {.verdict = Verdict::offer,
          .reason = Reason::configuration_only,
          .lease_time = time_for(packet, world, net::kIp4Any)};
}

Decision decide_as_proxy(const Packet& packet) {
  const bool boots =
      packet.view != nullptr && is_boot_client(*packet.view) && choose_boot(packet).has_value();
  if (boots && packet.phase == Phase::discover) {
    return {.verdict = Verdict::offer, .reason = Reason::configuration_only};
  }
  const bool asks_boot_server = packet.in.destination_port == config::kBootServerPort &&
                                packet.request.type == wire::MessageType::request &&
                                !packet.request.ciaddr.is_zero();
  if (boots && asks_boot_server) {
    return {.verdict = Verdict::inform_ack,
            .reason = Reason::configuration_only,
            .address = packet.request.ciaddr};
  }
  return silent(Reason::other_server);
}

}  // namespace lessor::server::v4
