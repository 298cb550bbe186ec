// What a process that has given up its privileges can still do, and what it cannot. Each test acts
// in a child: there is no way back.

#include "child.h"
#include "network.h"

#include "runtime/clock.h"
#include "runtime/privileges.h"
#include "runtime/system_call_filter.h"
#include "runtime/threads.h"
#include "runtime/unix_listener.h"
#include "store/rocksdb_log.h"
#include "store/test_folder.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <net/if.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lessor::runtime::testing {
namespace {

/// Everything that a server does after it has dropped privileges; the first that failed, or 0.
int act_as_a_server() {
  auto loop = EventLoop::open();
  if (!loop) return 10;
  const auto port = PacketPort::open({.interface = if_nametoindex("s0"), .name = "s0"});
  if (!port) return 11;
  if (!UdpPort::open(67)) return 12;
  if (!InterfaceWatch::open()) return 13;
  auto routes = RouteCache::open();
  if (!routes || routes->to(kThere).interface == 0) return 14;
  char folder[] = "/tmp/lessor-privileges-XXXXXX";
  if (mkdtemp(folder) == nullptr) return 15;
  const std::string file = std::string(folder) + "/log";
  const FileDescriptor fd(open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0640));
  if (!fd.is_open() || write(fd.get(), "x", 1) != 1 || fdatasync(fd.get()) != 0) return 16;
  if (rename(file.c_str(), (file + "2").c_str()) != 0) return 17;
  if (!listen_unix(std::string(folder) + "/socket")) return 18;
  bool ran = false;
  auto thread = start_thread("test", [&] { ran = random_seed() != 0; });
  if (!thread) return 19;
  thread->join();
  for (const char* name : {"/log2", "/socket", ""})
    std::remove((folder + std::string(name)).c_str());
  return ran ? 0 : 20;
}

class PrivilegesTest : public PacketIoTest {};

TEST_F(PrivilegesTest, AServerStillWorks) {
  EXPECT_EQ(in_a_child([] { return drop() + act_as_a_server(); }), 0);
}

TEST_F(PrivilegesTest, AServerStillWorksAsAnotherUser) {
  std::string setgroups;  // "deny" in a user namespace with one user in it
  std::ifstream("/proc/self/setgroups") >> setgroups;
  if (setgroups == "deny" || getpwnam("nobody") == nullptr) GTEST_SKIP() << "nobody to become";
  EXPECT_EQ(in_a_child([] {
              if (drop({.user = "nobody"}) != 0) return 1;
              if (getuid() == 0 || getgid() == 0 || setuid(0) == 0) return 2;
              return act_as_a_server();
            }),
            0);
}

/// What the lease store does in weeks: writes, trims, moves its log to data files and merges these.
/// The first step that failed, or 0.
int act_as_a_store(const std::string& folder) {
  const std::string record(1U << 20, 'r');
  constexpr std::uint64_t kRecords = 200;  // six write buffers
  const auto log = store::open_rocksdb_log(folder, store::OpenMode::serve);
  if (!log || !(*log)->cut(1)) return 30;
  for (std::uint64_t i = 1; i <= kRecords; ++i) {
    if (!(*log)->write_note(i, as_bytes("note")) || !(*log)->append(i, as_bytes(record))) return 31;
    if (const auto synced = (*log)->sync(); !synced) {
      std::fputs(synced.error().message.c_str(), stderr);
      return 32;
    }
    if (i % 10 != 0) continue;
    if (!(*log)->trim(i - std::min<std::uint64_t>(i, 50) + 1)) return 33;
    if (!(*log)->write_mark(as_bytes("mark"))) return 34;
  }
  struct Count final : lease::Log::Visitor {
    bool visit(std::uint64_t, Bytes) override { return ++records > 0; }
    std::uint64_t records = 0;
  } count;
  return (*log)->read(0, count) && count.records >= 50 ? 0 : 35;
}

