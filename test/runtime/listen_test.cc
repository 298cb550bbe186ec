// What other servers say to clients is heard, at the listener's own pace.

#include "network.h"

#include "runtime/clock.h"
#include "runtime/limits.h"
#include "runtime/reply_listener.h"

#include <gmock/gmock.h>
#include <mutex>
#include <net/if.h>
#include <poll.h>

namespace lessor::runtime::testing {
namespace {

using ::testing::ElementsAre;

class Heard final : public ReplyListenerHandler {
 public:
  void on_reply(Now, const net::Datagram& in) override {
    const std::scoped_lock lock(mutex_);
    payloads_.emplace_back(as_text(in.payload));
    source_ = in.source;
    mac_ = in.source_mac;
  }
  void on_deaf(const ListenedLink& link, const SystemError&) override {
    const std::scoped_lock lock(mutex_);
    deaf_.push_back(link.name);
  }
  [[nodiscard]] std::vector<std::string> payloads() {
    const std::scoped_lock lock(mutex_);
    return payloads_;
  }
  [[nodiscard]] std::vector<std::string> deaf() {
    const std::scoped_lock lock(mutex_);
    return deaf_;
  }
  [[nodiscard]] std::string sender() {
    const std::scoped_lock lock(mutex_);
    return net::to_string(source_) + " " + net::to_string(mac_);
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> payloads_;
  std::vector<std::string> deaf_;
  net::Ip4 source_;
  net::Mac mac_;
};

Frame reply_frame(std::string_view payload, std::uint16_t from, std::uint16_t to) {
  Frame slot(net::kFrameHeaders + payload.size());
  copy_bytes(MutableBytes(slot).subspan(net::kFrameHeaders), as_bytes(payload));
  const Bytes frame = net::write_udp_frame(slot, net::kFrameHeaders, payload.size(),
                                           {.source_mac = kThereMac,
                                            .destination_mac = net::kMacBroadcast,
                                            .source = kThere,
                                            .destination = net::kIp4Broadcast,
                                            .source_port = from,
                                            .destination_port = to});
  return {frame.begin(), frame.end()};
}

void pass(int milliseconds) { (void)poll(nullptr, 0, milliseconds); }

class ReplyListenerTest : public PacketIoTest {
 protected:
  ReplyListenerTest() {
    auto started = ReplyListener::start(heard);
    if (started) listener = std::move(*started);
  }
  void follow(const char* name) { listener->follow({{if_nametoindex(name), name}}); }
  void send(const Frame& frame) {
    const Visit visit(there, here);
    Wire("c0").send(frame);
  }
  /// Sends until something is heard: the listener opens its socket when it gets to it.
  [[nodiscard]] bool knock(int tries) {
    for (int i = 0; i < tries && heard.payloads().empty(); ++i) {
      send(reply_frame("knock", 67, 68));
      pass(20);
    }
    return !heard.payloads().empty();
  }

  Heard heard;
  std::unique_ptr<ReplyListener> listener;
};

// C3-04
TEST_F(ReplyListenerTest, HearsWhatServersSayToClientsAndNothingElse) {
  follow("s0");
  ASSERT_TRUE(knock(200));
  EXPECT_EQ(heard.sender(), "192.0.2.10 02:00:00:00:00:0b");
  send(reply_frame("a client's", 68, 67));
  send(reply_frame("another program's", 5'000, 68));
  Wire("s0").send(reply_frame("our own", 67, 68));
  send(reply_frame("a server's", 67, 68));
  for (int i = 0; i < 500 && heard.payloads().back() != "a server's"; ++i) pass(10);
  auto all = heard.payloads();
  std::erase(all, "knock");
  EXPECT_THAT(all, ElementsAre("a server's"));
}

TEST_F(ReplyListenerTest, AFloodIsHeardInPart) {
  follow("s0");
  ASSERT_TRUE(knock(200));
  const Instant begun = read_clock().mono;
  {
    const Visit visit(there, here);
    const Wire wire("c0");
    const Frame frame = reply_frame("flood", 67, 68);
    for (int i = 0; i < 5'000; ++i) wire.send(frame);
  }
  pass(250);
  const std::size_t count = heard.payloads().size();
  const std::int64_t pauses = (read_clock().mono - begun).to_milliseconds() / 100 + 3;
  EXPECT_GT(count, kReceiveBatch);
  EXPECT_LE(count, static_cast<std::size_t>(pauses) * kReceiveBatch);
}

TEST_F(ReplyListenerTest, ListensToTheLinksThatItIsToldAndToNoOthers) {
  listener->follow({});
  EXPECT_FALSE(knock(10));
  listener->follow({{if_nametoindex("s0") + 1'000, "gone"}});
  while (heard.deaf().empty()) pass(5);
  EXPECT_THAT(heard.deaf(), ElementsAre("gone"));
  follow("s0");
  EXPECT_TRUE(knock(200));
}

TEST_F(ReplyListenerTest, ALinkThatGoesDownAndComesBackIsHeardAgain) {
  follow("s0");
  ASSERT_TRUE(knock(200));
  shell("ip link set s0 down");
  pass(150);
  shell("ip link set s0 up");
  pass(150);
  const std::size_t before = heard.payloads().size();
  for (int i = 0; i < 100 && heard.payloads().size() == before; ++i) {
    send(reply_frame("back", 67, 68));
    pass(20);
  }
  EXPECT_GT(heard.payloads().size(), before);
}

}  // namespace
}  // namespace lessor::runtime::testing
