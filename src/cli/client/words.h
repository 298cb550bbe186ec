#pragma once
// The command line of `lessor client` as a value. What depends on the machine (its name, its DUID,
// the interface's hardware address) is left open here. Must not know: sockets, files.

#include "cli/command_line.h"
#include "client/v4/host_plan.h"
#include "client/v4/settings.h"
#include "host/hand.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace lessor::cli {

/// What is asked of the client.
enum class ClientOrder : std::uint8_t {
  run,      ///< get an address and keep it
  once,     ///< get an address, leave it there, end
  test,     ///< get an address, say what would be done with it, give it back
  release,  ///< these act on the client that runs, else on the lease that it left
  renew,
  rebind,
  inform,
  status,
};

/// Option 61.
enum class ClientIdKind : std::uint8_t {
  duid,   ///< RFC 4361: this host's DUID
  mac,    ///< RFC 2132 9.14
  none,   ///< none is sent
  given,  ///< Settings::client_id
};

struct ClientWords {
  std::vector<std::string> interfaces;
  ClientOrder order = ClientOrder::run;
  bool daemon = false;
  bool json = false;
  bool alongside = false;
  bool release_on_exit = false;
  bool keep_address_on_exit = false;
  std::optional<Duration> timeout;

  client::v4::Settings settings;  ///< but for what the machine decides
  ClientIdKind client_id = ClientIdKind::duid;
  std::optional<std::string> hostname;  ///< absent: the host's own; empty: none
  bool anonymous = false;               ///< RFC 7844

  client::v4::HostRules rules;
  std::optional<std::uint32_t> metric;  ///< absent: 1000 and the interface's index
  host::ResolverMode resolver = host::ResolverMode::automatic;
  std::string hook;
  Duration hook_timeout = Duration::seconds(30);

  std::string state_folder;
  std::string lease_file;  ///< plain name in the state folder; empty: by the interface
  std::string run_folder;
  std::string log = "stderr";  ///< as LogSink's outputs
  std::string log_level = "INFO";
};

inline constexpr const char* kClientStateFolder = "/var/lib/lessor-client";
inline constexpr const char* kClientRunFolder = "/run/lessor";
/// How long an order waits for a server, and a start counts as one.
inline constexpr Duration kClientPatience = Duration::seconds(30);

/// Reads the words after "client".
[[nodiscard]] std::expected<ClientWords, Stop> read_client_words(std::span<const char* const> argv);

/// Whether the host stays set up when the client ends.
[[nodiscard]] bool leaves_host(const ClientWords& words);

/// "client-eth0.lease", "client-eth0.sock", "client-eth0.pid".
[[nodiscard]] std::string lease_file_name(const ClientWords& words, const std::string& interface);
[[nodiscard]] std::string socket_path(const ClientWords& words, const std::string& interface);
[[nodiscard]] std::string pid_path(const ClientWords& words, const std::string& interface);

}  // namespace lessor::cli
