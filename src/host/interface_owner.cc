#include "host/interface_owner.h"

#include "base/text.h"
#include "host/interface_lock.h"
#include "runtime/port_holder.h"

#include <algorithm>
#include <array>
#include <climits>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unistd.h>

namespace lessor::host {
namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t kClientPort = 68;
constexpr std::size_t kMaxFacts = 65'536;  // octets of one file

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  std::string text(kMaxFacts, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

std::optional<std::string> find_text(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  return read_text(path);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// The words of a line, however many blanks are between them.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words = split(line, ' ');
  std::erase_if(words, [](std::string_view word) { return word.empty(); });
  return words;
}

bool overlap(const std::set<std::uint64_t>& a, const std::set<std::uint64_t>& b) {
  return std::ranges::any_of(a, [&](std::uint64_t inode) { return b.contains(inode); });
}

/// The DHCP client that the process is, by its name; empty when it is none of those known.
std::string client_name(const ProcessFacts& process) {
  constexpr auto kClients = std::to_array<std::string_view>({"dhclient", "dhcpcd", "udhcpc"});
  const auto is_client = [&](std::string_view word) {
    return std::ranges::find(kClients, word) != kClients.end();
  };
  if (is_client(process.name)) return process.name;
  if (process.words.empty()) return "";
  const std::string_view program = base_name(process.words[0]);
  if (is_client(program)) return std::string(program);
  const bool is_applet = program == "busybox" && process.words.size() > 1;
  return is_applet && is_client(process.words[1]) ? process.words[1] : "";
}

bool names(const ProcessFacts& process, const std::string& interface) {
  const auto is_it = [&](const std::string& word) {
    return word == interface || word == "-i" + interface || word == "--interface=" + interface;
  };
  return std::ranges::any_of(process.words, is_it);
}

/// How it is known that this DHCP client runs on the interface; empty when it does not.
std::string client_sign(const ProcessFacts& process, const std::string& client,
                        const OwnerFacts& facts, const std::string& interface) {
  if (overlap(process.sockets, facts.packet_sockets)) return "has a packet socket on it";
  if (names(process, interface)) return "was started for it";
  const auto named = [&](const std::string& other) { return names(process, other); };
  const bool named_any = std::ranges::any_of(facts.interfaces, named);
  if (named_any) return "";
  // Without a name udhcpc takes eth0, the others take all.
  if (client == "udhcpc") return interface == "eth0" ? "was started for it" : "";
  return "was started for all interfaces";
}

const ProcessFacts* find_process(const OwnerFacts& facts, std::string_view name) {
  const auto found = std::ranges::find(facts.processes, name, &ProcessFacts::name);
  return found == facts.processes.end() ? nullptr : &*found;
}

/// The value of KEY=VALUE on a line of its own; empty when there is none.
std::string_view value_of(std::string_view text, std::string_view key) {
  for (const std::string_view line : split(text, '\n')) {
    if (!line.starts_with(key) || line.size() == key.size()) continue;
    if (line[key.size()] == '=') return trim(line.substr(key.size() + 1));
  }
  return {};
}

std::optional<InterfaceOwner> judge_network_manager(const OwnerFacts& facts) {
  const ProcessFacts* process = find_process(facts, "NetworkManager");
  if (process == nullptr || !facts.network_manager) return std::nullopt;
  if (value_of(*facts.network_manager, "managed") != "true") return std::nullopt;
  return InterfaceOwner{"NetworkManager", process->pid, "manages it"};
}

/// It also manages interfaces with fixed addresses, where it runs no DHCP.
std::optional<InterfaceOwner> judge_networkd(const OwnerFacts& facts) {
  const ProcessFacts* process = find_process(facts, "systemd-network");
  if (process == nullptr || !facts.networkd) return std::nullopt;
  if (value_of(*facts.networkd, "ADMIN_STATE") == "unmanaged") return std::nullopt;
  const bool runs_dhcp = facts.networkd_lease || overlap(process->sockets, facts.packet_sockets);
  if (!runs_dhcp) return std::nullopt;
  return InterfaceOwner{"systemd-networkd", process->pid, "manages it by DHCP"};
}

/// A client that nobody told us of does both: it hears raw frames and has the client's port.
std::optional<InterfaceOwner> judge_unknown(const OwnerFacts& facts) {
  for (const ProcessFacts& process : facts.processes) {
    if (!overlap(process.sockets, facts.packet_sockets)) continue;
    if (!overlap(process.sockets, facts.port_68)) continue;
    return InterfaceOwner{sanitise(as_bytes(process.name)), process.pid,
                          "has a packet socket on it and port 68"};
  }
  return std::nullopt;
}

std::vector<std::string> read_words(const fs::path& path) {
  std::string text = read_text(path);
  // A process may write its title there, its words with blanks between.
  std::ranges::replace(text, '\0', ' ');
  std::vector<std::string> words;
  for (const std::string_view word : words_of(text)) words.emplace_back(word);
  return words;
}

std::vector<ProcessFacts> read_processes(const fs::path& proc) {
  std::vector<ProcessFacts> all;
  std::error_code error;
  const fs::path ours = fs::read_symlink(proc / "self/ns/net", error);
  for (fs::directory_iterator entry(proc, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto pid = parse_number(entry->path().filename().string(), INT_MAX);
    if (!pid || *pid == static_cast<std::uint64_t>(::getpid())) continue;
    std::error_code gone;
    if (fs::read_symlink(entry->path() / "ns/net", gone) != ours || gone) continue;
    all.push_back({.pid = static_cast<int>(*pid),
                   .name = std::string(trim(read_text(entry->path() / "comm"))),
                   .words = read_words(entry->path() / "cmdline"),
                   .sockets = runtime::sockets_of_process(entry->path())});
  }
  return all;
}

/// "  eth0: 1296 14 ..." on each line below the heading.
std::vector<std::string> interface_names(std::string_view proc_net_dev) {
  std::vector<std::string> all;
  for (const std::string_view line : split(proc_net_dev, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) all.emplace_back(trim(line.substr(0, colon)));
  }
  return all;
}

}  // namespace

std::string to_string(const InterfaceOwner& owner) {
  const std::string pid = owner.pid == 0 ? "" : " (pid " + std::to_string(owner.pid) + ")";
  return owner.name + pid + ", which " + owner.sign;
}

std::set<std::uint64_t> packet_sockets_on(std::string_view proc_net_packet,
                                          net::InterfaceIndex index) {
  // sk RefCnt Type Proto Iface R Rmem User Inode
  constexpr std::size_t kIface = 4;
  constexpr std::size_t kInode = 8;
  std::set<std::uint64_t> inodes;
  for (const std::string_view line : split(proc_net_packet, '\n')) {
    const auto fields = words_of(line);
    if (fields.size() <= kInode || parse_number(fields[kIface]) != index) continue;
    if (const auto inode = parse_number(fields[kInode])) inodes.insert(*inode);
  }
  return inodes;
}

std::optional<InterfaceOwner> judge_owner(const OwnerFacts& facts, const std::string& interface) {
  if (facts.lessor) return InterfaceOwner{"lessor client", *facts.lessor, "has its lock"};
  for (const ProcessFacts& process : facts.processes) {
    const std::string client = client_name(process);
    if (client.empty()) continue;
    std::string sign = client_sign(process, client, facts, interface);
    if (!sign.empty()) return InterfaceOwner{client, process.pid, std::move(sign)};
  }
  if (auto owner = judge_network_manager(facts)) return owner;
  if (auto owner = judge_networkd(facts)) return owner;
  return judge_unknown(facts);
}

std::optional<InterfaceOwner> find_interface_owner(const std::string& interface,
                                                   net::InterfaceIndex index,
                                                   const std::string& root) {
  const fs::path at(root);
  const std::string number = std::to_string(index);
  std::error_code error;
  const OwnerFacts facts{
      .processes = read_processes(at / "proc"),
      .packet_sockets = packet_sockets_on(read_text(at / "proc/net/packet"), index),
      .port_68 = runtime::sockets_on_port(read_text(at / "proc/net/udp"), kClientPort),
      .interfaces = interface_names(read_text(at / "proc/net/dev")),
      .network_manager = find_text(at / "run/NetworkManager/devices" / number),
      .networkd = find_text(at / "run/systemd/netif/links" / number),
      .networkd_lease = fs::exists(at / "run/systemd/netif/leases" / number, error),
      .lessor = find_lock_holder(at / "run/lessor", interface)};
  return judge_owner(facts, interface);
}

}  // namespace lessor::host
