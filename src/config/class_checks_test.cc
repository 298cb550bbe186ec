#include "config/class_checks.h"

#include "config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lessor::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What is noted of such classes, with the rest of Dhcp4 and of the subnet as they are given.
std::vector<std::string> notes(const std::string& classes, const std::string& global = "",
                               const std::string& subnet = "") {
  const std::string text =
      R"({"Dhcp4": {"options": {"routers": "192.0.2.1"}, "client-classes": [)" + classes + "]" +
      global + R"(, "subnet4": [{"subnet": "192.0.2.0/24")" + subnet + "}]}}";
  const auto loaded = load_text(text, "x", {});
  std::vector<std::string> found;
  if (!loaded) return {to_string(loaded.error().at(0))};
  for (const Problem& note : loaded->notes) found.push_back(note.message);
  return found;
}

constexpr const char* kGives =
    R"(, "option-data": [{"name": "log-servers", "data": "192.0.2.2"}]})";

std::string defined(const std::string& more) { return R"({"name": "a")" + more + kGives; }

TEST(OddClasses, NobodyIsInAClassWithoutTestOrReservation) {
  EXPECT_THAT(notes(defined("")), ElementsAre("nobody is in the class 'a': it has no test, and no "
                                              "reservation gives it"));
  EXPECT_THAT(notes(defined(""), "",
                    R"(, "reservations": [{"hw-address": "02:00:00:00:00:01",
                                           "client-classes": ["a"]}])"),
              IsEmpty());
  EXPECT_THAT(notes(R"({"name": "VENDOR_CLASS_x")" + std::string(kGives)), IsEmpty());
}

TEST(OddClasses, NobodyIsInAClassWhoseTestIsNeverTrue) {
  const std::string never = "nobody is in the class 'a': its test is true of no packet";
  for (const char* test :
       {"'a' == 'b'", "not member('ALL')", "substring(option[60].hex, 0, 3) == 'Acme'"}) {
    EXPECT_THAT(notes(defined(R"(, "test": ")" + std::string(test) + "\"")), ElementsAre(never))
        << test;
  }
  EXPECT_THAT(notes(defined(R"(, "test": "option[60].exists")")), IsEmpty());
  EXPECT_THAT(notes(defined(R"~(, "test": "member('KNOWN')")~")), IsEmpty());
}

TEST(OddClasses, WhoAsksForAnEmptyClassIsEmptyToo) {
  const std::string second = R"(, {"name": "b", "test": "member('a') and option[60].exists")";
  EXPECT_THAT(notes(defined("") + second + kGives),
              ElementsAre(HasSubstr("'a': it has no test"), HasSubstr("'b': its test is true of")));
  const std::string either = R"(, {"name": "b", "test": "member('a') or option[60].exists")";
  EXPECT_THAT(notes(defined("") + either + kGives), ElementsAre(HasSubstr("'a': it has no test")));
}

TEST(OddClasses, AnAdditionalClassNeedsAList) {
  const std::string additional = defined(R"(, "only-in-additional-list": true)");
  EXPECT_THAT(notes(additional), ElementsAre(HasSubstr("no list of additional classes has it")));
  EXPECT_THAT(notes(additional, "", R"(, "evaluate-additional-classes": ["a"])"), IsEmpty());
  EXPECT_THAT(notes(additional, "", R"(, "require-client-classes": ["a"])"), IsEmpty());
}

TEST(OddClasses, AClassThatGivesNothingIsAskedForSomewhere) {
  const std::string bare = R"({"name": "a", "test": "option[60].exists", "comment": "why"})";
  EXPECT_THAT(notes(bare), ElementsAre("the class 'a' changes nothing: it gives nothing, and "
                                       "nothing asks for it"));
  EXPECT_THAT(notes(R"({"name": "a", "test": "option[60].exists", "option-data": [],
                        "next-server": "0.0.0.0", "boot-file-name": ""})"),
              ElementsAre(HasSubstr("changes nothing")));
  EXPECT_THAT(notes(bare, "", R"(, "client-classes": ["a"])"), IsEmpty());
  EXPECT_THAT(notes(bare + R"~(, {"name": "b", "test": "not member('a')")~" + kGives), IsEmpty());
  EXPECT_THAT(notes(R"({"name": "DROP", "test": "option[60].exists"})"), IsEmpty());
  EXPECT_THAT(notes(R"({"name": "a", "test": "option[60].exists", "valid-lifetime": 600})"),
              IsEmpty());
  EXPECT_THAT(notes(R"({"name": "a", "test": "option[60].exists", "user-context": {"a": 1}})"),
              IsEmpty());
}

TEST(OddClasses, ATemplateIsOfUseWhenOneOfItsClassesIs) {
  const std::string spawn = R"({"name": "a", "template-test": "option[60].hex"})";
  EXPECT_THAT(notes(spawn), ElementsAre(HasSubstr("'a' changes nothing")));
  EXPECT_THAT(notes(spawn, "", R"(, "client-classes": ["SPAWN_a_x"])"), IsEmpty());
}

TEST(WithheldOptions, AreToldWhenNoScopeSendsThem) {
  const std::string never = R"(, "option-data": [{"name": "log-servers", "never-send": true}])";
  EXPECT_THAT(notes("", "", never),
              ElementsAre("option 7 is never sent: every scope that has it says \"never-send\""));
  EXPECT_THAT(notes(defined(R"(, "test": "option[60].exists")"), "", never), IsEmpty());
  EXPECT_THAT(notes("", "", R"(, "option-data": [{"name": "subnet-mask", "never-send": true}])"),
              IsEmpty());
}

TEST(OddClasses, OfManyOneIsToldWithTheFirstNames) {
  const auto of = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += (i == 0 ? "" : ", ") + (R"({"name": "c)" + std::to_string(i)) + '"' + kGives;
    }
    return notes(text);
  };
  EXPECT_EQ(of(3).size(), 3U);
  EXPECT_THAT(of(150), ElementsAre("nobody is in the class 'c0': it has no test, and no "
                                   "reservation gives it; likewise for 149 more: 'c1', 'c2', "
                                   "'c3', ..."));
  EXPECT_THAT(of(4), ElementsAre(HasSubstr("; likewise for 3 more: 'c1', 'c2', 'c3'")));
  EXPECT_THAT(of(1'015), ElementsAre(HasSubstr("; likewise for 1014 more: 'c1', ")))
      << "more than are kept";
}

}  // namespace
}  // namespace lessor::config
