// Commands that change the running configuration: subnets, networks, classes, reservations, all of
// it. Each goes through the loader, as a reload does.

#include "control/commands.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "control/test_target.h"

namespace lessor::control {
namespace {

/// A server that runs what the loader takes.
class ConfiguredTarget : public TestTarget {
 public:
  explicit ConfiguredTarget(std::string text) : text_(std::move(text)) {}
  std::string config_json() override { return text_; }
  std::expected<std::string, Trouble> edit_config(const Edit& edit) override {
    const auto text = edit(text_);
    if (!text) return text;
    auto loaded = config::load_text(*text, "new", {});
    if (!loaded) return std::unexpected(config::to_string(loaded.error().front()));
    text_ = loaded->config.text;
    return "Configuration successful.";
  }
  std::expected<WrittenFile, Trouble> write_config(const std::string& file) override {
    return WrittenFile{file.empty() ? "/etc/lessor/lessor.conf" : file, text_.size()};
  }

 private:
  std::string text_;
};

constexpr const char* kSite = R"({"Dhcp4": {
  "user-context": {"site": "a"},
  "client-classes": [{"name": "phones", "test": "option[60].exists"}],
  "subnet4": [
    {"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.20"}],
     "option-data": [{"name": "routers", "data": "192.0.2.1"}],
     "reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.5",
                       "hostname": "printer"},
                      {"client-id": "01:02:03", "ip-address": "192.0.2.6"}]},
    {"id": 2, "subnet": "198.51.100.0/24", "pools": [{"pool": "198.51.100.10-198.51.100.20"}]}]
}})";

struct Step {
  const char* command;
  const char* arguments;
  Result result;
  const char* text;                 ///< in the answer's text
  const char* arguments_have = "";  ///< in its arguments
};

Answer run(Target& server, const char* command, const char* arguments) {
  const std::string request = write_request(command, arguments);
  EXPECT_FALSE(execute(server, request, Access::read).result == Result::unsupported) << command;
  return execute(server, request, Access::write);
}

void play(ConfiguredTarget& server, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    const std::string request = write_request(step.command, step.arguments);
    const Answer answer = execute(server, request, Access::write);
    EXPECT_EQ(answer.result, step.result) << request << answer.text;
    EXPECT_NE(answer.text.find(step.text), std::string::npos) << request << answer.text;
    EXPECT_NE(answer.arguments.find(step.arguments_have), std::string::npos)
        << request << answer.arguments;
  }
}

TEST(SubnetCommands, ListGetAddUpdateAndDelete) {
  ConfiguredTarget server(kSite);
  play(
      server,
      {{"subnet4-list", "{}", Result::ok, "2 IPv4 subnets found",
        R"({"id":2,"subnet":"198.51.100.0/24","shared-network-name":null})"},
       {"subnet4-get", R"({"id": 1})", Result::ok,
        "Info about IPv4 subnet 192.0.2.0/24 (id 1) returned", R"("pool":"192.0.2.10-192.0.2.20")"},
       {"subnet4-get", R"({"subnet": "198.51.100.0/24"})", Result::ok, "(id 2)"},
       {"subnet4-get", R"({"id": 7})", Result::empty, "No subnet with id 7 found"},
       {"subnet4-add", R"({"subnet4": [{"id": 3, "subnet": "203.0.113.0/24"}]})", Result::ok,
        "IPv4 subnet added", R"({"subnets":[{"id":3,"subnet":"203.0.113.0/24"}]})"},
       {"subnet4-add", R"({"subnet4": [{"id": 3, "subnet": "10.0.0.0/24"}]})", Result::error,
        "has the id 3 already"},
       {"subnet4-add", R"({"subnet4": [{"id": 4, "subnet": "10.0.0.0/24", "nonsense": 1}]})",
        Result::error, "nonsense"},
       {"subnet4-add", R"({"subnet4": []})", Result::error, "a list of one map"},
       {"subnet4-add", R"({"subnet": 1})", Result::error, "missing parameter 'subnet4'"},
       {"subnet4-list", "{}", Result::ok, "3 IPv4 subnets found"},
       {"subnet4-update",
        R"({"subnet4": [{"id": 3, "subnet": "203.0.113.0/24", "valid-lifetime": 60}]})", Result::ok,
        "IPv4 subnet updated"},
       {"subnet4-get", R"({"id": 3})", Result::ok, "", R"("valid-lifetime":60)"},
       {"subnet4-update", R"({"subnet4": [{"id": 3, "subnet": "10.0.0.0/8"}]})", Result::error,
        "a prefix cannot be changed"},
       {"subnet4-update", R"({"subnet4": [{"id": 9, "subnet": "10.0.0.0/8"}]})", Result::empty,
        "no subnet 10.0.0.0/8 (id 9)"},
       {"subnet4-del", R"({"id": 3})", Result::ok, "IPv4 subnet 203.0.113.0/24 (id 3) deleted"},
       {"subnet4-del", R"({"id": 3})", Result::empty, "No subnet with id 3"},
       {"subnet4-del", R"({})", Result::error, "missing parameter 'id'"}});
  EXPECT_NE(server.config_json().find(R"("user-context":{"site":"a"})"), std::string::npos);
}

