#include "runtime/unix_server.h"

#include "runtime/clock.h"
#include "runtime/threads.h"
#include "runtime/unix_listener.h"
#include "runtime/unix_seats.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace lessor::runtime {
namespace {

constexpr Duration kRelistenPause = Duration::milliseconds(200);
/// How long a client may take to read its answer and close.
constexpr Duration kLinger = Duration::seconds(1);

}  // namespace

struct UnixServer::Connection {
  FileDescriptor fd;
  UnixPeer peer;
  std::string request;
  std::string answer;
  std::size_t written = 0;
  bool answering = false;
  bool lingering = false;  // all is written; what still comes is thrown away
  Instant cut_at;
  Instant ends_at = Instant::never();  // whatever happens until then
  std::uint64_t age = 0;
  std::unique_ptr<UnixRequestReader> reader;
};

Result<std::unique_ptr<UnixServer>> UnixServer::listen(UnixServerOptions options,
                                                       UnixRequestHandler& handler) {
  auto loop = EventLoop::open();
  if (!loop) return std::unexpected(loop.error());
  auto stop = Wakeup::open();
  if (!stop) return std::unexpected(stop.error());
  auto listener = listen_unix(options.path);
  if (!listener) return std::unexpected(listener.error());
  std::unique_ptr<UnixServer> server(new UnixServer(
      std::move(options), handler, std::move(*listener), std::move(*loop), std::move(*stop)));
  const auto watched = server->watch_all();
  if (!watched) return std::unexpected(watched.error());
  return server;
}

UnixServer::UnixServer(UnixServerOptions options, UnixRequestHandler& handler,
                       FileDescriptor listener, std::unique_ptr<EventLoop> loop, Wakeup stop)
    : options_(std::move(options)),
      handler_(handler),
      listener_(std::move(listener)),
      loop_(std::move(loop)),
      stop_(std::move(stop)) {}

UnixServer::~UnixServer() {
  if (thread_.joinable()) {
    stop_.ring();
    thread_.join();
  }
  (void)unlink(options_.path.c_str());
}

Result<void> UnixServer::watch_all() {
  auto watched = loop_->watch(stop_.fd(), EPOLLIN, [this](std::uint32_t) { stopping_ = true; });
  if (!watched) return watched;
  return loop_->watch(listener_.get(), EPOLLIN, [this](std::uint32_t) { on_connect(); });
}

Result<void> UnixServer::start() {
  auto thread = start_thread("control", [this] { run(); });
  if (!thread) return std::unexpected(thread.error());
  thread_ = std::move(*thread);
  return {};
}

void UnixServer::run() {
  while (!stopping_) {
    loop_->turn(next_deadline());
    drop_late();
  }
}

void UnixServer::on_connect() {
  FileDescriptor fd(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd.is_open() && (errno == EMFILE || errno == ENFILE)) {
    // The client stays in the queue, and the loop would spin on it: look again in a moment.
    loop_->rewatch(listener_.get(), 0);
    listen_again_at_ = read_clock().mono + kRelistenPause;
  }
  if (!fd.is_open()) return;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return;
  auto connection = std::make_unique<Connection>();
  connection->peer = {.pid = peer.pid, .uid = peer.uid, .gid = peer.gid};
  if (!find_seat(connection->peer)) return;
  connection->fd = std::move(fd);
  connection->age = ++last_age_;
  connection->reader = handler_.reader();
  connection->cut_at = read_clock().mono + options_.patience;
  Connection* self = connection.get();
  const auto watched = loop_->watch(
      self->fd.get(), EPOLLIN, [this, self](std::uint32_t events) { on_ready(*self, events); });
  if (watched) connections_.emplace(self->fd.get(), std::move(connection));
}

/// Whether there is a place for one more, who may have it at the cost of another. One is taken in a
/// turn, and whoever has said something is heard before the next.
bool UnixServer::find_seat(const UnixPeer& peer) {
  const auto is_owner = [](const UnixPeer& p) { return p.uid == 0 || p.uid == ::geteuid(); };
  std::vector<UnixSeat> seats;
  for (const auto& [fd, connection] : connections_) {
    seats.push_back({.id = fd,
                     .age = connection->age,
                     .uid = connection->peer.uid,
                     .pid = connection->peer.pid,
                     .owner = is_owner(connection->peer),
                     .answering = connection->answering && !connection->lingering});
  }
  const UnixSeating found = seat(seats, {.uid = peer.uid, .pid = peer.pid, .owner = is_owner(peer)},
                                 seat_limits(options_.max_connections));
  if (found.leaves) drop(*connections_.at(*found.leaves));
  return found.admitted;
}

