#pragma once
// Hears what servers say to clients on some links, on a thread of its own and at its own pace, so
// that a flood of it costs those who serve nothing. Must not know: what is said.

#include "net/datagram.h"
#include "net/frame.h"
#include "runtime/event_loop.h"
#include "runtime/frame_source.h"
#include "runtime/packet_port.h"
#include "runtime/wakeup.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lessor::runtime {

/// The datagram in a frame from port 67 to port 68, whoever it is sent to; nothing in any other.
[[nodiscard]] std::optional<net::Datagram> parse_reply(const ReceivedFrame& frame);

/// An Ethernet interface.
struct ListenedLink {
  net::InterfaceIndex index = 0;
  std::string name;
  friend bool operator==(const ListenedLink&, const ListenedLink&) = default;
};

/// What it tells, on its thread.
class ReplyListenerHandler {
 public:
  /// Broadcast, or sent to this host, or what a promiscuous interface sees; not by this host.
  virtual void on_reply(Now now, const net::Datagram& in) = 0;
  /// A link cannot be listened to.
  virtual void on_deaf(const ListenedLink& link, const SystemError& why) = 0;

 protected:
  ~ReplyListenerHandler() = default;
};

class ReplyListener {
 public:
  /// Starts the thread, which listens to nothing yet.
  [[nodiscard]] static Result<std::unique_ptr<ReplyListener>> start(ReplyListenerHandler& handler);
  ~ReplyListener();
  ReplyListener(const ReplyListener&) = delete;
  ReplyListener& operator=(const ReplyListener&) = delete;

  /// Listens to these links and to no others, from soon on; to the first kMaxListenedLinks of
  /// them. Any thread.
  void follow(std::vector<ListenedLink> links);

 private:
  struct Ear;
  ReplyListener(ReplyListenerHandler& handler, std::unique_ptr<EventLoop> loop, Wakeup bell);
  void run();
  void take_orders();
  void open(const ListenedLink& link);
  void close(net::InterfaceIndex index);
  void hear(Ear& ear, std::uint32_t events);
  void begin_pause(Ear& ear);
  void end_pause(Instant now);

  ReplyListenerHandler& handler_;
  std::unique_ptr<EventLoop> loop_;
  Wakeup bell_;
  std::mutex mutex_;  // guards what follows
  std::vector<ListenedLink> wanted_;
  bool stopping_ = false;

  // The thread's own.
  std::map<net::InterfaceIndex, std::unique_ptr<Ear>> ears_;
  std::size_t budget_ = 0;
  Instant pause_ends_ = Instant::never();
  bool done_ = false;
  std::thread thread_;
};

}  // namespace lessor::runtime
