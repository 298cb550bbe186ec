// The cases of commands that are about the server as a whole, and its statistics.

#include "control/command_case.h"

namespace lessor::control {
namespace {

constexpr Result kRefused = Result::error;

CommandCases service_cases() {
  return {
      {"build-report", {{"build-report", "", Result::ok, "Lessor 7.8.9"}}, true},
      {"version-get",
       {{"version-get", "", Result::ok, "7.8.9", R"({"extended":"lessor 7.8.9"})"}},
       true},
      {"list-commands", {{"list-commands", "", Result::ok, "", R"("version-get")"}}, true},
      {"status-get", {{"status-get", "", Result::ok, "", R"("pid":4711)"}}, true},
      {"lessor-status", {{"lessor-status", "", Result::ok, "", R"("pid":4711)"}}, true},
      {"interface-list",
       {{"interface-list", "", Result::ok, "1 interfaces detected.", R"("name":"eth0","index":2)"},
        {"interface-list", "", Result::ok, "", R"("in-use":true)"}},
       true},
      {"shutdown",
       {{"shutdown", R"({"exit-value": 256})", kRefused, "'exit-value'"},
        {"shutdown", R"({"exit-value": 3})", Result::ok, "Shutting down", "", "stop 3;"},
        {"shutdown", "", Result::ok, "Shutting down", "", "stop 0;"}}},
      {"dhcp-disable",
       {{"dhcp-disable", R"({"max-period": 0})", kRefused, "'max-period' must be positive"},
        {"dhcp-disable", R"({"origin": "me"})", kRefused, "'origin'"},
        {"dhcp-disable", R"({"max-period": 60})", Result::ok, "disabled for 60 seconds", "",
         "user off 60 s;"},
        {"dhcp-disable", R"({"origin": "ha-partner"})", Result::ok, "DHCPv4 service disabled", "",
         "ha-partner off;"}}},
      {"dhcp-enable",
       {{"dhcp-enable", R"({"origin": "me"})", kRefused, "'origin'"},
        {"dhcp-enable", R"({"origin": 2000})", Result::ok, "enabled", "", "2000 on;"},
        {"dhcp-enable", "", Result::ok, "DHCP service successfully enabled", "", "user on;"}}},
      {"subnet4-select-test",
       {{"subnet4-select-test", R"({"relay": "192.0.2"})", kRefused, "'relay'"},
        {"subnet4-select-test", R"({"classes": ["a", 1]})", kRefused, "a list of names"},
        {"subnet4-select-test", R"({"relay": "10.0.0.1"})", Result::empty, "no selected subnet"},
        {"subnet4-select-test",
         R"({"interface": "eth0", "address": "10.0.0.1", "local": "10.0.0.2",
             "remote": "10.0.0.3", "link": "10.0.0.4", "subnet": "10.0.0.5", "classes": ["c"]})",
         Result::empty, "", "", ";eth0 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 c;"},
        {"subnet4-select-test", R"({"relay": "198.51.100.1"})", Result::ok,
         "selected subnet '198.51.100.0/24' id 2 by giaddr"}}},
  };
}

const std::string kAll = R"("pkt4-received":[[9,)";
const std::string kZero = R"("pkt4-received":[[0,)";
const std::string kNamed = R"({"name": "pkt4-received"})";
const std::string kNone = R"({"name": "pkt4-nonsense"})";

CommandCases statistic_cases() {
  return {
      {"statistic-get",
       {{"statistic-get", R"({"nom": "x"})", kRefused, "'name'"},
        {"statistic-get", kNone, Result::ok, "", "{}"},
        {"statistic-get", kNamed, Result::ok, "", kAll},
        {"statistic-get", kNamed, Result::ok, "", "! subnet[1]"}}},
      {"statistic-get-all",
       {{"statistic-get-all", "", Result::ok, "", kAll},
        {"statistic-get-all", "", Result::ok, "", R"("subnet[1].total-addresses":[[11,)"}},
       true},
      {"statistic-global-get-all",
       {{"statistic-global-get-all", "", Result::ok, "", kAll},
        {"statistic-global-get-all", "", Result::ok, "", "! subnet["}},
       true},
      {"statistic-reset",
       {{"statistic-reset", kNone, kRefused, "No 'pkt4-nonsense' statistic found"},
        {"statistic-reset", kNamed, Result::ok, "Statistic 'pkt4-received' reset."},
        {"statistic-get", kNamed, Result::ok, "", kZero},
        {"statistic-reset", R"({"name": "subnet[1].total-addresses"})", Result::ok, "reset"},
        {"statistic-get-all", "", Result::ok, "", R"("subnet[1].total-addresses":[[11,)"}}},
      {"statistic-reset-all",
       {{"statistic-reset-all", "", Result::ok, "All statistics reset"},
        {"statistic-get-all", "", Result::ok, "", kZero}},
       true},
      {"statistic-remove",
       {{"statistic-remove", kNone, kRefused, "No 'pkt4-nonsense' statistic found"},
        {"statistic-remove", kNamed, Result::ok, "Statistic 'pkt4-received' removed."},
        {"statistic-get-all", "", Result::ok, "", "! pkt4-received"}}},
      {"statistic-remove-all",
       {{"statistic-remove-all", "", Result::ok, ""},
        {"statistic-get-all", "", Result::ok, "", "! pkt4-received"}},
       true},
      {"stat-lease4-get",
       {{"stat-lease4-get", R"({"subnet-id": "one"})", kRefused, "'subnet-id'"},
        {"stat-lease4-get", R"({"subnet-range": {"first-subnet-id": 2, "last-subnet-id": 1}})",
         kRefused, "'last-subnet-id' must be greater"},
        {"stat-lease4-get", R"({"subnet-id": 1})", Result::ok, "[subnet-id=1]", "[1,11,0,3,0]"},
        {"stat-lease4-get", R"({"subnet-id": 1})", Result::ok, "", "! [2,"},
        {"stat-lease4-get", "", Result::ok, "", "[2,0,0,0,0]"}}},
  };
}

}  // namespace

CommandCases server_command_cases() {
  CommandCases all = service_cases();
  for (CommandCase& each : statistic_cases()) all.push_back(std::move(each));
  return all;
}

}  // namespace lessor::control
