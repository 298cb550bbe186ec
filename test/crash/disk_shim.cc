// Stands between a program and its files under one folder (LD_PRELOAD): records what it does to
// them, dies at a given operation, and lets operations fail, fall short or take their time.
//
//   LESSOR_DISK_FOLDER  the folder; what is elsewhere is let through
//   LESSOR_DISK_TRACE   a file that every operation is appended to (trace.h says how)
//   LESSOR_DISK_KILL    the process kills itself (SIGKILL) right after so many operations
//   LESSOR_DISK_FAULTS  "CALL PATH NTH COUNT WHAT;...": of the calls of a kind on files whose path
//                       ends or begins its name with PATH ("*": any), the NTH and the COUNT - 1
//                       after it (0: all) meet WHAT: an errno's name, "short" or "delay:MS". Kinds:
//                       write sync open rename mkdir truncate unlink
//
// It makes no system call that the program might not make itself, since the program filters them.

#include "trace.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bitset>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>

namespace lessor::test {
namespace {

constexpr std::size_t kDescriptors = 65'536;
constexpr std::size_t kRules = 16;

enum class Call : std::uint8_t { write, sync, open, rename, mkdir, truncate, unlink, none };

struct Rule {
  Call call = Call::none;
  std::string path;
  unsigned long nth = 0;
  unsigned long count = 0;
  int error = 0;
  bool is_short = false;
  long delay_ms = 0;
  unsigned long seen = 0;
};

/// What one operation meets.
struct Fate {
  int error = 0;
  bool is_short = false;
  long delay_ms = 0;
};

struct Shim {
  std::string folder;
  int trace = -1;
  unsigned long kill_at = 0;
  unsigned long operations = 0;
  std::array<Rule, kRules> rules;
  std::array<std::string, 1'024> paths;  // by descriptor, of the first ones
  std::bitset<kDescriptors> ours;
  std::mutex order;  // operations are recorded in the order in which they happen
};

std::atomic<bool> awake = false;

Shim& shim() {
  static Shim* const only = new Shim;  // for ever: others end after us
  return *only;
}

template <typename Function>
Function real(Function /*like*/, const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}
#define REAL(name)                                     \
  ([] {                                                \
    static const auto function = real(&::name, #name); \
    return function;                                   \
  }())

Call call_of(std::string_view name) {
  constexpr std::array<std::string_view, 7> names = {"write", "sync",     "open",  "rename",
                                                     "mkdir", "truncate", "unlink"};
  return static_cast<Call>(std::ranges::find(names, name) - names.begin());
}

int errno_of(std::string_view name) {
  if (name == "ENOSPC") return ENOSPC;
  if (name == "EIO") return EIO;
  if (name == "EROFS") return EROFS;
  if (name == "EDQUOT") return EDQUOT;
  return 0;
}

void read_rules(const char* text) {
  std::size_t count = 0;
  while (text != nullptr && *text != '\0' && count < kRules) {
    std::array<char, 32> call{};
    std::array<char, 256> path{};
    std::array<char, 32> what{};
    Rule& rule = shim().rules[count];
    if (std::sscanf(text, " %31s %255s %lu %lu %31[^;]", call.data(), path.data(), &rule.nth,
                    &rule.count, what.data()) == 5) {
      rule.call = call_of(call.data());
      rule.path = path.data();
      const std::string_view fate = what.data();
      rule.error = errno_of(fate);
      rule.is_short = fate == "short";
      if (fate.starts_with("delay:")) rule.delay_ms = std::strtol(what.data() + 6, nullptr, 10);
      ++count;
    }
    text = std::strchr(text, ';');
    if (text != nullptr) ++text;
  }
}

std::uint64_t now_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(t.tv_nsec);
}

void put(const TraceHeader& header, std::string_view path, const void* data) {
  std::array<iovec, 3> parts = {{{const_cast<TraceHeader*>(&header), sizeof header},
                                 {const_cast<char*>(path.data()), path.size()},
                                 {const_cast<void*>(data), header.data_size}}};
  if (REAL(writev)(shim().trace, parts.data(), 3) < 0) ::abort();
}

void die_if_due() {
  if (shim().kill_at == 0 || ++shim().operations < shim().kill_at) return;
  ::raise(SIGKILL);  // to itself: the server's system call filter knows no kill()
  for (;;) ::pause();
}

bool is_ours(std::string_view path) {
  const std::string_view folder = shim().folder;
  return !folder.empty() && path.starts_with(folder) &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

bool is_ours(int fd) {
  return awake && fd >= 0 && static_cast<std::size_t>(fd) < kDescriptors &&
         shim().ours[static_cast<std::size_t>(fd)];
}

std::string path_of(int fd) {
  const auto n = static_cast<std::size_t>(fd);
  return n < shim().paths.size() ? shim().paths[n] : "";
}

void learn(int fd, const char* path) {
  const auto n = static_cast<std::size_t>(fd);
  if (n >= kDescriptors) ::abort();
  shim().ours[n] = true;
  if (n < shim().paths.size()) shim().paths[n] = path;
}

bool is_about(const Rule& rule, std::string_view path) {
  if (rule.path == "*") return true;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.starts_with(rule.path) || name.ends_with(rule.path);
}

Fate fate_of(Call call, std::string_view path) {
  Fate fate;
  for (Rule& rule : shim().rules) {
    if (rule.call != call || !is_about(rule, path)) continue;
    const unsigned long n = ++rule.seen;
    if (n < rule.nth || (rule.count != 0 && n >= rule.nth + rule.count)) continue;
    if (rule.error != 0) fate.error = rule.error;
    fate.is_short = fate.is_short || rule.is_short;
    fate.delay_ms = std::max(fate.delay_ms, rule.delay_ms);
  }
  return fate;
}

void wait_ms(long ms) {
  timespec left{.tv_sec = ms / 1'000, .tv_nsec = ms % 1'000 * 1'000'000};
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) continue;
}

/// One operation: what its fate lets happen, recorded when it did.
/// `happen(fate)` makes it and returns what the program is told; `fill` completes the record.
template <typename Happen, typename Fill>
auto operate(Call call, const std::string& path, Happen happen, Fill fill)
    -> decltype(happen(Fate{})) {
  using Result = decltype(happen(Fate{}));
  std::unique_lock lock(shim().order);
  const Fate fate = fate_of(call, path);
  if (fate.delay_ms > 0) {  // the others go on meanwhile
    lock.unlock();
    wait_ms(fate.delay_ms);
    lock.lock();
  }
  if (fate.error != 0) {
    errno = fate.error;
    return static_cast<Result>(-1);
  }
  TraceHeader header{.begin_ns = now_ns()};
  const Result result = happen(fate);
  const int error = errno;
  if (result >= 0) {
    const void* data = fill(header, result);
    header.path_size = static_cast<std::uint32_t>(path.size());
    if (shim().trace >= 0) put(header, path, data);
    die_if_due();
  }
  errno = error;
  return result;
}

std::size_t cut_short(const Fate& fate, std::size_t size) {
  return fate.is_short && size > 1 ? size / 2 : size;
}

std::uint64_t place(int fd) {
  struct stat status{};
  if ((::fcntl(fd, F_GETFL) & O_APPEND) != 0 && ::fstat(fd, &status) == 0)
    return static_cast<std::uint64_t>(status.st_size);
  return static_cast<std::uint64_t>(::lseek(fd, 0, SEEK_CUR));
}

ssize_t write_at(int fd, const void* data, std::size_t size, std::uint64_t at, bool moves) {
  return operate(
      Call::write, path_of(fd),
      [&](const Fate& fate) {
        const std::size_t take = cut_short(fate, size);
        return moves ? REAL(write)(fd, data, take)
                     : REAL(pwrite)(fd, data, take, static_cast<off_t>(at));
      },
      [&](TraceHeader& h, ssize_t written) {
        h.operation = Operation::write;
        h.fd = fd;
        h.offset = at;
        h.data_size = static_cast<std::uint32_t>(written);
        return data;
      });
}

int opened(int fd, const char* path, int flags) {
  if (fd >= 0 && is_ours(path)) learn(fd, path);
  (void)flags;
  return fd;
}

int open_file(const char* path, int flags, mode_t mode) {
  if (!awake || !is_ours(path)) return REAL(open)(path, flags, mode);
  const bool changes = (flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0;
  return operate(
      changes ? Call::open : Call::none, path,
      [&](const Fate&) { return opened(REAL(open)(path, flags, mode), path, flags); },
      [&](TraceHeader& h, int fd) {
        h.operation = Operation::open;
        h.fd = fd;
        h.flags = static_cast<std::uint32_t>(flags);
        return nullptr;
      });
}

int sync_file(int fd, Operation operation, int (*sync)(int)) {
  if (!is_ours(fd)) return sync(fd);
  return operate(
      Call::sync, path_of(fd), [&](const Fate&) { return sync(fd); },
      [&](TraceHeader& h, int) {
        h.operation = operation;
        h.fd = fd;
        return nullptr;
      });
}

int set_size(int fd, off_t size, Operation operation, std::uint32_t flags, auto make) {
  return operate(
      Call::truncate, path_of(fd), [&](const Fate&) { return make(); },
      [&](TraceHeader& h, int) {
        h.operation = operation;
        h.fd = fd;
        h.flags = flags;
        h.offset = static_cast<std::uint64_t>(size);
        return nullptr;
      });
}

/// On one or two paths; the second goes where a write has its data.
int change_names(Call call, Operation operation, const char* path, std::string_view other,
                 std::uint32_t flags, auto make) {
  return operate(
      call, path, [&](const Fate&) { return make(); },
      [&](TraceHeader& h, int) {
        h.operation = operation;
        h.flags = flags;
        h.data_size = static_cast<std::uint32_t>(other.size());
        return other.data();
      });
}

/// "folder/name" of a name relative to a folder's descriptor.
std::string path_at(int folder, const char* name) {
  if (*name == '/' || !is_ours(folder)) return name;
  return path_of(folder) + "/" + name;
}

__attribute__((constructor)) void wake_up() {
  const char* const folder = std::getenv("LESSOR_DISK_FOLDER");
  if (folder == nullptr) return;
  shim().folder = folder;
  read_rules(std::getenv("LESSOR_DISK_FAULTS"));
  if (const char* kill_at = std::getenv("LESSOR_DISK_KILL"); kill_at != nullptr)
    shim().kill_at = std::strtoul(kill_at, nullptr, 10);
  if (const char* trace = std::getenv("LESSOR_DISK_TRACE"); trace != nullptr) {
    shim().trace = REAL(open)(trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (shim().trace < 0) ::abort();
    put({.begin_ns = now_ns(), .operation = Operation::start}, "", nullptr);
  }
  awake = true;
}

}  // namespace
}  // namespace lessor::test

// What the program calls. Names and types are the C library's.
// NOLINTBEGIN(readability-identifier-naming,readability-inconsistent-declaration-parameter-name)
using namespace lessor::test;

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list more;
    va_start(more, flags);
    mode = va_arg(more, mode_t);
    va_end(more);
  }
  return open_file(path, flags, mode);
}

