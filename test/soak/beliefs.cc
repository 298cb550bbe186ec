#include "beliefs.h"

namespace lessor::soak {

std::optional<std::uint32_t> Beliefs::believe(net::Ip4 address, std::uint32_t client, Time now,
                                              Time until) {
  const auto other = other_holder(address, client, now);
  held_[address.value] = {client, until};
  return other;
}

void Beliefs::drop(net::Ip4 address, std::uint32_t client) {
  const auto found = held_.find(address.value);
  if (found != held_.end() && found->second.client == client) held_.erase(found);
}

std::optional<std::uint32_t> Beliefs::other_holder(net::Ip4 address, std::uint32_t client,
                                                   Time now) const {
  const auto found = held_.find(address.value);
  if (found == held_.end() || found->second.client == client) return std::nullopt;
  if (found->second.until <= now) return std::nullopt;
  return found->second.client;
}

bool Beliefs::is_set_aside(net::Ip4 address, Time now) const {
  const auto found = aside_.find(address.value);
  return found != aside_.end() && now < found->second;
}

void Beliefs::for_each(const std::function<void(net::Ip4, const Belief&)>& visit) const {
  for (const auto& [address, belief] : held_) visit({address}, belief);
}

}  // namespace lessor::soak
