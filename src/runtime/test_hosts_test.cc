// The test hosts with their bridge, long lines and captures, inside namespaces that this test makes
// and that end with it. Skipped where the system allows no namespaces.

#include "runtime/test_hosts.h"

#include "runtime/capture.h"
#include "runtime/clock.h"
#include "runtime/namespaces.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>

namespace lessor::runtime {
namespace {

constexpr Duration kPatience = Duration::seconds(10);
constexpr int kNotAllowed = 77;

/// Runs `play` in namespaces, in a process of its own: run_in_new_namespaces moves its caller.
int play_apart(const std::function<int()>& play) {
  const int pid = ::fork();
  if (pid == 0) {
    const auto code = run_in_new_namespaces(play);
    if (!code) std::fprintf(stderr, "%s\n", to_string(code.error()).c_str());
    ::_exit(code ? *code : kNotAllowed);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

#define PLAY(body)                                                       \
  const int code = play_apart body;                                      \
  if (code == kNotAllowed) GTEST_SKIP() << "no namespaces allowed here"; \
  EXPECT_EQ(code, 0)

int complain(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  return 1;
}
int complain(const SystemError& error) { return complain(to_string(error)); }

const net::Mac kFirst{{std::byte{2}, {}, {}, {}, {}, std::byte{1}}};
const net::Mac kSecond{{std::byte{2}, {}, {}, {}, {}, std::byte{2}}};

struct Pair {
  TestHost first, second;
  TestBridge bridge;
};
Result<Pair> make_pair(Duration delay) {
  auto bridge = TestBridge::start("br0");
  if (!bridge) return std::unexpected(bridge.error());
  auto first = TestHost::start("first");
  if (!first) return std::unexpected(first.error());
  auto second = TestHost::start("second");
  if (!second) return std::unexpected(second.error());
  const auto a =
      bridge->plug_in(*first, {.mac = kFirst, .address = net::parse_prefix4("10.0.0.1/24")});
  if (!a) return std::unexpected(a.error());
  const auto b = bridge->plug_in(
      *second, {.mac = kSecond, .address = net::parse_prefix4("10.0.0.2/24"), .delay = delay});
  if (!b) return std::unexpected(b.error());
  return Pair{std::move(*first), std::move(*second), std::move(*bridge)};
}

TEST(Namespaces, ReturnWhatWasPlayed) {
  PLAY(([] { return 0; }));
  EXPECT_EQ(play_apart([] { return 3; }), 3);
}

TEST(TestHost, HasItsOwnNameAndFolders) {
  PLAY(([]() -> int {
    auto host = TestHost::start("alice");
    if (!host) return complain(host.error());
    if (auto r = host->write_file("/etc/deep/file", "hello"); !r) return complain(r.error());
    const auto seen = run_program(
        {"sh", "-c", "cat /proc/sys/kernel/hostname /etc/deep/file; ls /run"}, host->inside());
    if (!seen) return complain(seen.error());
    return seen->output == "alice\nhello" ? 0 : complain(seen->output);
  }));
}

TEST(TestBridge, CarriesDatagramsWithRealChecksumsAndTheCaptureSeesThem) {
  PLAY(([]() -> int {
    auto pair = make_pair({});
    if (!pair) return complain(pair.error());
    auto capture = Capture::open("br0", "udp port 9");
    if (!capture) return complain(capture.error());
    const auto sent =
        run_program({"bash", "-c", "echo -n hello > /dev/udp/10.0.0.2/9"}, pair->first.inside());
    if (!sent || sent->code != 0) return complain("nothing sent");
    std::vector<std::byte> frame;
    while (frame.empty() && wait_readable(capture->fd(), kPatience)) {
      (void)capture->drain([&](Duration, Bytes f) { frame.assign(f.begin(), f.end()); });
    }
    if (frame.size() < 47) return complain("no frame");
    if (as_text(Bytes(frame).subspan(42, 5)) != "hello") return complain("another payload");
    if (!equal_bytes(Bytes(frame).first(6), kSecond.octets)) return complain("another target");
    // 10.0.0.1:any to 10.0.0.2:9: a sum left to hardware would be the pseudo-header's alone.
    return load_be16(&frame[40]) != 0x1400 + 3 + 17 + 13 ? 0 : complain("checksum not computed");
  }));
}

TEST(TestBridge, ALongLineDelaysWhatItsHostSends) {
  PLAY(([]() -> int {
    auto pair = make_pair(Duration::milliseconds(80));
    if (!pair) return complain(pair.error());
    auto capture = Capture::open("br0", "udp port 9 or icmp");
    if (!capture) return complain(capture.error());
    // Port 9 is closed: the answer is an ICMP message, which comes by the long line.
    (void)run_program({"bash", "-c", "echo -n hello > /dev/udp/10.0.0.2/9"}, pair->first.inside());
    std::vector<Duration> times;
    while (times.size() < 2 && wait_readable(capture->fd(), kPatience)) {
      (void)capture->drain([&](Duration at, Bytes) { times.push_back(at); });
    }
    if (times.size() != 2) return complain("not two frames");
    const Duration gap = times[1] - times[0];
    return gap >= Duration::milliseconds(80) ? 0 : complain("only " + to_string(gap));
  }));
}

TEST(ChildProcess, EndsWithItsOwnerAndSaysHowItEnded) {
  auto child = ChildProcess::start({"sh", "-c", "cat; exit 7"}, {.input = "words"});
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait(kPatience), 7);
  int pid = 0;
  {
    auto sleeper = ChildProcess::start(std::vector<std::string>{"sleep", "1000"});
    ASSERT_TRUE(sleeper);
    EXPECT_EQ(sleeper->wait(Duration::milliseconds(10)), std::nullopt);
    pid = sleeper->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  auto stopped = ChildProcess::start(std::vector<std::string>{"sleep", "1000"});
  ASSERT_TRUE(stopped);
  stopped->signal(SIGTERM);
  EXPECT_EQ(stopped->wait(kPatience), 128 + SIGTERM);
}

TEST(RunProgram, GivesBackAllOutputAndNamesWhatIsMissing) {
  const auto said =
      run_program({"sh", "-c", "cat; echo out; echo err >&2; exit 3"}, {.input = "in\n"});
  ASSERT_TRUE(said);
  EXPECT_EQ(said->code, 3);
  EXPECT_EQ(said->output, "in\nout\nerr\n");
  const auto missing = run_program({"no-such-program-anywhere"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(to_string(missing.error()),
            "cannot run no-such-program-anywhere: there is no such program here");
}

}  // namespace
}  // namespace lessor::runtime
