#include "cli/demo.h"

#include "base/text.h"
#include "cli/console.h"
#include "cli/demo_script.h"
#include "runtime/namespaces.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace lessor::cli {
namespace {

constexpr Duration kLeaseMin = Duration::seconds(10);  // time to read a little before T1
constexpr Duration kLeaseMax = Duration::seconds(7 * 24 * 3'600);

constexpr const char* kHelp = R"(lessor demo: the whole life of a lease, shown

Usage: lessor demo [OPTIONS]

Makes three hosts in network namespaces, two with `lessor serve` and one with `lessor client`, and
shows every packet that they exchange and every state that the client goes through: getting an
address, renewing it at half of the lease time, releasing it. Needs root, or a kernel that lets
users make namespaces; and the program ip (iproute2).

Options:
  --lease-time TIME   how long the lease lasts: 30s (default), 300, 5m; the renewal comes at half
  --pcap FILE         keep the capture
  --no-color          no colours on a terminal (also: NO_COLOR=1)
  -h, --help          this page
)";

/// Debian keeps `ip` where an ordinary user's PATH does not lead.
void widen_path() {
  const char* const given = std::getenv("PATH");
  const std::string path(given == nullptr ? "" : given);
  ::setenv("PATH", (path + (path.empty() ? "" : ":") + "/usr/sbin:/sbin:/usr/bin:/bin").c_str(), 1);
}

int complain(const std::string& what) {
  std::fprintf(stderr, "lessor demo: %s\n", what.c_str());
  return to_int(ExitCode::failed);
}

/// Everything that happens inside the namespaces.
int play(const DemoOptions& options) {
  auto stage = DemoStage::build(options);
  if (!stage) return complain(to_string(stage.error()));
  const bool terminal = is_terminal();
  net::HardwareAddress client{.size = 6};
  copy_bytes(client.octets, net::parse_mac(demo::kClientMac)->octets);
  DemoShow show(stdout, screen_style(options.no_colour ? Colour::never : Colour::automatic),
                terminal, {.client = client, .left = {{demo::kOther}}, .right = {{demo::kServer}}});
  const auto played = DemoScript(**stage, show, options).play();
  show.print(played ? "" : "\n");
  const bool interrupted = !played && (*stage)->interrupted();
  (*stage)->stop();
  if (played) return to_int(ExitCode::done);
  // Whatever a signal broke on its way, that is the reason.
  return complain(interrupted ? "interrupted" : to_string(played.error()));
}

std::unexpected<DemoUsage> refuse(std::string why) {
  return std::unexpected(DemoUsage{.text = std::move(why)});
}

std::expected<Duration, DemoUsage> read_lease_time(std::string_view text) {
  const auto time = parse_duration(text);
  if (!time) return refuse("--lease-time: " + time.error());
  if (*time >= kLeaseMin && *time <= kLeaseMax) return *time;
  return refuse("--lease-time: between " + to_string(kLeaseMin) + " and " + to_string(kLeaseMax) +
                ", not " + std::string(text));
}

}  // namespace

std::expected<DemoOptions, DemoUsage> read_demo_options(std::span<const char* const> words) {
  DemoOptions options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "-h" || word == "--help") return std::unexpected(DemoUsage{ExitCode::done, kHelp});
    if (word == "--no-color") {
      options.no_colour = true;
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string name(word.substr(0, equals));
    if (name != "--lease-time" && name != "--pcap") {
      return refuse("'" + std::string(word) + "' is no option of demo");
    }
    const bool next_is_value = equals == std::string_view::npos && i + 1 < words.size();
    const std::string_view value = next_is_value                      ? words[++i]
                                   : equals != std::string_view::npos ? word.substr(equals + 1)
                                                                      : "";
    if (value.empty()) return refuse(name + " needs a value");
    if (name == "--pcap") {
      options.pcap = value;
    } else if (const auto time = read_lease_time(value)) {
      options.lease_time = *time;
    } else {
      return std::unexpected(time.error());
    }
  }
  return options;
}

int run_demo(std::span<const char* const> words) {
  const auto options = read_demo_options(words);
  if (!options) {
    const bool help = options.error().code == ExitCode::done;
    std::fprintf(help ? stdout : stderr, "%s%s%s",
                 help ? "" : "lessor demo: ", options.error().text.c_str(),
                 help ? "" : "\nTry 'lessor demo --help'.\n");
    return to_int(options.error().code);
  }
  widen_path();
  const auto code = runtime::run_in_new_namespaces([&options] { return play(*options); });
  return code ? *code : complain(to_string(code.error()));
}

}  // namespace lessor::cli
