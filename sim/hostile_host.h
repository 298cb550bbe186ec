#pragma once
// A simulated host that means harm, on one link: floods of made-up clients, claims to what others
// have, replays, and nonsense. It cannot do what no server could tell from the truth: a copied
// DHCPRELEASE or DHCPDECLINE of another client. Must not know: engines.

#include "sim/stage.h"
#include "wire/v4/message_writer.h"

#include <deque>

namespace lessor::sim {

class HostileHost final : public Host {
 public:
  HostileHost(Stage& stage, HostId host, std::size_t site, LinkId link);

  void hear(const net::Datagram& datagram) override;
  void wake() override;
  [[nodiscard]] Instant next_deadline() const override { return next_; }
  void be_quiet() { next_ = Instant::never(); }

 private:
  void flood();
  void claim_others();
  void replay();
  void talk_nonsense();
  [[nodiscard]] net::Ip4 some_address();
  [[nodiscard]] wire::Header header(const net::Mac& mac);
  void say(wire::MessageType type, wire::Header header, net::Ip4 requested, net::Ip4 server);
  void put(Bytes payload);

  Stage& stage_;
  const HostId host_;
  const std::size_t site_;
  const LinkId link_;
  const net::Mac mac_;
  Instant next_;
  std::deque<std::vector<std::byte>> heard_;  // requests of others, as they were
};

}  // namespace lessor::sim
