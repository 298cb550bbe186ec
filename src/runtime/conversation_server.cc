#include "runtime/conversation_server.h"

#include "runtime/clock.h"
#include "runtime/socket_address.h"
#include "runtime/tcp_listener.h"
#include "runtime/threads.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace lessor::runtime {
namespace {

constexpr Duration kRelistenPause = Duration::milliseconds(200);
/// Read at a time: a question is short.
constexpr std::size_t kPiece = 4'096;

bool is_passing(int number) { return number == EAGAIN || number == EINTR; }

/// Who is at one of the ends of a connection; zero when it is gone already.
net::Ip4 address_of(const FileDescriptor& fd, decltype(&::getpeername) ask) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (ask(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return load_ip4(address.sin_addr);
}

}  // namespace

struct ConversationServer::Connection {
  FileDescriptor fd;
  net::Ip4 address;
  std::unique_ptr<Conversation> conversation;
  bool ended = false;  // the other end says no more
  Instant cut_at;
};

Result<std::unique_ptr<ConversationServer>> ConversationServer::listen(
    net::Ip4 address, std::uint16_t port, ConversationHandler& handler) {
  auto sockets = TcpSockets::make(1);
  if (!sockets) return std::unexpected(sockets.error());
  auto fd = (*sockets)->listen({.address = net::to_string(address), .port = port});
  if (!fd) return std::unexpected(fd.error());
  auto loop = EventLoop::open();
  if (!loop) return std::unexpected(loop.error());
  auto stop = Wakeup::open();
  if (!stop) return std::unexpected(stop.error());
  std::unique_ptr<ConversationServer> server(
      new ConversationServer(handler, std::move(*fd), std::move(*loop), std::move(*stop)));
  const auto watched = server->watch_all();
  if (!watched) return std::unexpected(watched.error());
  return server;
}

ConversationServer::ConversationServer(ConversationHandler& handler, FileDescriptor listener,
                                       std::unique_ptr<EventLoop> loop, Wakeup stop)
    : handler_(handler),
      listener_(std::move(listener)),
      loop_(std::move(loop)),
      stop_(std::move(stop)) {}

ConversationServer::~ConversationServer() {
  if (!thread_.joinable()) return;
  stop_.ring();
  thread_.join();
}

Result<void> ConversationServer::watch_all() {
  auto watched = loop_->watch(stop_.fd(), EPOLLIN, [this](std::uint32_t) { stopping_ = true; });
  if (!watched) return watched;
  return loop_->watch(listener_.get(), EPOLLIN, [this](std::uint32_t) { on_connect(); });
}

Result<void> ConversationServer::start() {
  auto thread = start_thread("queries", [this] { run(); });
  if (!thread) return std::unexpected(thread.error());
  thread_ = std::move(*thread);
  return {};
}

void ConversationServer::run() {
  while (!stopping_) {
    loop_->turn(next_deadline());
    drop_silent();
  }
}

void ConversationServer::on_connect() {
  FileDescriptor fd(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd.is_open() && (errno == EMFILE || errno == ENFILE)) {
    // It stays in the queue, and the loop would spin on it: look again in a
    // moment.
    loop_->rewatch(listener_.get(), 0);
    listen_again_at_ = read_clock().mono + kRelistenPause;
  }
  if (!fd.is_open()) return;
  auto connection = std::make_unique<Connection>();
  connection->address = address_of(fd, ::getpeername);
  const auto same = std::ranges::count_if(
      connections_, [&](const auto& each) { return each.second->address == connection->address; });
  connection->conversation = handler_.welcome({.address = connection->address,
                                               .own = address_of(fd, ::getsockname),
                                               .others = connections_.size(),
                                               .of_address = static_cast<std::size_t>(same)});
  if (connection->conversation == nullptr) return;
  connection->fd = std::move(fd);
  connection->cut_at = read_clock().mono + handler_.patience();
  Connection* self = connection.get();
  const auto watched = loop_->watch(
      self->fd.get(), EPOLLIN, [this, self](std::uint32_t events) { on_ready(*self, events); });
  if (watched) connections_.emplace(self->fd.get(), std::move(connection));
}

/// One piece of whatever can be done: others have their turn before the next.
void ConversationServer::on_ready(Connection& connection, std::uint32_t events) {
  Conversation& conversation = *connection.conversation;
  if ((events & EPOLLERR) != 0) return drop(connection);
  if (!connection.ended && conversation.wants_octets() && !read_some(connection)) {
    return drop(connection);
  }
  if (conversation.output().empty() && conversation.has_work()) conversation.go_on();
  if (!write_some(connection)) return drop(connection);
  const bool all_is_said = connection.ended && !conversation.has_work();
  if (conversation.output().empty() && (all_is_said || conversation.is_over())) {
    return drop(connection);
  }
  wait_for_more(connection);
}

/// False: the connection is broken. What the conversation does not take stays
/// in the kernel.
bool ConversationServer::read_some(Connection& connection) {
  std::array<std::byte, kPiece> piece;
  const ssize_t size = ::recv(connection.fd.get(), piece.data(), piece.size(), MSG_PEEK);
  if (size < 0) return is_passing(errno);
  connection.ended = size == 0;
  if (connection.ended) return true;
  connection.cut_at = read_clock().mono + handler_.patience();
  const std::size_t taken =
      connection.conversation->take(Bytes(piece).first(static_cast<std::size_t>(size)));
  return ::recv(connection.fd.get(), piece.data(), taken, 0) == static_cast<ssize_t>(taken);
}

bool ConversationServer::write_some(Connection& connection) {
  const Bytes output = connection.conversation->output();
  if (output.empty()) return true;
  const ssize_t size = ::send(connection.fd.get(), output.data(), output.size(), MSG_NOSIGNAL);
  if (size < 0) return is_passing(errno);
  if (size > 0) connection.cut_at = read_clock().mono + handler_.patience();
  connection.conversation->sent(static_cast<std::size_t>(size));
  return true;
}

void ConversationServer::wait_for_more(Connection& connection) {
  const Conversation& conversation = *connection.conversation;
  const bool reads = !connection.ended && conversation.wants_octets();
  const bool writes = !conversation.output().empty() || conversation.has_work();
  loop_->rewatch(connection.fd.get(), (reads ? EPOLLIN : 0U) | (writes ? EPOLLOUT : 0U));
}

void ConversationServer::drop(Connection& connection) {
  const int fd = connection.fd.get();
  loop_->forget(fd);
  connections_.erase(fd);
}

void ConversationServer::drop_silent() {
  const Instant now = read_clock().mono;
  if (now >= listen_again_at_) {
    listen_again_at_ = Instant::never();
    loop_->rewatch(listener_.get(), EPOLLIN);
  }
  std::vector<Connection*> silent;
  for (const auto& [fd, connection] : connections_) {
    if (connection->cut_at <= now) silent.push_back(connection.get());
  }
  for (Connection* connection : silent) drop(*connection);
}

Instant ConversationServer::next_deadline() const {
  Instant first = listen_again_at_;
  for (const auto& [fd, connection] : connections_) first = std::min(first, connection->cut_at);
  return first;
}

}  // namespace lessor::runtime
