#include "base/text.h"
#include "cli/console.h"
#include "cli/workbench/commands.h"
#include "cli/workbench/packet_flow.h"
#include "cli/workbench/show.h"
#include "cli/workbench/view_sinks.h"
#include "craft/capture/link_types.h"
#include "runtime/capture.h"
#include "runtime/clock.h"
#include "runtime/event_loop.h"
#include "runtime/interface_watch.h"

#include <csignal>
#include <sys/epoll.h>

namespace lessor::cli {
namespace {

using Done = std::expected<void, std::string>;

/// DHCP, ARP, ICMP echo and its answer.
constexpr const char* kDefaultFilter =
    "arp or (udp and (port 67 or port 68)) or (icmp and (icmp[0] == 8 or icmp[0] == 0))";

/// The same behind one VLAN tag or two: pcap's `vlan` moves on what stands behind it.
std::string with_tags(const std::string& filter) {
  return filter + " or (vlan and (" + filter + " or (vlan and (" + filter + "))))";
}

/// One interface that is watched.
struct Watched {
  std::string name;
  runtime::Capture capture;
  craft::LinkType link;
};

/// `lessor watch` at work: captures into the flow until something ends it.
class Watcher {
 public:
  explicit Watcher(const WatchWords& words)
      : words_(words),
        printer_(words.at_once),
        view_(make_view(words, printer_, true)),
        flow_(words, *view_, !words.bpf.has_value()) {}

  /// The exit code of the program; what is wrong is said.
  ExitCode run() {
    auto opened = open_all();
    if (!opened) {
      complain(opened.error());
      return failure_;
    }
    announce();
    const Done watched = watch();
    const ExitCode finished = view_->finish();
    printer_.flush();
    summarise();
    if (!watched) {
      complain(watched.error());
      return ExitCode::failed;
    }
    return printer_.exit_code() == ExitCode::done ? finished : printer_.exit_code();
  }

 private:
  Done open_all() {
    for (const std::string& name : words_.interfaces) {
      if (auto known = check_name(name); !known) return known;
      auto capture = runtime::Capture::open(name);
      if (!capture) return std::unexpected(to_string(capture.error()));
      const auto link = craft::link_type_of(capture->link_type());
      if (!link) {
        return std::unexpected(name + " carries frames of a kind that cannot be read: " +
                               craft::describe_dlt(capture->link_type()));
      }
      if (auto filtered = filter(*capture); !filtered) return filtered;
      watched_.push_back({.name = name, .capture = std::move(*capture), .link = *link});
      if (!words_.write.empty() && *link != watched_.front().link) {
        return std::unexpected("-w: a capture file holds one kind of frames, and those of " + name +
                               " and " + watched_.front().name + " differ");
      }
    }
    return flow_.begin(watched_.front().link);
  }

  /// Whether there is such an interface; else its nearest name is told.
  Done check_name(const std::string& name) {
    const auto interfaces = runtime::InterfaceWatch::open();
    if (!interfaces || name == "any" || interfaces->table().find(name) != nullptr) return {};
    std::vector<std::string_view> names = {"any"};
    for (const net::Interface& one : interfaces->table().all()) names.push_back(one.name);
    std::string text = unknown_word(name, "interface of this host", names);
    if (text.ends_with('?')) return std::unexpected(text);
    text += ": there are";
    for (const std::string_view known : names) {
      text.append(known == names.front() ? " " : ", ").append(known);
    }
    return std::unexpected(text);
  }

  Done filter(runtime::Capture& capture) {
    if (words_.bpf) {
      auto set = capture.set_filter(*words_.bpf);
      if (set) return {};
      failure_ = ExitCode::usage;
      return std::unexpected("--filter " + quote_word(*words_.bpf) + ": " + set.error().reason);
    }
    // Frames without a link layer of their own have no tags to look behind.
    if (capture.set_filter(with_tags(kDefaultFilter))) return {};
    auto set = capture.set_filter(kDefaultFilter);
    return set ? Done() : std::unexpected(to_string(set.error()));
  }

  void announce() {
    std::string names;
    for (const Watched& one : watched_) names += (names.empty() ? "" : ", ") + one.name;
    complain("watching " + names + (words_.bpf ? "" : ": DHCP, and ARP and ICMP of its hosts"));
    printer_.flush();
  }

  Done watch() {
    auto loop = runtime::EventLoop::open();
    if (!loop) return std::unexpected(to_string(loop.error()));
    auto signals =
        (*loop)->watch_signals({SIGINT, SIGTERM, SIGHUP}, [this](int) { ended_ = true; });
    if (!signals) return std::unexpected(to_string(signals.error()));
    for (Watched& one : watched_) {
      auto watched =
          (*loop)->watch(one.capture.fd(), EPOLLIN, [this, &one](std::uint32_t) { drain(one); });
      if (!watched) return std::unexpected(to_string(watched.error()));
    }
    const Instant until = runtime::read_clock().mono + words_.duration;
    while (!ended_ && !flow_.enough() && wrong_.empty() && !printer_.gone() &&
           runtime::read_clock().mono < until) {
      (*loop)->turn(until);
      printer_.flush();
    }
    return wrong_.empty() ? Done() : std::unexpected(wrong_);
  }

  void drain(Watched& one) {
    const auto drained = one.capture.drain([this, &one](Duration at, Bytes bytes) {
      if (flow_.enough() || !wrong_.empty()) return;
      const craft::CapturedFrame frame{
          .number = flow_.taken() + 1,
          .since_1970 = at,
          .link = one.link,
          .interface = watched_.size() > 1 ? std::string_view(one.name) : "",
          .bytes = bytes,
          .original_size = bytes.size()};
      if (auto taken = flow_.take(frame); !taken) wrong_ = taken.error();
    });
    if (!drained && wrong_.empty()) wrong_ = to_string(drained.error());
  }

  void summarise() const {
    unsigned dropped = 0;
    for (const Watched& one : watched_) dropped += one.capture.counts().dropped;
    complain(std::to_string(flow_.taken()) + " captured, " + std::to_string(flow_.shown()) +
             " shown, " + std::to_string(dropped) + " dropped by the kernel");
  }

  const WatchWords& words_;
  Printer printer_;
  std::unique_ptr<PacketSink> view_;
  PacketFlow flow_;
  std::vector<Watched> watched_;
  bool ended_ = false;
  std::string wrong_;
  ExitCode failure_ = ExitCode::failed;
};

}  // namespace

ExitCode run_watch(std::span<const char* const> words) {
  auto read = read_watch_words(words);
  if (!read) return print_stop(read.error());
  if (!read->read.empty()) {
    ShowWords show;
    const ViewWords& shared = *read;
    static_cast<ViewWords&>(show) = shared;
    show.file = read->read;
    show.title = read->read;
    return show_file(std::move(show));
  }
  // Who says what the kernel hands over wants to see that.
  if (read->bpf) read->everything = true;
  return Watcher(*read).run();
}

}  // namespace lessor::cli
