// The built-in classes of docs/kea-compatibility.md, by who is in them: each line of
// test/vectors/kea/classes.txt has a client that is in the class and one that is not.

#include "config/json_reader.h"
#include "server/v4/rows/key_case.h"

#include <algorithm>

#include "base/text.h"

namespace lessor::server::v4::testing {
namespace {

/// host(1) has a reservation. Classes whose test is true of a member of 'x' get option 224.
std::string site(const std::string& classes) {
  return R"("hooks-libraries": [{"library": "libdhcp_bootp.so"}], "client-classes": [)" + classes +
         R"(], "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
             "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
             "reservations": [{"hw-address": "02:00:00:00:00:01", "hostname": "ab"}]}])";
}
/// Who is in the class is told so.
std::string telling(const std::string& test, const std::string& before = "") {
  return site(before + R"({"name": "told", "test": ")" + test + R"(", "option-data": [
      {"code": 224, "csv-format": false, "data": "07", "always-send": true}]})");
}

struct ClassCase {
  std::string name;
  std::string config;
  Say member;
  Say other;
  std::string of_member;
  std::string of_other;
};

const std::string kTold = "192.0.2.10 07";
const std::string kNotTold = "192.0.2.10 none";

std::vector<ClassCase> cases() {
  const Say known = discover(host(1));
  const Say unknown = discover(host(2));
  const Say request = selecting(host(1), "192.0.2.10");
  const Say other_request = selecting(host(2), "192.0.2.10");
  const Say bootp(MessageType::none, host(2));
  const Say named = discover(host(2)).with(12, text("a"));
  const Say windows = discover(host(2)).with(60, text("MSFT 5.0"));
  const std::string spawn = R"({"name": "t", "template-test": "option[12].hex"}, )";
  return {
      {"ALL", telling("member('ALL')"), unknown, known, kTold, kTold},
      {"ALL", telling("not member('ALL')"), unknown, known, kNotTold, kNotTold},
      {"KNOWN", telling("member('KNOWN')"), known, unknown, kTold, kNotTold},
      {"KNOWN", telling("known"), known, unknown, kTold, kNotTold},
      {"UNKNOWN", telling("member('UNKNOWN')"), unknown, known, kTold, kNotTold},
      {"UNKNOWN", telling("unknown"), unknown, known, kTold, kNotTold},
      {"BOOTP", telling("member('BOOTP')"), bootp, unknown, kTold, kNotTold},
      {"DROP", site(R"({"name": "DROP", "test": "known"})"), known, unknown, "silence", kNotTold},
      {"REJECT", site(R"({"name": "REJECT", "test": "known"})"), request, other_request,
       "0.0.0.0 none", kNotTold},
      {"REJECT", site(R"({"name": "REJECT", "test": "known"})"), known, unknown, "silence",
       kNotTold},
      {"SKIP_DDNS", site(R"({"name": "SKIP_DDNS", "test": "known"})"), known, unknown, kNotTold,
       kNotTold},
      {"VENDOR_CLASS_", telling("member('VENDOR_CLASS_MSFT 5.0')"), windows, unknown, kTold,
       kNotTold},
      {"SPAWN_", telling("member('SPAWN_t_a')", spawn), named, unknown, kTold, kNotTold},
      {"HA_", telling("member('HA_server1')"), known, unknown, kNotTold, kNotTold},
      {"AFTER_", telling("member('AFTER__x')"), known, unknown, kNotTold, kNotTold},
      {"EXTERNAL_", telling("member('EXTERNAL_x')"), known, unknown, kNotTold, kNotTold},
  };
}

std::string answer(const std::string& config, const Say& say) {
  World world(config);
  if (!world.trouble().empty()) return "! " + world.trouble();
  const auto reply = world.site().hear(say);
  return reply ? reply->yiaddr() + " " + show(reply->option(224)) : "silence";
}

TEST(BuiltInClasses, HoldWhomTheySay) {
  for (const ClassCase& each : cases()) {
    SCOPED_TRACE(each.name + ": " + each.config);
    EXPECT_EQ(answer(each.config, each.member), each.of_member);
    EXPECT_EQ(answer(each.config, each.other), each.of_other);
  }
}

TEST(BuiltInClasses, HaveACaseEach) {
  const auto all = cases();
  const std::string text = config::read_disk_file("test/vectors/kea/classes.txt").value_or("");
  int lines = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const std::string name(line.substr(0, line.find(" | ")));
    EXPECT_NE(std::ranges::find(all, name, &ClassCase::name), all.end())
        << name << " is held by no case: write one here";
    ++lines;
  }
  EXPECT_GE(lines, 12);
}

}  // namespace
}  // namespace lessor::server::v4::testing
