// What a process that has given up its privileges is refused, one probe at a time, for each kind of
// process: system calls (seccomp), folders, TCP, signals and sockets of others (Landlock).

#include "child.h"

#include "runtime/file_descriptor.h"
#include "runtime/landlock.h"
#include "runtime/own_files.h"
#include "runtime/tcp_listener.h"
#include "store/test_folder.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

namespace lessor::runtime::testing {
namespace {

constexpr SystemCalls kKinds[] = {SystemCalls::server, SystemCalls::relay,
                                  SystemCalls::network_client};

PrivilegePlan plan_for(SystemCalls kind) { return {.user = {}, .system_calls = kind}; }

/// An attempt that has to fail as if the kernel had no such call. Returns what the call did.
struct Probe {
  const char* what;
  long (*attempt)();
};

long new_socket(int family, int type, int protocol) { return socket(family, type, protocol); }

long map_code() {
  void* at = mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? -1 : 0;
}

long make_code() {
  void* at = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? 0 : mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

long limit_of_parent() {
  rlimit limit{};
  return prlimit(getppid(), RLIMIT_NOFILE, nullptr, &limit);
}

constexpr Probe kProbes[] = {
    {"fork", [] { return static_cast<long>(fork()); }},
    {"vfork", [] { return syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, nullptr); }},
    {"signal another process", [] { return static_cast<long>(kill(getppid(), 0)); }},
    {"signal another's thread", [] { return syscall(SYS_tgkill, getppid(), getppid(), 0); }},
    {"limits of another process", limit_of_parent},
    {"own limits", [] { return syscall(SYS_setrlimit, RLIMIT_NOFILE, nullptr); }},
    {"TCP", [] { return new_socket(AF_INET, SOCK_STREAM, 0); }},
    {"raw IP", [] { return new_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }},
    {"IPv6", [] { return new_socket(AF_INET6, SOCK_DGRAM, 0); }},
    {"netfilter", [] { return new_socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER); }},
    {"audit", [] { return new_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT); }},
    {"kernel ciphers", [] { return new_socket(AF_ALG, SOCK_SEQPACKET, 0); }},
    {"hosts of virtual machines", [] { return new_socket(AF_VSOCK, SOCK_STREAM, 0); }},
    {"Bluetooth", [] { return new_socket(AF_BLUETOOTH, SOCK_RAW, 0); }},
    {"executable memory", map_code},
    {"memory made executable", make_code},
    {"input into a terminal", [] { return static_cast<long>(ioctl(0, TIOCSTI, "x")); }},
    {"setting up an interface", [] { return static_cast<long>(ioctl(0, SIOCSIFFLAGS, nullptr)); }},
    {"dumpable", [] { return static_cast<long>(prctl(PR_SET_DUMPABLE, 1)); }},
    {"personality", [] { return syscall(SYS_personality, 0xffffffff); }},
    {"io_uring", [] { return syscall(SYS_io_uring_setup, 1, nullptr); }},
    {"another user", [] { return syscall(SYS_setresuid, 1, 1, 1); }},
    {"capabilities", [] { return syscall(SYS_capset, nullptr, nullptr); }},
    {"a file's owner", [] { return static_cast<long>(chown("/tmp", 0, 0)); }},
    {"a symbolic link", [] { return static_cast<long>(symlink("/", "/tmp/lessor-probe")); }},
    {"a hard link", [] { return static_cast<long>(link("/etc/passwd", "/tmp/lessor-probe")); }},
    {"a device", [] { return static_cast<long>(mknod("/tmp/lessor-probe", S_IFIFO, 0)); }},
    {"real time", [] { return syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, nullptr); }},
    {"priority", [] { return static_cast<long>(setpriority(PRIO_PROCESS, 0, -1)); }},
    {"another's memory, cheaply", [] { return syscall(SYS_pidfd_open, getppid(), 0); }},
    {"a new filter", [] { return syscall(SYS_seccomp, 0, 0, nullptr); }},
};

class BoundsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (has_sanitizer()) GTEST_SKIP() << "no bounds under a sanitizer";
  }
};

TEST_F(BoundsTest, WhatNobodyNeedsFailsAsAnUnknownCall) {
  for (const SystemCalls kind : kKinds) {
    const int failed = in_a_child([kind] {
      if (drop(plan_for(kind)) != 0) return 100;
      int number = 0;
      for (const Probe& probe : kProbes) {
        ++number;
        errno = 0;
        if (probe.attempt() == -1 && errno == ENOSYS) continue;
        std::fprintf(stderr, "%s: allowed, or refused by something else: %d\n", probe.what, errno);
        return number;
      }
      return 0;
    });
    EXPECT_EQ(failed, 0) << "kind " << static_cast<int>(kind);
  }
}

TEST_F(BoundsTest, WhatOnlyAnIntruderWouldTryKills) {
  constexpr auto kDeadly = std::to_array<long>({SYS_execve,
                                                SYS_execveat,
                                                SYS_ptrace,
                                                SYS_process_vm_readv,
                                                SYS_process_vm_writev,
                                                SYS_pidfd_getfd,
                                                SYS_init_module,
                                                SYS_finit_module,
                                                SYS_delete_module,
                                                SYS_kexec_load,
                                                SYS_bpf,
                                                SYS_perf_event_open,
                                                SYS_userfaultfd,
                                                SYS_mount,
                                                SYS_umount2,
                                                SYS_pivot_root,
                                                SYS_chroot,
                                                SYS_move_mount,
                                                SYS_open_tree,
                                                SYS_setns,
                                                SYS_unshare,
                                                SYS_reboot,
                                                SYS_swapon,
                                                SYS_swapoff,
                                                SYS_add_key,
                                                SYS_request_key,
                                                SYS_keyctl,
                                                SYS_open_by_handle_at,
                                                SYS_acct,
                                                SYS_settimeofday,
                                                SYS_clock_settime,
                                                SYS_sethostname,
                                                SYS_setdomainname});
  for (const SystemCalls kind : kKinds) {
    for (const long call : kDeadly) {
      const int ended = in_a_child([=] {
        if (drop(plan_for(kind)) != 0) return 100;
        (void)syscall(call, 0, 0, 0, 0, 0, 0);
        return 1;
      });
      EXPECT_EQ(ended, 128 + SIGSYS) << "call " << call << ", kind " << static_cast<int>(kind);
    }
  }
}

TEST_F(BoundsTest, ARelayOpensFilesToReadOnly) {
  const store::Folder folder;
  const std::string made = folder.path("made");
  EXPECT_EQ(in_a_child([&] {
              if (drop(plan_for(SystemCalls::relay)) != 0) return 100;
              if (open("/proc/self/status", O_RDONLY | O_CLOEXEC) < 0) return 1;
              for (const int flags : {O_WRONLY | O_CREAT, O_RDWR | O_CREAT, O_RDONLY | O_CREAT}) {
                if (open(made.c_str(), flags, 0600) >= 0 || errno != ENOSYS) return 2;
              }
              if (rename("/tmp/a", "/tmp/b") == 0 || errno != ENOSYS) return 3;
              if (mkdir(made.c_str(), 0700) == 0 || errno != ENOSYS) return 4;
              return unlink(made.c_str()) != 0 && errno == ENOENT ? 0 : 5;
            }),
            0);
}

/// Folders with each kind of right, and one with none.
class LandlockTest : public BoundsTest {
 protected:
  void SetUp() override {
    BoundsTest::SetUp();
    if (IsSkipped()) return;
    if (landlock_version() == 0) GTEST_SKIP() << "this kernel has no Landlock";
    for (const char* name : {"config", "store", "logs", "sockets", "outside"}) {
      ASSERT_EQ(mkdir(at(name).c_str(), 0755), 0);
      std::ofstream(at(name) + "/old") << "old";
    }
  }

