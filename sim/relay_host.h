#pragma once
// A simulated machine with a relay agent: the real engine between its clients' link, or the relay
// before it, and the servers. Must not know: who its clients are.

#include "relay/v4/engine.h"
#include "sim/clock.h"
#include "sim/stage.h"
#include "wire/v4/message_view.h"

#include <memory>
#include <optional>

namespace lessor::sim {

class RelayHost final : public Host {
 public:
  /// The agent of `site` that is `hop` (1 the clients' own) relays away from the clients. The first
  /// one has a port on `link`.
  RelayHost(Stage& stage, HostId host, std::size_t site, int hop, LinkId link);

  void hear(const net::Datagram& datagram) override;
  void wake() override;
  [[nodiscard]] Instant next_deadline() const override;

  /// The process ends and is started again: what it knew of exchanges and servers is gone.
  void restart();
  void set_up(bool up);
  /// A server that it probes and has given up; nothing while it has none.
  [[nodiscard]] std::optional<net::Ip4> given_up();
  [[nodiscard]] std::string to_string() const;

 private:
  [[nodiscard]] relay::v4::Settings settings() const;
  void start();
  void tell_interfaces(bool up);
  void pump();
  void check(const net::Outbox::Ready& ready);
  [[nodiscard]] Now now() const { return clock_.read(stage_.now); }

  Stage& stage_;
  const HostId host_;
  const std::size_t site_;
  const int hop_;
  Clock clock_;
  std::unique_ptr<relay::v4::RelayEngine> engine_;
  net::Outbox outbox_{64, 8};
  /// Of the message that is being relayed.
  struct Heard {
    std::uint32_t xid = 0;
    std::uint8_t hops = 0;
    net::Ip4 giaddr;
  };
  std::optional<Heard> heard_;
  wire::ParseScratch scratch_;
  std::uint64_t starts_ = 0;
};

}  // namespace lessor::sim
