#include "runtime/system_call_filter.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <initializer_list>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/prctl.h>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <span>
#include <string>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lessor::runtime {
namespace {

// By what they are for. Names, not numbers: a call that this machine's architecture or libseccomp
// does not have is passed over.
constexpr const char* kMemoryAndThreads[] = {"brk",
                                             "munmap",
                                             "mremap",
                                             "madvise",
                                             "membarrier",
                                             "futex",
                                             "futex_waitv",
                                             "set_robust_list",
                                             "get_robust_list",
                                             "rseq",
                                             "set_tid_address",
                                             "gettid",
                                             "getpid",
                                             "getppid",
                                             "exit",
                                             "exit_group",
                                             "sched_yield",
                                             "sched_getparam",
                                             "sched_getaffinity",
                                             "getpriority",
                                             "getcpu",
                                             "restart_syscall",
                                             "sched_getscheduler",
                                             "rt_sigaction",
                                             "rt_sigprocmask",
                                             "rt_sigreturn",
                                             "rt_sigtimedwait",
                                             "sigaltstack"};

constexpr const char* kTimeAndRandomness[] = {
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep",       "gettimeofday",
    "time",          "getrandom",    "timerfd_create",  "timerfd_settime", "timerfd_gettime"};

// What every process does with its files and descriptors.
constexpr const char* kFiles[] = {
    "close",      "close_range", "read",      "pread64", "readv",     "preadv",     "preadv2",
    "write",      "pwrite64",    "writev",    "pwritev", "pwritev2",  "lseek",      "fsync",
    "fdatasync",  "fadvise64",   "readahead", "stat",    "fstat",     "lstat",      "newfstatat",
    "statx",      "statfs",      "fstatfs",   "access",  "faccessat", "faccessat2", "readlink",
    "readlinkat", "getdents64",  "getcwd",    "fcntl",   "dup",       "dup2",       "dup3",
    "pipe",       "pipe2"};

// The lease store: RocksDB opens, syncs, renames and removes its files. The control socket's mode
// is set.
constexpr const char* kFileChanges[] = {
    "sync_file_range", "fallocate", "ftruncate", "mkdir", "mkdirat", "unlink", "unlinkat",
    "rename",          "renameat",  "renameat2", "chmod", "fchmod",  "flock",  "fchmodat"};

// A relay keeps nothing: its socket is removed at the end.
constexpr const char* kRemoval[] = {"unlink", "unlinkat"};

// A network client's hand is its child.
constexpr const char* kChildren[] = {"wait4"};

// With the place of their flags among the arguments.
struct OpenCall {
  const char* name;
  unsigned flags;
};
constexpr OpenCall kOpen[] = {{.name = "open", .flags = 1}, {.name = "openat", .flags = 2}};
// A file opened without these can only be read. O_TMPFILE makes one without O_CREAT.
constexpr scmp_datum_t kOpensToChange =
    O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);

// Questions about a descriptor, an interface and a file's generation (RocksDB). Nothing that pushes
// input into a terminal or sets up an interface.
constexpr scmp_datum_t kQuestions[] = {FIONBIO,      FIONREAD,    TCGETS,       TIOCGWINSZ,
                                       SIOCGIFINDEX, SIOCGIFNAME, SIOCGIFFLAGS, FS_IOC_GETVERSION};

constexpr scmp_datum_t kSocketTypes = 0xf;  // the rest of that argument is flags

constexpr const char* kSockets[] = {
    "bind",        "listen",      "accept",     "accept4",    "connect",       "shutdown",
    "getsockname", "getpeername", "getsockopt", "setsockopt", "send",          "sendto",
    "sendmsg",     "sendmmsg",    "recv",       "recvfrom",   "recvmsg",       "recvmmsg",
    "poll",        "ppoll",       "select",     "pselect6",   "epoll_create1", "epoll_ctl",
    "epoll_wait",  "epoll_pwait", "eventfd2",   "signalfd4",  "epoll_pwait2"};

