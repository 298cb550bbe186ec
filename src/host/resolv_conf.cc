#include "host/resolv_conf.h"

#include "runtime/file_descriptor.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>

namespace lessor::host {
namespace {

using runtime::FileDescriptor;
using runtime::last_error;
using runtime::Result;

constexpr std::string_view kHeader =
    "# Written by lessor client, which puts the file of before back when it ends.\n";
constexpr std::size_t kMaxFile = 65'536;

template <typename T>
void add_once(std::vector<T>& all, const T& one) {
  if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

/// Nothing when it is not there, is a link, or cannot be read.
std::optional<std::string> read_file(const std::string& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.is_open()) return std::nullopt;
  std::string text(kMaxFile, '\0');
  const ssize_t got = ::read(fd.get(), text.data(), text.size());
  if (got < 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(got));
  return text;
}

Result<void> write_open_file(int fd, const std::string& text, const std::string& path) {
  const ssize_t written = ::write(fd, text.data(), text.size());
  if (written == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0) return {};
  if (written >= 0 && written < static_cast<ssize_t>(text.size())) errno = ENOSPC;
  return std::unexpected(last_error("write " + path));
}

Result<void> write_new_file(const std::string& path, const std::string& text) {
  const FileDescriptor fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!fd.is_open()) return std::unexpected(last_error("write " + path));
  (void)::fchmod(fd.get(), 0644);  // whatever the umask says: every program reads it
  auto written = write_open_file(fd.get(), text, path);
  if (!written) (void)::unlink(path.c_str());
  return written;
}

Result<void> write_in_place(const std::string& path, const std::string& text) {
  const FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.is_open() || ::ftruncate(fd.get(), 0) != 0) {
    return std::unexpected(last_error("write " + path));
  }
  return write_open_file(fd.get(), text, path);
}

/// A file that is a mount point can be neither renamed over nor linked to.
bool is_mounted(int number) { return number == EBUSY || number == EXDEV; }

Result<void> replace(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".lessor-new";
  (void)::unlink(temporary.c_str());
  auto written = write_new_file(temporary, text);
  // A folder that we may not write in can still hold a file that we may: containers mount it so.
  if (!written && written.error().number == ENOSPC) return written;
  if (!written) return write_in_place(path, text).has_value() ? Result<void>{} : written;
  if (::rename(temporary.c_str(), path.c_str()) == 0) return {};
  const int number = errno;
  (void)::unlink(temporary.c_str());
  if (is_mounted(number)) return write_in_place(path, text);
  return std::unexpected(runtime::error_of(number, "write " + path));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

NameSettings names_of(const std::string& interface, const net::HostSettings& settings) {
  return {.interface = interface,
          .name_servers = settings.name_servers,
          .domain = settings.domain,
          .search = settings.search};
}

std::string resolv_conf_text(const std::vector<NameSettings>& all) {
  std::vector<net::Ip4> servers;
  std::vector<std::string> domains;
  std::vector<std::string> search;
  std::string interfaces;
  for (const NameSettings& names : all) {
    interfaces += " " + names.interface;
    for (const net::Ip4 server : names.name_servers) add_once(servers, server);
    for (const std::string& name : names.search) add_once(search, name);
    if (!names.domain.empty()) add_once(domains, names.domain);
  }
  std::string text(kHeader);
  text += "# From the leases of:" + interfaces + "\n";
  // One domain and no list: as a server of one network says it. Else all names are searched.
  if (search.empty() && domains.size() == 1) {
    text += "domain " + domains.front() + "\n";
  } else if (all.size() > 1) {
    for (const std::string& domain : domains) add_once(search, domain);
  }
  if (!search.empty()) text += "search " + joined(search) + "\n";
  for (const net::Ip4 server : servers) text += "nameserver " + net::to_string(server) + "\n";
  return text;
}

bool is_our_resolv_conf(std::string_view text) { return text.starts_with(kHeader); }

Result<void> ResolvConf::keep() const {
  const auto present = read_file(path_);
  if (present && is_our_resolv_conf(*present)) return {};  // what was before is kept already
  (void)::unlink(kept_path().c_str());
  // A hard link is the very file, owner, mode and all; of a symbolic link, the link.
  if (::linkat(AT_FDCWD, path_.c_str(), AT_FDCWD, kept_path().c_str(), 0) == 0) return {};
  if (errno == ENOENT) return {};  // there was none
  const int number = errno;
  if (!present) return std::unexpected(runtime::error_of(number, "keep " + path_));
  return write_new_file(kept_path(), *present);
}

Result<void> ResolvConf::write(const std::string& text) const {
  const auto present = read_file(path_);
  if (present == text) return {};
  if (auto kept = keep(); !kept) return kept;
  auto written = replace(path_, text);
  const bool is_first = !present || !is_our_resolv_conf(*present);
  if (!written && is_first) (void)::unlink(kept_path().c_str());  // nothing to put back
  return written;
}

Result<void> ResolvConf::put_back() const {
  const auto present = read_file(path_);
  if (!present || !is_our_resolv_conf(*present)) {
    return std::unexpected(runtime::refusal("put " + path_ + " back", "somebody has changed it",
                                            "the one of before is " + kept_path()));
  }
  struct stat facts{};
  const bool is_kept = ::lstat(kept_path().c_str(), &facts) == 0;
  const bool moved =
      is_kept ? ::rename(kept_path().c_str(), path_.c_str()) == 0 : ::unlink(path_.c_str()) == 0;
  if (moved) return {};
  if (!is_mounted(errno)) return std::unexpected(last_error("put " + path_ + " back"));
  const auto before = read_file(kept_path());
  auto written = write_in_place(path_, before.value_or(""));
  if (written) (void)::unlink(kept_path().c_str());
  return written;
}

}  // namespace lessor::host
