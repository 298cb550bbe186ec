#pragma once
// Live capture of frames on an interface (libpcap), with the kernel's nanosecond timestamps; and
// frames sent by the same way. Must not know: what the frames are.

#include "base/bytes.h"
#include "base/time.h"
#include "runtime/system_error.h"

#include <functional>
#include <memory>
#include <string>

struct pcap;

namespace lessor::runtime {

/// What a capture counted.
struct CaptureCounts {
  unsigned received = 0;  ///< frames that the filter let through
  unsigned dropped = 0;   ///< of them, left out by the kernel because nobody drained in time
};

/// A running capture. Watch fd(); when it is readable, drain().
class Capture {
 public:
  /// Called for one frame: when it passed, since 1970-01-01 UTC, and its octets, valid during the
  /// call.
  using Take = std::function<void(Duration since_1970, Bytes frame)>;

  /// Captures whole frames on `interface`, promiscuously, as they come. `filter` is in pcap's
  /// language ("udp port 67"); empty takes everything. "any" captures on all interfaces, as Linux
  /// cooked frames of version 2.
  [[nodiscard]] static Result<Capture> open(const std::string& interface,
                                            const std::string& filter);
  /// The same without a filter, for set_filter().
  [[nodiscard]] static Result<Capture> open(const std::string& interface);
  /// From now on only what `filter` lets through. Refused: no filter of pcap's language, or not one
  /// for this kind of frames.
  [[nodiscard]] Result<void> set_filter(const std::string& filter);
  /// What the frames begin with, as libpcap numbers it (DLT_EN10MB).
  [[nodiscard]] int link_type() const;
  /// From now on frames that this host sends are left out.
  [[nodiscard]] Result<void> ignore_outgoing();
  [[nodiscard]] int fd() const;
  /// Hands over the frames that are there, oldest first. A thousand at most: fd() stays readable
  /// while there are more.
  [[nodiscard]] Result<void> drain(const Take& take);
  /// Sends one whole frame by the interface. Refused: longer than the interface takes, an interface
  /// that went down.
  [[nodiscard]] Result<void> send(Bytes frame) const;
  /// How many frames the kernel had to leave out because nobody drained in time.
  [[nodiscard]] unsigned lost() const { return counts().dropped; }
  [[nodiscard]] CaptureCounts counts() const;

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };
  using Handle = std::unique_ptr<pcap, Close>;
  Capture(Handle handle, std::string interface)
      : handle_(std::move(handle)), interface_(std::move(interface)) {}
  Handle handle_;
  std::string interface_;
};

}  // namespace lessor::runtime
