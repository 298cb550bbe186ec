#include "sim/holders.h"

namespace lessor::sim {

void Holders::believe(const Holder& holder) {
  let_go(holder.client);
  auto& all = by_address_[holder.address.value];
  for (const Holder& other : all) {
    if (!other.honest || !holder.honest || other.until <= stage_.now) continue;
    stage_.break_law("client " + std::to_string(holder.client) + " and client " +
                     std::to_string(other.client) + " both have " + net::to_string(holder.address) +
                     ", the second for " + to_string(other.until - stage_.now) + " more");
  }
  all.push_back(holder);
  address_of_[holder.client] = holder.address;
}

void Holders::let_go(std::uint32_t client) {
  const auto found = address_of_.find(client);
  if (found == address_of_.end()) return;
  std::erase_if(by_address_[found->second.value],
                [&](const Holder& holder) { return holder.client == client; });
  address_of_.erase(found);
}

}  // namespace lessor::sim
