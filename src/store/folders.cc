#include "store/folders.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace lessor::store {
namespace {

namespace fs = std::filesystem;
using lease::LogError;
using Outcome = std::expected<void, LogError>;

LogError system_error(const char* what, const std::string& path) {
  return {std::string("cannot ") + what + " " + path + ": " + std::strerror(errno)};
}

Outcome flush(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags);
  if (descriptor < 0) return std::unexpected(system_error("open", path));
  const bool flushed = ::fsync(descriptor) == 0;
  const LogError error = system_error("flush", path);
  ::close(descriptor);
  if (!flushed) return std::unexpected(error);
  return {};
}

/// The folder that the name `path` stands in.
std::string folder_of(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

}  // namespace

Outcome flush_folder(const std::string& folder) { return flush(folder, O_DIRECTORY); }

Outcome flush_files(const std::string& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) continue;
    if (const auto flushed = flush(entry.path().string(), O_NOFOLLOW); !flushed) return flushed;
  }
  if (error) return std::unexpected(LogError{"cannot read " + folder + ": " + error.message()});
  return flush_folder(folder);
}

Outcome make_folder(const std::string& folder) {
  const std::string parent = folder_of(folder);
  // What stands above belongs to the system and is made as the system makes folders.
  std::error_code error;
  std::string above = parent;
  while (!fs::exists(above, error) && above != "/" && above != ".") above = folder_of(above);
  if (above != parent) {
    fs::create_directories(parent, error);
    for (std::string made = folder_of(parent); made.size() >= above.size();
         made = folder_of(made)) {
      if (const auto flushed = flush_folder(made); !flushed) return flushed;
      if (made == above) break;
    }
  }
  // Leases say who is where: nobody else's business.
  if (::mkdir(folder.c_str(), 0750) == 0) return flush_folder(parent);
  if (errno == EEXIST) return {};
  return std::unexpected(system_error("make the lease store's folder", folder));
}

}  // namespace lessor::store
