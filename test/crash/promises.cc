#include "promises.h"

#include "base/bytes.h"

#include <fstream>

namespace lessor::test {

void Stored::visit(const lease::Lease& lease) {
  const Bytes hardware = lease.hardware.bytes();
  const std::uint32_t client = hardware.size() == 6 ? load_be32(hardware.data() + 2) : UINT32_MAX;
  const bool fresh = leases.emplace(lease.address.value, Entry{client, lease.state}).second;
  if (!fresh) ++twice;
}

std::expected<Promises, std::string> Promises::read(const std::string& path) {
  std::ifstream in(path);
  if (!in) return std::unexpected("cannot read " + path);
  Promises promises;
  std::string what;
  std::string address;
  for (Event event; in >> what >> address >> event.client >> event.ns;) {
    const auto parsed = net::parse_ip4(address);
    if (!parsed) return std::unexpected(path + " holds '" + address + "', which is no address");
    event.address = parsed->value;
    event.given_back = what == "R";
    promises.events_.push_back(event);
  }
  return promises;
}

std::expected<void, std::string> Promises::advance(std::uint64_t ns) {
  for (; next_ < events_.size() && events_[next_].ns <= ns; ++next_) {
    const Event& event = events_[next_];
    if (event.given_back) {
      held_.erase(event.address);
      continue;
    }
    const auto [holder, fresh] = held_.emplace(event.address, event.client);
    if (!fresh && holder->second != event.client) {
      return std::unexpected(net::to_string(net::Ip4{event.address}) + " promised to client " +
                             std::to_string(holder->second) + " and to client " +
                             std::to_string(event.client));
    }
  }
  return {};
}

std::expected<void, std::string> Promises::check(const Stored& stored) const {
  std::size_t lost = 0;
  std::string named;
  for (const auto& [address, client] : held_) {
    const auto found = stored.leases.find(address);
    if (found != stored.leases.end() && found->second.client == client &&
        found->second.state == lease::LeaseState::active)
      continue;
    if (++lost > 3) continue;
    named += " " + net::to_string(net::Ip4{address}) + " of client " + std::to_string(client);
    named += found == stored.leases.end()
                 ? " (no record)"
                 : " (now of client " + std::to_string(found->second.client) + ")";
  }
  if (stored.twice > 0) return std::unexpected("the store holds an address twice");
  if (lost == 0) return {};
  return std::unexpected(std::to_string(lost) + " of " + std::to_string(held_.size()) +
                         " promised leases are lost:" + named);
}

}  // namespace lessor::test