int openat(int folder, const char* name, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list more;
    va_start(more, flags);
    mode = va_arg(more, mode_t);
    va_end(more);
  }
  const std::string path = awake ? path_at(folder, name) : name;
  if (!awake || !is_ours(path)) return REAL(openat)(folder, name, flags, mode);
  return open_file(path.c_str(), flags, mode);
}

int close(int fd) {
  if (!is_ours(fd)) return REAL(close)(fd);
  const std::scoped_lock lock(shim().order);
  shim().ours[static_cast<std::size_t>(fd)] = false;
  if (shim().trace >= 0)
    put({.begin_ns = now_ns(), .operation = Operation::close, .fd = fd}, "", nullptr);
  return REAL(close)(fd);
}

int fclose(FILE* file) {
  const int fd = file != nullptr ? ::fileno(file) : -1;
  if (is_ours(fd)) {
    const std::scoped_lock lock(shim().order);
    shim().ours[static_cast<std::size_t>(fd)] = false;
    if (shim().trace >= 0)
      put({.begin_ns = now_ns(), .operation = Operation::close, .fd = fd}, "", nullptr);
  }
  return REAL(fclose)(file);
}

ssize_t write(int fd, const void* data, size_t size) {
  if (!is_ours(fd)) return REAL(write)(fd, data, size);
  return write_at(fd, data, size, place(fd), true);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  if (!is_ours(fd)) return REAL(pwrite)(fd, data, size, at);
  return write_at(fd, data, size, static_cast<std::uint64_t>(at), false);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  if (!is_ours(fd)) return REAL(writev)(fd, parts, count);
  for (int i = 0; i < count; ++i)  // one part is a short write, which callers expect
    if (parts[i].iov_len > 0) return ::write(fd, parts[i].iov_base, parts[i].iov_len);
  return 0;
}

