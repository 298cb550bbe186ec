#pragma once
// The record that the shim makes of what a program did to its files, and reading it again. Must not
// know: what the files are.

#include <cstdint>
#include <string>
#include <vector>

namespace lessor::test {

enum class Operation : std::uint32_t {
  start,      ///< a process begins: it has no descriptor yet
  open,       ///< path, flags, and the descriptor that came of it
  close,      ///< fd
  write,      ///< fd, offset, data
  fsync,      ///< fd
  fdatasync,  ///< fd
  truncate,   ///< fd, offset: the size
  allocate,   ///< fd, offset: the end, flags: fallocate's mode
  rename,     ///< path, data: the other path, flags: renameat2's
  link,       ///< path, data: the other path
  unlink,     ///< path, of a file or a folder
  mkdir,      ///< path
};

/// As it stands in the file, in this machine's order of octets; the path follows, then the data.
struct TraceHeader {
  std::uint64_t begin_ns = 0;  ///< CLOCK_MONOTONIC just before it happened
  std::uint64_t offset = 0;
  Operation operation = Operation::start;
  std::int32_t fd = -1;
  std::uint32_t flags = 0;
  std::uint32_t path_size = 0;
  std::uint32_t data_size = 0;
  std::uint32_t reserved = 0;
};

struct TraceEntry {
  TraceHeader header;
  std::string path;
  std::string data;
};

/// Every entry of the file; what a kill tore off its end is left out.
[[nodiscard]] std::vector<TraceEntry> read_trace(const std::string& path);

/// For people: "write fd 7, 512 octets at 0".
[[nodiscard]] std::string to_string(const TraceEntry& entry);

}  // namespace lessor::test
