#pragma once
// ARP for addresses that a crafted packet comes from and the host does not have: without an answer
// to "who has 192.0.2.10?" no server's reply to it ever leaves. Must not know: sockets, clocks.

#include "craft/packet/recipe.h"
#include "net/arp.h"

namespace lessor::craft {

/// The addresses that we answer for, and those that we have heard.
class Neighbours {
 public:
  /// `own` are the host's addresses: its kernel answers for them.
  explicit Neighbours(std::vector<net::Ip4> own) : own_(std::move(own)) {}

  /// From now on answers for the addresses that a sent frame speaks from: ip.src, ciaddr, giaddr.
  void claim(Bytes sent);
  /// Remembers who sent a received frame from which address.
  void learn(Bytes received);
  /// The reply to an ARP request for an address that was claimed. A probe (RFC 5227) is not
  /// answered: nobody has the address yet.
  [[nodiscard]] std::optional<std::vector<std::byte>> answer(Bytes received) const;
  /// The hardware address of `address`, as last heard.
  [[nodiscard]] std::optional<net::Mac> find(net::Ip4 address) const;

 private:
  struct Entry {
    net::Ip4 address;
    net::Mac mac;
  };
  static void remember(std::vector<Entry>& table, Entry entry);

  std::vector<net::Ip4> own_;
  std::vector<Entry> claimed_;
  std::vector<Entry> heard_;
};

/// An ARP request by `mac` at `from` for `wanted`, to everybody.
[[nodiscard]] std::vector<std::byte> arp_request(const net::Mac& mac, net::Ip4 from,
                                                 net::Ip4 wanted);

}  // namespace lessor::craft
