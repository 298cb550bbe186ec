#include "runtime/unix_server.h"

#include "runtime/unix_listener.h"

#include <sys/socket.h>
#include <unistd.h>

namespace lessor::runtime {
namespace {

class UnixListener final : public StreamListener {
 public:
  UnixListener(std::string path, FileDescriptor fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  ~UnixListener() override { (void)unlink(path_.c_str()); }

  [[nodiscard]] int fd() const override { return fd_.get(); }

  [[nodiscard]] std::optional<Client> accept() override {
    FileDescriptor fd(accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.is_open()) return std::nullopt;
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
    const bool owner = peer.uid == 0 || peer.uid == ::geteuid();
    return Client{.channel = plain_channel(std::move(fd)),
                  .peer = {.pid = peer.pid, .uid = peer.uid, .gid = peer.gid, .owner = owner}};
  }

 private:
  std::string path_;
  FileDescriptor fd_;
};

}  // namespace

Result<std::unique_ptr<StreamServer>> serve_unix(const std::string& path,
                                                 StreamServerOptions options,
                                                 StreamRequestHandler& handler) {
  auto fd = listen_unix(path);
  if (!fd) return std::unexpected(fd.error());
  return StreamServer::open(options, std::make_unique<UnixListener>(path, std::move(*fd)), handler);
}

}  // namespace lessor::runtime
