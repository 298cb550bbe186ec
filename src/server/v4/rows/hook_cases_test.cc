// hooks-libraries: each library that is built in does its work when it is named and not before, and
// each that is not is noted or refused by name, as the table of hooks says.

#include "config/hooks.h"
#include "server/v4/rows/key_case.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace lessor::server::v4::testing {
namespace {

using ::testing::HasSubstr;

/// What each of these hooks has something to do with.
const std::string kSite = R"("host-reservation-identifiers": ["flex-id", "hw-address"],
    "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
      "user-context": {"limits": {"address-limit": 1}},
      "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
      "reservations": [{"flex-id": "'phone'", "hostname": "ab"}]}])";

std::string bootp_answer(World& world) {
  return show(world.site().hear(Say(MessageType::none, host(1))));
}
std::string name_of_phone(World& world) {
  return sends(world.site().hear(discover(host(1)).with(60, text("phone")).wanting({12})), 12);
}
std::string query_answer(World& world) {
  Say say = Say(MessageType::leasequery, host(0)).through("192.0.2.254").having("192.0.2.10");
  say.header().set_hardware_address({.type = 0, .size = 0});
  return world.site().hear(std::move(say)) ? "an answer" : "silence";
}
std::string two_leases(World& world) {
  const std::string first = world.site().lease(host(1));
  return first + " " + world.site().lease(host(2));
}
/// Behind a relay, where nobody else is asked first.
std::string relayed_offer(World& world) {
  return show(world.site().hear(discover(host(1)).through("192.0.2.254")));
}
/// Whether who follows leases is told of one.
std::string told(World& world) {
  (void)world.site().lease(host(1));
  return world.site().engine().lease_events().oldest() == nullptr ? "nobody" : "a follower";
}
std::string programs(World& world) {
  const config::ServerConfig& config = world.config();
  return told(world) + ", " + (config.run_script ? config.run_script->program : "") +
         (config.legal_log ? config.legal_log->base_name : "");
}
std::string nothing(World&) { return ""; }

struct HookCase {
  std::string name;
  std::string parameters;
  Look look;
  std::string with;
  std::string without;
};

std::vector<HookCase> built_in() {
  return {
      {"bootp", "{}", bootp_answer, "other 192.0.2.10", "silence"},
      {"flex_id", R"({"identifier-expression": "option[60].hex"})", name_of_phone, "6162", "none"},
      {"flex_option", R"({"options": [{"code": 224, "add": "'a'"}]})", offered(224), "61", "none"},
      {"forensic_log", R"({"base-name": "who"})", programs, "a follower, who", "nobody, "},
      {"legal_log", R"({"base-name": "who"})", programs, "a follower, who", "nobody, "},
      {"lease_query", R"({"requesters": ["192.0.2.254"]})", query_answer, "an answer", "silence"},
      {"limits", "{}", two_leases, "192.0.2.10 ", "192.0.2.10 192.0.2.11"},
      {"ping_check", "{}", relayed_offer, "silence", "offer 192.0.2.10"},
      {"run_script", R"({"name": "/bin/true", "sync": false})", programs, "a follower, /bin/true",
       "nobody, "},
      // Their commands are always there; src/control holds each.
      {"class_cmds", "{}", nothing, "", ""},
      {"host_cmds", "{}", nothing, "", ""},
      {"lease_cmds", "{}", nothing, "", ""},
      {"stat_cmds", "{}", nothing, "", ""},
      {"subnet_cmds", "{}", nothing, "", ""},
  };
}

std::string naming(std::string_view hook, const std::string& parameters) {
  return R"("hooks-libraries": [{"library": "/usr/lib/kea/hooks/libdhcp_)" + std::string(hook) +
         R"(.so", "parameters": )" + parameters + "}], " + kSite;
}

TEST(HookRows, EachThatIsBuiltInDoesItsWorkWhenItIsNamed) {
  for (const HookCase& each : built_in()) {
    SCOPED_TRACE(each.name);
    World with(naming(each.name, each.parameters));
    World without(kSite);
    ASSERT_EQ(with.trouble(), "");
    ASSERT_EQ(without.trouble(), "");
    for (const config::Problem& note : with.loaded().notes) {
      EXPECT_EQ(note.message.find("accepted without effect"), std::string::npos) << note.message;
    }
    EXPECT_EQ(each.look(with), each.with);
    EXPECT_EQ(each.look(without), each.without);
  }
}

void expect_not_built_in(const config::Hook& hook) {
  SCOPED_TRACE(hook.name);
  World world(naming(hook.name, "{}"));
  const std::string why = std::string(to_string(hook.state)) + ": " + std::string(hook.note);
  if (hook.state != config::State::no_effect) {
    EXPECT_THAT(world.trouble(), HasSubstr("hooks-libraries[0].library: " + why));
    return;
  }
  ASSERT_EQ(world.trouble(), "");
  const auto& notes = world.loaded().notes;
  EXPECT_EQ(std::ranges::count(notes, why, &config::Problem::message), 1);
}

TEST(HookRows, EachOfTheTableIsHeld) {
  const auto cases = built_in();
  for (const config::Hook& hook : config::hooks()) {
    const bool is_held = std::ranges::find(cases, hook.name, &HookCase::name) != cases.end();
    if (hook.state == config::State::implemented) {
      EXPECT_TRUE(is_held) << hook.name << " is held by no case: write one here";
    } else {
      EXPECT_FALSE(is_held) << hook.name;
      expect_not_built_in(hook);
    }
  }
}

TEST(HookRows, ALibraryThatNobodyKnowsIsRefused) {
  EXPECT_THAT(World(naming("nonsense", "{}")).trouble(), HasSubstr("nothing here stands for"));
}

}  // namespace

KeyCases hook_cases() {
  const std::string library = R"("library": "libdhcp_bootp.so")";
  return {
      {"hooks-libraries", Scope::dhcp4, "@ " + kSite, R"("hooks-libraries": [{)" + library + "}]",
       bootp_answer, "other 192.0.2.10", "silence", ""},
      {"library", Scope::hook_library, R"("hooks-libraries": [{@}], )" + kSite, library,
       bootp_answer, "other 192.0.2.10", "! library is missing", ""},
      {"parameters", Scope::hook_library,
       R"("hooks-libraries": [{"library": "libdhcp_lease_query.so", @}], )" + kSite,
       R"("parameters": {"requesters": ["192.0.2.254"]})", query_answer, "an answer", "silence",
       R"("parameters": {"requesters": ["192.0.2.253"]})"},
  };
}

}  // namespace lessor::server::v4::testing
