#include "runtime/system_error.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace lessor::runtime {
namespace {

/// What to do about an errno wherever it happens; EPERM and EACCES depend on the call.
std::string common_hint(int number) {
  switch (number) {
    case EMFILE:
      return "raise the limit on open files (ulimit -n, or LimitNOFILE=)";
    case ENFILE:
      return "the system has no file handles left: raise fs.file-max";
    case ENOMEM:
    case ENOBUFS:
      return "the system is short of memory";
    case ENOSPC:
      return "the disk is full";
    case EROFS:
      return "the file system is read-only";
    default:
      return "";
  }
}

}  // namespace

SystemError error_of(int number, std::string attempted, std::string hint) {
  // A full table of files is no lack of privilege, whatever the call is known to need.
  if (std::string common = common_hint(number); !common.empty()) hint = std::move(common);
  return {.attempted = std::move(attempted),
          .number = number,
          .reason = std::generic_category().message(number),
          .hint = std::move(hint)};
}

SystemError last_error(std::string attempted, std::string hint) {
  return error_of(errno, std::move(attempted), std::move(hint));
}

SystemError refusal(std::string attempted, std::string reason, std::string hint) {
  return {.attempted = std::move(attempted), .reason = std::move(reason), .hint = std::move(hint)};
}

std::string to_string(const SystemError& error) {
  std::string text = "cannot " + error.attempted + ": " + error.reason;
  if (!error.hint.empty()) text += "; " + error.hint;
  return text;
}

}  // namespace lessor::runtime
