// Every row of the schema, by what the loader does: a key without effect is accepted with one note
// and changes nothing, one that is refused is refused at its place with its reason, and a default
// that is written out is that of a file without the key. The rows that are implemented are held by
// what they do: src/server/v4/rows.

#include <gtest/gtest.h>

#include "base/text.h"
#include "config/describe.h"
#include "config/load.h"
#include "config/schema.h"

#include <algorithm>

namespace lessor::config {
namespace {

/// A file with a map for every scope in which keys are taken: "@SCOPE@" stands in each.
constexpr std::string_view kSite =
    R"({@the file@ "Dhcp4": {@Dhcp4@ )"
    R"("interfaces-config": {@interfaces-config@ "interfaces": ["*"]}, )"
    R"("lease-database": {@lease-database@ "type": "memfile"}, )"
    R"("control-sockets": [{"socket-type": "http", @control-sockets[]@ )"
    R"("http-headers": [{"name": "a", "value": "b", @http-headers[]@}], )"
    R"("authentication": {@authentication@ )"
    R"("clients": [{@authentication.clients[]@ "user": "u", "password": "p"}]}}], )"
    R"("hooks-libraries": [{@hooks-libraries[]@ "library": "libdhcp_bootp.so"}], )"
    R"("loggers": [{@loggers[]@ "name": "lessor", )"
    R"("output-options": [{@loggers[].output-options[]@ "output": "stdout"}]}], )"
    R"("dhcp-ddns": {@dhcp-ddns@}, )"
    R"("compatibility": {@compatibility@}, )"
    R"("other-servers": {@other-servers@}, )"
    R"("option-def": [{@option-def[]@ "name": "o", "code": 224, "type": "string"}], )"
    R"("option-data": [{@option-data[]@ "name": "o", "data": "x"}], )"
    R"("client-classes": [{@client-classes[]@ "name": "c", "next-server": "192.0.2.9"}], )"
    R"("shared-networks": [{@shared-networks[]@ "name": "n", "subnet4": [)"
    R"({@subnet4[]@ "id": 1, "subnet": "192.0.2.0/24", )"
    R"("limits": {@limits@ "client": {@limits.{client,port,relay}@ "leases": 5}}, )"
    R"("random-macs": {@random-macs@ "valid-lifetime": 600, "share": 0.5}, )"
    R"("boot": {@boot@ "bios": "a", "uefi-x64": "b"}, )"
    R"("relay": {@relay@ "ip-addresses": ["10.0.0.1"]}, )"
    R"("pools": [{@pools[]@ "pool": "192.0.2.10-192.0.2.19"}], )"
    R"("reservations": [{@reservations[]@ "hw-address": "02:00:00:00:00:01", )"
    R"("client-classes": ["c"]}]}]}]}})";

/// A map that is not implemented as a whole: the row that has `scope` inside.
const Key* wrapper_of(Scope scope) {
  const Key* found = nullptr;
  for (const Key& key : schema()) {
    if (key.content != scope || scope == Scope::anything) continue;
    if (key.state == State::implemented) return nullptr;
    found = &key;
  }
  return found;
}

/// The site with `member` where keys of `scope` stand.
std::string site_with(Scope scope, const std::string& member) {
  std::string text(kSite);
  for (int i = 0; i < kScopeCount; ++i) {
    const auto each = static_cast<Scope>(i);
    const std::string marker = "@" + std::string(to_string(each)) + "@";
    const std::size_t at = text.find(marker);
    if (at == std::string::npos) continue;
    text.replace(at, marker.size(), each == scope && !member.empty() ? member + ", " : "");
  }
  return text;
}

std::string member_of(const Key& key, const std::string& value) {
  return "\"" + std::string(key.name) + "\": " + value;
}

std::vector<std::string_view> initial_values(const Key& key) {
  return key.initial.empty() ? std::vector<std::string_view>() : split(key.initial, '|');
}

/// A value of the key's type that is not its default; "" when every value is one.
std::string sample_of(const Key& key);

/// {"KEY": sample} by the first row of a scope.
std::string sample_map(Scope content) {
  for (const Key& key : schema()) {
    if (key.scopes.has(content)) return "{" + member_of(key, sample_of(key)) + "}";
  }
  return R"({"x": 1})";
}

std::vector<std::string> candidates_for(const Key& key) {
  switch (key.type) {
    case Type::boolean:
      return {"true", "false"};
    case Type::integer:
      return {std::to_string(std::max<std::int64_t>(key.min, 1)), std::to_string(key.min + 7)};
    case Type::number:
      return {"0.3", "0.7"};
    case Type::text: {
      if (key.allowed.empty()) return {"\"x\""};
      std::vector<std::string> words;
      for (const std::string_view word : split(key.allowed, '|')) {
        words.push_back("\"" + std::string(word) + "\"");
      }
      return words;
    }
    case Type::address:
      return {"\"192.0.2.7\""};
    case Type::text_list:
      return {R"(["x"])"};
    case Type::map:
      return {sample_map(key.content)};
    case Type::map_list:
    case Type::map_list_or_word:
      return {"[" + sample_map(key.content) + "]"};
    case Type::any:
      return {"\"x\""};
  }
  return {};
}

std::string sample_of(const Key& key) {
  const auto initial = initial_values(key);
  for (const std::string& value : candidates_for(key)) {
    if (std::ranges::find(initial, value) == initial.end()) return value;
  }
  return "";
}

/// What a file makes of the server, in words, and what is said of it.
struct Outcome {
  std::string means;
  std::vector<Problem> notes;
  std::vector<Problem> errors;

