#pragma once
// Small helpers over setsockopt.

#include "runtime/system_error.h"

#include <string>

namespace lessor::runtime {

/// Sets an integer socket option; `attempted` is for the error.
[[nodiscard]] Result<void> set_option(int fd, int level, int option, int value,
                                      std::string attempted);

/// Makes the receive (send) buffer about `bytes` large: beyond the system's limit with privilege,
/// up to it without (a rootless user namespace). Best effort.
void enlarge_receive_buffer(int fd, int bytes);
void enlarge_send_buffer(int fd, int bytes);

/// Whether more than half of the socket's receive buffer is taken.
[[nodiscard]] bool is_half_full(int fd);

}  // namespace lessor::runtime
