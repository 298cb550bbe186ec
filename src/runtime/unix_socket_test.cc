#include "runtime/clock.h"
#include "runtime/unix_address.h"
#include "runtime/unix_client.h"
#include "runtime/unix_listener.h"
#include "runtime/unix_server.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace lessor::runtime {
namespace {

namespace fs = std::filesystem;

class FullStop final : public StreamRequestReader {
  bool take(std::string_view piece) override { return piece.ends_with('.'); }
};

/// Requests end with a full stop; answers repeat them.
class Echo final : public StreamRequestHandler {
 public:
  std::unique_ptr<StreamRequestReader> reader(StreamPeer&) override {
    return std::make_unique<FullStop>();
  }
  StreamReply answer(std::string_view request, const StreamPeer& from) override {
    peer = from;
    if (request.starts_with("much")) return {.text = std::string(3'000'000, 'x')};
    return {.text = "you said " + std::string(request), .stays = request.starts_with("stay")};
  }
  std::string too_long(std::size_t max) override { return "over " + std::to_string(max); }
  std::string too_late() override { return late; }
  StreamPeer peer;
  std::string late;
};

class UnixSocketTest : public ::testing::Test {
 protected:
  UnixSocketTest() {
    std::string name = (fs::temp_directory_path() / "lessor-unix-XXXXXX").string();
    folder = mkdtemp(name.data());
    path = folder / "control.sock";
  }
  ~UnixSocketTest() override {
    server.reset();
    fs::remove_all(folder);
  }
  void start(StreamServerOptions options = {}) {
    auto made = serve_unix(path, options, echo);
    ASSERT_TRUE(made) << to_string(made.error());
    server = std::move(*made);
    ASSERT_TRUE(server->start());
  }
  std::string ask(std::string_view request) {
    const auto answer = ask_unix(path, request, Duration::seconds(10));
    return answer ? *answer : to_string(answer.error());
  }
  std::string refused() {
    const auto listening = listen_unix(path);
    return listening ? "listening" : to_string(listening.error());
  }