TEST_F(PrivilegesTest, TheLeaseStoreStillWorksForAsLongAsItRuns) {
  const store::Folder folder;
  for (int start = 0; start < 2; ++start) {
    EXPECT_EQ(in_a_child([&] { return drop() + act_as_a_store(folder.path()); }), 0);
  }
}

/// Everything that a network client does after it has dropped privileges; the first that failed.
int act_as_a_network_client() {
  auto loop = EventLoop::open();
  if (!loop) return 10;
  const auto port = PacketPort::open({.interface = if_nametoindex("s0"), .name = "s0"});
  if (!port) return 11;
  if (!UdpPort::open(68)) return 12;
  if (!InterfaceWatch::open()) return 13;
  const FileDescriptor file(open("/proc/self/status", O_RDONLY | O_CLOEXEC));
  char octet = 0;
  if (!file.is_open() || read(file.get(), &octet, 1) != 1) return 14;
  bool ran = false;
  auto thread = start_thread("test", [&] { ran = random_seed() != 0; });
  if (!thread) return 15;
  thread->join();
  const FileDescriptor talk(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return ran && talk.is_open() ? 0 : 16;
}

/// What the parser of strangers' packets has no use for; the first that was allowed, or 0.
int try_to_change_files(const std::string& folder) {
  const std::string old = folder + "/old";
  const std::string made = folder + "/made";
  for (const int flags : {O_WRONLY, O_RDWR, O_RDONLY | O_TRUNC, O_RDONLY | O_APPEND | O_WRONLY}) {
    if (open(old.c_str(), flags) >= 0 || openat(AT_FDCWD, old.c_str(), flags) >= 0) return 20;
  }
  if (open(made.c_str(), O_RDONLY | O_CREAT, 0600) >= 0) return 21;
  if (open(folder.c_str(), O_TMPFILE | O_RDWR, 0600) >= 0) return 22;
  if (rename(old.c_str(), made.c_str()) == 0 || link(old.c_str(), made.c_str()) == 0) return 23;
  if (unlink(old.c_str()) == 0 || mkdir(made.c_str(), 0700) == 0) return 24;
  if (symlink(old.c_str(), made.c_str()) == 0 || mkfifo(made.c_str(), 0600) == 0) return 25;
  if (chmod(old.c_str(), 0777) == 0 || truncate(old.c_str(), 0) == 0) return 26;
  if (kill(getppid(), 0) == 0 || errno != ENOSYS) return 28;
  rlimit limit{};
  if (prlimit(getppid(), RLIMIT_NOFILE, nullptr, &limit) == 0) return 29;
  if (getrlimit(RLIMIT_STACK, &limit) != 0) return 30;
  for (const int family : {AF_ALG, AF_VSOCK, AF_BLUETOOTH}) {
    if (socket(family, SOCK_STREAM, 0) >= 0 || errno != ENOSYS) return 27;
  }
  return 0;
}

constexpr PrivilegePlan client_plan() {
  return {.user = {}, .system_calls = SystemCalls::network_client};
}

TEST_F(PrivilegesTest, ANetworkClientStillWorks) {
  EXPECT_EQ(in_a_child([] { return drop(client_plan()) + act_as_a_network_client(); }), 0);
}

TEST_F(PrivilegesTest, ANetworkClientStillWorksAsNobody) {
  std::string setgroups;
  std::ifstream("/proc/self/setgroups") >> setgroups;
  if (setgroups == "deny" || !unprivileged_user()) GTEST_SKIP() << "nobody to become";
  EXPECT_EQ(in_a_child([] {
              PrivilegePlan plan = client_plan();
              plan.user = unprivileged_user();
              if (drop(plan) != 0) return 1;
              if (getuid() == 0 || geteuid() == 0 || getgid() == 0 || setuid(0) == 0) return 2;
              return act_as_a_network_client();
            }),
            0);
}

TEST_F(PrivilegesTest, ANetworkClientChangesNoFileAndRunsNothing) {
  if (has_sanitizer()) GTEST_SKIP() << "no system call filter under a sanitizer";
  const store::Folder folder;
  std::ofstream(folder.path() + "/old") << "old";
  EXPECT_EQ(in_a_child([&] { return drop(client_plan()) + try_to_change_files(folder.path()); }),
            0);
  EXPECT_EQ(in_a_child([] {
              if (drop(client_plan()) != 0) return 1;
              execl("/bin/true", "true", nullptr);
              return 2;
            }),
            128 + SIGSYS);
}

// C3-11
TEST_F(PrivilegesTest, EveryOtherCapabilityIsGone) {
  EXPECT_EQ(in_a_child([] {
              if (drop({.filter_system_calls = false}) != 0) return 1;
              std::ifstream status("/proc/self/status");
              for (std::string line; std::getline(status, line);) {
                const bool shown = line.starts_with("CapPrm") || line.starts_with("CapEff");
                if (shown && !line.ends_with("0000000000002400")) return 2;  // 13 and 10
                if (line.starts_with("CapBnd") && !line.ends_with("0000000000000000")) return 3;
                if (line.starts_with("NoNewPrivs") && !line.ends_with('1')) return 4;
              }
              return 0;
            }),
            0);
}

TEST_F(PrivilegesTest, RootBecomesTheServicesUserOnlyWhereThereIsOne) {
  const auto chosen = choose_account({});
  ASSERT_TRUE(chosen);
  const bool exists = find_account(kServiceUser).has_value();
  if (geteuid() != 0) {
    EXPECT_FALSE(chosen->become);
    EXPECT_EQ(chosen->remark, "");
  } else if (!exists) {
    EXPECT_FALSE(chosen->become);
    EXPECT_EQ(chosen->remark,
              "there is no user lessor to become (useradd --system lessor): stays root, without "
              "its privileges");
  } else {
    EXPECT_NE(chosen->become.has_value(), !chosen->remark.empty());
  }
  EXPECT_FALSE(choose_account("no-such-user"));
}

TEST_F(PrivilegesTest, AnUnknownUserIsAnErrorThatSaysSo) {
  const auto dropped = drop_privileges({.user = "no-such-user"});
  ASSERT_FALSE(dropped);
  EXPECT_EQ(to_string(dropped.error()),
            "cannot become user no-such-user: there is no such user; add it (useradd --system "
            "no-such-user) or name another");
}

TEST_F(PrivilegesTest, ThreadsThatRunAlreadyAreRefused) {
  if (has_sanitizer()) GTEST_SKIP() << "a sanitizer may have threads of its own";
  EXPECT_EQ(in_a_child([] {
              const auto bell = Wakeup::open();
              std::atomic<bool> over{false};
              auto thread = start_thread("test", [&] { over.wait(false); });
              const bool refused = !drop_privileges({});
              over = true;
              over.notify_all();
              thread->join();
              return refused ? 0 : 1;
            }),
            0);
}

// C3-11
TEST_F(PrivilegesTest, RunningAProgramKills) {
  if (has_sanitizer()) GTEST_SKIP() << "no system call filter under a sanitizer";
  EXPECT_EQ(in_a_child([] {
              if (drop() != 0) return 1;
              execl("/bin/true", "true", nullptr);
              return 2;
            }),
            128 + SIGSYS);
}

// Libraries ask for what they can do without: io_uring, say. They hear that the kernel has no such
// call, as older ones have not.
TEST_F(PrivilegesTest, AnUnlistedCallFailsAsAnUnknownOneAndNothingMore) {
  if (has_sanitizer()) GTEST_SKIP() << "no system call filter under a sanitizer";
  EXPECT_EQ(
      in_a_child([] {
        if (drop() != 0) return 1;
        for (const long call : std::to_array<long>({SYS_personality, SYS_io_uring_setup, 999})) {
          if (syscall(call, 0xffffffff, 0, 0) != -1 || errno != ENOSYS) return 2;
        }
        return 0;
      }),
      0);
}

}  // namespace
}  // namespace lessor::runtime::testing
