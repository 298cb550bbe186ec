#pragma once
// Follows the host's interfaces and addresses by netlink.

#include "runtime/interface_model.h"
#include "runtime/netlink_socket.h"

namespace lessor::runtime {

/// The current InterfaceTable, kept up to date by take_events(). One thread.
class InterfaceWatch {
 public:
  /// Subscribes first and asks then, so that nothing falls between.
  [[nodiscard]] static Result<InterfaceWatch> open();

  [[nodiscard]] const net::InterfaceTable& table() const { return table_; }
  /// Readable when there are events.
  [[nodiscard]] int fd() const { return events_.fd(); }
  /// Takes what has happened; true when the table changed. Events that the kernel had to drop make
  /// it ask for everything again.
  [[nodiscard]] Result<bool> take_events();

 private:
  InterfaceWatch(NetlinkSocket events, NetlinkSocket questions);
  [[nodiscard]] Result<void> ask_all();

  NetlinkSocket events_;
  NetlinkSocket questions_;
  InterfaceModel model_;
  net::InterfaceTable table_;
  bool stale_ = false;  // asking failed: the next take_events() asks again
};

}  // namespace lessor::runtime
