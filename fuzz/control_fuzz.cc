// Fuzzes the control channel: octets as they come over its socket.
//   where a command ends does not depend on the pieces in which it came; nothing is nested deeper
//   than the limit when it is parsed; every command is answered by one line that a client reads;
//   who may only read changes nothing; answers of a server are read as what they say.

#include "control/commands.h"
#include "control/limits.h"
#include "control/object_scan.h"
#include "control/test_target.h"
#include "property.h"
#include "seed.h"

#include <algorithm>

namespace lessor::control {
namespace {

using fuzz::expect;

/// A server with a few leases, that notes whether it was told to change anything.
class Fake final : public TestTarget {
 public:
  std::expected<Status, Trouble> status() override { return Status{.version = "1"}; }
  std::expected<std::vector<Statistic>, Trouble> statistics() override { return {{{"n", 1}}}; }
  WallTime wall_time() override { return {1'790'000'000}; }
  std::string config_json() override { return R"({"Dhcp4": {}})"; }
  std::expected<std::string, Trouble> test_config(std::string_view json) override {
    expect(json.starts_with('{') && json.ends_with('}'), "a configuration that is no object", json);
    return "fine";
  }
  std::expected<std::string, Trouble> reload() override { return change("reloaded"); }
  void shutdown(int exit_code) override {
    expect(exit_code >= 0 && exit_code <= 255, "an exit code that is none");
    (void)change("");
  }
  std::expected<LeasePage, Trouble> walk_leases(std::uint32_t cursor) override {
    if (cursor > 2) return std::unexpected("there is no such place");
    LeasePage page{.rows = {row_of(0xc0000200 + cursor)}, .next = {}};
    if (cursor < 2) page.next = cursor + 1;
    return page;
  }
  std::expected<std::optional<LeaseRow>, Trouble> find_lease(net::Ip4 address) override {
    if (address.value % 2 == 1) return std::nullopt;
    return row_of(address.value);
  }
  std::expected<void, Trouble> release_lease(net::Ip4) override {
    changed_ = true;
    return {};
  }
  std::expected<std::uint64_t, Trouble> clear_declined(std::optional<net::Ip4>) override {
    changed_ = true;
    return 1;
  }
  std::expected<std::uint64_t, Trouble> reclaim() override {
    changed_ = true;
    return 2;
  }
  [[nodiscard]] bool changed() const { return changed_; }

 private:
  void on_change() override { changed_ = true; }
  static LeaseRow row_of(std::uint32_t address) {
    return {.address = {address}, .client_id = {"\xff\x00\"", 3}, .hostname = {"h\n\x80", 3}};
  }
  std::string change(const char* words) {
    changed_ = true;
    return words;
  }
  bool changed_ = false;
};

/// How deep the text is nested, strings apart.
std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0, deepest = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) at += text[at] == '\\' ? 1 : 0;
    } else if (text[at] == '{' || text[at] == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((text[at] == '}' || text[at] == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

/// The command at the front, as the socket finds it; the same from every piece of it.
std::string_view take_command(std::string_view received) {
  const ObjectScan whole = scan_object(received);
  const std::size_t piece = std::max<std::size_t>(received.size() / 8, 1);
  for (std::size_t size = piece; size < received.size(); size += piece) {
    const ObjectScan part = scan_object(received.substr(0, size));
    if (part.state == ObjectScan::State::more) continue;
    expect(part.state == whole.state && part.end == whole.end, "it depends on the pieces");
  }
  if (whole.state == ObjectScan::State::refused) expect(!whole.error.empty(), "without a word");
  if (whole.state != ObjectScan::State::complete) return {};
  expect(whole.end > 0 && whole.end <= received.size(), "an end outside of the octets");
  return received.substr(0, whole.end);
}

void expect_readable(const Answer& answer) {
  const std::string line = write_answer(answer);
  expect(line.find('\n') == line.size() - 1, "an answer of several lines", line);
  const auto read = read_answer(line);
  if (!read) fuzz::fail(read.error(), line);
  expect(read->result == answer.result, "another result", line);
  expect(read->text.empty() == answer.text.empty(), "another text", line);
  expect(fuzz::is_clean(answer.text), "an answer that is not for a terminal", answer.text);
}

/// Whether it is a command that was done.
bool try_command(std::string_view text) {
  expect(depth_of(text) <= kMaxDepth, "nested too deep, and parsed", text);
  Fake reader;
  expect_readable(execute(reader, text, Access::read));
  expect(!reader.changed(), "changed by somebody who may not", text);
  Fake writer;
  const Answer answer = execute(writer, text, Access::write);
  expect_readable(answer);
  return answer.result == Result::ok;
}

/// As a client reads what a server says.
void try_answer(std::string_view text) {
  if (const auto answer = read_answer(text)) {
    (void)read_status(answer->arguments);
    (void)read_page(answer->arguments);
  }
  if (const auto page = read_page(text)) {
    const auto again = read_page(to_json(*page));
    expect(again && again->rows.size() == page->rows.size() && again->next == page->next,
           "a page of leases is not read as it was written", text);
  }
  if (const auto status = read_status(text)) {
    const std::string json = to_json(*status);
    const auto again = read_status(json);
    expect(again && to_json(*again) == json, "a status is not read as it was written", json);
  }
}

bool try_octets(std::string_view received) {
  try_answer(received);
  const std::string_view command = take_command(received);
  return !command.empty() && try_command(command);
}

}  // namespace
}  // namespace lessor::control

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)lessor::control::try_octets(lessor::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}

// A command that is done, an answer, or leases in one.
bool is_good_seed(lessor::Bytes seed) {
  const std::string_view text = lessor::as_text(seed);
  return lessor::control::try_octets(text) || lessor::control::read_answer(text) ||
         lessor::control::read_page(text);
}
