#pragma once
// A server on a local stream socket, on a thread of its own: a client connects, writes one request,
// reads one answer, and the connection closes. Must not know: what requests mean.

#include "base/time.h"
#include "runtime/event_loop.h"
#include "runtime/wakeup.h"

#include <map>
#include <memory>
#include <string_view>
#include <thread>

namespace lessor::runtime {

struct UnixServerOptions {
  std::string path;
  std::size_t max_request_bytes = 1'024 * 1'024;
  std::size_t max_connections = 32;  ///< at once; who gives way to more: unix_seats.h
  /// Octets of requests and answers held at once. Beyond it the oldest others are cut off.
  std::size_t max_held_bytes = 128UL * 1'024 * 1'024;
  /// A request must be whole, and an answer must move, within this; else the client is cut off.
  Duration patience = Duration::seconds(10);
  /// Who reads his answer slower than so many octets a second, on the whole, is cut off too.
  std::size_t slowest_reader = 1'024 * 1'024;
};

/// Who is at the other end, as the kernel says.
struct UnixPeer {
  int pid = 0;
  unsigned uid = 0;
  unsigned gid = 0;
};

/// Knows where a request ends, piece by piece, so that what came before is not looked at again
/// with every octet that a client sends.
class UnixRequestReader {
 public:
  virtual ~UnixRequestReader() = default;
  /// Whether the request is whole with `piece`, which follows the pieces before it. A client that
  /// closes its writing side ends the request too.
  [[nodiscard]] virtual bool take(std::string_view piece) = 0;
};

/// What the server asks its owner; called on the server's thread.
class UnixRequestHandler {
 public:
  /// A reader for one request.
  [[nodiscard]] virtual std::unique_ptr<UnixRequestReader> reader() = 0;
  /// The answer to a request. May block; other clients wait meanwhile.
  [[nodiscard]] virtual std::string answer(std::string_view request, const UnixPeer& peer) = 0;
  /// The answer to a request beyond max_request_bytes.
  [[nodiscard]] virtual std::string too_long(std::size_t max_request_bytes) = 0;

 protected:
  ~UnixRequestHandler() = default;
};

/// Listens from listen() on, answers from start() on.
class UnixServer {
 public:
  /// Makes the socket, as listen_unix() does.
  [[nodiscard]] static Result<std::unique_ptr<UnixServer>> listen(UnixServerOptions options,
                                                                  UnixRequestHandler& handler);
  /// Starts the thread.
  [[nodiscard]] Result<void> start();
  /// Ends the thread, dropping connections, and removes the socket.
  ~UnixServer();
  UnixServer(const UnixServer&) = delete;
  UnixServer& operator=(const UnixServer&) = delete;

  [[nodiscard]] const std::string& path() const { return options_.path; }

 private:
  struct Connection;
  UnixServer(UnixServerOptions options, UnixRequestHandler& handler, FileDescriptor listener,
             std::unique_ptr<EventLoop> loop, Wakeup stop);
  [[nodiscard]] Result<void> watch_all();
  void run();
  void on_connect();
  [[nodiscard]] bool find_seat(const UnixPeer& peer);
  void hold(const Connection& connection, std::size_t more);
  void on_ready(Connection& connection, std::uint32_t events);
  void read_some(Connection& connection);
  void write_some(Connection& connection);
  void answer(Connection& connection, std::string text);
  void linger(Connection& connection);
  void discard_some(Connection& connection);
  void drop(Connection& connection);
  void ask_handler(Connection& connection);
  void drop_late();
  [[nodiscard]] Instant next_deadline() const;

  UnixServerOptions options_;
  UnixRequestHandler& handler_;
  FileDescriptor listener_;
  std::unique_ptr<EventLoop> loop_;
  Wakeup stop_;
  bool stopping_ = false;
  Instant listen_again_at_ = Instant::never();
  std::uint64_t last_age_ = 0;
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::thread thread_;
};

}  // namespace lessor::runtime
