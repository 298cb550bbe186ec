#pragma once
// What Kea's hook run_script runs at a lease event, in Kea's words: its one argument is the name of
// the hook point, what happened stands in its environment. Must not know: processes, threads.

#include "cli/followers/errand.h"
#include "config/server_config.h"
#include "server/v4/lease_events.h"

#include <map>
#include <string_view>
#include <vector>

namespace lessor::cli {

/// Makes errands of events, one after the other, in the order in which they came.
class Script {
 public:
  /// Precondition: the configuration has a script.
  explicit Script(const config::ServerConfig& config);

  /// What is to be run at this event; nothing where Kea has no hook point for it. `interface`: the
  /// name of the one that its message came by. Every value is printable ASCII, and what a client
  /// named itself is letters, digits, '.', '-' and '_' only.
  [[nodiscard]] std::vector<Errand> errands_of(const server::v4::LeaseEvent& event,
                                               std::string_view interface);

 private:
  using Variables = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] std::vector<Errand> of_ack(const server::v4::LeaseEvent& event, Variables query);
  void put_subnet(Variables& variables, std::uint32_t id) const;
  [[nodiscard]] std::vector<Errand> of_end(const server::v4::LeaseEvent& event,
                                           Variables query) const;
  [[nodiscard]] Errand errand(std::string_view hook_point, Variables variables) const;

  std::string program_;
  std::map<std::uint32_t, net::Prefix4> subnets_;  // by id
  Variables former_;           // DELETED_LEASES4_AT0_...: of a client that is just moving
  std::string former_client_;  // who that is
};

}  // namespace lessor::cli