int fsync(int fd) { return sync_file(fd, Operation::fsync, REAL(fsync)); }
int fdatasync(int fd) { return sync_file(fd, Operation::fdatasync, REAL(fdatasync)); }

int ftruncate(int fd, off_t size) noexcept {
  if (!is_ours(fd)) return REAL(ftruncate)(fd, size);
  return set_size(fd, size, Operation::truncate, 0, [&] { return REAL(ftruncate)(fd, size); });
}

int fallocate(int fd, int mode, off_t at, off_t size) {
  if (!is_ours(fd)) return REAL(fallocate)(fd, mode, at, size);
  return set_size(fd, at + size, Operation::allocate, static_cast<std::uint32_t>(mode),
                  [&] { return REAL(fallocate)(fd, mode, at, size); });
}

int posix_fallocate(int fd, off_t at, off_t size) {
  if (!is_ours(fd)) return REAL(posix_fallocate)(fd, at, size);
  const int done = set_size(fd, at + size, Operation::allocate, 0, [&] {
    const int error = REAL(posix_fallocate)(fd, at, size);
    errno = error;
    return error == 0 ? 0 : -1;
  });
  return done == 0 ? 0 : errno;
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  const auto make = [&] { return REAL(renameat2)(from_folder, from, to_folder, to, flags); };
  if (!awake || !is_ours(std::string_view(from))) return make();
  return change_names(Call::rename, Operation::rename, from, to, flags, make);
}

