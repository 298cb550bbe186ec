#pragma once
// The client's hand: a small privileged process that does to the machine what the main process,
// which reads packets from strangers, may not do itself. The two speak by records over a socket
// pair; when the main process ends in any way, the hand puts the host back and ends too. Must not
// know: DHCP.

#include "base/time.h"
#include "net/host_settings.h"
#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lessor::host {

/// How name servers are made known.
enum class ResolverMode : std::uint8_t {
  automatic,   ///< what this host seems to be run by (docs/client-host.md)
  file,        ///< /etc/resolv.conf is written
  resolvconf,  ///< `resolvconf -a eth0.lessor`
  resolved,    ///< `resolvectl dns eth0 ...`
  none,        ///< they are left alone
};
/// "auto", "file", "resolvconf", "resolved", "none".
[[nodiscard]] std::optional<ResolverMode> parse_resolver_mode(std::string_view text);

/// What becomes of the host when the client ends.
enum class Farewell : std::uint8_t {
  put_back,  ///< as it was found
  leave,     ///< as it is: addresses stay until their lifetimes end
};

/// All that the hand may ever do: fixed before the first packet is read.
struct HandPlan {
  std::vector<std::string> interfaces;  ///< the only ones that it touches; each is locked
  std::string state_folder;             ///< for lease files; empty: none are written
  ResolverMode resolver = ResolverMode::automatic;
  std::string hook;  ///< absolute path of the hook program; empty: none
  /// Every variable of the hook's environment begins with this, so that none is one that a
  /// shell or the dynamic linker obeys.
  std::string hook_prefix = "LESSOR_";
  Duration hook_timeout = Duration::seconds(30);
  bool may_set_hostname = false;
  bool test = false;                             ///< touch nothing; report what would be done
  Farewell on_death = Farewell::put_back;        ///< when the main process dies without finish()
  std::string resolv_conf = "/etc/resolv.conf";  ///< another one for tests
  std::string lock_folder = "/run/lessor";       ///< where locks of interfaces are
  /// Removed at the end: the socket and the pid file of a main process that may not do it itself.
  std::vector<std::string> files_of_run;
};

/// One variable for the hook: NAME=VALUE. Names of [A-Z0-9_], values of printable ASCII.
struct HookVariable {
  std::string name;
  std::string value;
  friend bool operator==(const HookVariable&, const HookVariable&) = default;
};
inline constexpr std::size_t kMaxHookVariables = 256;
inline constexpr std::size_t kMaxHookEnvironment = 32'768;  ///< octets in all
inline constexpr std::size_t kMaxLeaseFile = 32'768;        ///< octets

/// Names an order in its reports. Never 0.
using Ticket = std::uint32_t;

enum class ReportKind : std::uint8_t {
  said,     ///< a step ("add 192.0.2.10/24 to eth0 for 1h"; "would add ..." in a test) or a line
            ///< that the hook printed
  trouble,  ///< a step failed, the rest of the order goes on
  done,     ///< the order's last: it is done. `code` is the hook's exit code (128 + a signal's
            ///< number)
  failed,   ///< the order's last: `text` says why, and what to do
};
/// One thing that the hand says. Text is printable ASCII, one line.
struct Report {
  ReportKind kind = ReportKind::said;
  Ticket ticket = 0;
  int code = 0;
  std::string interface;  ///< may be empty
  std::string text;
  friend bool operator==(const Report&, const Report&) = default;
};

/// The main process's end. Single-threaded. Orders are sent at once and done in the order sent;
/// they return the ticket that their reports will bear, or why they could not be sent (the hand has
/// died, or does not keep up, or the value breaks a limit). Nothing here blocks but finish().
class Hand {
 public:
  /// Starts the hand. Call it before privileges are dropped and before any thread starts, but after
  /// becoming a daemon; of what is open, only the standard streams stay open there. Errors: a hook
  /// that is no program which only its owner may change, an interface that another lessor client
  /// has, a state folder that cannot be made, no process.
  [[nodiscard]] static runtime::Result<Hand> start(const HandPlan& plan);
  Hand(Hand&&) noexcept = default;
  Hand& operator=(Hand&&) noexcept = default;
  /// Lets go: the hand does as HandPlan::on_death says.
  ~Hand() = default;

  /// Puts `settings` on the interface in place of what the hand put there before: what is the same
  /// stays untouched, but for the address's lifetime. For a new lease and a refreshed one alike.
  /// Address 0.0.0.0/0: no address and no routes, only the rest (an answer to a DHCPINFORM).
  [[nodiscard]] runtime::Result<Ticket> configure(const std::string& interface,
                                                  const net::HostSettings& settings);
  /// Takes off the interface all that the hand put there, and restores what was there before.
  [[nodiscard]] runtime::Result<Ticket> deconfigure(const std::string& interface);
  /// Runs the hook with these variables and no others but PATH.
  [[nodiscard]] runtime::Result<Ticket> run_hook(const std::string& interface,
                                                 const std::vector<HookVariable>& variables);
  /// Writes a file of the state folder, whole or not at all, readable by its owner only. `name` is
  /// a plain file name: letters, digits, dots, hyphens, underscores, not beginning with a dot.
  [[nodiscard]] runtime::Result<Ticket> write_lease_file(const std::string& name,
                                                         const std::string& text);
  [[nodiscard]] runtime::Result<Ticket> remove_lease_file(const std::string& name);
  /// Gives the interface another hardware address (down, set, up again if it was up). The first
  /// one is restored at the end.
  [[nodiscard]] runtime::Result<Ticket> set_mac(const std::string& interface, const net::Mac& mac);

  /// Readable when reports wait, and when the hand has ended.
  [[nodiscard]] int descriptor() const { return socket_.get(); }
  /// The reports that have come, oldest first; does not block. An error when the hand has ended:
  /// no order can be given any more.
  [[nodiscard]] runtime::Result<std::vector<Report>> take_reports();

  /// Ends the hand after all that was ordered: what it reported until then. It is left to end
  /// alone when `patience` is over.
  [[nodiscard]] std::vector<Report> finish(Farewell farewell, Duration patience);

  [[nodiscard]] int pid() const { return pid_; }

 private:
  Hand() = default;
  [[nodiscard]] runtime::Result<Ticket> send(const std::vector<std::byte>& record);

  runtime::FileDescriptor socket_;
  std::vector<runtime::FileDescriptor> locks_;
  int pid_ = -1;
  Ticket last_ticket_ = 0;
};

}  // namespace lessor::host
