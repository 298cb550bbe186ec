#pragma once
// What control commands do to a running Server: everything that touches the engine goes through the
// mailbox in bounded pieces; waiting happens on the control thread.

#include "cli/server.h"
#include "control/target.h"

#include <map>
#include <mutex>

namespace lessor::cli {

/// The server as control::Target. Called on the control thread.
class ServerTarget final : public control::Target {
 public:
  explicit ServerTarget(Server& server) : server_(server) {}

  [[nodiscard]] std::expected<control::Status, control::Trouble> status() override;
  [[nodiscard]] std::expected<std::vector<control::Statistic>, control::Trouble> statistics()
      override;
  [[nodiscard]] control::StatisticMarks& statistic_marks() override { return marks_; }
  [[nodiscard]] WallTime wall_time() override;
  [[nodiscard]] std::expected<std::vector<control::InterfaceFacts>, control::Trouble> interfaces()
      override;
  [[nodiscard]] std::expected<std::vector<control::SubnetFacts>, control::Trouble> subnets()
      override;
  [[nodiscard]] std::expected<std::optional<control::ChosenSubnet>, control::Trouble> choose_subnet(
      const control::Whereabouts& where) override;
  [[nodiscard]] std::string config_json() override;
  [[nodiscard]] std::expected<std::string, control::Trouble> test_config(
      std::string_view json) override;
  [[nodiscard]] std::expected<std::string, control::Trouble> reload() override;
  [[nodiscard]] std::expected<std::string, control::Trouble> edit_config(const Edit& edit) override;
  [[nodiscard]] std::expected<control::WrittenFile, control::Trouble> write_config(
      const std::string& file) override;
  void shutdown(int exit_code) override;
  [[nodiscard]] std::expected<void, control::Trouble> set_service(const std::string& origin,
                                                                  bool enabled,
                                                                  Duration period) override;
  [[nodiscard]] std::expected<control::LeasePage, control::Trouble> walk_leases(
      std::uint32_t cursor) override;
  [[nodiscard]] std::expected<std::optional<control::LeaseRow>, control::Trouble> find_lease(
      net::Ip4 address) override;
  [[nodiscard]] std::expected<void, control::Trouble> release_lease(net::Ip4 address) override;
  [[nodiscard]] std::expected<void, control::Trouble> set_lease(
      const control::LeaseRow& row) override;
  [[nodiscard]] std::expected<std::uint64_t, control::Trouble> forget_leases(
      std::span<const net::Ip4> addresses) override;
  [[nodiscard]] std::expected<control::AskedToRenew, control::Trouble> ask_to_renew(
      std::span<const net::Ip4> addresses) override;
  [[nodiscard]] std::expected<std::string, control::Trouble> write_leases(
      const std::string& name) override;
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

  void await_swap();

  Server& server_;
  control::StatisticMarks marks_;
  std::mutex service_mutex_;                  // guards what follows
  std::map<std::string, Instant> disablers_;  // who has disabled the service, until when
};

}  // namespace lessor::cli
