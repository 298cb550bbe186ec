// Fuzzes the configuration files of the server and of the relay, as JSON and as YAML. Any text
// gives a configuration, or errors with a place inside of the text; what is accepted is accepted
// again as the plain JSON that config-get shows, and means the same. What any reader of JSON reads
// in the text, it reads in the plain JSON.

#include "config/describe.h"
#include "config/json_reader.h"
#include "config/load.h"
#include "property.h"
#include "relay/v4/settings_file.h"
#include "seed.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lessor::config {
namespace {

using fuzz::expect;
using Problems = std::vector<Problem>;

/// A place has a line of the text, and a column of that line or just behind it.
void expect_place(const Problem& problem, std::string_view text) {
  const std::string said = to_string(problem);
  expect(problem.file == "f" && !problem.message.empty(), "a problem that says nothing", said);
  expect(fuzz::is_clean(said) && said.find('\n') == std::string::npos, "not one clean line", said);
  if (problem.line == 0) return expect(problem.column == 0, "a column without a line", said);
  expect(problem.line >= 1 && problem.column >= 1, "a place before the text", said);
  for (int line = 1; line < problem.line; ++line) {
    const std::size_t end = text.find('\n');
    expect(end != std::string_view::npos, "a line behind the text", said);
    text.remove_prefix(end + 1);
  }
  const std::size_t length = std::min(text.find('\n'), text.size());
  expect(static_cast<std::size_t>(problem.column) <= length + 1, "a column behind its line", said);
}

void expect_places(const Problems& problems, std::string_view text) {
  for (const Problem& problem : problems) expect_place(problem, text);
}

/// Words that name another place: "by the subnet at f:5:19 too". In plain JSON it is elsewhere.
std::string without_places(std::string words) {
  for (std::size_t at = 0; (at = words.find("f:", at)) != std::string::npos; ++at) {
    words.erase(at + 1, words.find_first_not_of(":0123456789", at + 1) - at - 1);
  }
  return words;
}

std::vector<std::string> words_of(const Problems& problems) {
  std::vector<std::string> words;
  for (const Problem& problem : problems) {
    words.push_back(without_places(problem.path + ": " + problem.message + problem.hint));
  }
  std::ranges::sort(words);
  return words;
}

std::expected<std::string, std::string> refuse_include(const std::string&) {
  fuzz::fail("an include of a text was read");
}

bool has_comment(const nlohmann::json& value) {
  if (value.is_object() && value.contains("comment")) return true;
  return value.is_structured() && std::ranges::any_of(value, has_comment);
}

/// A second reader's word for it. Comments move, so that they are left out here.
void try_other_reader(std::string_view text, const std::string& plain) {
  using nlohmann::json;
  if (text.size() > 4'096) return;
  const json before = json::parse(text, nullptr, false, true);
  if (before.is_discarded() || has_comment(before)) return;
  const json after = json::parse(plain, nullptr, false);
  expect(!after.is_discarded(), "plain JSON that is none", plain);
  expect(after == before, "plain JSON says something else", plain);
}

/// JSON that can be read comes back from plain JSON.
void try_json(std::string_view text) {
  static const ReadFile kRefuse = refuse_include;
  if (text.find("<?") != std::string_view::npos) return;
  const auto document = read_json(std::string(text), "f", kRefuse);
  if (!document) {
    expect(!document.error().empty(), "refused without a word");
    return expect_places(document.error(), text);
  }
  const std::string plain = to_json(document->root);
  const auto again = read_json(plain, "f", kRefuse);
  if (!again) fuzz::fail(to_string(again.error().front()), plain);
  expect(to_json(again->root) == plain, "plain JSON is not plain", plain);
  try_other_reader(text, plain);
}

/// YAML that can be read comes back from plain JSON; what cannot be read has a place.
void try_yaml(std::string_view text) {
  static const ReadFile kRefuse = refuse_include;
  auto document = read_document(std::string(text), "f.yaml", kRefuse);
  if (!document) {
    expect(!document.error().empty(), "refused without a word");
    for (const Problem& problem : document.error()) {
      expect(problem.file == "f.yaml" && problem.line > 0 && problem.column > 0,
             "a problem without a place", to_string(problem));
    }
    return;
  }
  const std::string plain = to_json(document->root);
  const auto again = read_json(plain, "f", kRefuse);
  if (!again) fuzz::fail(to_string(again.error().front()), plain);
  expect(to_json(again->root) == plain, "plain JSON of YAML is not plain", plain);
}

void try_server(std::string_view text) {
  const auto loaded = load_text(text, "f", {});
  if (!loaded) {
    expect(!loaded.error().empty(), "refused without a word");
    return expect_places(loaded.error(), text);
  }
  expect_places(loaded->notes, text);
  const std::string& plain = loaded->config.text;
  const auto again = load_text(plain, "f", {});
  if (!again) fuzz::fail(to_string(again.error().front()), plain);
  expect(again->config.text == plain, "config-get shows another configuration", plain);
  const std::string described = describe(loaded->config);
  expect(described == describe(again->config), "it means something else", plain);
  expect(fuzz::is_clean(described), "its description is not for a terminal", described);
  const auto before = words_of(loaded->notes);
  const auto after = words_of(again->notes);
  for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
    const bool both = i < before.size() && i < after.size();
    expect(both && before[i] == after[i], "another note", i < before.size() ? before[i] : after[i]);
  }
}

void try_relay(std::string_view text) {
  const auto settings = relay::v4::read_relay_settings(text, "f");
  if (settings) return expect(!settings->downlinks.empty(), "a relay of no links", text);
  expect(!settings.error().empty(), "refused without a word");
  expect_places(settings.error(), text);
}

}  // namespace
}  // namespace lessor::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = lessor::as_text(std::as_bytes(std::span(data, size)));
  lessor::config::try_json(text);
  lessor::config::try_yaml(text);
  lessor::config::try_server(text);
  lessor::config::try_relay(text);
  return 0;
}

// A configuration of a server or of a relay.
bool is_good_seed(lessor::Bytes seed) {
  return lessor::config::load_text(lessor::as_text(seed), "f", {}) ||
         lessor::relay::v4::read_relay_settings(lessor::as_text(seed), "f");
}
