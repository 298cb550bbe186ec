// Kea's limits hook: what user-context sets for classes and subnets.
#include "config/group_limits.h"

#include "config/describe.h"
#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

constexpr std::string_view kHook = R"("hooks-libraries": [{"library": "libdhcp_limits.so"}], )";

/// One class, one subnet, each with a user-context of its own.
std::string site(std::string_view hook, const std::string& of_class, const std::string& of_subnet,
                 std::string_view test = R"("test": "pkt4.msgtype == 1")") {
  return R"({"Dhcp4": {)" + std::string(hook) + R"("client-classes": [{"name": "gold", )" +
         std::string(test) + R"(, "user-context": )" + of_class +
         R"(}], "subnet4": [{"subnet": "192.0.2.0/24", "user-context": )" + of_subnet + "}]}}";
}

/// What is noted, but for what is left out of these short configurations.
std::string notes_of(const Loaded& loaded) {
  std::string all;
  for (const Problem& note : loaded.notes) {
    const std::string text = to_string(note);
    if (text.find("no default gateway") == std::string::npos) all += text + "\n";
  }
  return all;
}

TEST(GroupLimits, AreReadFromUserContextWhereTheHookIsLoaded) {
  const auto loaded =
      load_text(site(kHook, R"({"limits": {"rate-limit": "0 packets per second"}, "x": [1]})",
                     R"({"limits": {"address-limit": 4, "rate-limit": "1 packet per year"}})"),
                "x", {});
  ASSERT_TRUE(loaded) << to_string(loaded.error()[0]);
  const GroupLimits& of_class = loaded->config.classes.classes[0].limits;
  EXPECT_FALSE(of_class.leases);
  EXPECT_EQ(of_class.rate, (MessageRate{0, Duration::seconds(1)}));
  const GroupLimits& of_subnet = loaded->config.subnets[0].limits;
  EXPECT_EQ(of_subnet.leases, 4U);
  EXPECT_EQ(of_subnet.rate, (MessageRate{1, Duration::seconds(31'536'000)}));
  EXPECT_TRUE(loaded->config.limits_leases);
  EXPECT_TRUE(loaded->config.limits_group_leases);
  EXPECT_TRUE(loaded->config.limits_group_rates);
  EXPECT_TRUE(loaded->config.classes.in_use);
  EXPECT_TRUE(loaded->config.classes.counts_groups);
  EXPECT_EQ(notes_of(*loaded), "");
}

TEST(GroupLimits, MeanNothingWithoutTheHookWhichIsSaid) {
  const auto loaded =
      load_text(site("", "{}", R"({"limits": {"address-limit": 4, "what": 1}})"), "x", {});
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->config.subnets[0].limits.any());
  EXPECT_FALSE(loaded->config.limits_leases);
  EXPECT_FALSE(loaded->config.classes.counts_groups);
  EXPECT_NE(notes_of(*loaded).find("Dhcp4.subnet4[0].user-context.limits: without effect: the hook "
                                   "libdhcp_limits.so is not loaded"),
            std::string::npos);
}

// Kea says nothing of a class whose members it does not know in time.
TEST(GroupLimits, ThatCanCountNobodyAreNoted) {
  const struct {
    std::string_view test;
    std::string_view limit;
    std::string_view note;
  } cases[] = {
      {R"x("test": "member('KNOWN')")x", R"("rate-limit": "1 packet per hour")",
       "without effect: rate-limit: messages are counted before it is known who has a reservation"},
      {R"("test": "")", R"("rate-limit": "1 packet per hour")", "without effect: rate-limit"},
      {R"("only-in-additional-list": true)", R"("rate-limit": "1 packet per hour")",
       "without effect: additional classes are evaluated when a lease is settled"},
      {R"("test": "pkt4.msgtype == 1")", R"("rate-limit": "1 packet per hour")", ""},
  };
  for (const auto& c : cases) {
    const std::string limits = R"({"limits": {)" + std::string(c.limit) + "}}";
    const auto loaded = load_text(site(kHook, limits, "{}", c.test), "x", {});
    ASSERT_TRUE(loaded) << c.test;
    const std::string notes = notes_of(*loaded);
    if (c.note.empty()) {
      EXPECT_EQ(notes, "") << c.test;
    } else {
      EXPECT_NE(notes.find(c.note), std::string::npos) << c.test << notes;
    }
  }
}

TEST(GroupLimits, AreShownByCheck) {
  const auto loaded = load_text(site(kHook, R"({"limits": {"rate-limit": "1 packet per month"}})",
                                     R"({"limits": {"address-limit": 4}})"),
                                "x", {});
  ASSERT_TRUE(loaded);
  const std::string text = describe(loaded->config);
  EXPECT_NE(text.find("at most 4\n"), std::string::npos) << text;
  EXPECT_NE(text.find("at most 1 message per month"), std::string::npos) << text;
}

TEST(GroupLimits, ThatMakeNoSenseSayWhatWhereAndWhatToDo) {
  const struct {
    std::string limits;
    std::string error;
  } cases[] = {
      {R"({"limits": 5})", "expected a map: {\"address-limit\": 100}"},
      {R"({"limits": {"adress-limit": 5}})",
       "adress-limit: unknown limit (did you mean 'address-limit'?)"},
      {R"({"limits": {"address-limit": -1}})",
       "address-limit: expected a number of leases, from 0 to 4294967295"},
      {R"({"limits": {"address-limit": "4"}})",
       "address-limit: expected a number of leases, from 0 to 4294967295"},
      {R"({"limits": {"rate-limit": "4 frames per day"}})",
       "rate-limit: expected a rate: write \"10 packets per second\""},
      {R"({"limits": {"rate-limit": "4294967296 packets per day"}})", "rate-limit: expected"},
      {R"({"limits": {"rate-limit": 7}})", "rate-limit: expected a rate"},
  };
  for (const auto& c : cases) {
    const auto loaded = load_text(site(kHook, "{}", c.limits), "x", {});
    ASSERT_FALSE(loaded) << c.limits;
    EXPECT_NE(to_string(loaded.error()[0]).find(c.error), std::string::npos)
        << to_string(loaded.error()[0]);
  }
}

TEST(GroupLimits, TheHookHasNoParameters) {
  const std::string hook =
      R"("hooks-libraries": [{"library": "libdhcp_limits.so", "parameters": {"a": 1}}], )";
  const auto loaded = load_text(site(hook, "{}", "{}"), "x", {});
  ASSERT_FALSE(loaded);
  EXPECT_NE(to_string(loaded.error()[0]).find("unknown parameter of this hook"), std::string::npos);
}

}  // namespace
}  // namespace lessor::config
