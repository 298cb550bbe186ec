#include "runtime/stream_server.h"

#include "runtime/clock.h"
#include "runtime/threads.h"
#include "runtime/unix_seats.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <utility>
#include <vector>

namespace lessor::runtime {
namespace {

using Moved = StreamProgress::State;

constexpr Duration kRelistenPause = Duration::milliseconds(200);
/// How long a client may take to read its answer and close.
constexpr Duration kLinger = Duration::seconds(1);

}  // namespace

struct StreamServer::Connection {
  std::unique_ptr<StreamChannel> channel;
  StreamPeer peer;
  std::string request;
  StreamReply reply;
  std::size_t written = 0;
  bool answering = false;
  bool lingering = false;  // all is written; what still comes is thrown away
  Instant cut_at;
  Instant ends_at = Instant::never();  // whatever happens until then
  std::uint64_t age = 0;
  std::unique_ptr<StreamRequestReader> reader;

  [[nodiscard]] std::size_t held() const { return request.size() + reply.text.size(); }
};

Result<std::unique_ptr<StreamServer>> StreamServer::open(StreamServerOptions options,
                                                         std::unique_ptr<StreamListener> listener,
                                                         StreamRequestHandler& handler) {
  auto loop = EventLoop::open();
  if (!loop) return std::unexpected(loop.error());
  auto stop = Wakeup::open();
  if (!stop) return std::unexpected(stop.error());
  std::unique_ptr<StreamServer> server(
      new StreamServer(options, std::move(listener), handler, std::move(*loop), std::move(*stop)));
  const auto watched = server->watch_all();
  if (!watched) return std::unexpected(watched.error());
  return server;
}

StreamServer::StreamServer(StreamServerOptions options, std::unique_ptr<StreamListener> listener,
                           StreamRequestHandler& handler, std::unique_ptr<EventLoop> loop,
                           Wakeup stop)
    : options_(options),
      handler_(handler),
      listener_(std::move(listener)),
      loop_(std::move(loop)),
      stop_(std::move(stop)) {}

StreamServer::~StreamServer() {
  if (!thread_.joinable()) return;
  stop_.ring();
  thread_.join();
}

Result<void> StreamServer::watch_all() {
  auto watched = loop_->watch(stop_.fd(), EPOLLIN, [this](std::uint32_t) { stopping_ = true; });
  if (!watched) return watched;
  return loop_->watch(listener_->fd(), EPOLLIN, [this](std::uint32_t) { on_connect(); });
}

Result<void> StreamServer::start() {
  auto thread = start_thread("control", [this] { run(); });
  if (!thread) return std::unexpected(thread.error());
  thread_ = std::move(*thread);
  return {};
}

void StreamServer::run() {
  while (!stopping_) {
    loop_->turn(next_deadline());
    drop_late();
  }
}

void StreamServer::on_connect() {
  auto client = listener_->accept();
  if (!client && (errno == EMFILE || errno == ENFILE)) {
    // The client stays in the queue, and the loop would spin on it: look again in a moment.
    loop_->rewatch(listener_->fd(), 0);
    listen_again_at_ = read_clock().mono + kRelistenPause;
  }
  if (!client || !find_seat(client->peer)) return;
  auto connection = std::make_unique<Connection>();
  connection->peer = client->peer;
  connection->channel = std::move(client->channel);
  connection->age = ++last_age_;
  connection->reader = handler_.reader(connection->peer);
  connection->cut_at = read_clock().mono + options_.patience;
  Connection* self = connection.get();
  const int fd = self->channel->fd();
  const auto watched =
      loop_->watch(fd, EPOLLIN, [this, self](std::uint32_t events) { on_ready(*self, events); });
  if (watched) connections_.emplace(fd, std::move(connection));
}

/// Whether there is a place for one more, who may have it at the cost of another. One is taken in a
/// turn, and whoever has said something is heard before the next.
bool StreamServer::find_seat(const StreamPeer& peer) {
  std::vector<UnixSeat> seats;
  for (const auto& [fd, connection] : connections_) {
    seats.push_back({.id = fd,
                     .age = connection->age,
                     .uid = connection->peer.uid,
                     .pid = connection->peer.pid,
                     .owner = connection->peer.owner,
                     .answering = connection->answering && !connection->lingering});
  }
  const UnixSeating found = seat(seats, {.uid = peer.uid, .pid = peer.pid, .owner = peer.owner},
                                 seat_limits(options_.max_connections));
  if (found.leaves) drop(*connections_.at(*found.leaves));
  return found.admitted;
}

/// Makes room for `more` octets of `connection`: the oldest others are cut off, one by one.
void StreamServer::hold(const Connection& connection, std::size_t more) {
  std::size_t held = more;
  std::vector<Connection*> others;
  for (const auto& [fd, other] : connections_) {
    held += other->held();
    if (other.get() != &connection) others.push_back(other.get());
  }
  std::ranges::sort(others, {}, &Connection::age);
  for (Connection* other : others) {
    if (held <= options_.max_held_bytes) return;
    held -= other->held();
    drop(*other);
  }
}

void StreamServer::on_ready(Connection& connection, std::uint32_t events) {
  if (connection.lingering) return discard_some(connection);
  if (!connection.answering) return read_some(connection);
  // EPOLLRDHUP is not asked for, as a client may close its writing side.
  if ((events & EPOLLERR) != 0) return drop(connection);
  connection.cut_at = std::min(read_clock().mono + options_.patience, connection.ends_at);
  write_some(connection);
}

void StreamServer::read_some(Connection& connection) {
  std::array<char, 16'384> piece;
  const StreamProgress got = connection.channel->read(piece);
  if (got.state == Moved::failed) return drop(connection);
  if (got.state == Moved::wait_read || got.state == Moved::wait_write) {
    return wait_for(connection, got.state);
  }
  const std::string_view read(piece.data(), got.octets);
  hold(connection, read.size());
  connection.request.append(read);
  if (connection.request.size() > options_.max_request_bytes) {
    return answer(connection, {.text = handler_.too_long(options_.max_request_bytes)});
  }
  const bool ended = got.state == Moved::ended;
  if (ended && connection.request.empty()) return drop(connection);
  if (!ended && !connection.reader->take(read)) return wait_for(connection, Moved::wait_read);
  ask_handler(connection);
}

/// TLS may have to write before it can read, and the other way round.
void StreamServer::wait_for(Connection& connection, StreamProgress::State state) {
  loop_->rewatch(connection.channel->fd(), state == Moved::wait_write ? EPOLLOUT : EPOLLIN);
}

void StreamServer::ask_handler(Connection& connection) {
  const Instant before = read_clock().mono;
  StreamReply reply = handler_.answer(connection.request, connection.peer);
  // What the others waited for this one is not theirs to answer for.
  const Duration spent = read_clock().mono - before;
  for (const auto& [fd, other] : connections_) {
    other->cut_at = other->cut_at + spent;
    other->ends_at = other->ends_at + spent;
  }
  answer(connection, std::move(reply));
}

void StreamServer::answer(Connection& connection, StreamReply reply) {
  hold(connection, reply.text.size());
  connection.request = {};
  connection.reply = std::move(reply);
  connection.written = 0;
  connection.answering = true;
  const std::size_t seconds = connection.reply.text.size() / options_.slowest_reader;
  connection.cut_at = read_clock().mono + options_.patience;
  connection.ends_at = connection.cut_at + Duration::seconds(static_cast<std::int64_t>(seconds));
  write_some(connection);
}

void StreamServer::write_some(Connection& connection) {
  const std::string_view left = std::string_view(connection.reply.text).substr(connection.written);
  const StreamProgress put = connection.channel->write(left);
  if (put.state == Moved::failed || put.state == Moved::ended) return drop(connection);
  connection.written += put.octets;
  if (connection.written == connection.reply.text.size()) return on_written(connection);
  wait_for(connection, put.state == Moved::moved ? Moved::wait_write : put.state);
}

void StreamServer::on_written(Connection& connection) {
  if (connection.reply.stays) return listen_again(connection);
  linger(connection);
}

/// Whoever stays is idle until he begins another request, and proves anew who he is.
void StreamServer::listen_again(Connection& connection) {
  connection.reply = {};
  connection.answering = false;
  connection.ends_at = Instant::never();
  connection.cut_at = read_clock().mono + options_.patience;
  connection.reader = handler_.reader(connection.peer);
  wait_for(connection, Moved::wait_read);
}

/// To close while octets are unread resets the connection, and the answer may be lost with it: a
/// client that says too much still hears why it was refused.
void StreamServer::linger(Connection& connection) {
  if (!connection.channel->finish()) return drop(connection);
  connection.lingering = true;
  connection.cut_at = read_clock().mono + std::min(kLinger, options_.patience);
  wait_for(connection, Moved::wait_read);
}

void StreamServer::discard_some(Connection& connection) {
  std::array<char, 16'384> piece;
  const StreamProgress got = connection.channel->read(piece);
  if (got.state == Moved::failed || got.state == Moved::ended) drop(connection);
}

void StreamServer::drop(Connection& connection) {
  const int fd = connection.channel->fd();
  loop_->forget(fd);
  connections_.erase(fd);
}

void StreamServer::drop_late() {
  const Instant now = read_clock().mono;
  if (now >= listen_again_at_) {
    listen_again_at_ = Instant::never();
    loop_->rewatch(listener_->fd(), EPOLLIN);
  }
  std::vector<int> late;
  for (const auto& [fd, connection] : connections_) {
    if (connection->cut_at <= now) late.push_back(fd);
  }
  for (const int fd : late) {  // to answer one may cost another its place
    const auto found = connections_.find(fd);
    if (found != connections_.end()) cut(*found->second);
  }
}

/// Who has begun a request hears that it took too long, where there is a way to say so.
void StreamServer::cut(Connection& connection) {
  if (connection.answering || connection.request.empty()) return drop(connection);
  std::string text = handler_.too_late();
  if (text.empty()) return drop(connection);
  answer(connection, {.text = std::move(text)});
}

Instant StreamServer::next_deadline() const {
  Instant first = listen_again_at_;
  for (const auto& [fd, connection] : connections_) first = std::min(first, connection->cut_at);
  return first;
}

}  // namespace lessor::runtime
