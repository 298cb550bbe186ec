#pragma once
// Opens and closes packet sockets beside the packet thread: for either the kernel waits until every
// processor has let go of the network for a moment, tens of milliseconds.

#include "runtime/packet_port.h"
#include "runtime/wakeup.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace lessor::runtime {

/// A thread that does what it is asked, in order.
class PortWorker {
 public:
  /// What came of an open().
  struct Opened {
    net::InterfaceIndex interface = 0;
    Result<std::unique_ptr<PacketPort>> port;
  };

  [[nodiscard]] static Result<std::unique_ptr<PortWorker>> start();
  /// Waits for the task in hand; ports that nobody has taken are closed.
  ~PortWorker();
  PortWorker(const PortWorker&) = delete;
  PortWorker& operator=(const PortWorker&) = delete;

  void open(PacketPort::Options options);
  void close(std::unique_ptr<PacketPort> port);
  /// What has been opened, or has failed, since the last call.
  [[nodiscard]] std::vector<Opened> take_opened();
  /// Rings when take_opened() has something.
  [[nodiscard]] const Wakeup& done() const { return done_; }

 private:
  struct Task {
    std::optional<PacketPort::Options> open;
    std::unique_ptr<PacketPort> close;
  };
  explicit PortWorker(Wakeup done) : done_(std::move(done)) {}
  void give(Task task);
  void run();
  void perform(Task task);

  Wakeup done_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  std::vector<Opened> opened_;
  bool stopping_ = false;
  std::thread thread_;
};

/// Closes many ports at once: the kernel's waits then overlap.
void close_ports(std::vector<std::unique_ptr<PacketPort>> ports);

}  // namespace lessor::runtime
