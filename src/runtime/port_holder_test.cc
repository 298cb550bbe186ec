#include "runtime/port_holder.h"

#include <gtest/gtest.h>

namespace lessor::runtime {
namespace {

constexpr std::string_view kTable =
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode ref pointer drops             \n"
    "  109: 00000000:0043 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 "
    "18231 2 0000000000000000 0         \n"
    "  110: 0100007F:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000   107        0 "
    "18232 2 0000000000000000 0         \n"
    "  111: 00000000000000000000000000000000:0043 00000000000000000000000000000000:0000 07 "
    "00000000:00000000 00:00000000 00000000     0        0 18233 2 0000000000000000 0\n";

TEST(PortHolder, FindsTheSocketsOnAPort) {
  EXPECT_EQ(sockets_on_port(kTable, 67), (std::set<std::uint64_t>{18231, 18233}));
  EXPECT_EQ(sockets_on_port(kTable, 68), std::set<std::uint64_t>{18232});
  EXPECT_TRUE(sockets_on_port(kTable, 69).empty());
}

TEST(PortHolder, UnreadableTablesNameNobody) {
  for (const std::string_view text :
       {"", "\n\n", "a b c d e f g h i j k", "1: x:y z 1 2 3 4 5 6 7"}) {
    EXPECT_TRUE(sockets_on_port(text, 67).empty()) << text;
  }
}

}  // namespace
}  // namespace lessor::runtime
