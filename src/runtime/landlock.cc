#include "runtime/landlock.h"

#include "runtime/file_descriptor.h"
#include "runtime/system_call_filter.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lessor::runtime {
namespace {

// The kernel's interface (linux/landlock.h), told here once: a distribution's header is as old as
// the distribution, the kernel is not.
enum Access : std::uint64_t {
  execute = 1U << 0U,
  write_file = 1U << 1U,
  read_file = 1U << 2U,
  read_dir = 1U << 3U,
  remove_dir = 1U << 4U,
  remove_file = 1U << 5U,
  make_dir = 1U << 7U,
  make_reg = 1U << 8U,
  make_sock = 1U << 9U,
  refer = 1U << 13U,
  truncate = 1U << 14U,
};

struct Ruleset {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
  std::uint64_t scoped = 0;
};

// What the kernel reads of it: eight octets, then four, without a gap.
struct PathRule {
  std::array<std::uint32_t, 2> allowed_access{};
  std::int32_t parent_fd = -1;
};
static_assert(sizeof(PathRule) == 12);

constexpr unsigned kAskVersion = 1;  // LANDLOCK_CREATE_RULESET_VERSION
constexpr int kPathBeneath = 1;      // LANDLOCK_RULE_PATH_BENEATH

/// What a version can tell apart, all of which we give up where no rule gives it back.
struct Version {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scopes;
};
constexpr std::uint64_t kFirst = (1U << 13U) - 1;  // execute to make_sym
constexpr std::uint64_t kBindTcp = 0b01;
constexpr std::uint64_t kTcp = kBindTcp | 0b10;  // and connect
constexpr std::uint64_t kScopes = 0b11;          // abstract sockets, signals
constexpr std::uint64_t kWithTruncate = kFirst | refer | truncate;
constexpr std::uint64_t kWithDevices = kWithTruncate | 1U << 15U;  // ioctl on devices
constexpr std::array kVersions = std::to_array<Version>({
    {.files = kFirst, .network = 0, .scopes = 0},
    {.files = kFirst | refer, .network = 0, .scopes = 0},
    {.files = kWithTruncate, .network = 0, .scopes = 0},
    {.files = kWithTruncate, .network = kTcp, .scopes = 0},
    {.files = kWithDevices, .network = kTcp, .scopes = 0},
    {.files = kWithDevices, .network = kTcp, .scopes = kScopes},
});

// The kernel refuses these of a rule for what is no folder.
constexpr std::uint64_t kForFiles = write_file | read_file | truncate;

std::uint64_t access_of(FolderUse use) {
  switch (use) {
    case FolderUse::read:
      return read_file | read_dir;
    case FolderUse::log:
      return write_file | make_reg | read_dir;
    case FolderUse::sockets:
      return make_sock | remove_file | read_dir;
    case FolderUse::replace:
      return read_file | read_dir | write_file | truncate | make_reg | remove_file;
    case FolderUse::keep:
      return read_file | read_dir | write_file | truncate | make_reg | make_dir | make_sock |
             remove_file | remove_dir | refer;
  }
  return 0;
}

/// Not there, or not for us: without a rule as with one.
bool is_out_of_reach(int number) {
  return number == ENOENT || number == ENOTDIR || number == EACCES || number == ELOOP;
}

Result<void> allow(const FileDescriptor& ruleset, const FolderRight& right, std::uint64_t known) {
  const FileDescriptor at(::open(right.path.c_str(), O_PATH | O_CLOEXEC));
  struct stat facts{};
  if (!at.is_open() || ::fstat(at.get(), &facts) != 0) {
    if (is_out_of_reach(errno)) return {};
    return std::unexpected(last_error("keep the use of " + right.path));
  }
  std::uint64_t access = access_of(right.use) & known;
  if (!S_ISDIR(facts.st_mode)) access &= kForFiles;
  const bool low_first = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
  const auto low = static_cast<std::uint32_t>(access);  // no right has a higher bit
  const PathRule rule{.allowed_access = {low_first ? low : 0, low_first ? 0 : low},
                      .parent_fd = at.get()};
  if (syscall(SYS_landlock_add_rule, ruleset.get(), kPathBeneath, &rule, 0U) == 0) return {};
  return std::unexpected(last_error("keep the use of " + right.path));
}

}  // namespace

int landlock_version() {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  return version < kOldestLandlock ? 0 : static_cast<int>(version);
}

std::vector<FolderRight> common_rights() {
  std::vector<FolderRight> rights;
  // What a process may see in /proc of others Landlock decides as for ptrace: of none outside.
  for (const char* path : {"/etc/localtime", "/usr/share/zoneinfo", "/proc", "/sys/dev/block",
                           "/sys/devices", "/dev/null", "/dev/urandom"}) {
    rights.push_back({.path = path, .use = FolderUse::read});
  }
  return rights;
}

Result<int> confine_to(const std::vector<FolderRight>& rights, TcpUse tcp) {
  const int version = has_sanitizer() ? 0 : landlock_version();
  if (version == 0) return 0;
  const auto known = static_cast<std::size_t>(version);
  const Version& v = kVersions[std::min(known, kVersions.size()) - 1];
  const std::uint64_t network = tcp == TcpUse::listen ? v.network & ~kBindTcp : v.network;
  const Ruleset wanted{
      .handled_access_fs = v.files, .handled_access_net = network, .scoped = v.scopes};
  // An older kernel takes a longer structure whose unknown end is zero.
  const FileDescriptor ruleset(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &wanted, sizeof wanted, 0U)));
  if (!ruleset.is_open()) return std::unexpected(last_error("make a Landlock ruleset"));
  for (const FolderRight& right : rights) {
    if (auto allowed = allow(ruleset, right, v.files); !allowed) {
      return std::unexpected(allowed.error());
    }
  }
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0U) == 0) return version;
  return std::unexpected(last_error("confine ourselves to our folders"));
}

}  // namespace lessor::runtime
