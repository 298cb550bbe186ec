#pragma once
// What one server has promised, as whoever watches it from outside can tell: offers it holds,
// leases it must not give to others, declined addresses that rest. Must not know: how the engine
// keeps them.

#include "server/v4/events.h"
#include "sim/disk.h"
#include "sim/stage.h"
#include "wire/v4/message_view.h"

#include <map>
#include <optional>

namespace lessor::sim {

class Promises {
 public:
  Promises(Stage& stage, int server) : stage_(stage), server_(server) {}

  /// How long offers hold, and declined addresses rest, from now on.
  void configured(Duration hold, Duration probation) {
    hold_ = hold;
    probation_ = probation;
  }
  /// Its machine starts again: offers are forgotten, and what the disk does not have.
  void restarted(const Disk& disk);
  /// An event that the server told of. Before the replies of the same moment are looked at.
  void happened(const server::v4::Event& event);
  /// A DHCPDECLINE reached the server: from the holder, it puts the address to rest.
  void declined(const wire::MessageView& decline);
  /// A DHCPOFFER leaves: what it breaks, as "is offered to another client"; nothing if nothing.
  [[nodiscard]] std::optional<std::string> offered(const wire::MessageView& offer);
  /// The same for a DHCPACK that grants `time`, which the disk knows as `recorded` while the
  /// server's wall clock shows `wall`.
  [[nodiscard]] std::optional<std::string> granted(const wire::MessageView& ack, Duration time,
                                                   const DurableLease& recorded, WallTime wall);

 private:
  struct Client {
    std::string hardware;
    std::string client_id;
    [[nodiscard]] bool is(const Client& other) const {
      return hardware == other.hardware || (!client_id.empty() && client_id == other.client_id);
    }
  };
  struct Offer {
    Client client;
    Instant until;
  };
  struct Lease {
    Client client;
    Instant until;
    WallTime until_wall;
    Duration time;
  };
  [[nodiscard]] static Client client_of(const wire::MessageView& reply);
  [[nodiscard]] static Client client_of(const server::v4::Event& event);
  [[nodiscard]] bool lasts(const Lease& lease) const;
  [[nodiscard]] bool rests(net::Ip4 address) const;
  [[nodiscard]] std::optional<std::string> obstacle(net::Ip4 address, const Client& client) const;
  void drop_offers_to(const Client& client);
  void check_holder(const server::v4::Event& event);

  Stage& stage_;
  int server_;
  Duration hold_;
  Duration probation_;
  std::map<std::uint32_t, Offer> offers_;  // by address, as the others
  std::map<std::uint32_t, Lease> leases_;
  std::map<std::uint32_t, Instant> resting_;
};

}  // namespace lessor::sim
