#include "control/http_handler.h"

#include "control/envelope.h"
#include "control/limits.h"
#include "control/test_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lessor::control {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* kAnna = "Authorization: Basic YW5uYTpzZWNyZXQ=\r\n";  // anna:secret
constexpr const char* kWrong = "Authorization: Basic YW5uYTpndWVzcw==\r\n";
constexpr const char* kJson = "Content-Type: application/json\r\n";

class Server final : public TestTarget {
 public:
  int reloads = 0;
  std::expected<std::string, Trouble> reload() override {
    ++reloads;
    return "reloaded";
  }
};

class HttpHandlerTest : public ::testing::Test {
 protected:
  HttpHandlerTest()
      : handler(
            target, settings(), [this] { return now; },
            [this](std::string line) { told.push_back(std::move(line)); }) {}

  static HttpSettings settings() {
    HttpSettings settings{.users = {}, .realm = "here", .fields = {{"X-Site", "one"}}};
    settings.users.add("anna", "secret");
    return settings;
  }
  static std::string request(std::string_view fields, std::string_view body,
                             std::string_view line = "POST / HTTP/1.1") {
    return std::string(line) + "\r\nHost: x\r\n" + std::string(fields) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  }
  static std::string command(std::string_view name) {
    return request(std::string(kAnna) + kJson, write_request(name));
  }
  /// What is answered as soon as something can be; `taken` octets of `text` were waited for.
  runtime::StreamReply ask(std::string_view text, std::size_t piece = 1) {
    peer = {.uid = 9, .address = "192.0.2.9"};
    handler.note_accept();
    const auto reader = handler.reader(peer);
    taken = 0;
    while (taken < text.size()) {
      const std::string_view next = text.substr(taken, piece);
      taken += next.size();
      if (reader->take(next)) break;
    }
    return handler.answer(text.substr(0, taken), peer);
  }

  Server target;
  Instant now = Instant::from_nanoseconds(1'000'000'000'000);
  std::vector<std::string> told;
  HttpHandler handler;
  runtime::StreamPeer peer;
  std::size_t taken = 0;
};

TEST_F(HttpHandlerTest, AnswersACommandByAListOfOne) {
  const std::string text = command("config-reload");
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, text.size()}) {
    const auto reply = ask(text, piece);
    EXPECT_THAT(reply.text, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(reply.text, HasSubstr("\r\nX-Site: one\r\n"));
    EXPECT_THAT(reply.text, HasSubstr("\r\n\r\n[{\"result\": 0, \"text\": \"reloaded\"}]\n"));
    EXPECT_TRUE(reply.stays);
    EXPECT_EQ(taken, text.size());
  }
  EXPECT_EQ(target.reloads, 3);
}

