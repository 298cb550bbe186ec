#pragma once
// Which folders a server keeps the use of when it shuts itself out of all others, and whether a
// new configuration wants more. Must not know: how the kernel is told.

#include "config/load.h"
#include "runtime/landlock.h"

#include <optional>
#include <string>
#include <vector>

namespace lessor::cli {

/// The folders that the files of a configuration are in, as they are named and where links lead:
/// files that replace them are there, too. Of / and /etc, which hold what is nobody's business,
/// only the files themselves.
[[nodiscard]] std::vector<std::string> reading_places(const std::vector<std::string>& files);

/// The files among the outputs of `loggers`.
[[nodiscard]] std::vector<std::string> log_files(const std::vector<config::Logger>& loggers);

/// What a server or relay with this configuration needs. What is empty is not needed.
struct ServerNeeds {
  std::vector<std::string> files;         ///< that the configuration was read from
  std::vector<std::string> secrets = {};  ///< that sockets need
  std::string lease_folder;
  std::vector<std::string> sockets;
  std::vector<config::Logger> loggers = {};
  std::string legal_folder = {};
  bool replaces_files = false;  ///< config-write: never for root, whose files are not all its own
};
[[nodiscard]] std::vector<runtime::FolderRight> rights_for(const ServerNeeds& needs);

/// Why these loggers cannot be had with `rights`; nothing when they can.
[[nodiscard]] std::optional<std::string> find_excess(
    const std::vector<runtime::FolderRight>& rights, const std::vector<config::Logger>& loggers);
/// The same of files that are written like logs.
[[nodiscard]] std::optional<std::string> find_excess(
    const std::vector<runtime::FolderRight>& rights, const std::vector<std::string>& files);

}  // namespace lessor::cli
