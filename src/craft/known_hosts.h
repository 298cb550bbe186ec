#pragma once
// The hosts that DHCP speaks of, so that of ARP and ICMP only what concerns them need be shown: the
// probes before an address is given, and the conflicts after. Must not know: files, views.

#include "base/time.h"
#include "craft/dissect.h"

#include <set>

namespace lessor::craft {

/// Learns from DHCP messages; either all of them, or one client's alone.
class KnownHosts {
 public:
  KnownHosts() = default;
  explicit KnownHosts(const net::Mac& client) : client_(client) {}

  /// Notes the addresses that a DHCP message speaks of; other frames teach nothing.
  void learn(const Dissection& d, Duration since_1970);
  /// Whether the frame is from, to or about a host that is known. All hosts: or a question about an
  /// address soon after a DHCPDISCOVER, since servers probe an address before they offer it.
  [[nodiscard]] bool concerns(const Dissection& d, Duration since_1970) const;

 private:
  void note(net::Ip4 address);
  [[nodiscard]] bool is_known(net::Ip4 address) const { return addresses_.contains(address); }
  [[nodiscard]] bool is_known(const net::Mac& mac) const {
    return client_ ? mac == *client_ : macs_.contains(mac);
  }

  std::optional<net::Mac> client_;
  std::set<net::Ip4> addresses_;
  std::set<net::Mac> macs_;
  Duration asked_at_;  // the last DHCPDISCOVER
};

}  // namespace lessor::craft
