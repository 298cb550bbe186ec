#include "runtime/system_call_filter.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <seccomp.h>
#include <span>
#include <string>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

// By what they are for. Names, not numbers: a call that this machine's architecture or libseccomp
// does not have is passed over.
constexpr const char* kMemoryAndThreads[] = {"brk",
                                             "mmap",
                                             "munmap",
                                             "mprotect",
                                             "mremap",
                                             "madvise",
                                             "mincore",
                                             "mlock",
                                             "munlock",
                                             "membarrier",
                                             "futex",
                                             "futex_waitv",
                                             "clone",
                                             "clone3",
                                             "set_robust_list",
                                             "get_robust_list",
                                             "rseq",
                                             "set_tid_address",
                                             "gettid",
                                             "getpid",
                                             "getppid",
                                             "tgkill",
                                             "exit",
                                             "exit_group",
                                             "sched_yield",
                                             "sched_getaffinity",
                                             "sched_setaffinity",
                                             "sched_getparam",
                                             "sched_getscheduler",
                                             "sched_setscheduler",
                                             "setpriority",
                                             "getpriority",
                                             "ioprio_set",
                                             "ioprio_get",
                                             "getcpu",
                                             "prctl",
                                             "arch_prctl",
                                             "restart_syscall",
                                             "rt_sigaction",
                                             "rt_sigprocmask",
                                             "rt_sigreturn",
                                             "rt_sigtimedwait",
                                             "sigaltstack",
                                             "set_mempolicy",
                                             "get_mempolicy"};

constexpr const char* kTimeAndRandomness[] = {
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep",       "gettimeofday",
    "time",          "getrandom",    "timerfd_create",  "timerfd_settime", "timerfd_gettime"};

// What every process does with its files and descriptors.
constexpr const char* kFiles[] = {
    "close",      "close_range", "read",      "pread64", "readv",     "preadv",     "preadv2",
    "write",      "pwrite64",    "writev",    "pwritev", "pwritev2",  "lseek",      "fsync",
    "fdatasync",  "fadvise64",   "readahead", "stat",    "fstat",     "lstat",      "newfstatat",
    "statx",      "statfs",      "fstatfs",   "access",  "faccessat", "faccessat2", "readlink",
    "readlinkat", "getdents64",  "getcwd",    "fcntl",   "ioctl",     "dup",        "dup2",
    "dup3",       "pipe",        "pipe2"};

// The lease store: RocksDB opens, syncs, renames and removes its files.
constexpr const char* kFileChanges[] = {
    "sync_file_range", "fallocate", "ftruncate", "truncate", "copy_file_range", "chdir",
    "fchdir",          "mkdir",     "mkdirat",   "rmdir",    "unlink",          "unlinkat",
    "rename",          "renameat",  "renameat2", "link",     "linkat",          "chmod",
    "fchmod",          "fchmodat",  "chown",     "fchown",   "fchownat",        "umask",
    "utimensat",       "flock"};

// What reaches other processes of the same user.
constexpr const char* kOtherProcesses[] = {"kill", "prlimit64"};

// With the place of their flags among the arguments.
struct OpenCall {
  const char* name;
  unsigned flags;
};
constexpr OpenCall kOpen[] = {{.name = "open", .flags = 1}, {.name = "openat", .flags = 2}};
// A file opened without these can only be read. O_TMPFILE makes one without O_CREAT.
constexpr scmp_datum_t kOpensToChange =
    O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);

// What a client of the network opens: IP, raw frames, netlink, and UNIX sockets for the service
// manager and its own users.
constexpr scmp_datum_t kClientFamilies[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};

constexpr const char* kSockets[] = {
    "socketpair", "bind",        "listen",      "accept",       "accept4",    "connect",
    "shutdown",   "getsockname", "getpeername", "getsockopt",   "setsockopt", "send",
    "sendto",     "sendmsg",     "sendmmsg",    "recv",         "recvfrom",   "recvmsg",
    "recvmmsg",   "poll",        "ppoll",       "select",       "pselect6",   "epoll_create1",
    "epoll_ctl",  "epoll_wait",  "epoll_pwait", "epoll_pwait2", "eventfd2",   "signalfd4"};

constexpr const char* kAboutOurselves[] = {"getuid",    "geteuid",   "getgid",    "getegid",
                                           "getresuid", "getresgid", "getgroups", "capget",
                                           "getrusage", "getrlimit", "setrlimit", "sysinfo",
                                           "uname",     "times",     "wait4"};

constexpr const char* kDeadly[] = {"execve",
                                   "execveat",
                                   "ptrace",
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

/// Allows `call` where one of its arguments compares so.
Result<void> add_rule(const Filter& filter, const char* call, scmp_arg_cmp argument) {
  const int number = seccomp_syscall_resolve_name(call);
  if (number == __NR_SCMP_ERROR) return {};
  const int error = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 1, argument);
  if (error == 0 || error == -EDOM || error == -EINVAL) return {};
  return std::unexpected(error_of(-error, std::string("filter the system call ") + call));
}

Result<void> allow_server(const Filter& filter) {
  for (const OpenCall& open : kOpen) {
    const auto added = add_rules(filter, SCMP_ACT_ALLOW, std::span(&open.name, 1));
    if (!added) return added;
  }
  constexpr const char* kSocket[] = {"socket"};
  if (auto added = add_rules(filter, SCMP_ACT_ALLOW, kSocket); !added) return added;
  if (auto added = add_rules(filter, SCMP_ACT_ALLOW, kOtherProcesses); !added) return added;
  return add_rules(filter, SCMP_ACT_ALLOW, kFileChanges);
}

Result<void> allow_network_client(const Filter& filter) {
  for (const OpenCall& open : kOpen) {
    const scmp_arg_cmp only_reads{open.flags, SCMP_CMP_MASKED_EQ, kOpensToChange, 0};
    if (auto added = add_rule(filter, open.name, only_reads); !added) return added;
  }
  for (const scmp_datum_t family : kClientFamilies) {
    const scmp_arg_cmp is_family{0, SCMP_CMP_EQ, family, 0};
    if (auto added = add_rule(filter, "socket", is_family); !added) return added;
  }
  // Threads ask for their stack's limit; nobody else's limits are to be had.
  return add_rule(filter, "prlimit64", {0, SCMP_CMP_EQ, 0, 0});
}

Result<void> allow(const Filter& filter, SystemCalls calls) {
  for (const std::span<const char* const> always :
       {std::span<const char* const>(kMemoryAndThreads),
        std::span<const char* const>(kTimeAndRandomness), std::span<const char* const>(kFiles),
        std::span<const char* const>(kSockets), std::span<const char* const>(kAboutOurselves)}) {
    const auto added = add_rules(filter, SCMP_ACT_ALLOW, always);
    if (!added) return added;
  }
  switch (calls) {
    case SystemCalls::server:
      return allow_server(filter);
    case SystemCalls::network_client:
      return allow_network_client(filter);
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
