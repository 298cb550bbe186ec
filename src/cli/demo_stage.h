#pragma once
// The stage of the demo: a bridge, three test hosts, the programs that run on them, and the capture
// on the bridge. Must not know: how anything is shown.

#include "cli/demo.h"
#include "craft/capture/pcap_writer.h"
#include "net/address.h"
#include "runtime/capture.h"
#include "runtime/event_loop.h"
#include "runtime/test_hosts.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lessor::cli {

/// Where everything is. The first server's values are those of a well-known tutorial on DHCP.
namespace demo {
inline constexpr net::Ip4 kServer{0xc0a83864};  // 192.168.56.100
inline constexpr net::Ip4 kOther{0xc0a838c8};   // 192.168.56.200
inline constexpr std::string_view kServerMac = "08:00:27:9b:11:3d";
inline constexpr std::string_view kOtherMac = "08:00:27:9b:11:c8";
inline constexpr std::string_view kClientMac = "c0:01:1b:69:00:00";
/// A long line between the second server and the bridge: so its offer is always the second.
inline constexpr Duration kOtherLine = Duration::milliseconds(25);
/// How the client is run. `--broadcast`: it asks for answers by broadcast, as the tutorial's router
/// did. `--resolver file`: whatever else this computer has to keep resolv.conf is not the host's.
inline constexpr std::string_view kClientCommand =
    "lessor client eth0 --hostname R1 --broadcast --resolver file --json";
}  // namespace demo

/// A test host and the program that runs on it.
struct DemoHost {
  runtime::TestHost host;
  std::optional<runtime::ChildProcess> program;
  std::string said;       ///< all that the program has printed
  std::size_t heard = 0;  ///< octets of it that went to the listener, whole lines
};

/// All of it. Made inside run_in_new_namespaces(); taken down by the destructor.
class DemoStage {
 public:
  using OnFrame = std::function<void(Duration since_1970, Bytes frame)>;
  using OnLine = std::function<void(std::string_view line)>;

  /// Builds bridge and hosts and starts the capture.
  [[nodiscard]] static runtime::Result<std::unique_ptr<DemoStage>> build(
      const DemoOptions& options);

  /// Who hears of captured DHCP and ARP frames, and of the lines that the client prints. What was
  /// on the wire before a line is heard before it.
  void set_listener(OnFrame on_frame, OnLine on_line) {
    on_frame_ = std::move(on_frame);
    on_line_ = std::move(on_line);
  }

  /// Starts `lessor serve` on both servers; returns when both serve.
  [[nodiscard]] runtime::Result<void> start_servers();
  [[nodiscard]] runtime::Result<void> start_client();
  /// Asks all programs to end, and waits a moment for it.
  void stop();

  /// Makes this and every later wait() fail.
  void give_up(const std::string& why);
  /// Lets things happen until `done` says so. `tick`, when given, is called about once a second.
  /// Errors: `what` did not happen in time (with what the programs said), an interruption.
  [[nodiscard]] runtime::Result<void> wait(const std::string& what, Duration patience,
                                           const std::function<bool()>& done,
                                           const std::function<void()>& tick = {});
  /// Whether a signal asked to stop.
  [[nodiscard]] bool interrupted();
  /// Runs a program on a host and returns what it prints. "lessor" is this very program.
  [[nodiscard]] runtime::Result<std::string> ask(const DemoHost& host,
                                                 std::vector<std::string> words);

  [[nodiscard]] DemoHost& server() { return *server_; }
  [[nodiscard]] DemoHost& other() { return *other_; }
  [[nodiscard]] DemoHost& client() { return *client_; }
  [[nodiscard]] const std::string& server_config() const { return server_config_; }
  [[nodiscard]] unsigned frames_lost() const { return capture_->lost(); }

 private:
  explicit DemoStage(const DemoOptions& options) : options_(options) {}
  [[nodiscard]] runtime::Result<void> build_all();
  [[nodiscard]] runtime::Result<void> plug_in_all();
  [[nodiscard]] runtime::Result<void> start(DemoHost& host, const std::vector<std::string>& words);
  void listen(DemoHost& host);
  void pass_on_lines();
  void take_frames();

  DemoOptions options_;
  std::string server_config_;
  std::unique_ptr<runtime::EventLoop> loop_;
  bool interrupted_ = false;
  std::optional<runtime::SystemError> broken_;  // the capture or its file
  OnFrame on_frame_;
  OnLine on_line_;
  std::optional<craft::PcapWriter> pcap_;
  std::optional<runtime::Capture> capture_;
  std::optional<runtime::TestBridge> bridge_;
  std::unique_ptr<DemoHost> server_;
  std::unique_ptr<DemoHost> other_;
  std::unique_ptr<DemoHost> client_;
};

}  // namespace lessor::cli
