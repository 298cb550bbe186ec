#include "cli/followers/legal_file.h"

#include "runtime/system_error.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace lessor::cli {
namespace {

namespace fs = std::filesystem;
using runtime::FileDescriptor;
using runtime::refusal;

constexpr mode_t kOwnerOnly = 0600;

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    names.push_back(at->path().filename());
  }
  return names;
}

std::unexpected<std::string> failure(const runtime::SystemError& error) {
  return std::unexpected(runtime::to_string(error));
}

/// Whoever laid something there first reads nothing, and has nothing written elsewhere.
std::expected<FileDescriptor, std::string> open_safely(const std::string& path) {
  const std::string attempted = "write the legal log " + path;
  constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  FileDescriptor file(::open(path.c_str(), kFlags, kOwnerOnly));
  if (!file.is_open()) {
    const char* hint = errno == EACCES   ? "the folder has to be the server's user's"
                       : errno == ENOENT ? "make its folder first, the server's user's own"
                                         : "";
    return failure(runtime::last_error(attempted, hint));
  }
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) return failure(runtime::last_error(attempted));
  if (!S_ISREG(facts.st_mode)) return failure(refusal(attempted, "it is no file"));
  if (facts.st_nlink != 1 || facts.st_uid != ::geteuid()) {
    return failure(
        refusal(attempted, "it is somebody else's, or has another name besides", "move it away"));
  }
  if ((facts.st_mode & 07777U) != kOwnerOnly) (void)::fchmod(file.get(), kOwnerOnly);
  return file;
}

}  // namespace

std::expected<LegalFile, std::string> LegalFile::open(const config::LegalLog& log,
                                                      std::time_t now) {
  LegalFile file(log.path, Rotation(log));
  const auto newest = file.rotation_.newest(names_in(log.path), now);
  // One that never ends begins anew at each start.
  const bool goes_on = newest && log.count > 0 && file.rotation_.is_current(*newest, now);
  if (auto taken = file.take(goes_on ? *newest : file.rotation_.tag_of(now)); !taken) {
    return std::unexpected(taken.error());
  }
  return file;
}

std::expected<void, std::string> LegalFile::change(std::time_t now) {
  return take(rotation_.tag_of(now));
}

std::expected<void, std::string> LegalFile::take(const std::string& tag) {
  auto file = open_safely(folder_ + "/" + rotation_.name_of(tag));
  if (!file) return std::unexpected(file.error());
  file_ = std::move(*file);
  tag_ = tag;
  torn_ = false;
  return {};
}

std::string LegalFile::path() const { return folder_ + "/" + rotation_.name_of(tag_); }

std::size_t LegalFile::write(std::string_view lines) {
  error_.clear();
  if (torn_ && ::write(file_.get(), "\n", 1) == 1) torn_ = false;
  std::size_t written = 0;
  while (written < lines.size() && !torn_) {
    const ssize_t count = ::write(file_.get(), lines.data() + written, lines.size() - written);
    if (count > 0) {
      written += static_cast<std::size_t>(count);
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    break;
  }
  if (written == lines.size()) return written;
  error_ = runtime::to_string(runtime::last_error("write the legal log " + path()));
  torn_ = torn_ || (written > 0 && lines[written - 1] != '\n');
  return written;
}

}  // namespace lessor::cli
