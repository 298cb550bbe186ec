#include "runtime/test_hosts.h"

#include "runtime/delay_line.h"

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

constexpr const char* kOwnFolders[] = {"/etc", "/run", "/var/lib"};
constexpr Duration kSetupPatience = Duration::seconds(10);

/// Runs commands of `ip`, one a line. IPv6 stays silent on these hosts: addrgenmode none.
Result<void> run_ip(const std::string& commands, Surroundings surroundings = {}) {
  surroundings.input = commands;
  const auto done = run_program({"ip", "-batch", "-"}, surroundings, kSetupPatience);
  if (!done) {
    return std::unexpected(
        refusal("run ip", "there is no such program", "install the package iproute2"));
  }
  if (done->code == 0) return {};
  return std::unexpected(refusal("set up the test network", done->output));
}

/// In a new process: own namespaces, own folders. Returns errno.
int become_host(const std::string& name) {
  if (::unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS) != 0) return errno;
  (void)::sethostname(name.data(), name.size());
  for (const char* folder : kOwnFolders) {
    if (::mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64m") != 0) {
      return errno;
    }
  }
  return 0;
}

/// In the host: tells its eth0 to compute checksums itself. Returns errno.
int switch_off_checksum_offload() {
  const FileDescriptor any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ethtool_value off{.cmd = ETHTOOL_STXCSUM, .data = 0};
  ifreq request{};
  std::strncpy(request.ifr_name, "eth0", IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&off);
  return ::ioctl(any.get(), SIOCETHTOOL, &request) == 0 ? 0 : errno;
}

}  // namespace

Result<TestHost> TestHost::start(const std::string& name) {
  auto holder = ChildProcess::start([&name] {
    const int number = become_host(name);
    (void)!::write(STDOUT_FILENO, &number, sizeof number);
    if (number == 0) ::pause();
    return 1;
  });
  if (!holder) return std::unexpected(holder.error());
  int number = 0;
  if (!wait_readable(holder->output(), kSetupPatience) ||
      ::read(holder->output(), &number, sizeof number) != sizeof number) {
    return std::unexpected(refusal("start the test host " + name, "it says nothing"));
  }
  if (number != 0) return std::unexpected(error_of(number, "start the test host " + name));
  TestHost host(name, std::move(*holder));
  if (auto up = run_ip("link set lo up\n", host.inside()); !up) return std::unexpected(up.error());
  return host;
}

Result<void> TestHost::write_file(const std::string& path, const std::string& text) const {
  const auto write = [&] {
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    std::ofstream file(path);
    file << text << std::flush;
    if (!file) return errno;
    if (text.starts_with("#!")) {
      std::filesystem::permissions(path, std::filesystem::perms(0755), ignored);
    }
    return 0;
  };
  return run_function(write, inside(), "write " + path + " on " + name_);
}

Result<TestBridge> TestBridge::start(const std::string& name) {
  // Without spanning tree and its delay: a plugged-in host can speak at once.
  auto made = run_ip("link add " + name + " type bridge stp_state 0 forward_delay 0\n" +
                     "link set " + name + " addrgenmode none up\n");
  if (!made) return std::unexpected(made.error());
  return TestBridge(name);
}

Result<void> TestBridge::plug_in(const TestHost& host, const Plug& plug) {
  const std::string number = std::to_string(++plugged_);
  const std::string near = "near" + number;
  const std::string port = plug.delay == Duration() ? near : "far" + number;
  if (auto made = run_ip("link add " + near + " type veth peer name eth0 address " +
                         net::to_string(plug.mac) + " netns " + std::to_string(host.pid()) + "\n" +
                         "link set " + near + " addrgenmode none up\n");
      !made) {
    return made;
  }
  if (port != near) {
    if (auto made = make_long_line(near, port, plug.delay); !made) return made;
  }
  if (auto made = run_ip("link set " + port + " master " + name_ + "\n"); !made) return made;
  if (auto done = run_function(switch_off_checksum_offload, host.inside(),
                               "switch off checksum offload on " + host.name());
      !done) {
    return done;
  }
  std::string commands = "link set eth0 addrgenmode none up\n";
  if (plug.address) commands += "address add " + net::to_string(*plug.address) + " dev eth0\n";
  return run_ip(commands, host.inside());
}

/// near -> (delay) -> far/port: two cables with a process between them that holds frames back.
Result<void> TestBridge::make_long_line(const std::string& near, const std::string& port,
                                        Duration delay) {
  const std::string inner = port + "-in";
  if (auto made =
          run_ip("link add " + port + " type veth peer name " + inner + "\n" + "link set " + port +
                 " addrgenmode none up\n" + "link set " + inner + " addrgenmode none up\n");
      !made) {
    return made;
  }
  auto line = DelayLine::open(near, inner, delay);
  if (!line) return std::unexpected(line.error());
  auto carrier = ChildProcess::start([&line] { return line->carry(); });
  if (!carrier) return std::unexpected(carrier.error());
  long_lines_.push_back(std::move(*carrier));
  return {};
}

}  // namespace lessor::runtime