TEST(SubnetCommands, ChangeSomeKeysOnly) {
  ConfiguredTarget server(kSite);
  play(server, {{"subnet4-delta-add",
                 R"({"subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "valid-lifetime": 60,
             "pools": [{"pool": "192.0.2.30-192.0.2.40"}],
             "option-data": [{"name": "routers", "data": "192.0.2.2"}]}]})",
                 Result::ok, "IPv4 subnet updated", R"("id":1)"},
                {"subnet4-get", R"({"id": 1})", Result::ok, "",
                 R"("option-data":[{"name":"routers","data":"192.0.2.2"}])"},
                {"subnet4-get", R"({"id": 1})", Result::ok, "",
                 R"([{"pool":"192.0.2.10-192.0.2.20"},{"pool":"192.0.2.30-192.0.2.40"}])"},
                {"subnet4-delta-del",
                 R"({"subnet4": [{"id": 1, "valid-lifetime": 0,
             "pools": [{"pool": "192.0.2.10-192.0.2.20"}]}]})",
                 Result::ok, "IPv4 subnet updated"},
                {"subnet4-get", R"({"id": 1})", Result::ok, "",
                 R"("pools":[{"pool":"192.0.2.30-192.0.2.40"}])"}});
  EXPECT_EQ(server.config_json().find("valid-lifetime"), std::string::npos);
}

TEST(NetworkCommands, AnswerAsTheConfigurationDoes) {
  ConfiguredTarget server(kSite);
  play(
      server,
      {{"network4-list", "{}", Result::empty, "0 IPv4 network(s) found"},
       {"network4-get", R"({"name": "floor"})", Result::empty, "no shared network"},
       {"network4-del", R"({"name": "floor"})", Result::empty, "no shared network"},
       {"network4-del", R"({"name": "floor", "subnets-action": "x"})", Result::error,
        "keep or delete"},
       {"network4-subnet-add", R"({"name": "floor", "id": 1})", Result::empty, "no shared network"},
       {"network4-subnet-del", R"({"name": "floor"})", Result::error, "missing parameter 'id'"},
       {"network4-add", R"({"shared-networks": [{"nome": "floor"}]})", Result::error, ""}});
}

TEST(ClassCommands, ListGetAddUpdateAndDelete) {
  ConfiguredTarget server(kSite);
  play(server,
       {{"class-list", "{}", Result::ok, "1 class found.", R"([{"name":"phones"}])"},
        {"class-get", R"({"name": "phones"})", Result::ok, "Class 'phones' definition returned.",
         "option[60].exists"},
        {"class-get", R"({"name": "x"})", Result::empty, "Class 'x' not found."},
        {"class-add", R"x({"client-classes": [{"name": "tv", "test": "member('phones')"}]})x",
         Result::ok, "Class 'tv' added."},
        {"class-add", R"({"client-classes": [{"name": "tv", "test": "known"}]})", Result::error,
         "already exists"},
        {"class-add", R"x({"client-classes": [{"name": "bad", "test": "member('none')"}]})x",
         Result::error, "no class of this name"},
        {"class-list", "{}", Result::ok, "2 classes found."},
        {"class-update", R"({"client-classes": [{"name": "tv", "test": "known"}]})", Result::ok,
         "Class 'tv' updated."},
        {"class-update", R"({"client-classes": [{"name": "no", "test": "known"}]})", Result::empty,
         "Class 'no' not found."},
        {"class-del", R"({"name": "tv"})", Result::ok, "Class 'tv' deleted."},
        {"class-del", R"({"name": "tv"})", Result::empty, "not found"}});
}

