#include "runtime/unix_client.h"

#include "runtime/clock.h"
#include "runtime/unix_address.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

constexpr std::size_t kMaxAnswerBytes = 256UL * 1'024 * 1'024;  // a million leases as JSON

/// Waits until `fd` has one of `events`; ETIMEDOUT when `deadline` comes first.
Result<void> wait_for(int fd, short events, Instant deadline, const std::string& attempted) {
  while (true) {
    const Duration left = deadline - read_clock().mono;
    // Rounded up: a wait of less than a millisecond must not become none.
    const std::int64_t milliseconds =
        left.is_infinite() ? -1 : std::clamp<std::int64_t>(left.to_milliseconds() + 1, 0, INT_MAX);
    if (left <= Duration()) return std::unexpected(error_of(ETIMEDOUT, attempted));
    pollfd waiting{.fd = fd, .events = events, .revents = 0};
    const int ready = poll(&waiting, 1, static_cast<int>(milliseconds));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return std::unexpected(last_error(attempted));
  }
}

Result<void> write_all(int fd, std::string_view text, Instant deadline,
                       const std::string& attempted) {
  while (!text.empty()) {
    const ssize_t size = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (size > 0) {
      text.remove_prefix(static_cast<std::size_t>(size));
      continue;
    }
    // The server may answer, and close, before it has heard all: a request that is too long.
    if (size < 0 && errno == EPIPE) return {};
    if (size < 0 && errno != EAGAIN && errno != EINTR) {
      return std::unexpected(last_error(attempted));
    }
    const auto waited = wait_for(fd, POLLOUT, deadline, attempted);
    if (!waited) return waited;
  }
  return {};
}

}  // namespace

Result<std::string> ask_unix(const std::string& path, std::string_view request, Duration patience) {
  const Instant deadline = read_clock().mono + patience;
  const std::string attempted = "get an answer from " + path;
  const auto fd = connect_unix(path, patience);
  if (!fd) return std::unexpected(fd.error());
  const auto written = write_all(fd->get(), request, deadline, attempted);
  if (!written) return std::unexpected(written.error());
  (void)shutdown(fd->get(), SHUT_WR);
  std::string answer;
  std::array<char, 65'536> piece;
  while (true) {
    const ssize_t size = ::recv(fd->get(), piece.data(), piece.size(), 0);
    if (size == 0) return answer;
    if (size > 0) answer.append(piece.data(), static_cast<std::size_t>(size));
    if (answer.size() > kMaxAnswerBytes) {
      return std::unexpected(refusal(attempted, "it is longer than 256 MiB"));
    }
    if (size > 0) continue;
    if (errno == ECONNRESET && !answer.empty()) return answer;
    if (errno != EAGAIN && errno != EINTR) return std::unexpected(last_error(attempted));
    const auto waited = wait_for(fd->get(), POLLIN, deadline, attempted);
    if (!waited) return std::unexpected(waited.error());
  }
}

}  // namespace lessor::runtime
