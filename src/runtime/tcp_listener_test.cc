#include "runtime/tcp_listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lessor::runtime {
namespace {

using ::testing::HasSubstr;

std::string refused(TcpSockets& sockets, const TcpAddress& address) {
  const auto listening = sockets.listen(address);
  return listening ? "" : to_string(listening.error());
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

}  // namespace
}  // namespace lessor::runtime
