#include "runtime/own_files.h"

#include "runtime/file_descriptor.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace lessor::runtime {
namespace {

constexpr mode_t kFolderMode = 0750;
constexpr mode_t kFileMode = 0640;
constexpr mode_t kOthers = S_IWGRP | S_IRWXO;  // what the group may do more, and others at all

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

}  // namespace

bool is_roots_alone(const std::string& folder) {
  struct stat facts{};
  return ::stat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == 0 &&
         (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

void make_socket_folder(const std::string& path, const Account& account) {
  const std::string folder = folder_of(path);
  if (::mkdir(folder.c_str(), kFolderMode) != 0 || ::geteuid() != 0) return;
  const FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (fd.is_open()) (void)::fchown(fd.get(), 0, account.gid);
}

void give_socket(const std::string& path, const Account& account) {
  (void)::fchownat(AT_FDCWD, path.c_str(), account.uid, account.gid, AT_SYMLINK_NOFOLLOW);
}

void prepare_log_file(const std::string& path, const Account& account) {
  if (::geteuid() != 0 || !is_roots_alone(folder_of(path))) return;
  constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const FileDescriptor fd(::open(path.c_str(), kFlags, kFileMode));
  struct stat facts{};
  if (!fd.is_open() || ::fstat(fd.get(), &facts) != 0) return;
  const bool ours = facts.st_uid == 0 && S_ISREG(facts.st_mode) && facts.st_nlink == 1;
  if (ours) (void)::fchown(fd.get(), account.uid, account.gid);
}

Result<void> act_as(const Account& account, const std::function<void()>& act) {
  const std::string attempted = "act as user " + account.name;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  const gid_t group = ::getegid();
  const uid_t user = ::geteuid();
  if (count < 0 || ::initgroups(account.name.c_str(), account.gid) != 0 ||
      ::setegid(account.gid) != 0 || ::seteuid(account.uid) != 0) {
    return std::unexpected(last_error(attempted));
  }
  act();
  if (::seteuid(user) != 0 || ::setegid(group) != 0 ||
      ::setgroups(groups.size(), groups.data()) != 0) {
    return std::unexpected(last_error("be again who we were"));
  }
  return {};
}

std::string find_wide_mode(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return {};
  if ((facts.st_mode & kOthers) == 0) return {};
  std::array<char, 8> mode{};
  (void)std::snprintf(mode.data(), mode.size(), "%04o", facts.st_mode & 07777U);
  return "others may get at " + path + " (mode " + mode.data() + ")";
}

}  // namespace lessor::runtime
