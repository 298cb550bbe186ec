// The cases of commands that are about leases.

#include "control/command_case.h"

namespace lessor::control {
namespace {

constexpr Result kRefused = Result::error;

const std::string kOne = R"({"ip-address": "192.0.2.11"})";
const std::string kTwo = R"({"ip-address": "198.51.100.12"})";

/// A server with two leases: .11 of the first subnet, .12 of the second.
std::vector<Step> after_two(std::vector<Step> steps) {
  std::vector<Step> all = {
      {"lease4-add",
       R"({"ip-address": "192.0.2.11", "hw-address": "02:00:00:00:00:01", "client-id": "01:02:03",
           "hostname": "one.example"})",
       Result::ok, ""},
      {"lease4-add", R"({"ip-address": "198.51.100.12", "hw-address": "02:00:00:00:00:02"})",
       Result::ok, ""}};
  for (Step& step : steps) all.push_back(std::move(step));
  return all;
}

const std::string kFound = R"("ip-address":"192.0.2.11")";
const std::string kOther = R"("ip-address":"198.51.100.12")";

/// Finds the first lease alone by the first arguments, none by the second, and refuses the third.
CommandCase finding(const std::string& command, const std::string& it, const std::string& none,
                    const std::string& wrong, const std::string& why) {
  return {command, after_two({{command, it, Result::ok, "1 IPv4 lease(s) found.", kFound},
                              {command, none, Result::empty, "0 IPv4 lease(s) found."},
                              {command, wrong, kRefused, why}})};
}

CommandCases reading() {
  return {
      {"lease4-get",
       after_two(
           {{"lease4-get", kOne, Result::ok, "IPv4 lease found.", R"("hostname":"one.example")"},
            {"lease4-get",
             R"({"subnet-id": 1, "identifier-type": "client-id", "identifier": "010203"})",
             Result::ok, "IPv4 lease found.", kFound},
            {"lease4-get", R"({"ip-address": "192.0.2.19"})", Result::empty, "not found"},
            {"lease4-get", R"({"ip-address": "x"})", kRefused, "'ip-address'"}})},
      {"lease4-get-all",
       after_two({{"lease4-get-all", "", Result::ok, "2 IPv4 lease(s) found.", kOther},
                  {"lease4-get-all", R"({"subnets": [1]})", Result::ok, "1 IPv4", kFound},
                  {"lease4-get-all", R"({"subnets": [7]})", Result::empty, "0 IPv4"},
                  {"lease4-get-all", R"({"subnets": ["a"]})", kRefused, "'subnets'"}})},
      finding("lease4-get-by-client-id", R"({"client-id": "01:02:03"})",
              R"({"client-id": "01:02:04"})", R"({"client-id": "zz"})", "'client-id'"),
      finding("lease4-get-by-hostname", R"({"hostname": "ONE.example"})",
              R"({"hostname": "two.example"})", R"({"hostname": 3})", "'hostname'"),
      finding("lease4-get-by-hw-address", R"({"hw-address": "02:00:00:00:00:01"})",
              R"({"hw-address": "02:00:00:00:00:09"})", R"({"hw-address": "x"})", "'hw-address'"),
      finding("lease4-get-by-state", R"({"state": 0, "subnet-id": 1})", R"({"state": 1})",
              R"({"state": 4})", "'state'"),
      {"lease4-get-page",
       after_two(
           {{"lease4-get-page", R"({"limit": 1, "from": "start"})", Result::ok, "1 IPv4", kFound},
            {"lease4-get-page", R"({"limit": 1, "from": "192.0.2.11"})", Result::ok, "1 IPv4",
             kOther},
            {"lease4-get-page", R"({"limit": 1, "from": "198.51.100.12"})", Result::empty,
             "0 IPv4"},
            {"lease4-get-page", R"({"limit": 0, "from": "start"})", kRefused, "page size"}})},
      {"lessor-lease-walk",
       after_two({{"lessor-lease-walk", R"({"cursor": 0})", Result::ok, "", R"("next":1)"},
                  {"lessor-lease-walk", R"({"cursor": 1})", Result::ok, "", kOther},
                  {"lessor-lease-walk", R"({"cursor": -1})", kRefused, "'cursor'"}})},
  };
}

