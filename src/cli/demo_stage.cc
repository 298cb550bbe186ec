#include "cli/demo_stage.h"

#include "base/text.h"
#include "runtime/clock.h"

#include <cerrno>
#include <csignal>
#include <sys/epoll.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

using runtime::refusal;
using runtime::Result;

constexpr Duration kStartPatience = Duration::seconds(10);
constexpr Duration kStopPatience = Duration::seconds(2);
constexpr Duration kTick = Duration::seconds(1);

/// A server's whole configuration file. The second server knows neither router nor names, which
/// makes its offer the poorer one.
std::string config_text(bool second, Duration lease_time) {
  const std::string address = net::to_string(second ? demo::kOther : demo::kServer);
  const std::string pool =
      second ? "192.168.56.201 - 192.168.56.210" : "192.168.56.104 - 192.168.56.110";
  const std::string options = second ? "" : R"(,
        "option-data": [
          { "name": "routers", "data": "192.168.56.1" },
          { "name": "domain-name-servers", "data": "8.4.4.4" },
          { "name": "domain-name", "data": "routingloops.co.uk" }
        ])";
  return R"({
  "Dhcp4": {
    "valid-lifetime": )" +
         std::to_string(lease_time.to_seconds()) + R"(,
    "next-server": ")" +
         address + R"(",
    "subnet4": [
      {
        "id": 1,
        "subnet": "192.168.56.0/24",
        "pools": [ { "pool": ")" +
         pool + R"(" } ])" + options + R"(
      }
    ]
  }
}
)";
}

/// Whether a server has said that it serves its interface ("not serving eth0" is not that) and,
/// last of all, what it starts with.
bool serves(const DemoHost& host) {
  const std::string_view said = host.said;
  const std::size_t at = said.find("serving eth0");
  const bool interface = at != std::string::npos && !said.substr(0, at).ends_with("not ");
  return interface && said.find(" leases in ") != std::string::npos;
}

/// The last lines of what a program said, for an error message.
std::string tail_of(const std::string& said) {
  std::size_t from = said.size();
  for (int lines = 0; from > 0 && lines < 6; --from) lines += said[from - 1] == '\n';
  return said.substr(from);
}

}  // namespace

Result<std::unique_ptr<DemoStage>> DemoStage::build(const DemoOptions& options) {
  std::unique_ptr<DemoStage> stage(new DemoStage(options));
  if (auto built = stage->build_all(); !built) return std::unexpected(built.error());
  return stage;
}

Result<void> DemoStage::build_all() {
  auto loop = runtime::EventLoop::open();
  if (!loop) return std::unexpected(loop.error());
  loop_ = std::move(*loop);
  auto watched =
      loop_->watch_signals({SIGINT, SIGTERM, SIGHUP}, [this](int) { interrupted_ = true; });
  if (!watched) return watched;
  if (!options_.pcap.empty()) {
    auto file = craft::PcapWriter::open(options_.pcap);
    if (!file) return std::unexpected(refusal("keep the capture", file.error()));
    pcap_ = std::move(*file);
  }
  auto bridge = runtime::TestBridge::start("br0");
  if (!bridge) return std::unexpected(bridge.error());
  bridge_ = std::move(*bridge);
  auto capture = runtime::Capture::open("br0", "arp or (udp and (port 67 or port 68))");
  if (!capture) return std::unexpected(capture.error());
  capture_ = std::move(*capture);
  if (auto w = loop_->watch(capture_->fd(), EPOLLIN, [this](std::uint32_t) { take_frames(); });
      !w) {
    return w;
  }
  return plug_in_all();
}

Result<void> DemoStage::plug_in_all() {
  struct Entry {
    std::unique_ptr<DemoHost>& slot;
    const char* name;
    runtime::Plug plug;
  };
  const Entry entries[] = {
      {server_,
       "server",
       {.mac = *net::parse_mac(demo::kServerMac), .address = net::Prefix4{demo::kServer, 24}}},
      {other_,
       "server-2",
       {.mac = *net::parse_mac(demo::kOtherMac),
        .address = net::Prefix4{demo::kOther, 24},
        .delay = demo::kOtherLine}},
      {client_, "client", {.mac = *net::parse_mac(demo::kClientMac)}},
  };
  for (const Entry& entry : entries) {
    auto host = runtime::TestHost::start(entry.name);
    if (!host) return std::unexpected(host.error());
    if (auto plugged = bridge_->plug_in(*host, entry.plug); !plugged) return plugged;
    entry.slot = std::make_unique<DemoHost>(DemoHost{.host = std::move(*host)});
  }
  return {};
}