/// Makes room for `more` octets of `connection`: the oldest others are cut off, one by one.
void UnixServer::hold(const Connection& connection, std::size_t more) {
  std::size_t held = more;
  std::vector<Connection*> others;
  for (const auto& [fd, other] : connections_) {
    held += other->request.size() + other->answer.size();
    if (other.get() != &connection) others.push_back(other.get());
  }
  std::ranges::sort(others, {}, &Connection::age);
  for (Connection* other : others) {
    if (held <= options_.max_held_bytes) return;
    held -= other->request.size() + other->answer.size();
    drop(*other);
  }
}

void UnixServer::on_ready(Connection& connection, std::uint32_t events) {
  if (connection.lingering) return discard_some(connection);
  if (!connection.answering) return read_some(connection);
  // EPOLLRDHUP is not asked for, as a client may close its writing side.
  if ((events & EPOLLERR) != 0) return drop(connection);
  connection.cut_at = std::min(read_clock().mono + options_.patience, connection.ends_at);
  write_some(connection);
}

void UnixServer::read_some(Connection& connection) {
  std::array<char, 16'384> piece;
  const ssize_t size = ::recv(connection.fd.get(), piece.data(), piece.size(), 0);
  if (size < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    return drop(connection);
  }
  const std::string_view read(piece.data(), static_cast<std::size_t>(size));
  hold(connection, read.size());
  connection.request.append(read);
  if (connection.request.size() > options_.max_request_bytes) {
    return answer(connection, handler_.too_long(options_.max_request_bytes));
  }
  const bool ended = size == 0;
  if (ended && connection.request.empty()) return drop(connection);
  if (!ended && !connection.reader->take(read)) return;
  ask_handler(connection);
}

void UnixServer::ask_handler(Connection& connection) {
  const Instant before = read_clock().mono;
  std::string text = handler_.answer(connection.request, connection.peer);
  // What the others waited for this one is not theirs to answer for.
  const Duration spent = read_clock().mono - before;
  for (const auto& [fd, other] : connections_) {
    other->cut_at = other->cut_at + spent;
    other->ends_at = other->ends_at + spent;
  }
  answer(connection, std::move(text));
}

void UnixServer::answer(Connection& connection, std::string text) {
  hold(connection, text.size());
  connection.request = {};
  connection.answer = std::move(text);
  connection.answering = true;
  const std::size_t seconds = connection.answer.size() / options_.slowest_reader;
  connection.cut_at = read_clock().mono + options_.patience;
  connection.ends_at = connection.cut_at + Duration::seconds(static_cast<std::int64_t>(seconds));
  write_some(connection);
}

void UnixServer::write_some(Connection& connection) {
  const std::string_view left = std::string_view(connection.answer).substr(connection.written);
  const ssize_t size = ::send(connection.fd.get(), left.data(), left.size(), MSG_NOSIGNAL);
  if (size < 0 && errno != EAGAIN && errno != EINTR) return drop(connection);
  connection.written += static_cast<std::size_t>(std::max<ssize_t>(size, 0));
  if (connection.written == connection.answer.size()) return linger(connection);
  loop_->rewatch(connection.fd.get(), EPOLLOUT);
}

/// To close while octets are unread resets the connection, and the answer may be lost with it: a
/// client that says too much still hears why it was refused.
void UnixServer::linger(Connection& connection) {
  if (::shutdown(connection.fd.get(), SHUT_WR) != 0) return drop(connection);
  connection.lingering = true;
  connection.cut_at = read_clock().mono + std::min(kLinger, options_.patience);
  loop_->rewatch(connection.fd.get(), EPOLLIN);
}

void UnixServer::discard_some(Connection& connection) {
  std::array<char, 16'384> piece;
  const ssize_t size = ::recv(connection.fd.get(), piece.data(), piece.size(), 0);
  const bool again = size < 0 && (errno == EAGAIN || errno == EINTR);
  if (size <= 0 && !again) drop(connection);
}

void UnixServer::drop(Connection& connection) {
  const int fd = connection.fd.get();
  loop_->forget(fd);
  connections_.erase(fd);
}

void UnixServer::drop_late() {
  const Instant now = read_clock().mono;
  if (now >= listen_again_at_) {
    listen_again_at_ = Instant::never();
    loop_->rewatch(listener_.get(), EPOLLIN);
  }
  std::vector<Connection*> late;
  for (const auto& [fd, connection] : connections_) {
    if (connection->cut_at <= now) late.push_back(connection.get());
  }
  for (Connection* connection : late) drop(*connection);
}

Instant UnixServer::next_deadline() const {
  Instant first = listen_again_at_;
  for (const auto& [fd, connection] : connections_) first = std::min(first, connection->cut_at);
  return first;
}

}  // namespace lessor::runtime
