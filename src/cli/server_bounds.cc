#include "cli/server_bounds.h"

#include <algorithm>
#include <filesystem>

namespace lessor::cli {
namespace {

namespace fs = std::filesystem;
using runtime::FolderRight;
using runtime::FolderUse;

std::string folder_of(const std::string& file) {
  std::error_code error;
  const fs::path path = fs::absolute(file, error);
  return (error ? fs::path(file) : path).lexically_normal().parent_path();
}

std::string name_of(const std::string& file) { return fs::path(file).filename(); }

/// Where links lead.
std::string real_path(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

bool is_everybodys(const std::string& folder) { return folder == "/" || folder == "/etc"; }

}  // namespace

std::vector<std::string> reading_places(const std::vector<std::string>& files) {
  std::vector<std::string> places;
  for (const std::string& file : files) {
    for (const std::string& path : {file, real_path(file)}) {
      const std::string folder = folder_of(path);
      const std::string place =
          is_everybodys(folder) ? (fs::path(folder) / name_of(path)).string() : folder;
      if (std::ranges::count(places, place) == 0) places.push_back(place);
    }
  }
  return places;
}

std::vector<std::string> log_files(const std::vector<config::Logger>& loggers) {
  std::vector<std::string> files;
  for (const config::Logger& logger : loggers) {
    std::ranges::copy_if(logger.outputs, std::back_inserter(files),
                         [](const std::string& output) { return output.starts_with('/'); });
  }
  return files;
}

std::vector<FolderRight> rights_for(const ServerNeeds& needs) {
  std::vector<FolderRight> rights;
  std::error_code ignored;
  for (const std::string& place : reading_places(needs.files)) {
    const bool replaces = needs.replaces_files && fs::is_directory(place, ignored);
    rights.push_back({.path = place, .use = replaces ? FolderUse::replace : FolderUse::read});
  }
  for (const std::string& place : reading_places(needs.secrets)) {
    if (std::ranges::count(rights, place, &FolderRight::path) > 0) continue;
    rights.push_back({.path = place, .use = FolderUse::read});
  }
  if (!needs.lease_folder.empty()) {
    rights.push_back({.path = needs.lease_folder, .use = FolderUse::keep});
  }
  for (const std::string& socket : needs.sockets) {
    rights.push_back({.path = folder_of(socket), .use = FolderUse::sockets});
  }
  for (const std::string& file : log_files(needs.loggers)) {
    rights.push_back({.path = folder_of(file), .use = FolderUse::log});
  }
  if (!needs.legal_folder.empty()) {
    rights.push_back({.path = needs.legal_folder, .use = FolderUse::log});
  }
  return rights;
}

std::optional<std::string> find_excess(const std::vector<FolderRight>& rights,
                                       const std::vector<config::Logger>& loggers) {
  return find_excess(rights, log_files(loggers));
}

std::optional<std::string> find_excess(const std::vector<FolderRight>& rights,
                                       const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const std::string folder = real_path(folder_of(file));
    const bool kept = std::ranges::any_of(rights, [&](const FolderRight& right) {
      const bool writes = right.use == FolderUse::log || right.use == FolderUse::keep;
      return writes && config::is_within(folder, real_path(right.path));
    });
    if (kept) continue;
    return "a log in " + folder_of(file) +
           " is more than the server kept the right to when it started: that takes a restart";
  }
  return std::nullopt;
}

}  // namespace lessor::cli