  [[nodiscard]] std::string at(const std::string& name) const {
    const std::string all = folder_.path("");
    return all + name;
  }

  /// The first of `steps` that went otherwise than it should, counted from 1, or 0. System calls
  /// are not filtered: Landlock is judged alone.
  int confined(const std::vector<std::function<bool()>>& steps) {
    return in_a_child([&] {
      const PrivilegePlan plan{
          .user = {},
          .filter_system_calls = false,
          .folders = std::vector<FolderRight>{{at("config"), FolderUse::read},
                                              {at("store"), FolderUse::keep},
                                              {at("logs"), FolderUse::log},
                                              {at("sockets"), FolderUse::sockets},
                                              {at("not there"), FolderUse::keep}}};
      if (drop(plan) != 0) return 100;
      int number = 0;
      for (const auto& step : steps) {
        ++number;
        errno = 0;
        if (!step()) return number;
      }
      return 0;
    });
  }

  [[nodiscard]] std::function<bool()> opens(const std::string& name, int flags) const {
    return [path = at(name), flags] { return open(path.c_str(), flags | O_CLOEXEC, 0600) >= 0; };
  }
  [[nodiscard]] std::function<bool()> denies(const std::string& name, int flags) const {
    return [path = at(name), flags] {
      return open(path.c_str(), flags | O_CLOEXEC, 0600) < 0 && errno == EACCES;
    };
  }

  store::Folder folder_;
};

TEST_F(LandlockTest, ReadsTheConfigurationAndNothingElse) {
  EXPECT_EQ(confined({opens("config/old", O_RDONLY), opens("config", O_RDONLY | O_DIRECTORY),
                      denies("config/old", O_WRONLY), denies("config/new", O_WRONLY | O_CREAT),
                      denies("outside/old", O_RDONLY), denies("outside", O_RDONLY | O_DIRECTORY),
                      [] { return open("/etc/shadow", O_RDONLY) < 0 && errno == EACCES; },
                      [] { return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES; },
                      [] { return open("/root", O_RDONLY) < 0 && errno == EACCES; },
                      [] { return open("/proc/self/status", O_RDONLY) >= 0; },
                      [] { return open("/proc/1/environ", O_RDONLY) < 0; }}),
            0);
}

TEST_F(LandlockTest, WritesInItsStoreAndNowhereElse) {
  EXPECT_EQ(
      confined(
          {opens("store/old", O_RDWR), opens("store/old", O_WRONLY | O_TRUNC),
           opens("store/new", O_WRONLY | O_CREAT),
           [&] { return rename(at("store/new").c_str(), at("store/other").c_str()) == 0; },
           [&] { return mkdir(at("store/folder").c_str(), 0700) == 0; },
           [&] { return rename(at("store/other").c_str(), at("store/folder/x").c_str()) == 0; },
           [&] { return unlink(at("store/folder/x").c_str()) == 0; },
           [&] { return rmdir(at("store/folder").c_str()) == 0; },
           [&] { return rename(at("store/old").c_str(), at("outside/x").c_str()) != 0; },
           [&] { return link(at("store/old").c_str(), at("outside/x").c_str()) != 0; },
           [&] { return symlink("/etc", at("store/link").c_str()) != 0; },
           denies("outside/old", O_WRONLY), denies("outside/new", O_WRONLY | O_CREAT),
           [&] { return unlink(at("outside/old").c_str()) != 0 && errno == EACCES; },
           [&] { return mkdir(at("outside/folder").c_str(), 0700) != 0; },
           [] { return mkdir("/tmp/lessor-probe", 0700) != 0 && errno == EACCES; }}),
      0);
}

TEST_F(LandlockTest, AddsToLogsAndReadsNone) {
  const bool tells_truncation = landlock_version() >= 3;
  EXPECT_EQ(confined({opens("logs/old", O_WRONLY | O_APPEND), opens("logs/new", O_WRONLY | O_CREAT),
                      denies("logs/old", O_RDONLY),
                      [&] { return !tells_truncation || truncate(at("logs/old").c_str(), 0) != 0; },
                      [&] { return unlink(at("logs/old").c_str()) != 0; }}),
            0);
}

