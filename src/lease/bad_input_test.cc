// What each bad record of a lease log that docs/bad-input.md lists is read as.

#include "base/text.h"
#include "lease/lease_store.h"
#include "lease/record.h"
#include "lease/salvage.h"
#include "lease/store_world.h"
#include "wire/test_seeds.h"

#include <gtest/gtest.h>

namespace lessor::lease {
namespace {

using wire::testing::bad_seeds;

/// Why it is no record, or how many leases it holds.
std::string answer_to(Bytes octets) {
  const auto record = RecordReader::open(octets);
  if (!record) return std::string(to_string(record.error()));
  int leases = 0;
  record->for_each([&](const Lease&) { ++leases; });
  return std::to_string(leases);
}

constexpr const char* kContradicts = "it contradicts itself or its neighbours";

const std::map<std::string, std::string> kAnswers = {
    {"client-id-of-255", "1"},
    {"client-id-past-end", kContradicts},
    {"count-of-0", "0"},
    {"count-of-65535", kContradicts},
    {"cut", "its checksum does not match"},
    {"empty", "it is cut short"},
    {"hlen-16", "1"},
    {"hlen-17", kContradicts},
    {"hlen-255", "1"},
    {"hostname-quotes", "1"},
    {"kind-77", kContradicts},
    {"lifetime-highest", "1"},
    {"lifetime-odd", "1"},
    {"no-identity", "1"},
    {"number-highest", kContradicts},
    {"rubbish-behind", kContradicts},
    {"sequence-0", kContradicts},
    {"sequence-highest", kContradicts},
    {"started-after-2106", "1"},
    {"started-highest", kContradicts},
    {"started-lowest", kContradicts},
    {"state-3", kContradicts},
    {"version-255", "it was written by a newer version"},
};

// B17, B36; C2-01, C2-07, C2-11: sealed with a right checksum, as who wants harm would seal it.
TEST(RecordBadInput, EveryBadRecordHasItsAnswer) {
  auto answers = kAnswers;
  for (const auto& [name, octets] : bad_seeds("records")) {
    EXPECT_EQ(answer_to(octets), answers[name]) << name;
    answers.erase(name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

// C2-11: a store whose only record is one of these is recovered or refused with a reason, and
// salvaged into one that is read: never a start that fails again and again.
TEST(RecordBadInput, AStoreOfABadRecordIsReadOrSalvaged) {
  for (const auto& [name, octets] : bad_seeds("records")) {
    MemoryLog log;
    log.records().push_back({1, std::string(as_text(octets))});
    Facts facts;
    const auto report = recover(log, facts);
    EXPECT_TRUE(report || !report.error().message.empty()) << name;
    MemoryLog fresh;
    ASSERT_TRUE(salvage(log, fresh, {.wall = kWall}).has_value()) << name;
    EXPECT_TRUE(recover(fresh, facts).has_value()) << name;
  }
}

}  // namespace
}  // namespace lessor::lease
