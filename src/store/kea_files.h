#pragma once
// Kea's lease files on the disk: which there are, whether Kea still uses them, reading them. They
// are never written. Must not know: what becomes of the leases.

#include "store/kea_leases.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace lessor::store {

/// What was found.
struct KeaImport {
  KeaLeases leases;
  std::vector<std::string> read;      ///< the files, in the order in which they were read
  std::vector<std::string> left_out;  ///< files with their reasons, a sentence each
};

/// Reads Kea's lease file `file` and those that its clean-up made beside it, in Kea's own order:
/// FILE.completed if there is one, else FILE.2 and FILE.1; then FILE. Nothing when none is there.
/// No file is opened through a symbolic link. Errors, a sentence each: a program has one of them
/// open or may have (Kea still runs), one cannot be read.
[[nodiscard]] std::expected<std::optional<KeaImport>, std::string> read_kea_files(
    const std::string& file);

}  // namespace lessor::store
