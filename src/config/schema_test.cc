#include "config/schema.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "config/json_reader.h"
#include "config/node.h"
#include "config/schema_check.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace lessor::config {
namespace {

std::optional<Scope> scope_of(std::string_view name) {
  for (int i = 0; i < kScopeCount; ++i) {
    if (to_string(static_cast<Scope>(i)) == name) return static_cast<Scope>(i);
  }
  return std::nullopt;
}

TEST(Schema, HasARowForEveryKeyOfKeasSchema) {
  const std::string path = "test/vectors/config/kea_keys.txt";
  const std::string text = read_disk_file(path).value();
  std::size_t keys = 0;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    const auto scope = scope_of(line.substr(0, colon));
    ASSERT_TRUE(scope.has_value()) << line;
    for (const std::string_view key : split(line.substr(colon + 2), ' ')) {
      EXPECT_NE(find_key(*scope, key), nullptr) << line.substr(0, colon) << " " << key;
      ++keys;
    }
  }
  EXPECT_GT(keys, 280U);
}

TEST(Schema, EveryDefaultIsJsonThatItsOwnCheckTakes) {
  for (const Key& key : schema()) {
    for (const std::string_view initial : split(key.initial, '|')) {
      const auto document = read_json(std::string(initial), "x", read_disk_file);
      ASSERT_TRUE(document.has_value()) << key.name;
      EXPECT_EQ(to_json(document->root), initial) << key.name;
    }
  }
}

TEST(Schema, EveryKeyThatIsNotImplementedSaysWhy) {
  for (const Key& key : schema()) EXPECT_FALSE(key.note.empty()) << key.name;
}

// docs/configuration.md ends with the reference as printed; LESSOR_UPDATE_VECTORS=1 rewrites it.
TEST(PrintKeyReference, IsWhatTheManualHas) {
  const std::string path = "docs/configuration.md";
  const std::string manual = read_disk_file(path).value_or("");
  const std::string_view title = "## All keys\n\n";
  const std::size_t at = manual.find(title);
  ASSERT_NE(at, std::string::npos);
  const std::string before = manual.substr(0, at + title.size());
  if (std::getenv("LESSOR_UPDATE_VECTORS") != nullptr) {
    std::ofstream(path, std::ios::binary) << before << print_key_reference();
  }
  EXPECT_EQ(read_disk_file(path).value_or(""), before + print_key_reference());
}

TEST(FindKey, TellsMeaningsApartByScope) {
  EXPECT_EQ(find_key(Scope::hook_library, "parameters")->state, State::implemented);
  EXPECT_EQ(find_key(Scope::database, "password")->state, State::no_effect);
  EXPECT_EQ(find_key(Scope::auth_client, "password")->state, State::implemented);
  EXPECT_EQ(find_key(Scope::client_class, "name")->state, State::implemented);
  EXPECT_EQ(find_key(Scope::pool, "reservations"), nullptr);
  EXPECT_EQ(find_key(Scope::dhcp4, ""), nullptr);
  EXPECT_TRUE(std::ranges::is_sorted(schema(), {}, &Key::name));
}

std::vector<Problem> notes_of(std::string text) {
  const auto document = read_json(std::move(text), "x", read_disk_file);
  Report report(document->sources);
  check_schema(Node(document->root), report);
  EXPECT_FALSE(report.has_errors());
  return report.take_notes();
}

TEST(CheckSchema, WhatHasNoEffectIsSaidOnce) {
  const auto notes = notes_of(R"({"Dhcp4": {"subnet4": [
      {"subnet": "192.0.2.0/24", "ddns-ttl": 60},
      {"subnet": "192.0.3.0/24", "ddns-ttl": 60}]}})");
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].path, "Dhcp4.subnet4[0].ddns-ttl");
}

TEST(CheckSchema, InsideWhatHasNoEffectNothingMoreIsSaid) {
  const auto notes = notes_of(R"({"Dhcp4": {"multi-threading": {"thread-pool-size": 4,
      "packet-queue-size": 8}, "dhcp-queue-control": {"enable-queue": true, "whatever": 1}}})");
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].path, "Dhcp4.multi-threading");
  EXPECT_EQ(notes[1].path, "Dhcp4.dhcp-queue-control");
}

TEST(CheckSchema, CommentAndUserContextStandAnywhere) {
  EXPECT_TRUE(notes_of(R"({"comment": "a", "Dhcp4": {"comment": "b", "user-context": {"x": [1]},
      "option-data": [{"code": 1, "comment": "c"}]}})")
                  .empty());
}

}  // namespace
}  // namespace lessor::config
