#pragma once
// Landlock: a process shuts itself out of every folder but those that it names, and out of TCP,
// other processes' signals and abstract sockets. Needs no privilege. Must not know: what is in the
// folders.

#include "runtime/system_error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lessor::runtime {

/// What a process may do in a folder and below, or with a file.
enum class FolderUse : std::uint8_t {
  read,     ///< read files, list folders
  log,      ///< make files and write to them, no more
  sockets,  ///< make and remove sockets
  replace,  ///< read files, and make others that take their places
  keep,     ///< all that a store does: read, write, make, rename and remove files and folders
};

struct FolderRight {
  std::string path;
  FolderUse use = FolderUse::read;

  friend bool operator==(const FolderRight&, const FolderRight&) = default;
};

/// The oldest Landlock that is used: before it, no file could change its folder.
inline constexpr int kOldestLandlock = 2;

/// Which Landlock this kernel has; 0 when none, or too old a one to be of use.
[[nodiscard]] int landlock_version();

/// What every process of ours reads beside its own: time zones, /proc, and what the libraries want
/// to know of processors and disks.
[[nodiscard]] std::vector<FolderRight> common_rights();

/// What a process keeps of TCP: its own sockets, made before, may listen, or nothing.
enum class TcpUse : std::uint8_t { none, listen };

/// From now on, for this thread and those that it starts and for good: files are opened, made and
/// removed only as `rights` say, with whatever the kernel's Landlock can tell apart; no TCP beyond
/// `tcp`, and no connecting by it; no
/// signals to, nor abstract sockets of, processes outside. A path that is not there is passed over.
/// What is open already stays usable. Returns the version in force: 0 where there is none, and
/// under a sanitizer, whose reports need more. Requires "no new privileges". Errors: the kernel
/// has Landlock and refuses us.
[[nodiscard]] Result<int> confine_to(const std::vector<FolderRight>& rights,
                                     TcpUse tcp = TcpUse::none);

}  // namespace lessor::runtime