TEST_F(LandlockTest, MakesSocketsWhereItHasSome) {
  const auto bind_at = [](const std::string& path) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  };
  EXPECT_EQ(confined({[&] { return bind_at(at("sockets/one")); },
                      [&] { return unlink(at("sockets/one").c_str()) == 0; },
                      [&] { return bind_at(at("store/one")); },
                      [&] { return !bind_at(at("outside/one")); },
                      [&] { return !bind_at(at("config/one")); }, denies("sockets/old", O_RDONLY),
                      denies("sockets/new", O_WRONLY | O_CREAT)}),
            0);
}

TEST_F(LandlockTest, HasNoTcpAndReachesNobodyOutside) {
  if (landlock_version() < 6) GTEST_SKIP() << "this kernel's Landlock tells files apart only";
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string name = "lessor-test-" + std::to_string(getpid());
  name.copy(&address.sun_path[1], sizeof address.sun_path - 2);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  const FileDescriptor listening(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(bind(listening.get(), to, sizeof address), 0);
  ASSERT_EQ(listen(listening.get(), 1), 0);
  EXPECT_EQ(confined({[] {
                        const FileDescriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
                        sockaddr_in any{};
                        any.sin_family = AF_INET;
                        const auto* at = reinterpret_cast<const sockaddr*>(&any);
                        return bind(fd.get(), at, sizeof any) != 0 && errno == EACCES;
                      },
                      [] { return kill(getppid(), 0) != 0 && errno == EPERM; },
                      [&] {
                        const FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
                        return connect(fd.get(), to, sizeof address) != 0 && errno == EPERM;
                      }}),
            0);
}

TEST_F(BoundsTest, SocketsMadeBeforeMayListenAndNotConnect) {
  auto sockets = TcpSockets::make(1);
  ASSERT_TRUE(sockets) << to_string(sockets.error());
  const FileDescriptor spare(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  EXPECT_EQ(in_a_child([&] {
              if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 1;
              const auto version = confine_to({}, TcpUse::listen);
              if (!version || !filter_system_calls()) return 2;
              if (!(*sockets)->listen({"127.0.0.1", 0})) return 3;
              if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != ENOSYS) return 4;
              sockaddr_in any{};
              any.sin_family = AF_INET;
              const auto* to = reinterpret_cast<const sockaddr*>(&any);
              const bool connected = connect(spare.get(), to, sizeof any) == 0 || errno != EACCES;
              return connected && *version >= 4 ? 5 : 0;
            }),
            0);
}

TEST_F(BoundsTest, RootActsAsAnotherForAMomentAndIsRootAgain) {
  std::string setgroups;
  std::ifstream("/proc/self/setgroups") >> setgroups;
  const auto nobody = find_account("nobody");
  if (setgroups == "deny" || geteuid() != 0 || !nobody) GTEST_SKIP() << "nobody to be";
  const store::Folder folder;
  ASSERT_EQ(chmod(std::filesystem::path(folder.path()).parent_path().c_str(), 0777), 0);
  const std::string made = folder.path("made");
  EXPECT_EQ(in_a_child([&] {
              if (umask(027); !act_as(*nobody, [&] { std::ofstream(made) << "x"; })) return 1;
              struct stat facts{};
              if (stat(made.c_str(), &facts) != 0 || facts.st_uid != nobody->uid) return 2;
              if (!find_wide_mode(made).empty()) return 3;
              if (chmod(made.c_str(), 0644) != 0) return 4;
              if (find_wide_mode(made) != "others may get at " + made + " (mode 0644)") return 5;
              return geteuid() == 0 && chown(made.c_str(), 0, 0) == 0 ? 0 : 6;
            }),
            0);
}

}  // namespace
}  // namespace lessor::runtime::testing