/// A lease with all that can be said of it, and what of it is shown.
std::vector<Step> shows_all_of(const std::string& command, const std::string& more) {
  const std::string whole =
      R"({"ip-address": "192.0.2.18", "hw-address": "02:00:00:00:00:08", "client-id": "01:02:09",
          "hostname": "X.example", "valid-lft": 60, "expire": 1800000030, "subnet-id": 1,
          "user-context": {"a": 1})";
  const std::string it = R"({"ip-address": "192.0.2.18"})";
  std::vector<Step> all = {{command, whole + more + "}", Result::ok, ""}};
  for (const char* part : {R"("hw-address":"02:00:00:00:00:08")", R"("client-id":"01:02:09")",
                           R"("hostname":"x.example")", R"("valid-lft":60)", R"("cltt":1799999970)",
                           R"("subnet-id":1)", R"("user-context":{"a":1})"}) {
    all.push_back({"lease4-get", it, Result::ok, "", part});
  }
  return all;
}

/// What is no lease, and one that is declined.
std::vector<Step> refuses_and_declines(const std::string& command, const std::string& more) {
  const std::string it = R"({"ip-address": "192.0.2.19", "hw-address": "02:00:00:00:00:09")" + more;
  return {{command, it + R"(, "subnet-id": 2})", kRefused, "does not belong to subnet"},
          {command, it + R"(, "fqdn-fwd": true})", kRefused, "no DNS updates"},
          {command, it + R"(, "fqdn-rev": true})", kRefused, "no DNS updates"},
          {command, it + R"(, "state": 1})", Result::ok, ""},
          {"lease4-get", R"({"ip-address": "192.0.2.19"})", Result::ok, "", R"("state":1)"}};
}

CommandCases recording() {
  const std::string taken = R"({"ip-address": "192.0.2.11", "hw-address": "02:00:00:00:00:05")";
  CommandCases all = {
      {"lease4-add",
       after_two({{"lease4-add", taken + "}", kRefused, "IPv4 lease already exists."},
                  {"lease4-add", R"({"ip-address": "192.0.2.12"})", kRefused, "'hw-address'"},
                  {"lease4-get", kOne, Result::ok, "", R"("hw-address":"02:00:00:00:00:01")"},
                  {"lease4-get", kOne, Result::ok, "", R"("valid-lft":7200)"}})},
      {"lease4-update",
       after_two(
           {{"lease4-update", taken + R"(, "valid-lft": 60})", Result::ok, "updated"},
            {"lease4-get", kOne, Result::ok, "", R"("hw-address":"02:00:00:00:00:05")"},
            {"lease4-get", kOne, Result::ok, "", R"("valid-lft":60)"},
            {"lease4-update", R"({"ip-address": "192.0.2.13", "hw-address": "02:00:00:00:00:05"})",
             kRefused, "there is none"},
            {"lease4-update",
             R"({"ip-address": "192.0.2.13", "hw-address": "02:00:00:00:00:05",
                       "force-create": true})",
             Result::ok, "IPv4 lease added."}})},
  };
  for (CommandCase& each : all) {
    const std::string more = each.command == "lease4-add" ? "" : R"(, "force-create": true)";
    for (auto* steps : {shows_all_of, refuses_and_declines}) {
      for (Step& step : steps(each.command, more)) each.steps.push_back(std::move(step));
    }
  }
  return all;
}