  /// Without lines and columns.
  [[nodiscard]] std::vector<std::string> said() const {
    std::vector<std::string> all;
    for (const Problem& note : notes) all.push_back(note.path + ": " + note.message);
    return all;
  }
};

Outcome load_site(const std::string& text) {
  auto loaded = load_text(text, "x", {});
  if (!loaded) return {"", {}, std::move(loaded.error())};
  return {describe(loaded->config, loaded->http_sockets), std::move(loaded->notes), {}};
}

const Outcome& plain_site() {
  static const Outcome plain = load_site(site_with(Scope::anything, ""));
  return plain;
}

/// A key in one of its places.
struct Place {
  const Key* key;
  Scope scope;
};

/// The rows of these states in each place where they can be written.
template <typename Wanted>
std::vector<Place> places(Wanted wanted) {
  std::vector<Place> all;
  for (const Key& key : schema()) {
    for (int i = 0; i < kScopeCount; ++i) {
      const auto scope = static_cast<Scope>(i);
      if (key.scopes.has(scope) && wanted(key)) all.push_back({&key, scope});
    }
  }
  return all;
}

std::string name_of(const Place& place) {
  return std::string(place.key->name) + " in " + std::string(to_string(place.scope));
}

/// The file with the key, and the row that speaks of it: that of the map around it, where that is
/// not implemented as a whole.
struct Written {
  std::string text;
  const Key* speaker;
};

Written write(const Place& place, const std::string& value) {
  const Key* around = wrapper_of(place.scope);
  const std::string member = member_of(*place.key, value);
  if (around == nullptr) return {site_with(place.scope, member), place.key};
  const std::string inside =
      around->type == Type::map_list ? "[{" + member + "}]" : "{" + member + "}";
  return {site_with(Scope::dhcp4, member_of(*around, inside)), around};
}

/// Line and column of a key in a text of one line.
void expect_at(const Problem& problem, const Written& written) {
  EXPECT_TRUE(problem.path.ends_with(written.speaker->name)) << problem.path;
  EXPECT_EQ(problem.line, 1);
  const std::size_t at = written.text.find("\"" + std::string(written.speaker->name) + "\": ");
  EXPECT_GE(problem.column, static_cast<int>(at) + 1);
  EXPECT_LE(problem.column, static_cast<int>(at + written.speaker->name.size()) + 5);
}

TEST(KeyStates, TheSiteHasAPlaceForEveryScope) {
  ASSERT_TRUE(plain_site().errors.empty()) << to_string(plain_site().errors.front());
  for (int i = 0; i < kScopeCount; ++i) {
    const auto scope = static_cast<Scope>(i);
    if (scope == Scope::anything || wrapper_of(scope) != nullptr) continue;
    EXPECT_NE(site_with(scope, "\"x\": 1").find("\"x\": 1"), std::string::npos) << to_string(scope);
  }
}

/// Whether the map around the key is refused as a whole, or the key itself.
bool is_refused(const Written& written) {
  return written.speaker->state == State::not_yet || written.speaker->state == State::refused;
}

void expect_no_effect(const Place& place) {
  const std::string value = sample_of(*place.key);
  const bool silent = value.empty();  // whatever is written is a default: nothing to say
  const Written written = write(place, silent ? "true" : value);
  if (is_refused(written)) return;  // WhatIsRefused... has it
  SCOPED_TRACE(name_of(place) + " = " + value);
  const Outcome loaded = load_site(written.text);
  ASSERT_TRUE(loaded.errors.empty()) << to_string(loaded.errors.front());
  EXPECT_EQ(loaded.means, plain_site().means);
  ASSERT_EQ(loaded.notes.size(), plain_site().notes.size() + (silent ? 0 : 1));
  const auto note = std::ranges::find_if(loaded.notes, [&](const Problem& each) {
    return each.message == "accepted without effect: " + std::string(written.speaker->note);
  });
  ASSERT_EQ(note == loaded.notes.end(), silent);
  if (!silent) expect_at(*note, written);
}

TEST(KeyStates, WhatHasNoEffectIsNotedOnceAndChangesNothing) {
  const auto rows = places([](const Key& key) { return key.state == State::no_effect; });
  EXPECT_GT(rows.size(), 80U);
  for (const Place& place : rows) expect_no_effect(place);
}

void expect_refused(const Place& place) {
  const Written written = write(place, sample_of(*place.key));
  if (!is_refused(written)) return;
  SCOPED_TRACE(name_of(place));
  const Outcome loaded = load_site(written.text);
  ASSERT_EQ(loaded.errors.size(), 1U);
  EXPECT_EQ(loaded.errors.front().message, std::string(to_string(written.speaker->state)) + ": " +
                                               std::string(written.speaker->note));
  expect_at(loaded.errors.front(), written);
}

TEST(KeyStates, WhatIsRefusedIsRefusedAtItsPlaceWithItsReason) {
  for (const Place& place : places([](const Key&) { return true; })) expect_refused(place);
}

void expect_default(const Place& place, std::string_view value) {
  if (wrapper_of(place.scope) != nullptr) return;
  const Written written = write(place, std::string(value));
  SCOPED_TRACE(name_of(place) + " = " + std::string(value));
  const Outcome loaded = load_site(written.text);
  const auto has = [&](std::string_view words) {
    return !loaded.errors.empty() && loaded.errors.front().message.find(words) != std::string::npos;
  };
  if (has("stands twice in its map")) return;  // the site has it itself
  ASSERT_TRUE(loaded.errors.empty()) << to_string(loaded.errors.front());
  EXPECT_EQ(loaded.means, plain_site().means);
  EXPECT_EQ(loaded.said(), plain_site().said());
}

TEST(KeyStates, ACommentAndAUserContextStandInEveryMap) {
  for (int i = 0; i < kScopeCount; ++i) {
    const auto scope = static_cast<Scope>(i);
    if (wrapper_of(scope) != nullptr) continue;
    SCOPED_TRACE(to_string(scope));
    const Outcome loaded =
        load_site(site_with(scope, R"("comment": "why", "user-context": {"site": ["a"]})"));
    ASSERT_TRUE(loaded.errors.empty()) << to_string(loaded.errors.front());
    EXPECT_EQ(loaded.means, plain_site().means);
    EXPECT_EQ(loaded.said(), plain_site().said());
  }
}

TEST(KeyStates, ADefaultThatIsWrittenOutIsThatOfAFileWithoutTheKey) {
  const auto rows = places([](const Key& key) { return !key.initial.empty(); });
  EXPECT_GT(rows.size(), 150U);
  for (const Place& place : rows) {
    // A class has no default of a time: it sets one or not.
    if (place.scope == Scope::client_class && place.key->type == Type::integer) continue;
    for (const std::string_view value : initial_values(*place.key)) expect_default(place, value);
  }
}

}  // namespace
}  // namespace lessor::config
