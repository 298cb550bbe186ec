#pragma once
// For tests: commands as they are asked one after the other of a server that has a configuration
// and leases, all in memory, and a case for each command.

#include "config/load.h"
#include "control/commands.h"
#include "control/test_target.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace lessor::control {

inline constexpr std::int64_t kTestNow = 1'800'000'000;

/// Two subnets, one of them in a shared network, a class and two reservations; a comment.
inline constexpr const char* kTestSite =
    R"({"Dhcp4": {"server-tag": "east", "user-context": {"site": "a"} /* here */,
  "client-classes": [{"name": "phones", "test": "option[60].exists"}],
  "subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.20"}],
    "reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.5",
                      "hostname": "printer"},
                     {"client-id": "01:02:03", "ip-address": "192.0.2.6"}]}],
  "shared-networks": [{"name": "floor", "subnet4": [
    {"id": 2, "subnet": "198.51.100.0/24",
     "pools": [{"pool": "198.51.100.10-198.51.100.20"}]}]}]}})";

/// A server that does what it is told, and remembers what was not about its configuration or its
/// leases in `done`.
class MemoryTarget : public TestTarget {
 public:
  MemoryTarget() { read(kTestSite); }

  std::expected<Status, Trouble> status() override {
    Status made;
    made.version = "7.8.9";
    made.pid = 4'711;
    return made;
  }
  WallTime wall_time() override { return {kTestNow}; }
  std::expected<std::vector<Statistic>, Trouble> statistics() override {
    return std::vector<Statistic>{{"pkt4-received", 9},
                                  {"subnet[1].total-addresses", 11},
                                  {"subnet[1].assigned-addresses", 3}};
  }
  std::expected<std::vector<InterfaceFacts>, Trouble> interfaces() override {
    InterfaceFacts eth0;
    eth0.name = "eth0";
    eth0.index = 2;
    eth0.in_use = true;
    return std::vector<InterfaceFacts>{eth0};
  }
  std::expected<std::vector<SubnetFacts>, Trouble> subnets() override {
    std::vector<SubnetFacts> all;
    for (const config::Subnet& each : config_.subnets) {
      all.push_back({each.id, each.prefix, each.lifetimes.valid});
    }
    return all;
  }
  /// By the relay alone; `done` has what else was said.
  std::expected<std::optional<ChosenSubnet>, Trouble> choose_subnet(
      const Whereabouts& where) override {
    done += where.interface;
    for (const net::Ip4 each :
         {where.address, where.local, where.remote, where.link, where.subnet}) {
      done += each.is_zero() ? "" : " " + net::to_string(each);
    }
    for (const std::string& each : where.classes) done += " " + each;
    done += ";";
    const config::Subnet* subnet = config_.find_subnet(where.relay);
    if (subnet == nullptr) return std::nullopt;
    return ChosenSubnet{subnet->id, subnet->prefix, "giaddr"};
  }

  std::string config_json() override { return config_.text; }
  std::expected<std::string, Trouble> test_config(std::string_view json) override {
    const auto loaded = config::load_text(json, "new", {});
    if (!loaded) return std::unexpected(to_string(loaded.error().front()));
    return "Configuration seems sane.";
  }
  std::expected<std::string, Trouble> reload() override {
    done += "reload;";
    read(kTestSite);
    return "Configuration successful.";
  }
  std::expected<std::string, Trouble> edit_config(const Edit& edit) override {
    const auto text = edit(config_.text);
    if (!text) return text;
    if (auto tested = test_config(*text); !tested) return tested;
    read(*text);
    return "Configuration successful.";
  }
  std::expected<WrittenFile, Trouble> write_config(const std::string& file) override {
    done += "write " + file + ";";
    return WrittenFile{file.empty() ? "/etc/lessor/lessor.conf" : file, config_.text.size()};
  }
  void shutdown(int code) override { done += "stop " + std::to_string(code) + ";"; }
  std::expected<void, Trouble> set_service(const std::string& origin, bool enabled,
                                           Duration period) override {
    done += origin + (enabled ? " on" : " off");
    if (!enabled && !period.is_infinite()) done += " " + std::to_string(period.to_seconds()) + " s";
    done += ";";
    return {};
  }

  std::expected<LeasePage, Trouble> walk_leases(std::uint32_t cursor) override {
    LeasePage page;
    if (cursor >= leases.size()) return page;
    page.rows.push_back(std::next(leases.begin(), cursor)->second);
    if (cursor + 1 < leases.size()) page.next = cursor + 1;
    return page;
  }
  std::expected<std::optional<LeaseRow>, Trouble> find_lease(net::Ip4 address) override {
    const auto found = leases.find(address.value);
    return found == leases.end() ? std::nullopt : std::optional(found->second);
  }
  std::expected<void, Trouble> release_lease(net::Ip4 address) override {
    const auto found = leases.find(address.value);
    if (found == leases.end()) return std::unexpected("no lease for that address");
    found->second.state = lease::LeaseState::released;
    return {};
  }
  std::expected<void, Trouble> set_lease(const LeaseRow& row) override {
    leases[row.address.value] = row;
    leases[row.address.value].remaining = row.lifetime;
    return {};
  }
  std::expected<std::uint64_t, Trouble> forget_leases(
      std::span<const net::Ip4> addresses) override {
    std::uint64_t count = 0;
    for (const net::Ip4 address : addresses) count += leases.erase(address.value);
    return count;
  }
  std::expected<AskedToRenew, Trouble> ask_to_renew(std::span<const net::Ip4> addresses) override {
    return AskedToRenew{.asked = addresses.size()};
  }
  std::expected<std::string, Trouble> write_leases(const std::string& name) override {
    done += "leases to " + name + ";";
    return "/var/lib/lessor/" + name;
  }
  std::expected<std::uint64_t, Trouble> clear_declined(std::optional<net::Ip4> address) override {
    return std::erase_if(leases, [&](const auto& each) {
      const LeaseRow& row = each.second;
      return row.state == lease::LeaseState::declined && (!address || row.address == *address);
    });
  }
  std::expected<std::uint64_t, Trouble> reclaim() override {
    return std::erase_if(leases, [](const auto& each) { return each.second.expired(); });
  }

  std::string done;
  std::map<std::uint32_t, LeaseRow> leases;

 private:
  void read(std::string_view text) { config_ = config::load_text(text, "site", {})->config; }

  config::ServerConfig config_;
};

/// One request, and what is to be in its answer. A `what` that begins with "! " is not to be in it.
struct Step {
  std::string command;
  std::string arguments;  ///< "": none
  Result result = Result::ok;
  std::string text;       ///< in the answer's text
  std::string what = "";  ///< in its arguments
  std::string done = "";  ///< what the server did besides, at the end of MemoryTarget::done
};

/// A row of the table of commands: what is asked of a server one after the other. `command` is
/// taken once and, where arguments can be wrong, refused once.
struct CommandCase {
  std::string command;
  std::vector<Step> steps;
  bool takes_nothing = false;  ///< there are no arguments that could be wrong
};
using CommandCases = std::vector<CommandCase>;

CommandCases server_command_cases();
CommandCases lease_command_cases();
CommandCases config_command_cases();

}  // namespace lessor::control