TEST(ReservationCommands, GetAddUpdateAndDelete) {
  ConfiguredTarget server(kSite);
  play(server,
       {{"reservation-get", R"({"subnet-id": 1, "ip-address": "192.0.2.5"})", Result::ok,
         "Host found.", R"("hostname":"printer","subnet-id":1,"boot-file-name":"")"},
        {"reservation-get",
         R"({"subnet-id": 1, "identifier-type": "hw-address", "identifier": "020000000001"})",
         Result::ok, "Host found."},
        {"reservation-get",
         R"({"subnet-id": 2, "identifier-type": "hw-address", "identifier": "020000000001"})",
         Result::empty, "Host not found."},
        {"reservation-get", R"({"subnet-id": 1, "identifier-type": "mac", "identifier": "02"})",
         Result::error, "none of hw-address"},
        {"reservation-get", R"({"ip-address": "192.0.2.5"})", Result::error, "'subnet-id'"},
        {"reservation-get-all", R"({"subnet-id": 1})", Result::ok, "2 IPv4 host(s) found."},
        {"reservation-get-all", R"({"subnet-id": 2})", Result::empty, "0 IPv4 host(s) found.",
         R"({"hosts":[]})"},
        {"reservation-get-by-address", R"({"ip-address": "192.0.2.6"})", Result::ok,
         "1 IPv4 host(s)"},
        {"reservation-get-by-hostname", R"({"hostname": "PRINTER"})", Result::ok, "1 IPv4 host(s)"},
        {"reservation-get-by-id", R"({"identifier-type": "client-id", "identifier": "010203"})",
         Result::ok, "1 IPv4 host(s)"},
        {"reservation-get-page", R"({"subnet-id": 1, "limit": 1})", Result::ok, "1 IPv4 host(s)",
         R"("next":{"from":1,"source-index":1})"},
        {"reservation-get-page", R"({"subnet-id": 1, "limit": 5, "from": 1})", Result::ok,
         "1 IPv4 host(s)", R"("client-id":"01:02:03")"},
        {"reservation-get-page", R"({"subnet-id": 1, "limit": 5, "from": 2})", Result::empty,
         "0 IPv4 host(s)"},
        {"reservation-add",
         R"({"reservation": {"subnet-id": 2, "hw-address": "02:00:00:00:00:09",
            "ip-address": "198.51.100.9"}})",
         Result::ok, "Host added."},
        {"reservation-add",
         R"({"reservation": {"subnet-id": 1, "hw-address": "02:00:00:00:00:01"}})", Result::error,
         "another reservation of this subnet"},
        {"reservation-add", R"({"reservation": {"subnet-id": 7, "hw-address": "02:01"}})",
         Result::error, "no subnet with id 7"},
        {"reservation-add", R"({"reservation": {"hw-address": "02:01"}})", Result::error,
         "'subnet-id'"},
        {"reservation-update",
         R"({"reservation": {"subnet-id": 2, "hw-address": "02:00:00:00:00:09",
            "hostname": "tv"}})",
         Result::ok, "Host updated."},
        {"reservation-get-all", R"({"subnet-id": 2})", Result::ok, "1 IPv4", R"("hostname":"tv")"},
        {"reservation-update",
         R"({"reservation": {"subnet-id": 1, "hw-address": "02:00:00:00:00:09"}})", Result::empty,
         "not found"},
        {"reservation-del",
         R"({"subnet-id": 2, "identifier-type": "hw-address", "identifier": "02:00:00:00:00:09"})",
         Result::ok, "Host deleted."},
        {"reservation-del", R"({"subnet-id": 1, "ip-address": "192.0.2.99"})", Result::empty,
         "Host not deleted (not found)."}});
}

TEST(ConfigCommands, SetHashAndWrite) {
  ConfiguredTarget server(kSite);
  const Answer before = run(server, "config-hash-get", "{}");
  EXPECT_EQ(before.arguments.size(), std::string(R"({"hash":""})").size() + 64) << before.arguments;
  play(server, {{"config-set", R"({"Dhcp4": {"nonsense": 1}})", Result::error, "nonsense"},
                {"config-hash-get", "{}", Result::ok, "", before.arguments.c_str()},
                {"config-set", R"({"Dhcp4": {"server-tag": "east"}})", Result::ok, "successful"},
                {"server-tag-get", "{}", Result::ok, "", R"({"server-tag":"east"})"},
                {"config-write", "{}", Result::ok, "written to /etc/lessor/lessor.conf",
                 R"("filename":"/etc/lessor/lessor.conf","size":)"},
                {"config-write", R"({"filename": "other.conf"})", Result::ok, "other.conf"},
                {"config-write", R"({"filename": "/etc/passwd"})", Result::error, "folder"},
                {"config-write", R"({"filename": 3})", Result::error, "must be a string"}});
  EXPECT_NE(run(server, "config-hash-get", "{}").arguments, before.arguments);
}

TEST(ConfigCommands, ReadOnlyRightsChangeNothing) {
  ConfiguredTarget server(kSite);
  for (const Command& command : commands()) {
    if (command.access == Access::read) continue;
    const Answer answer = execute(server, write_request(command.name, "{}"), Access::read);
    EXPECT_EQ(answer.result, Result::error) << command.name;
    EXPECT_NE(answer.text.find("as root"), std::string::npos) << command.name;
  }
}

}  // namespace
}  // namespace lessor::control
