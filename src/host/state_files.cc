#include "host/state_files.h"

#include "runtime/file_descriptor.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>

namespace lessor::host {
namespace {

using runtime::error_of;
using runtime::FileDescriptor;
using runtime::last_error;
using runtime::refusal;
using runtime::Result;

constexpr std::size_t kMaxFileName = 128;
constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;

/// Ours or root's: nobody else could have put something there.
bool is_trusted(const struct stat& facts) {
  const bool owned = facts.st_uid == geteuid() || facts.st_uid == 0;
  return owned && (facts.st_mode & kOthersMayWrite) == 0;
}

Result<FileDescriptor> open_folder(const std::string& folder) {
  FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts{};
  if (!fd.is_open()) {
    const int number = errno;
    const bool is_link = ::lstat(folder.c_str(), &facts) == 0 && S_ISLNK(facts.st_mode);
    return std::unexpected(error_of(number, "open the folder " + folder,
                                    is_link ? "it is a symbolic link: name what it leads to" : ""));
  }
  if (::fstat(fd.get(), &facts) != 0) return std::unexpected(last_error("look at " + folder));
  if (!is_trusted(facts)) {
    return std::unexpected(
        refusal("use the folder " + folder, "others may write in it",
                "make it ours alone: chown root " + folder + " && chmod 0700 " + folder));
  }
  return fd;
}

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return std::unexpected(last_error("write " + path));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

/// What is read of one file, bounded.
Result<std::string> read_all(int fd, std::size_t limit, const std::string& path) {
  std::string text;
  char buffer[4'096];
  while (text.size() <= limit) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(last_error("read " + path));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return std::unexpected(refusal("read " + path, "it is longer than it can be", "remove it"));
}

/// The new text on the disk under a name of its own.
Result<void> write_temporary(int folder, const std::string& name, const std::string& text,
                             const std::string& path) {
  (void)::unlinkat(folder, name.c_str(), 0);  // of a run that was ended here
  const FileDescriptor fd(
      ::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.is_open()) return std::unexpected(last_error("write " + path));
  auto written = write_all(fd.get(), text, path);
  if (written && ::fsync(fd.get()) != 0) written = std::unexpected(last_error("write " + path));
  if (!written) (void)::unlinkat(folder, name.c_str(), 0);
  return written;
}

std::unexpected<runtime::SystemError> not_plain(const std::string& name) {
  return std::unexpected(refusal("use the file " + name, "that is no plain file name"));
}

}  // namespace

bool is_plain_file_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= kMaxFileName && name.front() != '.' &&
         std::ranges::all_of(name, fits);
}

Result<void> make_state_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return std::unexpected(last_error("make the folder " + folder));
  }
  const auto opened = open_folder(folder);
  if (!opened) return std::unexpected(opened.error());
  return {};
}

Result<std::optional<std::string>> read_state_file(const std::string& folder,
                                                   const std::string& name, std::size_t limit) {
  if (!is_plain_file_name(name)) return not_plain(name);
  const std::string path = folder + "/" + name;
  // Not to block on what is no file: a FIFO waits for its writer.
  const FileDescriptor fd(
      ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.is_open()) {
    if (errno == ENOENT) return std::nullopt;
    return std::unexpected(last_error("read " + path));
  }
  struct stat facts{};
  if (::fstat(fd.get(), &facts) != 0) return std::unexpected(last_error("look at " + path));
  if (!S_ISREG(facts.st_mode)) {
    return std::unexpected(refusal("read " + path, "it is no ordinary file", "remove it"));
  }
  if (!is_trusted(facts)) {
    return std::unexpected(refusal("read " + path, "others may have written it",
                                   "remove it, or make it ours alone: chmod 0600 " + path));
  }
  return read_all(fd.get(), limit, path);
}

Result<void> write_state_file(const std::string& folder, const std::string& name,
                              const std::string& text) {
  if (!is_plain_file_name(name)) return not_plain(name);
  const std::string path = folder + "/" + name;
  const auto opened = open_folder(folder);
  if (!opened) return std::unexpected(opened.error());
  const std::string temporary = "." + name + ".new";  // no plain name, so nobody else's
  if (auto written = write_temporary(opened->get(), temporary, text, path); !written) {
    return written;
  }
  if (::renameat(opened->get(), temporary.c_str(), opened->get(), name.c_str()) != 0) {
    auto error = last_error("write " + path);
    (void)::unlinkat(opened->get(), temporary.c_str(), 0);
    return std::unexpected(std::move(error));
  }
  if (::fsync(opened->get()) != 0) return std::unexpected(last_error("write " + path));
  return {};
}

Result<void> remove_state_file(const std::string& folder, const std::string& name) {
  if (!is_plain_file_name(name)) return not_plain(name);
  const auto opened = open_folder(folder);
  if (!opened) return std::unexpected(opened.error());
  if (::unlinkat(opened->get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    return std::unexpected(last_error("remove " + folder + "/" + name));
  }
  return {};
}

}  // namespace lessor::host
