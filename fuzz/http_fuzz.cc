// Fuzzes commands over HTTP: octets as they come over a connection.
//   where a request can be answered does not depend on the pieces in which it came, and is never
//   beyond what was asked for; every answer is one of HTTP with its whole body; nothing is done
//   for who has not said the password.

#include "control/http_handler.h"
#include "control/limits.h"
#include "control/test_target.h"
#include "property.h"
#include "seed.h"

#include <charconv>

namespace lessor::control {
namespace {

using fuzz::expect;

class Fake final : public TestTarget {
 public:
  bool asked = false;
  WallTime wall_time() override {
    asked = true;
    return {1'790'000'000};
  }
  std::string config_json() override {
    asked = true;
    return R"({"Dhcp4": {}})";
  }

 private:
  void on_change() override { asked = true; }
};

struct Heard {
  runtime::StreamReply reply;
  std::size_t taken = 0;
  bool owner = false;
};

Heard ask(HttpHandler& handler, std::string_view text, std::size_t piece) {
  runtime::StreamPeer peer{.uid = 1};
  const auto reader = handler.reader(peer);
  std::size_t taken = 0;
  while (taken < text.size()) {
    const std::string_view next = text.substr(taken, piece);
    taken += next.size();
    if (reader->take(next)) break;
  }
  return {handler.answer(text.substr(0, taken), peer), taken, peer.owner};
}

void check_answer(std::string_view answer) {
  expect(answer.starts_with("HTTP/1.1 "), "an answer that is none", answer);
  const std::size_t end = find_head_end(answer);
  expect(end != 0, "an answer without an end of its header", answer);
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t at = answer.find(kLength);
  expect(at < end, "an answer without its length", answer);
  std::size_t length = 0;
  const char* first = answer.data() + at + kLength.size();
  std::from_chars(first, answer.data() + end, length);
  expect(answer.size() - end == length, "a body of another length", answer);
}

bool check(std::string_view text) {
  Fake target;
  Instant now = Instant::from_nanoseconds(1'000'000'000'000);
  const auto clock = [&now] { return now; };
  HttpSettings settings;
  settings.users.add("anna", "secret");
  HttpHandler handler(target, std::move(settings), clock, [](const std::string&) {});
  const Heard bytewise = ask(handler, text, 1);
  check_answer(bytewise.reply.text);
  expect(bytewise.owner || !target.asked, "something was done for a stranger", text);
  expect(!bytewise.owner || text.find("YW5uYTpzZWNyZXQ=") != std::string_view::npos,
         "somebody got in without the password", text);
  expect(bytewise.owner || bytewise.taken <= kMaxHttpHead, "a stranger may say more than a header",
         text);
  now = now + Duration::seconds(60);
  const Heard again = ask(handler, text.substr(0, bytewise.taken), 7);
  expect(again.reply.text == bytewise.reply.text, "pieces change the answer", text);
  return bytewise.reply.text.starts_with("HTTP/1.1 200 ");
}

}  // namespace
}  // namespace lessor::control

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)lessor::control::check(lessor::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}

// A command that is done.
bool is_good_seed(lessor::Bytes seed) { return lessor::control::check(lessor::as_text(seed)); }
