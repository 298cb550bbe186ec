#pragma once
// The records between the server and the process that runs its errands: their octets, and the
// checks by which that one takes nothing on trust. Must not know: sockets, processes.
//
// An errand: version (1), the program's number (2), then its argument and count of variables (2),
// and for each its name and value; texts with their length before them (2). Big-endian.

#include "host/hand.h"

#include <expected>

namespace lessor::host {

struct ErrandOrder {
  std::uint16_t program = 0;  ///< its place in the plan
  std::string argument;
  std::vector<HookVariable> variables;
  friend bool operator==(const ErrandOrder&, const ErrandOrder&) = default;
};

/// Nothing when it is longer than kMaxErrand.
[[nodiscard]] std::optional<std::vector<std::byte>> write_errand(const ErrandOrder& order);
/// The error says what is wrong with a record: of `programs` programs there is no such, a variable
/// has a name that shells or loaders obey, a text has octets that are not printable ASCII.
[[nodiscard]] std::expected<ErrandOrder, std::string> read_errand(Bytes record,
                                                                  std::size_t programs);

}  // namespace lessor::host