Result<void> DemoStage::start(DemoHost& host, const std::vector<std::string>& words) {
  auto program = runtime::ChildProcess::start(words, host.host.inside());
  if (!program) return std::unexpected(program.error());
  host.program = std::move(*program);
  return loop_->watch(host.program->output(), EPOLLIN,
                      [this, &host](std::uint32_t) { listen(host); });
}

/// Reads what a program says.
void DemoStage::listen(DemoHost& host) {
  char buffer[4'096];
  const ssize_t got = ::read(host.program->output(), buffer, sizeof buffer);
  if (got > 0) host.said.append(buffer, static_cast<std::size_t>(got));
  if (&host == client_.get()) pass_on_lines();
  const bool ended = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
  if (!ended) return;
  loop_->forget(host.program->output());
  give_up(host.host.name() + "'s program ended:\n" + tail_of(host.said));
}

void DemoStage::pass_on_lines() {
  take_frames();
  DemoHost& host = *client_;
  for (std::size_t end = 0; (end = host.said.find('\n', host.heard)) != std::string::npos;) {
    const std::string line = host.said.substr(host.heard, end - host.heard);
    host.heard = end + 1;
    if (on_line_) on_line_(line);
  }
}

void DemoStage::take_frames() {
  const auto drained = capture_->drain([this](Duration at, Bytes frame) {
    if (pcap_ && !pcap_->write(at, frame) && !broken_) {
      broken_ = refusal("write " + options_.pcap, "the disk refuses it");
    }
    if (on_frame_) on_frame_(at, frame);
  });
  if (!drained && !broken_) broken_ = drained.error();
}

Result<void> DemoStage::start_servers() {
  server_config_ = config_text(false, options_.lease_time);
  const std::string other_config = config_text(true, options_.lease_time);
  for (DemoHost* host : {server_.get(), other_.get()}) {
    const bool second = host == other_.get();
    const auto written =
        host->host.write_file("/etc/lessor/lessor.conf", second ? other_config : server_config_);
    if (!written) return written;
    if (auto started = start(*host, {"/proc/self/exe", "serve"}); !started) return started;
  }
  return wait("the servers to serve", kStartPatience,
              [&] { return serves(*server_) && serves(*other_); });
}

Result<void> DemoStage::start_client() {
  std::vector<std::string> words;
  for (const std::string_view word : split(demo::kClientCommand, ' ')) words.emplace_back(word);
  words[0] = "/proc/self/exe";
  return start(*client_, words);
}

void DemoStage::stop() {
  for (DemoHost* host : {client_.get(), server_.get(), other_.get()}) {
    if (host != nullptr && host->program) host->program->signal(SIGTERM);
  }
  for (DemoHost* host : {client_.get(), server_.get(), other_.get()}) {
    if (host != nullptr && host->program) (void)host->program->wait(kStopPatience);
  }
}

Result<void> DemoStage::wait(const std::string& what, Duration patience,
                             const std::function<bool()>& done, const std::function<void()>& tick) {
  const Instant deadline = runtime::read_clock().mono + patience;
  for (;;) {
    if (interrupted_) return std::unexpected(refusal("go on", "it was interrupted"));
    if (broken_) return std::unexpected(*broken_);
    if (done()) return {};
    const Instant now = runtime::read_clock().mono;
    if (now >= deadline) break;
    if (tick) tick();
    loop_->turn(std::min(deadline, now + kTick));
  }
  std::string said;
  for (const DemoHost* host : {server_.get(), other_.get(), client_.get()}) {
    if (host->program) said += "\n--- " + host->host.name() + " said:\n" + tail_of(host->said);
  }
  return std::unexpected(
      refusal("wait any longer for " + what, "nothing of it within " + to_string(patience) + said));
}

void DemoStage::give_up(const std::string& why) {
  if (!broken_) broken_ = refusal("go on", why);
}

bool DemoStage::interrupted() {
  loop_->turn(runtime::read_clock().mono);
  return interrupted_;
}

Result<std::string> DemoStage::ask(const DemoHost& host, std::vector<std::string> words) {
  if (words[0] == "lessor") words[0] = "/proc/self/exe";
  const auto finished = runtime::run_program(words, host.host.inside());
  if (!finished) return std::unexpected(finished.error());
  if (finished->code == 0) return finished->output;
  return std::unexpected(refusal("run " + words[0] + " on " + host.host.name(), finished->output));
}

}  // namespace lessor::cli
