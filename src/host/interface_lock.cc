#include "host/interface_lock.h"

#include "base/bytes.h"
#include "base/text.h"

#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>

namespace lessor::host {
namespace {

using runtime::FileDescriptor;
using runtime::last_error;
using runtime::Result;

int read_pid(int fd) {
  std::array<char, 16> text{};
  const ssize_t got = ::pread(fd, text.data(), text.size(), 0);
  if (got <= 0) return 0;
  const std::string_view digits(text.data(), static_cast<std::size_t>(got));
  return static_cast<int>(parse_number(trim(digits), INT_MAX).value_or(0));
}

}  // namespace

std::string lock_path(const std::string& folder, const std::string& interface) {
  struct stat network{};
  (void)::stat("/proc/self/ns/net", &network);
  return folder + "/client-" + interface + "-" + std::to_string(network.st_ino) + ".lock";
}

Result<FileDescriptor> lock_interface(const std::string& folder, const std::string& interface) {
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    return std::unexpected(last_error("make the folder " + folder));
  }
  const std::string path = lock_path(folder, interface);
  FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!fd.is_open()) return std::unexpected(last_error("open " + path));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    const int pid = read_pid(fd.get());
    const std::string who = pid == 0 ? "" : " (pid " + std::to_string(pid) + ")";
    return std::unexpected(runtime::refusal("run on " + interface,
                                            "another lessor client" + who + " runs there",
                                            "end that one first"));
  }
  const std::string text = std::to_string(::getpid()) + "\n";
  const bool written =
      ::ftruncate(fd.get(), 0) == 0 &&
      ::pwrite(fd.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  if (!written) return std::unexpected(last_error("write " + path));
  return fd;
}

std::optional<int> find_lock_holder(const std::string& folder, const std::string& interface) {
  const FileDescriptor fd(
      ::open(lock_path(folder, interface).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.is_open()) return std::nullopt;
  if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return std::nullopt;
  return read_pid(fd.get());
}

}  // namespace lessor::host
