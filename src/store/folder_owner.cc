#include "store/folder_owner.h"

#include "base/text.h"
#include "store/folders.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

namespace lessor::store {
namespace {

namespace fs = std::filesystem;
using lease::LogError;
using Outcome = std::expected<void, LogError>;

constexpr mode_t kFolderMode = 0750;
constexpr mode_t kWayMode = 0755;
constexpr mode_t kFileMode = 0640;
constexpr mode_t kAccessBits = 0777;

constexpr std::string_view kControlSocket = "control.sock";
constexpr std::array<std::string_view, 4> kOwnFiles = {"lock", kControlSocket, "room",
                                                       "kea-import"};
constexpr std::string_view kDatabase = "leases";  // and what a repair makes of it: leases.new ...
constexpr std::array<std::string_view, 7> kStoreFiles = {"CURRENT", "IDENTITY", "LOCK",   "LOG",
                                                         "mark",    "room",     "LOG.old"};
constexpr std::array<std::string_view, 4> kStorePrefixes = {"LOG.old.", "MANIFEST-", "OPTIONS-",
                                                            "notes-"};

/// Also what lease4-write makes.
bool is_own_file(std::string_view name) {
  return std::ranges::count(kOwnFiles, name) > 0 || name.ends_with(".csv") ||
         name.ends_with(".csv.part");
}

bool is_database(std::string_view name) {
  return name == kDatabase || name.starts_with(std::string(kDatabase) + ".");
}

/// RocksDB's files, and what stands beside them.
bool is_store_file(std::string_view name) {
  if (std::ranges::count(kStoreFiles, name) > 0) return true;
  if (std::ranges::any_of(kStorePrefixes, [&](auto p) { return name.starts_with(p); })) return true;
  const std::string_view number = name.substr(0, name.find('.'));
  const std::string_view end = name.substr(number.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !number.empty() && std::ranges::all_of(number, is_digit) &&
         (end == ".log" || end == ".sst" || end == ".dbtmp");
}

/// A folder, its own or a database in it, and which names in it are a lease store's.
struct Folder {
  std::string path;
  bool (*is_file)(std::string_view name);
  bool (*is_folder)(std::string_view name);
};

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<LogError> trouble(const std::string& what) {
  return std::unexpected(LogError{"cannot " + what + ": " + std::strerror(errno)});
}

std::unexpected<LogError> refused(const std::string& what) {
  return std::unexpected(LogError{what});
}

bool is_wider(mode_t mode, mode_t limit) { return (mode & kAccessBits & ~limit) != 0; }

/// `mode` without what goes beyond `limit`; its owner may always do everything.
mode_t closed(mode_t mode, mode_t limit) {
  return (mode & ~(S_IFMT | (kAccessBits & ~limit))) | (limit & S_IRWXU);
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// By descriptor: the path may lead elsewhere by now.
std::vector<std::string> names_in(int fd) {
  std::vector<std::string> names;
  const int again = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseFolder> folder(again < 0 ? nullptr : ::fdopendir(again));
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    const std::string_view name(static_cast<const char*>(entry->d_name));
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

class HandOver {
 public:
  explicit HandOver(const FolderOwner& owner) : owner_(owner) {}

  Outcome run(const std::string& path) {
    const Folder folder{path, is_own_file, is_database};
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat facts{};
    if (fd.get() < 0 || ::fstat(fd.get(), &facts) != 0) return {};  // opening the store says why
    const std::vector<std::string> strange = list_strange(fd.get(), folder);
    if (facts.st_uid != owner_.uid) {
      if (::geteuid() != 0) return {};  // what its owner lets us do is enough, or opening fails
      if (auto may = check_may_take(folder, facts, strange); !may) return may;
    }
    if (is_in_order(fd.get(), folder)) return {};
    if (!strange.empty() && is_wider(facts.st_mode, kFolderMode)) {
      remarks_.push_back("others may look into the folder " + path + ", where other things (" +
                         strange.front() + ") are, too: give the leases one of their own");
    }
    const Descriptor lock(
        ::openat(fd.get(), "lock", O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (lock.get() >= 0 && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return {};
    return take(fd.get(), folder, facts, strange.empty());
  }

  std::vector<std::string> take_remarks() {
    if (given_) remarks_.push_back("the lease store now belongs to " + owner_.name);
    if (narrowed_) remarks_.emplace_back("the lease store was open to others and is closed now");
    return std::move(remarks_);
  }

 private:
  /// What is in `folder` and no part of a lease store. Sockets hold nothing.
  static std::vector<std::string> list_strange(int fd, const Folder& folder) {
    std::vector<std::string> names = names_in(fd);
    std::erase_if(names, [&](const std::string& name) {
      struct stat facts{};
      return folder.is_file(name) || folder.is_folder(name) ||
             (::fstatat(fd, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
              S_ISSOCK(facts.st_mode));
    });
    return names;
  }

  Outcome check_may_take(const Folder& folder, const struct stat& facts,
                         const std::vector<std::string>& strange) const {
    const std::string by_hand = ": give it to the server's own user by hand (chown -R " +
                                owner_.name + " " + folder.path +
                                "), or name another folder for leases";
    const bool known = facts.st_uid == 0 || std::ranges::count(owner_.from, facts.st_uid) > 0;
    if (!known) {
      return refused("the lease folder " + folder.path + " has to belong to " + owner_.name +
                     " and is user " + std::to_string(facts.st_uid) + "'s" + by_hand);
    }
    if (strange.empty()) return {};
    return refused("the lease folder " + folder.path + " has to belong to " + owner_.name +
                   ", and there are other things in it (" + sanitise(as_bytes(strange.front())) +
                   ")" + by_hand);
  }

  [[nodiscard]] bool fits(const struct stat& facts, mode_t limit) const {
    return facts.st_uid == owner_.uid && !is_wider(facts.st_mode, limit);
  }

  /// A former user's, which this one could not even ask whether somebody listens.
  [[nodiscard]] bool is_stale_socket(const struct stat& facts, std::string_view name) const {
    return S_ISSOCK(facts.st_mode) && name == kControlSocket && facts.st_uid != owner_.uid;
  }

  /// Whether nothing is to be done: looks only.
  [[nodiscard]] bool is_in_order(int fd, const Folder& folder) const {
    struct stat facts{};
    if (::fstat(fd, &facts) != 0 || !fits(facts, kFolderMode)) return false;
    for (const std::string& name : names_in(fd)) {
      if (::fstatat(fd, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
      if (S_ISSOCK(facts.st_mode)) {
        if (is_stale_socket(facts, name)) return false;
        continue;
      }
      if (folder.is_file(name) && !fits(facts, kFileMode)) return false;
      if (!folder.is_folder(name)) continue;
      const Descriptor below(::openat(fd, name.c_str(), kOpenFolder));
      if (below.get() < 0 || !is_in_order(below.get(), database(folder, name))) return false;
    }
    return true;
  }

  static Folder database(const Folder& folder, const std::string& name) {
    return {folder.path + "/" + name, is_store_file, [](std::string_view) { return false; }};
  }

  /// Shuts everybody out, goes through the files and opens the folder to its owner, whatever was
  /// found: a server that cannot start must not leave a store that nobody can open.
  Outcome take(int fd, const Folder& folder, const struct stat& facts, bool all_ours) {
    const bool give = facts.st_uid != owner_.uid;
    const bool shut = ::geteuid() == 0 && facts.st_uid != 0;
    if (shut && (::fchown(fd, 0, 0) != 0 || ::fchmod(fd, S_IRWXU) != 0)) {
      return trouble("take over the lease folder " + folder.path);
    }
    const Outcome below = take_entries(fd, folder);
    const mode_t mode = closed(facts.st_mode, all_ours ? kFolderMode : kAccessBits);
    const bool owned =
        (!give && !shut) || ::fchown(fd, owner_.uid, give ? owner_.gid : facts.st_gid) == 0;
    const bool opened = ::fchmod(fd, mode) == 0;
    if (!below) return below;
    if (!owned || !opened) return trouble("take over the lease folder " + folder.path);
    given_ |= give;
    narrowed_ |= all_ours && is_wider(facts.st_mode, kFolderMode);
    return {};
  }

  Outcome take_entries(int fd, const Folder& folder) {
    for (const std::string& name : names_in(fd)) {
      Outcome taken;
      if (folder.is_file(name)) taken = take_file(fd, name, folder.path);
      if (folder.is_folder(name)) taken = take_database(fd, database(folder, name), name);
      if (!taken) return taken;
    }
    return {};
  }

  Outcome take_database(int above, const Folder& folder, const std::string& name) {
    const Descriptor fd(::openat(above, name.c_str(), kOpenFolder));
    struct stat facts{};
    if (fd.get() < 0 || ::fstat(fd.get(), &facts) != 0) return trouble("open " + folder.path);
    return take(fd.get(), folder, facts, true);
  }

  Outcome take_file(int above, const std::string& name, const std::string& folder) {
    const std::string path = folder + "/" + name;
    struct stat facts{};
    if (::fstatat(above, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) return {};  // gone
    // We hold the lock, if there is one: nobody listens.
    if (is_stale_socket(facts, name)) (void)::unlinkat(above, name.c_str(), 0);
    if (S_ISSOCK(facts.st_mode) || fits(facts, kFileMode)) return {};
    const bool give = facts.st_uid != owner_.uid;
    if (give && ::geteuid() != 0) return {};
    // Not to wait for a FIFO's writer.
    const Descriptor fd(
        ::openat(above, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    const bool opened = fd.get() >= 0 && ::fstat(fd.get(), &facts) == 0;
    if (!opened && errno != ELOOP) return trouble("open " + path);
    // A second name of it may stand where it is somebody else's.
    if (!opened || !S_ISREG(facts.st_mode) || facts.st_nlink != 1) {
      return refused(path + " is no ordinary file of its own: it was not touched; remove it");
    }
    if (give && ::fchown(fd.get(), owner_.uid, owner_.gid) != 0)
      return trouble("take over " + path);
    if (::fchmod(fd.get(), closed(facts.st_mode, kFileMode)) != 0) {
      return trouble("close " + path + " to others");
    }
    given_ |= give;
    narrowed_ |= is_wider(facts.st_mode, kFileMode);
    return {};
  }

  static constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

  const FolderOwner& owner_;
  std::vector<std::string> remarks_;
  bool given_ = false;
  bool narrowed_ = false;
};

/// Makes `folder`. What was missing of the way to it holds nothing, and whoever serves later, root
/// or its user, has to pass.
Outcome make_passable(const fs::path& folder) {
  std::vector<fs::path> missing;
  fs::path above = folder.parent_path();
  while (!above.empty() && ::access(above.c_str(), F_OK) != 0) {
    missing.push_back(above);
    above = above.parent_path();
  }
  if (auto made = make_folder(folder); !made) return made;
  for (const fs::path& made : missing) {
    const Descriptor fd(::open(made.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (fd.get() >= 0) (void)::fchmod(fd.get(), kWayMode);  // whatever the umask says
  }
  return {};
}

}  // namespace

std::expected<std::vector<std::string>, LogError> prepare_lease_folder(const std::string& folder,
                                                                       const FolderOwner& owner) {
  const bool fresh = ::access(folder.c_str(), F_OK) != 0;
  if (fresh) {
    if (auto made = make_passable(folder); !made) return std::unexpected(made.error());
  }
  HandOver hand_over(owner);
  if (const auto done = hand_over.run(folder); !done) return std::unexpected(done.error());
  auto remarks = hand_over.take_remarks();
  if (fresh) remarks.clear();  // that a new one is its owner's is no news
  return remarks;
}

}  // namespace lessor::store
