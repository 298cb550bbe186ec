// The cases of commands that are about the configuration: all of it, and its subnets, networks,
// classes and reservations.

#include "control/command_case.h"

namespace lessor::control {
namespace {

constexpr Result kRefused = Result::error;

CommandCases whole() {
  const std::string bad = R"({"Dhcp4": {"nonsense": 1}})";
  const std::string good = R"({"Dhcp4": {"server-tag": "west"}})";
  return {
      {"config-get",
       {{"config-get", "", Result::ok, "", R"("server-tag":"east")"},
        {"config-get", "", Result::ok, "", R"("user-context":{"site":"a"})"},
        {"config-get", "", Result::ok, "", "! here"}},
       true},
      {"config-hash-get",
       // SHA-256 of {"Dhcp4":{}}.
       {{"config-set", R"({"Dhcp4": {}})", Result::ok, ""},
        {"config-hash-get", "", Result::ok, "",
         R"({"hash":"91a393279a3f7fde63c79e3c06eac136ba9b169b900b478024dd11c4c7380e5a"})"}},
       true},
      {"config-test",
       {{"config-test", bad, kRefused, "nonsense: unknown key"},
        {"config-test", good, Result::ok, ""},
        {"server-tag-get", "", Result::ok, "", "east"}}},
      {"config-set",
       {{"config-set", bad, kRefused, "nonsense: unknown key"},
        {"config-set", good, Result::ok, "successful"},
        {"config-get", "", Result::ok, "", R"({"Dhcp4":{"server-tag":"west"}})"}}},
      {"config-reload",
       {{"config-set", good, Result::ok, ""},
        {"config-reload", "", Result::ok, "successful", "", "reload;"},
        {"server-tag-get", "", Result::ok, "", "east"}},
       true},
      {"config-write",
       {{"config-write", R"({"filename": "/etc/passwd"})", kRefused, "without a folder"},
        {"config-write", R"({"filename": "b.conf"})", Result::ok, "written to b.conf",
         R"("filename":"b.conf")", "write b.conf;"},
        {"config-write", "", Result::ok, "", "/etc/lessor/lessor.conf", "write ;"}}},
      {"server-tag-get",
       {{"server-tag-get", "", Result::ok, "", R"({"server-tag":"east"})"}},
       true},
  };
}

const std::string kSubnet3 = R"("id": 3, "subnet": "203.0.113.0/24")";
std::string one_subnet(const std::string& members) { return R"({"subnet4": [{)" + members + "}]}"; }

CommandCases subnets() {
  const std::string first = R"("id": 1, "subnet": "192.0.2.0/24")";
  const std::string get = R"({"id": 1})";
  return {
      {"subnet4-list",
       {{"subnet4-list", "", Result::ok, "2 IPv4 subnets found",
         R"({"id":2,"subnet":"198.51.100.0/24","shared-network-name":"floor"})"}},
       true},
      {"subnet4-get",
       {{"subnet4-get", get, Result::ok, "192.0.2.0/24 (id 1)", "192.0.2.10-192.0.2.20"},
        {"subnet4-get", R"({"subnet": "198.51.100.0/24"})", Result::ok, "(id 2)"},
        {"subnet4-get", R"({"id": 7})", Result::empty, "No subnet with id 7"},
        {"subnet4-get", R"({"id": "one"})", kRefused, "'id'"}}},
      {"subnet4-add",
       {{"subnet4-add", one_subnet(R"("id": 1, "subnet": "10.0.0.0/8")"), kRefused, "id 1"},
        {"subnet4-add", one_subnet(kSubnet3), Result::ok, "IPv4 subnet added"},
        {"subnet4-get", R"({"id": 3})", Result::ok, "203.0.113.0/24"}}},
      {"subnet4-del",
       {{"subnet4-del", R"({"subnet": "192.0.2.0/24"})", kRefused, "'id'"},
        {"subnet4-del", get, Result::ok, "(id 1) deleted"},
        {"subnet4-list", "", Result::ok, "1 IPv4 subnet found", "! 192.0.2.0/24"},
        {"subnet4-del", get, Result::empty, "No subnet with id 1"}}},
      {"subnet4-update",
       {{"subnet4-update", one_subnet(R"("id": 1, "subnet": "10.0.0.0/8")"), kRefused,
         "prefix cannot be changed"},
        {"subnet4-update", one_subnet(first + R"(, "valid-lifetime": 60)"), Result::ok, "updated"},
        {"subnet4-get", get, Result::ok, "", R"("valid-lifetime":60)"},
        {"subnet4-get", get, Result::ok, "", "! 192.0.2.10-192.0.2.20"}}},
      {"subnet4-delta-add",
       {{"subnet4-delta-add", one_subnet(first + R"(, "valid-lifetime": "long")"), kRefused,
         "valid-lifetime"},
        {"subnet4-delta-add",
         one_subnet(first + R"(, "valid-lifetime": 60, "pools": [{"pool": "192.0.2.64/28"}])"),
         Result::ok, "updated"},
        {"subnet4-get", get, Result::ok, "", R"("valid-lifetime":60)"},
        {"subnet4-get", get, Result::ok, "", "192.0.2.64/28"},
        {"subnet4-get", get, Result::ok, "", "192.0.2.10-192.0.2.20"}}},
      {"subnet4-delta-del",
       {{"subnet4-delta-del", R"({"subnet4": []})", kRefused, "a list of one map"},
        {"subnet4-delta-del",
         one_subnet(first + R"(, "reservations": [{"client-id": "01:02:03"}])"), Result::ok,
         "updated"},
        {"subnet4-get", get, Result::ok, "", "! 01:02:03"},
        {"subnet4-get", get, Result::ok, "", "02:00:00:00:00:01"}}},
  };
}

CommandCases networks() {
  const std::string floor = R"({"name": "floor"})";
  return {
      {"network4-list",
       {{"network4-list", "", Result::ok, "1 IPv4 network(s) found", R"([{"name":"floor"}])"}},
       true},
      {"network4-get",
       {{"network4-get", floor, Result::ok, "'floor' returned", "198.51.100.0/24"},
        {"network4-get", R"({"name": "roof"})", Result::empty, "'roof'"},
        {"network4-get", R"({"name": 3})", kRefused, "'name'"}}},
      {"network4-add",
       {{"network4-add", R"({"shared-networks": [{"name": "floor"}]})", kRefused, "floor"},
        {"network4-add", R"({"shared-networks": [{"name": "roof"}]})", Result::ok, "'roof' added"},
        {"network4-list", "", Result::ok, "2 IPv4", "roof"}}},
      {"network4-del",
       {{"network4-del", R"({"name": "floor", "subnets-action": "x"})", kRefused, "keep or delete"},
        {"network4-del", floor, Result::ok, "'floor' deleted"},
        {"network4-list", "", Result::empty, "0 IPv4"},
        {"subnet4-list", "", Result::ok, "2 IPv4 subnets"},
        {"config-reload", "", Result::ok, ""},
        {"network4-del", R"({"name": "floor", "subnets-action": "delete"})", Result::ok, ""},
        {"subnet4-list", "", Result::ok, "1 IPv4 subnet", "! 198.51.100.0/24"}}},
      {"network4-subnet-add",
       {{"network4-subnet-add", R"({"name": "floor", "id": 2})", kRefused, "already"},
        {"network4-subnet-add", R"({"name": "floor", "id": 1})", Result::ok,
         "is now part of shared network"},
        {"network4-get", floor, Result::ok, "", "192.0.2.0/24"}}},
      {"network4-subnet-del",
       {{"network4-subnet-del", R"({"name": "floor"})", kRefused, "'id'"},
        {"network4-subnet-del", R"({"name": "floor", "id": 1})", Result::empty, "id 1"},
        {"network4-subnet-del", R"({"name": "floor", "id": 2})", Result::ok, ""},
        {"network4-get", floor, Result::ok, "", "! 198.51.100.0/24"},
        {"subnet4-list", "", Result::ok, "2 IPv4 subnets"}}},
  };
}

CommandCases classes() {
  const std::string phones = R"({"name": "phones"})";
  const std::string tv = R"({"client-classes": [{"name": "tv", "test": "known"}]})";
  return {
      {"class-list",
       {{"class-list", "", Result::ok, "1 class found.", R"([{"name":"phones"}])"}},
       true},
      {"class-get",
       {{"class-get", phones, Result::ok, "'phones' definition returned", "option[60].exists"},
        {"class-get", R"({"name": "tv"})", Result::empty, "'tv' not found"},
        {"class-get", R"({"nome": "tv"})", kRefused, "'name'"}}},
      {"class-add",
       {{"class-add", R"({"client-classes": [{"name": "tv", "test": "knwn"}]})", kRefused, "knwn"},
        {"class-add", tv, Result::ok, "Class 'tv' added."},
        {"class-list", "", Result::ok, "2 classes", R"([{"name":"phones"},{"name":"tv"}])"}}},
      {"class-update",
       {{"class-update", tv, Result::empty, "'tv' not found"},
        {"class-update", R"({"client-classes": [{"name": "phones", "test": 3}]})", kRefused,
         "test"},
        {"class-update", R"({"client-classes": [{"name": "phones", "test": "known"}]})", Result::ok,
         "Class 'phones' updated."},
        {"class-get", phones, Result::ok, "", R"("test":"known")"}}},
      {"class-del",
       {{"class-del", R"({"name": 3})", kRefused, "'name'"},
        {"class-del", phones, Result::ok, "Class 'phones' deleted."},
        {"class-get", phones, Result::empty, "not found"}}},
  };
}

const std::string kPrinter =
    R"({"subnet-id": 1, "identifier-type": "hw-address", "identifier": "020000000001"})";
std::string one_host(const std::string& members) { return R"({"reservation": {)" + members + "}}"; }

CommandCases finding_hosts() {
  return {
      {"reservation-get",
       {{"reservation-get", kPrinter, Result::ok, "Host found.", R"("hostname":"printer")"},
        {"reservation-get", R"({"subnet-id": 1, "ip-address": "192.0.2.6"})", Result::ok, "",
         "01:02:03"},
        {"reservation-get", R"({"subnet-id": 2, "ip-address": "192.0.2.6"})", Result::empty, ""},
        {"reservation-get", R"({"ip-address": "192.0.2.6"})", kRefused, "'subnet-id'"}}},
      {"reservation-get-all",
       {{"reservation-get-all", R"({"subnet-id": 1})", Result::ok, "2 IPv4 host(s)", "01:02:03"},
        {"reservation-get-all", R"({"subnet-id": 0})", Result::empty, "0 IPv4 host(s)"},
        {"reservation-get-all", R"({"subnet-id": "x"})", kRefused, "'subnet-id'"}}},
      {"reservation-get-by-address",
       {{"reservation-get-by-address", R"({"subnet-id": 2, "ip-address": "192.0.2.6"})",
         Result::empty, "0 IPv4"},
        {"reservation-get-by-address", R"({"ip-address": "192.0.2.6"})", Result::ok, "1 IPv4",
         "01:02:03"},
        {"reservation-get-by-address", R"({"ip-address": "x"})", kRefused, "'ip-address'"}}},
      {"reservation-get-by-hostname",
       {{"reservation-get-by-hostname", R"({"subnet-id": 2, "hostname": "printer"})", Result::empty,
         "0 IPv4"},
        {"reservation-get-by-hostname", R"({"hostname": "Printer"})", Result::ok, "1 IPv4",
         "192.0.2.5"},
        {"reservation-get-by-hostname", R"({"hostname": 3})", kRefused, "'hostname'"}}},
      {"reservation-get-by-id",
       {{"reservation-get-by-id",
         R"({"subnet-id": 2, "identifier-type": "client-id", "identifier": "010203"})",
         Result::empty, "0 IPv4"},
        {"reservation-get-by-id", R"({"identifier-type": "client-id", "identifier": "010203"})",
         Result::ok, "1 IPv4", "192.0.2.6"},
        {"reservation-get-by-id", R"({"identifier-type": "name", "identifier": "01"})", kRefused,
         "hw-address"}}},
      {"reservation-get-page",
       {{"reservation-get-page", R"({"subnet-id": 2, "limit": 1})", Result::empty, "0 IPv4"},
        {"reservation-get-page", R"({"subnet-id": 1, "limit": 1})", Result::ok, "1 IPv4",
         "192.0.2.5"},
        {"reservation-get-page", R"({"subnet-id": 1, "limit": 1, "from": 1})", Result::ok, "1 IPv4",
         "192.0.2.6"},
        {"reservation-get-page", R"({"subnet-id": 1, "limit": "x"})", kRefused, "'limit'"}}},
  };
}

CommandCases changing_hosts() {
  const std::string tv = R"("subnet-id": 2, "hw-address": "02:00:00:00:00:09")";
  return {
      {"reservation-add",
       {{"reservation-add", one_host(R"("subnet-id": 1, "hw-address": "02:00:00:00:00:01")"),
         kRefused, "another reservation"},
        {"reservation-add", one_host(tv + R"(, "ip-address": "198.51.100.9")"), Result::ok,
         "Host added."},
        {"reservation-get-all", R"({"subnet-id": 2})", Result::ok, "1 IPv4", "198.51.100.9"}}},
      {"reservation-update",
       {{"reservation-update", one_host(tv), Result::empty, "not found"},
        {"reservation-update", one_host(R"("hw-address": "02:00:00:00:00:01")"), kRefused,
         "'subnet-id'"},
        {"reservation-update",
         one_host(R"("subnet-id": 1, "hw-address": "02:00:00:00:00:01", "hostname": "tv")"),
         Result::ok, "Host updated."},
        {"reservation-get", kPrinter, Result::ok, "", R"("hostname":"tv")"},
        {"reservation-get", kPrinter, Result::ok, "", "! 192.0.2.5"}}},
      {"reservation-del",
       {{"reservation-del", R"({"ip-address": "192.0.2.5"})", kRefused, "'subnet-id'"},
        {"reservation-del", kPrinter, Result::ok, "Host deleted."},
        {"reservation-get-all", R"({"subnet-id": 1})", Result::ok, "1 IPv4", "! printer"},
        {"reservation-del", R"({"subnet-id": 1, "ip-address": "192.0.2.6"})", Result::ok,
         "Host deleted."},
        {"reservation-get-all", R"({"subnet-id": 1})", Result::empty, ""},
        {"reservation-del", kPrinter, Result::empty, "not found"}}},
  };
}

}  // namespace

CommandCases config_command_cases() {
  CommandCases all = whole();
  for (CommandCases (*more)() : {subnets, networks, classes, finding_hosts, changing_hosts}) {
    for (CommandCase& each : more()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace lessor::control
