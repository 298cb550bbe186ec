#include "runtime/stream_channel.h"

#include <cerrno>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

class PlainChannel final : public StreamChannel {
 public:
  explicit PlainChannel(FileDescriptor fd) : fd_(std::move(fd)) {}

  [[nodiscard]] int fd() const override { return fd_.get(); }

  [[nodiscard]] StreamProgress read(std::span<char> room) override {
    const ssize_t size = ::recv(fd_.get(), room.data(), room.size(), 0);
    if (size == 0) return {.state = StreamProgress::State::ended};
    return progress(size, StreamProgress::State::wait_read);
  }

  [[nodiscard]] StreamProgress write(std::string_view text) override {
    return progress(::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL),
                    StreamProgress::State::wait_write);
  }

  [[nodiscard]] bool finish() override { return ::shutdown(fd_.get(), SHUT_WR) == 0; }

 private:
  static StreamProgress progress(ssize_t size, StreamProgress::State otherwise) {
    if (size >= 0) {
      return {.state = StreamProgress::State::moved, .octets = static_cast<std::size_t>(size)};
    }
    const bool again = errno == EAGAIN || errno == EINTR;
    return {.state = again ? otherwise : StreamProgress::State::failed};
  }

  FileDescriptor fd_;
};

}  // namespace

std::unique_ptr<StreamChannel> plain_channel(FileDescriptor fd) {
  return std::make_unique<PlainChannel>(std::move(fd));
}

}  // namespace lessor::runtime
