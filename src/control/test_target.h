#pragma once
// For tests: a server that can do nothing, to be overridden where a test needs more.

#include "control/target.h"

namespace lessor::control {

/// `on_change` is told of everything that a command wants to change.
class TestTarget : public Target {
 public:
  std::expected<Status, Trouble> status() override { return Status(); }
  std::expected<std::vector<Statistic>, Trouble> statistics() override {
    return std::vector<Statistic>();
  }
  StatisticMarks& statistic_marks() override { return marks_; }
  WallTime wall_time() override { return {0}; }
  std::expected<std::vector<InterfaceFacts>, Trouble> interfaces() override {
    return std::vector<InterfaceFacts>();
  }
  std::expected<std::vector<SubnetFacts>, Trouble> subnets() override {
    return std::vector<SubnetFacts>();
  }
  std::expected<std::optional<ChosenSubnet>, Trouble> choose_subnet(const Whereabouts&) override {
    return std::nullopt;
  }
  std::string config_json() override { return R"({"Dhcp4":{}})"; }
  std::expected<std::string, Trouble> test_config(std::string_view) override { return "fine"; }
  std::expected<std::string, Trouble> reload() override { return cannot(); }
  std::expected<std::string, Trouble> edit_config(const Edit& edit) override {
    auto text = edit(config_json());
    if (!text) return text;
    return cannot();
  }
  std::expected<WrittenFile, Trouble> write_config(const std::string&) override { return cannot(); }
  void shutdown(int) override {}
  std::expected<void, Trouble> set_service(const std::string&, bool, Duration) override {
    return cannot();
  }
  std::expected<LeasePage, Trouble> walk_leases(std::uint32_t) override { return LeasePage(); }
  std::expected<std::optional<LeaseRow>, Trouble> find_lease(net::Ip4) override {
    return std::nullopt;
  }
  std::expected<void, Trouble> release_lease(net::Ip4) override { return cannot(); }
  std::expected<void, Trouble> set_lease(const LeaseRow&) override { return cannot(); }
  std::expected<std::uint64_t, Trouble> forget_leases(
      std::span<const net::Ip4> addresses) override {
    if (addresses.empty()) return 0;
    return cannot();
  }
  std::expected<AskedToRenew, Trouble> ask_to_renew(std::span<const net::Ip4>) override {
    return cannot();
  }
  std::expected<std::string, Trouble> write_leases(const std::string&) override { return cannot(); }
  std::expected<std::uint64_t, Trouble> clear_declined(std::optional<net::Ip4>) override {
    return cannot();
  }
  std::expected<std::uint64_t, Trouble> reclaim() override { return cannot(); }

 protected:
  /// Something was to be changed.
  virtual void on_change() {}
  std::unexpected<Trouble> cannot() {
    on_change();
    return std::unexpected(Trouble("this server cannot do that"));
  }

 private:
  StatisticMarks marks_;
};

}  // namespace lessor::control
