#include "runtime/tcp_listener.h"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

using ::testing::HasSubstr;

std::string refused(TcpSockets& sockets, const TcpAddress& address) {
  const auto listening = sockets.listen(address);
  return listening ? "" : to_string(listening.error());
}

std::uint16_t port_of(const FileDescriptor& fd) {
  sockaddr_in at{};
  socklen_t size = sizeof at;
  EXPECT_EQ(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
  return ntohs(at.sin_port);
}

// Port 0 is one that the kernel chooses; nobody is connected to.
TEST(TcpSockets, ListenAsOftenAsTheyWereMade) {
  auto sockets = TcpSockets::make(2);
  ASSERT_TRUE(sockets) << to_string(sockets.error());
  EXPECT_THAT(refused(**sockets, {"nowhere", 0}), HasSubstr("that is no address"));
  // TEST-NET-3 (RFC 5737): nobody's. The socket may be used for another address then.
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(refused(**sockets, {"203.0.113.77", 0}),
                HasSubstr("an address that this host has"));
  }
  EXPECT_EQ(refused(**sockets, {"127.0.0.1", 0}), "");
  EXPECT_EQ(refused(**sockets, {"127.0.0.1", 0}), "");
  EXPECT_THAT(refused(**sockets, {"127.0.0.1", 0}), HasSubstr("it takes a restart"));
}

// From 127.0.0.1 to 0.0.0.0: a socket that gives way is in the way, unless that is said. Another
// program's always is.
TEST(TcpSockets, OneThatGivesWayDoesNotHoldThePort) {
  auto sockets = TcpSockets::make(4);
  ASSERT_TRUE(sockets) << to_string(sockets.error());
  const auto narrow = (*sockets)->listen({"127.0.0.1", 0});
  ASSERT_TRUE(narrow) << to_string(narrow.error());
  const std::uint16_t port = port_of(*narrow);
  const std::array own{narrow->get()};
  const TcpAddress everywhere{"0.0.0.0", port};
  EXPECT_THAT(refused(**sockets, everywhere), HasSubstr("another program listens there"));
  {
    const auto others = (*sockets)->listen({"127.0.0.2", port});
    ASSERT_TRUE(others) << to_string(others.error());
    const auto wide = (*sockets)->listen(everywhere, own);
    ASSERT_FALSE(wide);
    EXPECT_THAT(to_string(wide.error()), HasSubstr("another program listens there"));
  }
  const auto wide = (*sockets)->listen(everywhere, own);
  ASSERT_TRUE(wide) << to_string(wide.error());
  EXPECT_THAT(refused(**sockets, {"127.0.0.2", port}), HasSubstr("another program listens there"));
}

}  // namespace
}  // namespace lessor::runtime
