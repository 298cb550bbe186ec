#pragma once
// Live capture of frames on an interface (libpcap), with the kernel's nanosecond timestamps. Must
// not know: what the frames are.

#include "base/bytes.h"
#include "base/time.h"
#include "runtime/system_error.h"

#include <functional>
#include <memory>
#include <string>

struct pcap;

namespace lessor::runtime {

/// A running capture. Watch fd(); when it is readable, drain().
class Capture {
 public:
  /// Called for one frame: when it passed, since 1970-01-01 UTC, and its octets, valid during the
  /// call.
  using Take = std::function<void(Duration since_1970, Bytes frame)>;

  /// Captures whole frames on `interface`, promiscuously, as they come. `filter` is in pcap's
  /// language ("udp port 67"); empty takes everything.
  [[nodiscard]] static Result<Capture> open(const std::string& interface,
                                            const std::string& filter);
  [[nodiscard]] int fd() const;
  /// Hands over every frame that is there, oldest first.
  [[nodiscard]] Result<void> drain(const Take& take);
  /// How many frames the kernel had to leave out because nobody drained in time.
  [[nodiscard]] unsigned lost() const;

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
