#pragma once
// What a failed system call means to a person: what was attempted, on what, why not, what to do.

#include <expected>
#include <string>

namespace lessor::runtime {

/// A failed attempt. Reads as "cannot open a packet socket on eth0: Operation not permitted; run as
/// root, or give the program CAP_NET_RAW".
struct SystemError {
  std::string attempted;  ///< "open a packet socket on eth0"
  int number = 0;         ///< errno; 0 when `reason` says it all
  std::string reason;     ///< the errno's text, or our own
  std::string hint;       ///< what to do about it; may be empty
};

/// The value, or why there is none.
template <typename T>
using Result = std::expected<T, SystemError>;

/// The current errno as a SystemError. Without a hint of its own, some numbers bring one (EMFILE,
/// ENOSPC and such).
[[nodiscard]] SystemError last_error(std::string attempted, std::string hint = "");
/// The same for an error number that a call returned.
[[nodiscard]] SystemError error_of(int number, std::string attempted, std::string hint = "");
/// A refusal of our own, without errno.
[[nodiscard]] SystemError refusal(std::string attempted, std::string reason, std::string hint = "");

/// One sentence for a person, without a full stop.
[[nodiscard]] std::string to_string(const SystemError& error);

}  // namespace lessor::runtime
