#include "runtime/netlink_socket.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

// The kernel fills answers to dumps in pieces of up to 32 KiB when the reader has room for them.
constexpr std::size_t kBufferSize = 32'768;
// Events read a turn; a level-triggered loop comes back for the rest.
constexpr int kMaxReads = 64;
// More messages than a socket's buffer holds.
constexpr int kMaxDrained = 65'536;

struct Buffer {
  alignas(nlmsghdr) std::array<std::byte, kBufferSize> bytes;
};

int call_on_message(const nlmsghdr* message, void* data) {
  (*static_cast<const NetlinkSocket::OnMessage*>(data))(*message);
  return MNL_CB_OK;
}

}  // namespace

void NetlinkSocket::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

int NetlinkSocket::fd() const { return mnl_socket_get_fd(socket_.get()); }

Result<NetlinkSocket> NetlinkSocket::open() { return bind(0, SOCK_CLOEXEC); }

Result<NetlinkSocket> NetlinkSocket::subscribe(std::uint32_t groups) {
  return bind(groups, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

Result<NetlinkSocket> NetlinkSocket::bind(std::uint32_t groups, int flags) {
  NetlinkSocket result;
  result.socket_.reset(mnl_socket_open2(NETLINK_ROUTE, flags));
  if (!result.socket_) return std::unexpected(last_error("open a netlink socket"));
  if (mnl_socket_bind(result.socket_.get(), groups, MNL_SOCKET_AUTOPID) != 0) {
    return std::unexpected(last_error("follow the system's interfaces and routes by netlink"));
  }
  return result;
}

Result<void> NetlinkSocket::ask(nlmsghdr& request, const OnMessage& on_message, int reads) {
  request.nlmsg_seq = ++sequence_;
  if (mnl_socket_sendto(socket_.get(), &request, request.nlmsg_len) < 0) {
    return std::unexpected(last_error("send a question by netlink"));
  }
  Buffer buffer;
  const unsigned port = mnl_socket_get_portid(socket_.get());
  auto* data = const_cast<OnMessage*>(&on_message);
  for (; reads > 0; --reads) {
    const ssize_t size =
        mnl_socket_recvfrom(socket_.get(), buffer.bytes.data(), buffer.bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::unexpected(last_error("read an answer by netlink"));
    const int more = mnl_cb_run(buffer.bytes.data(), static_cast<std::size_t>(size), sequence_,
                                port, call_on_message, data);
    // The rest of an answer that was given up: ours comes behind it.
    if (more < 0 && errno == EPROTO) continue;
    if (more < 0) return std::unexpected(last_error("get an answer by netlink"));
    if (more == MNL_CB_STOP) return {};
  }
  errno = E2BIG;
  return std::unexpected(last_error("read all of an answer by netlink"));
}

bool NetlinkSocket::take_events(const OnMessage& on_message) {
  Buffer buffer;
  auto* data = const_cast<OnMessage*>(&on_message);
  for (int reads = 0; reads < kMaxReads; ++reads) {
    const ssize_t size =
        mnl_socket_recvfrom(socket_.get(), buffer.bytes.data(), buffer.bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return true;
    if (size < 0) {  // ENOBUFS: the kernel dropped some
      drain();
      return false;
    }
    (void)mnl_cb_run(buffer.bytes.data(), static_cast<std::size_t>(size), 0, 0, call_on_message,
                     data);
  }
  return true;
}

/// What still waits is older than what was dropped, and until it is read the kernel drops more
/// without a word.
void NetlinkSocket::drain() const {
  std::array<std::byte, 1> scrap{};
  for (int reads = 0; reads < kMaxDrained; ++reads) {
    const ssize_t size = ::recv(fd(), scrap.data(), scrap.size(), MSG_TRUNC);
    if (size < 0 && errno == EAGAIN) return;
  }
}

bool NetlinkSocket::discard_events() {
  bool any = false;
  std::array<std::byte, 1> scrap{};
  for (int reads = 0; reads < kMaxReads; ++reads) {
    const ssize_t size = ::recv(fd(), scrap.data(), scrap.size(), MSG_TRUNC);
    if (size < 0 && errno == EAGAIN) break;
    any = true;
  }
  return any;
}

}  // namespace lessor::runtime