int rename(const char* from, const char* to) noexcept {
  const auto make = [&] { return REAL(rename)(from, to); };
  if (!awake || !is_ours(std::string_view(from))) return make();
  return change_names(Call::rename, Operation::rename, from, to, 0, make);
}

int link(const char* from, const char* to) noexcept {
  const auto make = [&] { return REAL(link)(from, to); };
  if (!awake || !is_ours(std::string_view(from))) return make();
  return change_names(Call::rename, Operation::link, from, to, 0, make);
}

int unlink(const char* path) noexcept {
  const auto make = [&] { return REAL(unlink)(path); };
  if (!awake || !is_ours(std::string_view(path))) return make();
  return change_names(Call::unlink, Operation::unlink, path, "", 0, make);
}

int unlinkat(int folder, const char* name, int flags) noexcept {
  const auto make = [&] { return REAL(unlinkat)(folder, name, flags); };
  const std::string path = awake ? path_at(folder, name) : name;
  if (!awake || !is_ours(path)) return make();
  return change_names(Call::unlink, Operation::unlink, path.c_str(), "", 0, make);
}

int remove(const char* path) noexcept {
  const auto make = [&] { return REAL(remove)(path); };
  if (!awake || !is_ours(std::string_view(path))) return make();
  return change_names(Call::unlink, Operation::unlink, path, "", 0, make);
}

int rmdir(const char* path) noexcept {
  const auto make = [&] { return REAL(rmdir)(path); };
  if (!awake || !is_ours(std::string_view(path))) return make();
  return change_names(Call::unlink, Operation::unlink, path, "", 0, make);
}

int mkdir(const char* path, mode_t mode) noexcept {
  const auto make = [&] { return REAL(mkdir)(path, mode); };
  if (!awake || !is_ours(std::string_view(path))) return make();
  return change_names(Call::mkdir, Operation::mkdir, path, "", 0, make);
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming,readability-inconsistent-declaration-parameter-name)