CommandCases changing() {
  return {
      {"lease4-del", after_two({{"lease4-del", R"({"ip-address": "x"})", kRefused, "'ip-address'"},
                                {"lease4-del", kOne, Result::ok, "IPv4 lease deleted."},
                                {"lease4-get", kOne, Result::empty, ""},
                                {"lease4-get", kTwo, Result::ok, ""},
                                {"lease4-del",
                                 R"({"subnet-id": 1, "identifier-type": "hw-address",
                       "identifier": "020000000002"})",
                                 Result::empty, "not found"},
                                {"lease4-del",
                                 R"({"subnet-id": 2, "identifier-type": "hw-address",
                       "identifier": "020000000002"})",
                                 Result::ok, "IPv4 lease deleted."},
                                {"lease4-get", kTwo, Result::empty, ""},
                                {"lease4-del", kOne, Result::empty, "not found"}})},
      {"lease4-wipe",
       after_two({{"lease4-wipe", R"({"subnet-id": "x"})", kRefused, "'subnet-id'"},
                  {"lease4-wipe", R"({"subnet-id": 1})", Result::ok, "Deleted 1 IPv4 lease(s)"},
                  {"lease4-get-all", "", Result::ok, "1 IPv4", kOther},
                  {"lease4-wipe", "", Result::ok, "Deleted 1 IPv4 lease(s) from subnet(s) 1 2"},
                  {"lease4-get-all", "", Result::empty, ""}})},
      {"lease4-write",
       {{"lease4-write", R"({"filename": 3})", kRefused, "'filename'"},
        {"lease4-write", R"({"filename": "out.csv"})", Result::ok, "/var/lib/lessor/out.csv", "",
         "leases to out.csv;"}}},
      {"lessor-force-renew",
       after_two({{"lessor-force-renew", R"({"ip-address": "x"})", kRefused, "'ip-address'"},
                  {"lessor-force-renew", R"({"subnet-id": "x"})", kRefused, "'subnet-id'"},
                  {"lessor-force-renew", R"({"subnet-id": 77})", Result::empty, "Asked 0"},
                  {"lessor-force-renew", kOne, Result::ok, "Asked 1 client to renew."}})},
      {"lessor-lease-release",
       after_two({{"lessor-lease-release", R"({"ip-address": "x"})", kRefused, "'ip-address'"},
                  {"lessor-lease-release", kOne, Result::ok, "lease of 192.0.2.11 is released"},
                  {"lease4-get", kOne, Result::ok, "", R"("state":3)"}})},
  };
}

/// What ends the time of leases that are over, or out of use.
CommandCases ending() {
  const std::string declined = R"({"hw-address": "02:00:00:00:00:05", "state": 1, "ip-address": )";
  const Step decline_one = {"lease4-add", declined + "\"192.0.2.15\"}", Result::ok, ""};
  const Step decline_two = {"lease4-add", declined + "\"192.0.2.16\"}", Result::ok, ""};
  const std::string over =
      R"({"ip-address": "192.0.2.17", "hw-address": "02:00:00:00:00:06", "valid-lft": 0})";
  return {
      {"lessor-clear-declined",
       after_two({decline_one,
                  decline_two,
                  {"lessor-clear-declined", R"({"ip-address": 3})", kRefused, "'ip-address'"},
                  {"lessor-clear-declined", R"({"ip-address": "192.0.2.15"})", Result::ok,
                   "Cleared 1", R"({"count": 1})"},
                  {"lease4-get-by-state", R"({"state": 1})", Result::ok, "1 IPv4", "192.0.2.16"},
                  {"lessor-clear-declined", "", Result::ok, "Cleared 1"},
                  {"lease4-get-all", "", Result::ok, "2 IPv4"},
                  {"lessor-clear-declined", "", Result::empty, "Cleared 0"}})},
      {"leases-reclaim",
       after_two({{"lease4-add", over, Result::ok, ""},
                  {"leases-reclaim", R"({"remove": 3})", kRefused, "'remove'"},
                  {"leases-reclaim", R"({"remove": true})", Result::ok, "complete: 1 leases"},
                  {"lease4-get-all", "", Result::ok, "2 IPv4"},
                  {"leases-reclaim", "", Result::ok, "complete: 0 leases"}})},
  };
}

}  // namespace

CommandCases lease_command_cases() {
  CommandCases all = reading();
  for (CommandCase& each : recording()) all.push_back(std::move(each));
  for (CommandCase& each : changing()) all.push_back(std::move(each));
  for (CommandCase& each : ending()) all.push_back(std::move(each));
  return all;
}

}  // namespace lessor::control
