#pragma once
// Making a local socket to listen on.

#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

namespace lessor::runtime {

/// A listening stream socket at `path`, mode 0660, non-blocking. A socket that nobody listens on
/// any more is replaced; one with a listener, and anything that is no socket, is refused. So is a
/// folder that everybody may write to. A missing folder is made (0750) when its parent is there.
[[nodiscard]] Result<FileDescriptor> listen_unix(const std::string& path);

}  // namespace lessor::runtime
