#include "store/kea_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace lessor::store {
namespace {

/// A file by its number, whatever it is called.
struct FileId {
  dev_t device = 0;
  ino_t number = 0;
  friend bool operator==(const FileId&, const FileId&) = default;
};

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using FolderPtr = std::unique_ptr<DIR, CloseFolder>;

std::string reason() { return std::strerror(errno); }

bool exists(const std::string& path) {
  struct stat facts{};
  return ::lstat(path.c_str(), &facts) == 0;
}

std::optional<FileId> id_of(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  return FileId{facts.st_dev, facts.st_ino};
}

bool is_number(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

std::string program_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

/// Whether what a process has open as `number` is open for writing, as its fdinfo says.
bool is_writable(const std::string& process, const std::string& number) {
  std::ifstream file("/proc/" + process + "/fdinfo/" + number);
  std::string word;
  while (file >> word && word != "flags:") {
  }
  unsigned int flags = 0;
  file >> std::oct >> flags;
  return (flags & O_ACCMODE) != O_RDONLY;
}

/// Whether the process has one of `files` open to write; nothing when it does not let us see.
std::optional<bool> has_open(const std::string& process, const std::vector<FileId>& files) {
  const std::string path = "/proc/" + process + "/fd";
  const FolderPtr folder(::opendir(path.c_str()));
  if (!folder) return std::nullopt;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string name(static_cast<const char*>(entry->d_name));
    const auto id = is_number(name) ? id_of(path + "/" + name) : std::nullopt;
    if (id && std::ranges::count(files, *id) > 0 && is_writable(process, name)) return true;
  }
  return false;
}

/// "kea-dhcp4 (process 17)" that writes to one of `files`, or may; empty when nobody does.
std::string find_user(const std::vector<FileId>& files) {
  const FolderPtr processes(::opendir("/proc"));
  while (const dirent* entry = processes ? ::readdir(processes.get()) : nullptr) {
    const std::string process(static_cast<const char*>(entry->d_name));
    if (!is_number(process) || process == std::to_string(::getpid())) continue;
    const std::string program = program_of(process);
    const bool is_kea = program == "kea-dhcp4" || program == "kea-lfc";
    if (has_open(process, files).value_or(is_kea)) return program + " (process " + process + ")";
  }
  return {};
}

/// Which files to read, and which not.
struct Plan {
  std::vector<std::string> read;
  std::vector<std::string> left_out;
};

Plan plan_for(const std::string& file) {
  Plan plan;
  const auto add = [&](const std::string& path) {
    if (exists(path)) plan.read.push_back(path);
  };
  const std::string completed = file + ".completed";
  const bool is_completed = exists(completed);
  if (is_completed) {
    add(completed);
  } else {
    add(file + ".2");
    add(file + ".1");
  }
  add(file);
  const auto skip = [&](const std::string& path, const char* why) {
    if (exists(path)) plan.left_out.push_back(path + ": " + why);
  };
  skip(file + ".output", "a clean-up of Kea's that was interrupted was writing it");
  if (is_completed) {
    skip(file + ".2", "what it says is in .completed");
    skip(file + ".1", "what it says is in .completed");
  }
  return plan;
}

struct CloseFile {
  void operator()(FILE* file) const { ::fclose(file); }
};

std::expected<void, std::string> read_file(const std::string& path, KeaLeases& leases) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return std::unexpected("cannot read " + path + ": " + reason());
  const std::unique_ptr<FILE, CloseFile> file(::fdopen(fd, "r"));
  struct stat facts{};
  if (!file || ::fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return std::unexpected(path + " is no ordinary file");
  }
  leases.begin_file(path);
  char* line = nullptr;
  std::size_t room = 0;
  for (ssize_t size = 0; (size = ::getline(&line, &room, file.get())) > 0;) {
    std::string_view text(line, static_cast<std::size_t>(size));
    if (text.ends_with('\n')) text.remove_suffix(1);
    leases.take_line(text);
  }
  const bool failed = ::ferror(file.get()) != 0;
  const std::string why = failed ? reason() : "";
  ::free(line);
  if (failed) return std::unexpected("cannot read " + path + ": " + why);
  return {};
}

}  // namespace

std::expected<std::optional<KeaImport>, std::string> read_kea_files(const std::string& file) {
  const std::string folder = file.substr(0, file.rfind('/') + 1);
  if (::access(folder.c_str(), X_OK) != 0 && errno == EACCES) {
    return std::unexpected("cannot look for Kea's leases in " + folder + ": " + reason());
  }
  Plan plan = plan_for(file);
  if (plan.read.empty()) return std::nullopt;
  std::vector<FileId> ids;
  for (const std::string& path : plan.read) {
    if (const auto id = id_of(path)) ids.push_back(*id);
  }
  if (const std::string user = find_user(ids); !user.empty()) {
    return std::unexpected(user + " uses " + file +
                           ": stop it first, else both would lease the same addresses");
  }
  KeaImport import{.left_out = std::move(plan.left_out)};
  for (std::string& path : plan.read) {
    if (auto done = read_file(path, import.leases); !done) return std::unexpected(done.error());
    import.read.push_back(std::move(path));
  }
  return import;
}

}  // namespace lessor::store
