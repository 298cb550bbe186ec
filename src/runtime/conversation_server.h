#pragma once
// A server of TCP connections over which much goes for long, on a thread of its own: octets come in
// pieces, answers are made as fast as the other end reads them, and no faster. Must not know: what
// is said.

#include "base/bytes.h"
#include "base/time.h"
#include "net/address.h"
#include "runtime/event_loop.h"
#include "runtime/wakeup.h"

#include <map>
#include <memory>
#include <thread>

namespace lessor::runtime {

/// One connection's side of what is said. Called on the server's thread.
class Conversation {
 public:
  virtual ~Conversation() = default;
  /// Whether take() would take something.
  [[nodiscard]] virtual bool wants_octets() const = 0;
  /// The next octets of the other end's; returns how many were taken. The others come again.
  [[nodiscard]] virtual std::size_t take(Bytes octets) = 0;
  /// Whether go_on() would do something.
  [[nodiscard]] virtual bool has_work() const = 0;
  /// Does a bounded piece of it; may wait for another thread.
  virtual void go_on() = 0;
  /// What is to be sent, valid until the next call.
  [[nodiscard]] virtual Bytes output() const = 0;
  virtual void sent(std::size_t size) = 0;
  /// Whether the connection ends when all output is sent.
  [[nodiscard]] virtual bool is_over() const = 0;
};

/// Who wants to talk.
struct Visitor {
  net::Ip4 address;
  net::Ip4 own;                ///< our address, to which it connected
  std::size_t others = 0;      ///< connections that there are
  std::size_t of_address = 0;  ///< of them, from the same address
};

/// What the server asks its owner; called on the server's thread.
class ConversationHandler {
 public:
  /// Null: the connection is closed at once.
  [[nodiscard]] virtual std::unique_ptr<Conversation> welcome(const Visitor& visitor) = 0;
  /// For how long a connection may be open without an octet either way.
  [[nodiscard]] virtual Duration patience() = 0;

 protected:
  ~ConversationHandler() = default;
};

/// Listens from listen() on, talks from start() on.
class ConversationServer {
 public:
  /// Opens the socket. Errors: the address is none of this host's, the port is taken or takes a
  /// privilege.
  [[nodiscard]] static Result<std::unique_ptr<ConversationServer>> listen(
      net::Ip4 address, std::uint16_t port, ConversationHandler& handler);
  /// Starts the thread.
  [[nodiscard]] Result<void> start();
  /// Ends the thread, dropping connections.
  ~ConversationServer();
  ConversationServer(const ConversationServer&) = delete;
  ConversationServer& operator=(const ConversationServer&) = delete;

 private:
  struct Connection;
  ConversationServer(ConversationHandler& handler, FileDescriptor listener,
                     std::unique_ptr<EventLoop> loop, Wakeup stop);
  [[nodiscard]] Result<void> watch_all();
  void run();
  void on_connect();
  void on_ready(Connection& connection, std::uint32_t events);
  [[nodiscard]] bool read_some(Connection& connection);
  [[nodiscard]] bool write_some(Connection& connection);
  void wait_for_more(Connection& connection);
  void drop(Connection& connection);
  void drop_silent();
  [[nodiscard]] Instant next_deadline() const;

  ConversationHandler& handler_;
  FileDescriptor listener_;
  std::unique_ptr<EventLoop> loop_;
  Wakeup stop_;
  bool stopping_ = false;
  Instant listen_again_at_ = Instant::never();
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::thread thread_;
};

}  // namespace lessor::runtime
