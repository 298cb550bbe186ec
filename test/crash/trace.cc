#include "trace.h"

#include <array>
#include <fstream>

namespace lessor::test {

std::vector<TraceEntry> read_trace(const std::string& path) {
  std::vector<TraceEntry> entries;
  std::ifstream in(path, std::ios::binary);
  for (;;) {
    TraceEntry entry;
    in.read(reinterpret_cast<char*>(&entry.header), sizeof entry.header);
    if (!in) return entries;
    entry.path.resize(entry.header.path_size);
    entry.data.resize(entry.header.data_size);
    in.read(entry.path.data(), static_cast<std::streamsize>(entry.path.size()));
    in.read(entry.data.data(), static_cast<std::streamsize>(entry.data.size()));
    if (!in) return entries;
    entries.push_back(std::move(entry));
  }
}

std::string to_string(const TraceEntry& entry) {
  constexpr std::array<const char*, 12> names = {"start",  "open",      "close",    "write",
                                                 "fsync",  "fdatasync", "truncate", "allocate",
                                                 "rename", "link",      "unlink",   "mkdir"};
  const TraceHeader& h = entry.header;
  std::string text = names.at(static_cast<std::size_t>(h.operation));
  if (!entry.path.empty()) text += " " + entry.path;
  if (h.fd >= 0) text += " (fd " + std::to_string(h.fd) + ")";
  if (h.operation == Operation::write)
    text += " " + std::to_string(h.data_size) + " octets at " + std::to_string(h.offset);
  else if (!entry.data.empty())
    text += " to " + entry.data;
  return text;
}

}  // namespace lessor::test