  fs::path folder;
  std::string path;
  Echo echo;
  std::unique_ptr<StreamServer> server;
};

// B37
TEST_F(UnixSocketTest, AnswersOneRequestAConnection) {
  start();
  EXPECT_EQ(ask("hello."), "you said hello.");
  EXPECT_EQ(ask("no full stop, but the writing side closes"),
            "you said no full stop, but the writing side closes");
  EXPECT_EQ(ask("much").size(), 3'000'000);
  EXPECT_EQ(echo.peer.pid, getpid());
  EXPECT_EQ(echo.peer.uid, getuid());
  struct stat facts{};
  ASSERT_EQ(stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0660U);
  server.reset();
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(UnixSocketTest, ARequestInPiecesIsAnsweredWhenItIsWhole) {
  start();
  const auto fd = connect_unix(path);
  ASSERT_TRUE(fd);
  for (const std::string_view piece : {"in ", "three ", "pieces."}) {
    ASSERT_EQ(send(fd->get(), piece.data(), piece.size(), 0), static_cast<ssize_t>(piece.size()));
    EXPECT_EQ(ask("another client."), "you said another client.");  // meanwhile
  }
  std::array<char, 100> room;
  ssize_t size = -1;
  while (size < 0) size = recv(fd->get(), room.data(), room.size(), 0);
  EXPECT_EQ(std::string_view(room.data(), static_cast<std::size_t>(size)),
            "you said in three pieces.");
}

TEST_F(UnixSocketTest, AConnectionThatStaysIsAnsweredAgain) {
  start({.patience = Duration::milliseconds(200)});
  const auto fd = connect_unix(path);
  ASSERT_TRUE(fd);
  const auto hear = [&] {
    std::array<char, 100> room;
    pollfd ready{.fd = fd->get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(poll(&ready, 1, 5'000), 1);
    const ssize_t size = recv(fd->get(), room.data(), room.size(), 0);
    return std::string(room.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  };
  for (const std::string_view request : {"stay.", "stay on."}) {
    ASSERT_GT(send(fd->get(), request.data(), request.size(), 0), 0);
    EXPECT_EQ(hear(), "you said " + std::string(request));
  }
  EXPECT_EQ(hear(), "");  // whoever then says nothing is cut off in silence
}

TEST_F(UnixSocketTest, WhoIsTooLateHearsIt) {
  echo.late = "too late";
  start({.patience = Duration::milliseconds(50)});
  const auto fd = connect_unix(path);
  ASSERT_TRUE(fd);
  ASSERT_GT(send(fd->get(), "a", 1, 0), 0);
  std::array<char, 100> room;
  pollfd ready{.fd = fd->get(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(poll(&ready, 1, 5'000), 1);
  ASSERT_EQ(recv(fd->get(), room.data(), room.size(), 0), 8);
  EXPECT_EQ(std::string_view(room.data(), 8), "too late");
}

// C3-07
TEST_F(UnixSocketTest, TooLongARequestIsAnsweredSo) {
  start({.max_request_bytes = 100'000});
  EXPECT_EQ(ask(std::string(1'000'000, 'x')), "over 100000");
  EXPECT_EQ(ask("hello."), "you said hello.");
}

// B13
TEST_F(UnixSocketTest, IdleClientsAreCutAndDoNotKeepOthersOut) {
  start({.max_connections = 4, .patience = Duration::milliseconds(50)});
  std::vector<FileDescriptor> idle;
  for (int i = 0; i < 4; ++i) idle.push_back(std::move(connect_unix(path).value()));
  std::string answer;
  const Instant end = read_clock().mono + Duration::seconds(5);
  while (answer != "you said hello." && read_clock().mono < end) answer = ask("hello.");
  EXPECT_EQ(answer, "you said hello.");
  for (const FileDescriptor& fd : idle) {
    char octet = 0;
    pollfd closed{.fd = fd.get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(poll(&closed, 1, 5'000), 1);
    EXPECT_EQ(recv(fd.get(), &octet, 1, 0), 0);
  }
}

// C3-07: whoever opens connections and says nothing keeps nobody out, not even for a moment.
TEST_F(UnixSocketTest, AThousandIdleClientsMakeRoomForWhoAsks) {
  start({.max_connections = 8, .patience = Duration::seconds(60)});
  std::vector<FileDescriptor> idle;
  for (int i = 0; i < 1'000; ++i) {
    auto fd = connect_unix(path, Duration::seconds(10));
    ASSERT_TRUE(fd) << to_string(fd.error());
    idle.push_back(std::move(*fd));
    if (i % 100 == 0) {
      EXPECT_EQ(ask("hello."), "you said hello.");
    }
  }
  EXPECT_EQ(ask("hello."), "you said hello.");
}

TEST_F(UnixSocketTest, WhoReadsSlowlyIsCutOffInTheEnd) {
  start({.patience = Duration::milliseconds(100), .slowest_reader = 100'000'000});
  const auto fd = connect_unix(path);
  ASSERT_TRUE(fd);
  ASSERT_EQ(send(fd->get(), "much.", 5, 0), 5);
  const Instant begun = read_clock().mono;
  std::size_t got = 0;
  std::array<char, 1'000> piece;
  while (got < 3'000'000) {  // a piece now and then, always before the server's patience ends
    const ssize_t size = recv(fd->get(), piece.data(), piece.size(), 0);
    if (size == 0 || (size < 0 && errno != EAGAIN)) break;
    if (size > 0) got += static_cast<std::size_t>(size);
    pollfd nothing{.fd = -1, .events = 0, .revents = 0};
    if (got < 1'000'000) (void)poll(&nothing, 1, 2);
  }
  EXPECT_LT(got, 3'000'000U);
  EXPECT_GE(read_clock().mono - begun, Duration::milliseconds(100));
  EXPECT_EQ(ask("hello."), "you said hello.");
}

TEST_F(UnixSocketTest, WhatIsHeldForClientsIsBounded) {
  start({.max_held_bytes = 4'000'000, .patience = Duration::seconds(60)});
  std::vector<FileDescriptor> slow;
  for (int i = 0; i < 5; ++i) {
    slow.push_back(std::move(connect_unix(path).value()));
    ASSERT_EQ(send(slow.back().get(), "much.", 5, 0), 5);
    EXPECT_EQ(ask("hello."), "you said hello.");  // it has been heard by now
  }
  std::size_t whole = 0;
  std::vector<char> room(3'000'000);
  for (const FileDescriptor& fd : slow) {
    std::size_t got = 0;
    ssize_t size = 1;
    const Instant end = read_clock().mono + Duration::seconds(5);
    while (got < room.size() && size != 0 && read_clock().mono < end) {
      size = recv(fd.get(), room.data(), room.size() - got, 0);
      if (size > 0) got += static_cast<std::size_t>(size);
    }
    if (got == room.size()) ++whole;
  }
  EXPECT_EQ(whole, 1U);  // the last
}

TEST_F(UnixSocketTest, ClientsThatLeaveEarlyHurtNobody) {
  start();
  for (int i = 0; i < 200; ++i) {
    const auto fd = connect_unix(path);
    ASSERT_TRUE(fd);
    (void)!send(fd->get(), i % 2 == 0 ? "much." : "mu", 2, MSG_NOSIGNAL);
    EXPECT_EQ(ask("hello."), "you said hello.");
  }
}

TEST_F(UnixSocketTest, AStaleSocketIsReplacedALiveOneIsNot) {
  start();
  EXPECT_EQ(refused(), "cannot listen on " + path + ": another server (pid " +
                           std::to_string(getpid()) +
                           ") listens there; stop it, or give this one another path");
  EXPECT_EQ(ask("hello."), "you said hello.");  // it was not hurt
  server.reset();
  {
    const auto left_behind = listen_unix(path);
  }
  EXPECT_TRUE(fs::exists(path));
  EXPECT_EQ(ask("hello."),
            "cannot connect to " + path + ": Connection refused; is the server running?");
  EXPECT_EQ(refused(), "listening");
}

// C3-07
TEST_F(UnixSocketTest, RefusesAPlaceThatIsNotSafe) {
  std::ofstream(path) << "precious";
  EXPECT_EQ(refused(), "cannot listen on " + path +
                           ": there is a file of that name that is no socket; remove it or choose "
                           "another path");
  EXPECT_TRUE(fs::exists(path));
  fs::remove(path);
  chmod(folder.c_str(), 01777);
  EXPECT_EQ(refused(), "cannot listen on " + path + ": everybody may write to the folder " +
                           folder.string() +
                           "; use one of its own, such as /run/lessor, mode 0750");
  path = folder / std::string(200, 'x');
  EXPECT_NE(refused().find("it must have 1 to 107 octets"), std::string::npos);
}

TEST_F(UnixSocketTest, AMissingFolderIsMadeForUsAlone) {
  path = folder / "run" / "control.sock";
  EXPECT_EQ(refused(), "listening");
  struct stat facts{};
  ASSERT_EQ(stat((folder / "run").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0027U, 0U);
}

TEST_F(UnixSocketTest, AServerThatSaysNothingIsNotWaitedForForever) {
  const auto silent = listen_unix(path);
  ASSERT_TRUE(silent);
  const auto answer = ask_unix(path, "hello.", Duration::milliseconds(30));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().number, ETIMEDOUT);
  EXPECT_EQ(to_string(ask_unix(folder / "none", "", Duration::seconds(1)).error()),
            "cannot connect to " + (folder / "none").string() +
                ": No such file or directory; is the server running?");
}

}  // namespace
}  // namespace lessor::runtime
