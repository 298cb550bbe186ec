#include "cli/bench/captured_clients.h"

#include "base/text.h"
#include "craft/capture/pcap_writer.h"
#include "craft/test_frames.h"
#include "load/limits.h"

#include <cstdio>
#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

using craft::testing::Octets;

/// A message of the client `number`, whose options are given in hexadecimal.
Octets frame(std::uint8_t type, std::uint32_t number, std::string_view options,
             bool broadcast = false, net::Ip4 ciaddr = {}) {
  wire::Header header{.op = wire::Op::request, .ciaddr = ciaddr};
  header.flags = broadcast ? wire::kBroadcastFlag : std::uint16_t{0};
  store_be32(header.chaddr.data(), number);
  const Octets message = craft::testing::message(header, [&](wire::MessageWriter& out) {
    out.option_u8(wire::kOptionDhcpMessageType, type);
    out.raw(from_hex(options).value_or(Octets()));
    out.end();
    out.pad_to(300);
  });
  return craft::testing::udp_frame(
      {.source = {}, .destination = net::kIp4Broadcast, .source_port = 68, .destination_port = 67},
      message);
}

Duration ms(std::int64_t n) { return Duration::milliseconds(n); }

TEST(CapturedClients, SayWhatEachSaidFirst) {
  ClientGatherer gatherer;
  const auto take = [&](std::int64_t at, const Octets& bytes) {
    gatherer.take(ms(at), craft::dissect(bytes));
  };
  take(10, frame(1, 1, "3c0161370203060c0162", true));
  take(20, frame(1, 2, "370106"));
  take(30, frame(3, 1, "37010f"));
  take(40, frame(1, 1, "370142"));  // later ones say nothing new
  take(50, frame(3, 1, "370142"));
  take(60, frame(3, 3, "370107", true, {0x0a000001}));  // renews: could be reached
  const CapturedClients found = gatherer.finish();
  ASSERT_EQ(found.sets.size(), 3U);
  EXPECT_EQ(to_hex(found.sets[0].discover), "3c0161370203060c0162");
  EXPECT_EQ(to_hex(found.sets[0].request), "37010f");
  EXPECT_TRUE(found.sets[0].broadcast);
  EXPECT_EQ(to_hex(found.sets[1].request), "370106");
  EXPECT_FALSE(found.sets[1].broadcast);
  EXPECT_EQ(to_hex(found.sets[2].discover), "370107");
  EXPECT_FALSE(found.sets[2].broadcast);
  EXPECT_EQ(found.came, (std::vector{ms(10), ms(20), ms(60)}));
  EXPECT_FALSE(found.more);
}

TEST(CapturedClients, LeaveOutWhatWouldBeALie) {
  ClientGatherer gatherer;
  // Requested address, server, rapid commit, relay information, authentication, unknown, a second
  // identifier; 61 and 57 stay.
  gatherer.take(ms(0), craft::dissect(frame(3, 1,
                                            "32040a0000013604c0000201500052020100"
                                            "5a0100e001aa3d0200aa3d0200bb390205dc")));
  EXPECT_EQ(to_hex(gatherer.finish().sets.at(0).request), "3d0200aa390205dc");
}

TEST(CapturedClients, TakeOnlyClientsMessages) {
  ClientGatherer gatherer;
  for (const int type : {2, 4, 5, 6, 7, 8, 99}) {
    gatherer.take(ms(0), craft::dissect(frame(static_cast<std::uint8_t>(type), 1, "370101")));
  }
  Octets broken = frame(1, 1, "370101");
  broken.resize(broken.size() - 200);
  gatherer.take(ms(0), craft::dissect(broken));
  gatherer.take(ms(0), craft::dissect(craft::testing::udp_frame({}, {})));
  gatherer.take(ms(0), craft::dissect({}));
  EXPECT_TRUE(gatherer.finish().sets.empty());
}

TEST(CapturedClients, AreBoundedInNumberAndInWhatTheySay) {
  ClientGatherer gatherer;
  std::string much;
  for (int i = 0; i < 4; ++i) much += "3c50" + std::string(160, 'a');
  for (std::uint32_t n = 0; n <= load::kMaxCapturedClients; ++n) {
    gatherer.take(ms(n), craft::dissect(frame(1, n, n == 0 ? much : "")));
  }
  const CapturedClients found = gatherer.finish();
  EXPECT_EQ(found.sets.size(), load::kMaxCapturedClients);
  EXPECT_TRUE(found.more);
  EXPECT_LE(found.sets[0].discover.size(), load::kMaxCapturedOptions);
  EXPECT_GT(found.sets[0].discover.size(), 0U);
}

TEST(CapturedClients, AreReadFromAFileOrRefusedInWords) {
  const std::string path = testing::TempDir() + "lessor_captured_clients.pcap";
  {
    auto file = craft::PcapWriter::open(path);
    ASSERT_TRUE(file && file->write(ms(7), craft::testing::offer()));
  }
  const auto none = read_captured_clients(path);
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().find(path + " holds no client"), std::string::npos) << none.error();
  {
    auto file = craft::PcapWriter::open(path);
    ASSERT_TRUE(file && file->write(ms(7), frame(1, 1, "370101")));
  }
  const auto one = read_captured_clients(path);
  ASSERT_TRUE(one) << one.error();
  EXPECT_EQ(one->came, (std::vector{ms(7)}));
  std::remove(path.c_str());
  const auto missing = read_captured_clients(path);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().find("No such file"), std::string::npos) << missing.error();
}

}  // namespace
}  // namespace lessor::cli
