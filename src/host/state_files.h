#pragma once
// Files that outlive the program: leases, the DUID. Written whole or not at all, readable by their
// owner only, never through a symbolic link. Must not know: what is in them.

#include "runtime/system_error.h"

#include <optional>
#include <string>

namespace lessor::host {

/// Whether `name` is a plain file name: letters, digits, dots, hyphens and underscores, not
/// beginning with a dot, 128 characters at most.
[[nodiscard]] bool is_plain_file_name(std::string_view name);

/// Makes the folder (its parent exists) with mode 0700, or takes one that is there. Errors: it is
/// a symbolic link, or somebody else may write in it.
[[nodiscard]] runtime::Result<void> make_state_folder(const std::string& folder);

/// The file's text; nothing when there is no such file. Errors: it is longer than `limit`, is no
/// ordinary file, or others than its owner (us, or root) may write it.
[[nodiscard]] runtime::Result<std::optional<std::string>> read_state_file(const std::string& folder,
                                                                          const std::string& name,
                                                                          std::size_t limit);

/// Writes the file by a temporary one beside it, flushed before it takes the old one's place.
[[nodiscard]] runtime::Result<void> write_state_file(const std::string& folder,
                                                     const std::string& name,
                                                     const std::string& text);
/// Removing what is not there is no error.
[[nodiscard]] runtime::Result<void> remove_state_file(const std::string& folder,
                                                      const std::string& name);

}  // namespace lessor::host
