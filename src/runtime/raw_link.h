#pragma once
// One Ethernet interface as a wire: whole frames out as they are, and in whatever passes, to this
// host or not. The host's own stack neither helps nor is disturbed. Must not know: what the frames
// are.

#include "net/interfaces.h"
#include "runtime/capture.h"
#include "runtime/event_loop.h"

#include <memory>
#include <string>

namespace lessor::runtime {

/// The wire behind one interface. One thread, one link: it takes SIGINT, SIGTERM and SIGHUP, which
/// end waits.
class RawLink {
 public:
  /// Opens `name`, promiscuously, for frames that pass `filter` (in pcap's language); frames that
  /// this host sends are not received. The errors say what to do: no such interface (and the
  /// nearest), none of Ethernet, down, no carrier, not permitted.
  [[nodiscard]] static Result<std::unique_ptr<RawLink>> open(const std::string& name,
                                                             const std::string& filter);
  RawLink(const RawLink&) = delete;
  RawLink& operator=(const RawLink&) = delete;

  /// As it was when the link was opened.
  [[nodiscard]] const net::Interface& interface() const { return interface_; }
  /// Puts one frame on the wire. The answer is when, since 1970-01-01 UTC.
  [[nodiscard]] Result<Duration> send(Bytes frame) const;
  /// Sleeps until something comes, a signal does, or the clock reaches `deadline`, and hands over
  /// the frames that are there, oldest first. May return early with nothing.
  [[nodiscard]] Result<void> wait(Instant deadline, const Capture::Take& take);
  /// Whether a signal asked for the end.
  [[nodiscard]] bool interrupted() const { return interrupted_; }
  /// Frames that the kernel had to leave out.
  [[nodiscard]] unsigned lost() const { return capture_.lost(); }

 private:
  RawLink(net::Interface interface, Capture capture, std::unique_ptr<EventLoop> loop)
      : interface_(std::move(interface)), capture_(std::move(capture)), loop_(std::move(loop)) {}

  net::Interface interface_;
  Capture capture_;
  std::unique_ptr<EventLoop> loop_;
  bool readable_ = false;
  bool interrupted_ = false;
};

}  // namespace lessor::runtime
