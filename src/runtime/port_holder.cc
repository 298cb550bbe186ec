#include "runtime/port_holder.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace lessor::runtime {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::optional<std::uint64_t> parse(std::string_view digits, int base) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// The inode in a link text "socket:[12345]".
std::optional<std::uint64_t> socket_inode(const std::string& link) {
  constexpr std::string_view kPrefix = "socket:[";
  if (!link.starts_with(kPrefix) || !link.ends_with(']')) return std::nullopt;
  return parse(std::string_view(link).substr(kPrefix.size(), link.size() - kPrefix.size() - 1), 10);
}

}  // namespace

std::set<std::uint64_t> sockets_on_port(std::string_view proc_net_udp, std::uint16_t port) {
  // sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode ref pointer drops
  constexpr std::size_t kLocalAddress = 1;
  constexpr std::size_t kInode = 9;
  std::set<std::uint64_t> inodes;
  for (const std::string_view line : split(proc_net_udp, '\n')) {
    std::vector<std::string_view> fields;
    for (const std::string_view field : split(line, ' ')) {
      if (!field.empty()) fields.push_back(field);
    }
    if (fields.size() <= kInode) continue;
    const std::string_view local = fields[kLocalAddress];
    const std::size_t colon = local.rfind(':');
    if (colon == std::string_view::npos || parse(local.substr(colon + 1), 16) != port) continue;
    const auto inode = parse(fields[kInode], 10);
    if (inode && *inode != 0) inodes.insert(*inode);
  }
  return inodes;
}

std::set<std::uint64_t> sockets_of_process(const std::string& proc_folder) {
  std::set<std::uint64_t> inodes;
  std::error_code error;
  for (fs::directory_iterator fd(proc_folder + "/fd", error), end; !error && fd != end;
       fd.increment(error)) {
    std::error_code gone;
    const auto inode = socket_inode(fs::read_symlink(fd->path(), gone).string());
    if (inode) inodes.insert(*inode);
  }
  return inodes;
}

std::optional<std::string> find_udp_port_holder(std::uint16_t port) {
  std::set<std::uint64_t> sockets = sockets_on_port(read_file("/proc/net/udp"), port);
  sockets.merge(sockets_on_port(read_file("/proc/net/udp6"), port));
  if (sockets.empty()) return std::nullopt;
  std::string holders;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string pid = entry->path().filename();
    if (!parse(pid, 10)) continue;
    const auto holds = [&](std::uint64_t inode) { return sockets.contains(inode); };
    if (!std::ranges::any_of(sockets_of_process(entry->path()), holds)) continue;
    const std::string command = read_file(entry->path() / "comm");
    if (!holders.empty()) holders += " and ";
    holders += sanitise(as_bytes(trim(command))) + " (pid " + pid + ")";
  }
  return holders.empty() ? std::nullopt : std::optional(holders);
}

}  // namespace lessor::runtime