constexpr const char* kAboutOurselves[] = {
    "getuid", "geteuid",   "getgid",    "getegid", "getresuid", "getresgid", "getgroups",
    "capget", "getrusage", "getrlimit", "sysinfo", "uname",     "times"};

constexpr const char* kDeadly[] = {"execve",
                                   "execveat",
                                   "ptrace",
                                   "pidfd_getfd",
                                   "process_vm_readv",
                                   "process_vm_writev",
                                   "init_module",
                                   "finit_module",
                                   "delete_module",
                                   "kexec_load",
                                   "kexec_file_load",
                                   "bpf",
                                   "perf_event_open",
                                   "userfaultfd",
                                   "mount",
                                   "umount2",
                                   "pivot_root",
                                   "chroot",
                                   "move_mount",
                                   "open_tree",
                                   "setns",
                                   "unshare",
                                   "reboot",
                                   "swapon",
                                   "swapoff",
                                   "add_key",
                                   "request_key",
                                   "keyctl",
                                   "iopl",
                                   "ioperm",
                                   "open_by_handle_at",
                                   "acct",
                                   "settimeofday",
                                   "clock_settime",
                                   "sethostname",
                                   "setdomainname"};

struct ReleaseFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, ReleaseFilter>;

Result<void> add_rules(const Filter& filter, std::uint32_t action,
                       std::span<const char* const> calls) {
  for (const char* call : calls) {
    const int number = seccomp_syscall_resolve_name(call);
    if (number == __NR_SCMP_ERROR) continue;
    const int error = seccomp_rule_add(filter.get(), action, number, 0);
    // A call of another architecture has no rule here, and needs none.
    if (error == 0 || error == -EDOM || error == -EINVAL) continue;
    return std::unexpected(error_of(-error, std::string("filter the system call ") + call));
  }
  return {};
}

/// Allows `call` where its arguments compare so.
Result<void> add_rule(const Filter& filter, const char* call,
                      std::initializer_list<scmp_arg_cmp> arguments) {
  const int number = seccomp_syscall_resolve_name(call);
  if (number == __NR_SCMP_ERROR) return {};
  const int error =
      seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, number,
                             static_cast<unsigned>(arguments.size()), arguments.begin());
  if (error == 0 || error == -EDOM || error == -EINVAL) return {};
  return std::unexpected(error_of(-error, std::string("filter the system call ") + call));
}

struct Rule {
  const char* call;
  std::initializer_list<scmp_arg_cmp> arguments;
};

Result<void> add_narrow_rules(const Filter& filter, std::initializer_list<Rule> rules) {
  for (const Rule& rule : rules) {
    if (auto added = add_rule(filter, rule.call, rule.arguments); !added) return added;
  }
  return {};
}

/// Calls that every process needs, as narrowly as it needs them: threads, no processes (clone3,
/// whose flags no filter sees, is unknown here, and libraries then do without); no code that is not
/// there already; nobody else's limits, no signals to others.
Result<void> allow_narrowly(const Filter& filter) {
  constexpr scmp_datum_t kExec = PROT_EXEC;
  const auto self = static_cast<scmp_datum_t>(getpid());
  const auto added =
      add_narrow_rules(filter, {{"clone", {{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD}}},
                                {"mmap", {{2, SCMP_CMP_MASKED_EQ, kExec, 0}}},
                                {"mprotect", {{2, SCMP_CMP_MASKED_EQ, kExec, 0}}},
                                {"prlimit64", {{0, SCMP_CMP_EQ, 0, 0}}},
                                {"tgkill", {{0, SCMP_CMP_EQ, self, 0}}},
                                {"prctl", {{0, SCMP_CMP_EQ, PR_SET_NAME, 0}}},
                                {"prctl", {{0, SCMP_CMP_EQ, PR_GET_NAME, 0}}},
                                {"prctl", {{0, SCMP_CMP_EQ, PR_SET_VMA, 0}}},
                                {"socketpair", {{0, SCMP_CMP_EQ, AF_UNIX, 0}}}});
  if (!added) return added;
  for (const scmp_datum_t question : kQuestions) {
    if (auto asked = add_rule(filter, "ioctl", {{1, SCMP_CMP_EQ, question, 0}}); !asked) {
      return asked;
    }
  }
  return {};
}

