#include "cli/durable_file.h"

#include "cli/console.h"

#include "runtime/file_descriptor.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

using runtime::FileDescriptor;

constexpr mode_t kMode = 0640;

std::unexpected<std::string> cannot(const std::string& what) {
  return std::unexpected("cannot " + what + ": " + std::strerror(errno));
}

mode_t mode_of(const std::string& path) {
  struct stat facts{};
  const bool is_file = ::lstat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
  return is_file ? facts.st_mode & 0777 : kMode;
}

std::expected<void, std::string> write_new(const std::string& path, std::string_view text,
                                           mode_t mode) {
  ::unlink(path.c_str());  // of a writer that was interrupted
  const FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file.is_open()) return cannot("make " + path);
  if (!write_all(file.get(), text) || ::fsync(file.get()) != 0) return cannot("write " + path);
  return {};
}

}  // namespace

std::expected<void, std::string> write_durably(const std::string& path, std::string_view text) {
  const std::string part = path + ".part";
  auto done = write_new(part, text, mode_of(path));
  if (done && ::rename(part.c_str(), path.c_str()) != 0) done = cannot("replace " + path);
  if (!done) {
    ::unlink(part.c_str());
    return done;
  }
  const std::string folder = std::filesystem::path(path).parent_path();
  const FileDescriptor entries(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!entries.is_open() || ::fsync(entries.get()) != 0) return cannot("flush " + folder);
  return done;
}

}  // namespace lessor::cli
