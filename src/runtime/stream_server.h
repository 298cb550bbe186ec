#pragma once
// A server of streams, on a thread of its own: a client connects, writes a request and reads an
// answer. Must not know: what requests mean, what they run over.

#include "base/time.h"
#include "runtime/event_loop.h"
#include "runtime/stream_channel.h"
#include "runtime/wakeup.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace lessor::runtime {

struct StreamServerOptions {
  std::size_t max_request_bytes = 1'024 * 1'024;
  std::size_t max_connections = 32;  ///< at once; who gives way to more: unix_seats.h
  /// Octets of requests and answers held at once. Beyond it the oldest others are cut off.
  std::size_t max_held_bytes = 128UL * 1'024 * 1'024;
  /// A request must be whole, and an answer must move, within this; else the client is cut off.
  Duration patience = Duration::seconds(10);
  /// Who reads his answer slower than so many octets a second, on the whole, is cut off too.
  std::size_t slowest_reader = 1'024 * 1'024;
};

/// Who is at the other end. Of a local client all of it is the kernel's word.
struct StreamPeer {
  int pid = 0;       ///< 0: not of this host, or not known
  unsigned uid = 0;  ///< the user; of a client by TCP a number made of his address
  unsigned gid = 0;
  /// An operator, who has a place before others: root, the server's own user, or who has proven so
  /// with the request in hand.
  bool owner = false;
  unsigned settings = 0;  ///< the handler's: which of its settings he came under
  std::string address;    ///< of a client by TCP
};

/// Knows where a request ends, piece by piece, so that what came before is not looked at again
/// with every octet that a client sends.
class StreamRequestReader {
 public:
  virtual ~StreamRequestReader() = default;
  /// Whether the request can be answered with `piece`, which follows the pieces before it. A client
  /// that closes its writing side ends the request too.
  [[nodiscard]] virtual bool take(std::string_view piece) = 0;
};

/// What is sent.
struct StreamReply {
  std::string text;
  bool stays = false;  ///< the connection, for another request; else it is closed
};

/// What the server asks its owner; called on the server's thread.
class StreamRequestHandler {
 public:
  /// A reader for one request. It may set `peer.owner`; `peer` outlives it.
  [[nodiscard]] virtual std::unique_ptr<StreamRequestReader> reader(StreamPeer& peer) = 0;
  /// The answer to a request. May block; other clients wait meanwhile.
  [[nodiscard]] virtual StreamReply answer(std::string_view request, const StreamPeer& peer) = 0;
  /// The answer to a request beyond max_request_bytes.
  [[nodiscard]] virtual std::string too_long(std::size_t max_request_bytes) = 0;
  /// The answer to a request that was begun and is not whole in time; empty: none.
  [[nodiscard]] virtual std::string too_late() { return {}; }

 protected:
  ~StreamRequestHandler() = default;
};

/// Where clients come from. Gives up what it made at its end.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  struct Client {
    std::unique_ptr<StreamChannel> channel;
    StreamPeer peer;
  };
  [[nodiscard]] virtual int fd() const = 0;
  /// The next client; nothing when he is gone again (errno says why).
  [[nodiscard]] virtual std::optional<Client> accept() = 0;
};

/// Answers from start() on.
class StreamServer {
 public:
  [[nodiscard]] static Result<std::unique_ptr<StreamServer>> open(
      StreamServerOptions options, std::unique_ptr<StreamListener> listener,
      StreamRequestHandler& handler);
  /// Starts the thread.
  [[nodiscard]] Result<void> start();
  /// Ends the thread, dropping connections. Not on the server's own thread.
  ~StreamServer();
  StreamServer(const StreamServer&) = delete;
  StreamServer& operator=(const StreamServer&) = delete;

 private:
  struct Connection;
  StreamServer(StreamServerOptions options, std::unique_ptr<StreamListener> listener,
               StreamRequestHandler& handler, std::unique_ptr<EventLoop> loop, Wakeup stop);
  [[nodiscard]] Result<void> watch_all();
  void run();
  void on_connect();
  [[nodiscard]] bool find_seat(const StreamPeer& peer);
  void hold(const Connection& connection, std::size_t more);
  void on_ready(Connection& connection, std::uint32_t events);
  void read_some(Connection& connection);
  void write_some(Connection& connection);
  void answer(Connection& connection, StreamReply reply);
  void on_written(Connection& connection);
  void linger(Connection& connection);
  void listen_again(Connection& connection);
  void discard_some(Connection& connection);
  void drop(Connection& connection);
  void ask_handler(Connection& connection);
  void wait_for(Connection& connection, StreamProgress::State state);
  void drop_late();
  void cut(Connection& connection);
  [[nodiscard]] Instant next_deadline() const;

  StreamServerOptions options_;
  StreamRequestHandler& handler_;
  std::unique_ptr<StreamListener> listener_;
  std::unique_ptr<EventLoop> loop_;
  Wakeup stop_;
  bool stopping_ = false;
  Instant listen_again_at_ = Instant::never();
  std::uint64_t last_age_ = 0;
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::thread thread_;
};

}  // namespace lessor::runtime