/// UDP, raw frames, routes and links by netlink; local sockets for the service manager, the system
/// log and our own users.
Result<void> allow_sockets(const Filter& filter) {
  return add_narrow_rules(
      filter, {{"socket", {{0, SCMP_CMP_EQ, AF_UNIX, 0}}},
               {"socket", {{0, SCMP_CMP_EQ, AF_PACKET, 0}}},
               {"socket",
                {{0, SCMP_CMP_EQ, AF_INET, 0}, {1, SCMP_CMP_MASKED_EQ, kSocketTypes, SOCK_DGRAM}}},
               {"socket", {{0, SCMP_CMP_EQ, AF_NETLINK, 0}, {2, SCMP_CMP_EQ, NETLINK_ROUTE, 0}}}});
}

Result<void> allow_reading(const Filter& filter) {
  for (const OpenCall& open : kOpen) {
    const scmp_arg_cmp only_reads{open.flags, SCMP_CMP_MASKED_EQ, kOpensToChange, 0};
    if (auto added = add_rule(filter, open.name, {only_reads}); !added) return added;
  }
  return {};
}

Result<void> allow_writing(const Filter& filter) {
  for (const OpenCall& open : kOpen) {
    if (auto added = add_rule(filter, open.name, {}); !added) return added;
  }
  return add_rules(filter, SCMP_ACT_ALLOW, kFileChanges);
}

Result<void> allow(const Filter& filter, SystemCalls calls) {
  for (const std::span<const char* const> always :
       {std::span<const char* const>(kMemoryAndThreads),
        std::span<const char* const>(kTimeAndRandomness), std::span<const char* const>(kFiles),
        std::span<const char* const>(kSockets), std::span<const char* const>(kAboutOurselves)}) {
    const auto added = add_rules(filter, SCMP_ACT_ALLOW, always);
    if (!added) return added;
  }
  if (auto added = allow_narrowly(filter); !added) return added;
  if (auto added = allow_sockets(filter); !added) return added;
  switch (calls) {
    case SystemCalls::server:
      return allow_writing(filter);
    case SystemCalls::relay:
      if (auto added = allow_reading(filter); !added) return added;
      return add_rules(filter, SCMP_ACT_ALLOW, kRemoval);
    case SystemCalls::network_client:
      if (auto added = allow_reading(filter); !added) return added;
      return add_rules(filter, SCMP_ACT_ALLOW, kChildren);
  }
  return {};
}

}  // namespace

#ifndef __has_feature  // clang's way of saying it
#define __has_feature(name) 0
#endif

bool has_sanitizer() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#else
  return __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||
         __has_feature(memory_sanitizer);
#endif
}

Result<void> filter_system_calls(SystemCalls calls) {
  if (has_sanitizer()) return {};
  // The lists name the calls of 64-bit machines; 32-bit ones make many of these by other names, and
  // a server that works is worth more than a filter.
  if constexpr (sizeof(void*) < sizeof(std::uint64_t)) return {};
  // ENOSYS, as of a kernel that does not have the call: libraries then do without, as RocksDB does
  // without io_uring and a newer libc without what came after this list.
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (!filter) return std::unexpected(refusal("filter system calls", "out of memory"));
  if (auto allowed = allow(filter, calls); !allowed) return allowed;
  const auto added = add_rules(filter, SCMP_ACT_KILL_PROCESS, kDeadly);
  if (!added) return added;
  (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_LOG, 1);
  (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree, not a long list
  const int error = seccomp_load(filter.get());
  if (error == 0) return {};
  return std::unexpected(error_of(-error, "filter system calls"));
}

}  // namespace lessor::runtime
