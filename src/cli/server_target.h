#pragma once
// What control commands do to a running Server: everything that touches the engine goes through the
// mailbox in bounded pieces; waiting happens on the control thread.

#include "cli/server.h"
#include "control/target.h"

namespace lessor::cli {

/// The server as control::Target. Called on the control thread.
class ServerTarget final : public control::Target {
 public:
  explicit ServerTarget(Server& server) : server_(server) {}

  [[nodiscard]] std::expected<control::Status, control::Trouble> status() override;
  [[nodiscard]] std::expected<std::vector<control::Statistic>, control::Trouble> statistics()
      override;
  [[nodiscard]] WallTime wall_time() override;
  [[nodiscard]] std::string config_json() override;
  [[nodiscard]] std::expected<std::string, control::Trouble> test_config(
      std::string_view json) override;
  [[nodiscard]] std::expected<std::string, control::Trouble> reload() override;
  void shutdown(int exit_code) override;
  [[nodiscard]] std::expected<control::LeasePage, control::Trouble> walk_leases(
      std::uint32_t cursor) override;
  [[nodiscard]] std::expected<std::optional<control::LeaseRow>, control::Trouble> find_lease(
      net::Ip4 address) override;
  [[nodiscard]] std::expected<void, control::Trouble> release_lease(net::Ip4 address) override;
  [[nodiscard]] std::expected<std::uint64_t, control::Trouble> clear_declined(
      std::optional<net::Ip4> address) override;
  [[nodiscard]] std::expected<std::uint64_t, control::Trouble> reclaim() override;

 private:
  using Done = server::v4::ServerEngine::CommandDone;
  using CommandError = server::v4::ServerEngine::CommandError;
  using Command = std::function<std::expected<Done, CommandError>(Now)>;

  /// Runs `command` on the packet thread, again while it has more to do, waits until what it
  /// changed is durable, and says how many leases that were.
  [[nodiscard]] std::expected<std::uint64_t, control::Trouble> run(const Command& command,
                                                                   const std::string& not_found);

  Server& server_;
};

}  // namespace lessor::cli