TEST_F(HttpHandlerTest, TroubleOfACommandIsAnAnswerToo) {
  for (const char* body : {"", "{", "[]", "{\"command\": 1}", "{\"command\": \"nonsense\"}"}) {
    const auto reply = ask(request(std::string(kAnna) + kJson, body), 1'000);
    EXPECT_THAT(reply.text, StartsWith("HTTP/1.1 200 OK\r\n")) << body;
    EXPECT_THAT(reply.text, HasSubstr("\r\n\r\n[{\"result\": ")) << body;
  }
}

// C3-12
TEST_F(HttpHandlerTest, AStrangerIsRefusedAfterHisHead) {
  for (const char* fields : {"", kWrong, "Authorization: Basic\r\n", "Authorization: Basic %%\r\n",
                             "Authorization: Bearer YW5uYTpzZWNyZXQ=\r\n"}) {
    const std::string text = request(std::string(fields) + kJson, write_request("config-reload"));
    const auto reply = ask(text);
    EXPECT_THAT(reply.text, StartsWith("HTTP/1.1 401 Unauthorized\r\n")) << fields;
    EXPECT_THAT(reply.text, HasSubstr("\r\nWWW-Authenticate: Basic realm=\"here\""));
    EXPECT_FALSE(reply.stays);
    EXPECT_FALSE(peer.owner);
    EXPECT_EQ(taken, text.find("\r\n\r\n") + 4);  // a body would be his to send without end
  }
  EXPECT_EQ(target.reloads, 0);
}

TEST_F(HttpHandlerTest, WhoGuessesTooMuchIsToldToWait) {
  const std::string guess = request(std::string(kWrong) + kJson, "{}");
  for (std::size_t i = 1; i < kGuessesAtOnce; ++i) {
    EXPECT_THAT(ask(guess).text, StartsWith("HTTP/1.1 401 ")) << i;
  }
  EXPECT_THAT(ask(guess).text, StartsWith("HTTP/1.1 429 "));
  EXPECT_THAT(ask(request(kJson, "{}")).text, StartsWith("HTTP/1.1 401 "));
  now = now + kGuessPause * 2;
  EXPECT_THAT(ask(guess).text, StartsWith("HTTP/1.1 401 "));
}

// At 127.0.0.1 every local user could keep an operator out.
TEST_F(HttpHandlerTest, WhoIsRightIsHeardBesideThoseWhoGuess) {
  const std::string guess = request(std::string(kWrong) + kJson, "{}");
  for (std::size_t i = 0; i < 5 * kGuessesAtOnce; ++i) (void)ask(guess);
  EXPECT_THAT(ask(command("config-reload")).text, StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(target.reloads, 1);
  EXPECT_THAT(ask(guess).text, StartsWith("HTTP/1.1 429 "));
}

TEST_F(HttpHandlerTest, TellsOfWrongGuessesWithTheirAddress) {
  (void)ask(request(kJson, "{}"));  // says nothing of himself, as browsers do at first
  (void)ask(command("config-reload"));
  EXPECT_THAT(told, IsEmpty());
  for (int i = 0; i < 5; ++i) (void)ask(request(std::string(kWrong) + kJson, "{}"));
  EXPECT_THAT(told, ElementsAre(HasSubstr("wrong user or password from 192.0.2.9")));
}

// C3-12
TEST_F(HttpHandlerTest, RefusesWhatIsNoCommandBeforeItsBody) {
  const std::string both = std::string(kAnna) + kJson;
  const std::pair<std::string, const char*> cases[] = {
      {request(both, "{}", "GET / HTTP/1.1"), "405 "},
      {request(both, "{}", "DELETE / HTTP/1.1"), "405 "},
      {request(kAnna, "{}"), "415 "},
      {request(std::string(kAnna) + "Content-Type: text/plain\r\n", "{}"), "415 "},
      {"POST / HTTP/1.1\r\n" + both + "\r\n", "411 "},
      {"POST / HTTP/1.1\r\n" + both + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
       "411 "},
      {"POST / HTTP/1.1\r\n" + both + "Content-Length: 4194305\r\n\r\n{", "413 "},
      {"POST / HTTP/3.0\r\n\r\n", "505 "},
      {"nonsense\r\n\r\n", "400 "},
  };
  for (const auto& [text, status] : cases) {
    EXPECT_THAT(ask(text).text, StartsWith(std::string("HTTP/1.1 ") + status)) << text;
    EXPECT_EQ(taken, text.find("\r\n\r\n") + 4) << text;
  }
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nX: " + std::string(20'000, 'x')).text,
              StartsWith("HTTP/1.1 431 "));
  EXPECT_EQ(taken, kMaxHttpHead);
}

// C3-12
TEST_F(HttpHandlerTest, ARequestThatEndsEarlyIsRefused) {
  const std::string text = command("config-reload");
  EXPECT_THAT(ask(text.substr(0, text.size() - 1)).text, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(text.substr(0, 20)).text, StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(target.reloads, 0);
  EXPECT_THAT(handler.too_late(), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(handler.too_long(5), StartsWith("HTTP/1.1 413 "));
}

// B37
TEST_F(HttpHandlerTest, OnlyTheFirstOfTwoRequestsAtOnceIsDone) {
  const std::string text = command("config-reload");
  const auto reply = ask(text + text, 2 * text.size());
  EXPECT_THAT(reply.text, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_FALSE(reply.stays);
  EXPECT_EQ(target.reloads, 1);
}

// Who came before a certificate was asked for has shown none.
TEST_F(HttpHandlerTest, WhoCameUnderOtherSettingsHasToComeAgain) {
  const auto before = handler.reader(peer);
  handler.replace({});
  const std::string text = command("config-reload");
  EXPECT_TRUE(before->take(text));
  EXPECT_FALSE(peer.owner);
  const auto late = handler.answer(text, peer);
  EXPECT_THAT(late.text, StartsWith("HTTP/1.1 408 "));
  EXPECT_FALSE(late.stays);
  EXPECT_EQ(target.reloads, 0);
  const auto again = handler.reader(peer);  // the same connection's next request
  EXPECT_TRUE(again->take(text));
  EXPECT_FALSE(peer.owner);
}

TEST_F(HttpHandlerTest, NewSettingsHoldForTheNextRequest) {
  HttpSettings next;
  next.users.add("bert", "other");
  handler.replace(std::move(next));
  EXPECT_THAT(ask(command("config-reload")).text, StartsWith("HTTP/1.1 401 "));
  handler.replace({});  // a certificate is proof enough
  EXPECT_THAT(ask(request(kJson, write_request("config-reload"))).text,
              StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(peer.owner);
}

}  // namespace
}  // namespace lessor::control
