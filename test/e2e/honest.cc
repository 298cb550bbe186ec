// Clients that keep to the rules, for tests that attack the server meanwhile: are they served, and
// how fast? Each binds, renews three times, gives its address back, and begins again; or only
// renews.
//
// honest link INTERFACE SERVER-MAC PREFIX RATE CLIENTS cycle|renew
// honest relay SERVER GIADDR CIRCUIT PREFIX RATE CLIENTS cycle|renew
//
// PREFIX (a number) tells the clients of several such programs apart. RATE is exchanges a second in
// all. "ready" is printed when all are bound once. SIGUSR1 ends a window: nothing new is begun,
// what is under way is waited for, a line of JSON says how the window's exchanges went, and the
// next window opens. SIGTERM ends the program. It shares no DHCP code with the server.

#include "base/random.h"
#include "base/text.h"
#include "frames.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <deque>
#include <optional>
#include <vector>

namespace lessor::e2e {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// When a message that is not answered is sent again, and when its exchange has failed: RFC 2131
/// 4.1's 4, 8, 16, 32 and 64 seconds, each eight times as fast.
constexpr std::array kTries = {milliseconds(0), milliseconds(500), milliseconds(1'500),
                               milliseconds(3'500), milliseconds(7'500)};
constexpr auto kPatience = milliseconds(15'500);
constexpr std::uint32_t kRenewals = 3;

volatile std::sig_atomic_t window_ends = 0;
volatile std::sig_atomic_t stopping = 0;

/// The way to the server: frames on a link, or datagrams from a relay's address.
struct Way {
  int fd = -1;
  bool relayed = false;
  Mac server_mac;
  sockaddr_in server{};
  Ip4 giaddr;
  std::string circuit;
};

enum class Doing : std::uint8_t { nothing, discovering, requesting, renewing };

struct Client {
  Doing doing = Doing::nothing;
  bool bound = false;
  Mac mac;
  Ip4 address;
  Ip4 server;
  std::uint32_t xid = 0;
  std::uint32_t renewals = 0;
  std::size_t tries = 0;
  bool repeated = false;  ///< something in this exchange had to be sent twice
  Clock::time_point began;
  Clock::time_point sent_first;
};

struct Window {
  std::vector<double> binds;  // milliseconds
  std::vector<double> renews;
  std::uint64_t failed_binds = 0;
  std::uint64_t failed_renews = 0;
  std::uint64_t repeated = 0;
  std::uint64_t naks = 0;
};

class Crowd {
 public:
  Crowd(Way way, std::uint16_t prefix, double rate, std::uint32_t count, bool cycle)
      : way_(std::move(way)), rate_(rate), cycle_(cycle), clients_(count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      clients_[i].mac = mac_of(kHonest, std::uint32_t{prefix} << 16 | i);
    }
  }

  void run() {
    opened_ = Clock::now();
    while (stopping == 0) {
      if (window_ends == 0) begin_due();
      if (window_ends != 0 && waiting_ == 0) close_window();
      repeat_due();
      pollfd readable{.fd = way_.fd, .events = POLLIN, .revents = 0};
      poll(&readable, 1, 1);
      receive();
    }
  }

 private:
  void begin_due() {
    const double elapsed = std::chrono::duration<double>(Clock::now() - opened_).count();
    const auto due = static_cast<std::uint64_t>(elapsed * rate_);
    for (; begun_ < due; ++begun_) {
      Client& client = clients_[next_++ % clients_.size()];
      if (client.doing != Doing::nothing) continue;  // still busy: nobody asks twice at once
      begin(client);
    }
  }

  void begin(Client& client) {
    if (cycle_ && client.bound && client.renewals == kRenewals) release(client);
    client.began = Clock::now();
    client.repeated = false;
    ++waiting_;
    ask(client, client.bound ? Doing::renewing : Doing::discovering);
  }

  void release(Client& client) {
    client.xid = random_.u32();
    transmit(client, kRelease);
    client.bound = false;
    client.renewals = 0;
  }

  void ask(Client& client, Doing what) {
    if (what != Doing::requesting) client.xid = random_.u32();
    client.doing = what;
    client.tries = 1;
    client.sent_first = Clock::now();
    transmit(client, what == Doing::discovering ? kDiscover : kRequest);
  }

  void repeat_due() {
    const auto now = Clock::now();
    for (Client& client : clients_) {
      if (client.doing == Doing::nothing) continue;
      const auto waited = now - client.sent_first;
      if (waited >= kPatience) {
        fail(client);
      } else if (client.tries < kTries.size() && waited >= kTries[client.tries]) {
        ++client.tries;
        client.repeated = true;
        transmit(client, client.doing == Doing::discovering ? kDiscover : kRequest);
      }
    }
  }

  void fail(Client& client) {
    ++(client.doing == Doing::renewing ? window_.failed_renews : window_.failed_binds);
    end(client);
  }

  void end(Client& client) {
    client.doing = Doing::nothing;
    --waiting_;
  }

  void transmit(const Client& client, MessageType type) {
    const bool has_address = type == kRelease || client.doing == Doing::renewing;
    const bool choosing = client.doing == Doing::requesting;
    const Message message{.type = type,
                          .xid = client.xid,
                          .ciaddr = has_address ? client.address : Ip4{},
                          .giaddr = way_.giaddr,
                          .mac = client.mac,
                          .requested = choosing ? client.address : Ip4{},
                          .server = choosing || type == kRelease ? client.server : Ip4{},
                          .circuit = way_.circuit};
    std::array<std::byte, kFrameRoom> room{};
    const std::size_t size = write_message(message, MutableBytes(room).subspan(net::kFrameHeaders));
    if (way_.relayed) {
      static_cast<void>(sendto(way_.fd, room.data() + net::kFrameHeaders, size, 0,
                               reinterpret_cast<const sockaddr*>(&way_.server),
                               sizeof way_.server));
      return;
    }
    const Bytes frame =
        net::write_udp_frame(room, net::kFrameHeaders, size,
                             {.source_mac = client.mac,
                              .destination_mac = has_address ? way_.server_mac : net::kMacBroadcast,
                              .source = has_address ? client.address : net::kIp4Any,
                              .destination = has_address ? client.server : net::kIp4Broadcast,
                              .source_port = 68,
                              .destination_port = 67});
    static_cast<void>(::send(way_.fd, frame.data(), frame.size(), 0));
  }

  void receive() {
    std::array<std::byte, 2'048> packet;
    for (;;) {
      const ssize_t size = recv(way_.fd, packet.data(), packet.size(), MSG_DONTWAIT);
      if (size < 0) return;
      const Bytes got = Bytes(packet).first(static_cast<std::size_t>(size));
      const std::size_t headers = way_.relayed ? 0 : net::kFrameHeaders;
      Message reply;
      if (got.size() > headers && read_reply(got.subspan(headers), reply)) handle(reply);
    }
  }

  void handle(const Message& reply) {
    const std::uint32_t index = load_be32(reply.mac.octets.data() + 2) & 0xffffU;
    if (index >= clients_.size() || clients_[index].mac != reply.mac) return;
    Client& client = clients_[index];
    if (client.doing == Doing::nothing || reply.xid != client.xid) return;
    if (reply.type == kOffer && client.doing == Doing::discovering) {
      client.address = reply.yiaddr;
      client.server = reply.server;
      ask(client, Doing::requesting);
    } else if (reply.type == kNak) {
      ++window_.naks;
      client.bound = false;
      fail(client);
    } else if (reply.type == kAck && client.doing != Doing::discovering) {
      acknowledged(client);
    }
  }

  void acknowledged(Client& client) {
    const double took =
        std::chrono::duration<double, std::milli>(Clock::now() - client.began).count();
    const bool renewed = client.doing == Doing::renewing;
    (renewed ? window_.renews : window_.binds).push_back(took);
    if (renewed) ++client.renewals;
    if (client.repeated) ++window_.repeated;
    client.bound = true;
    end(client);
    if (ready_ || std::ranges::count(clients_, false, &Client::bound) > 0) return;
    ready_ = true;
    std::puts("ready");
    std::fflush(stdout);
  }

  static void print_times(const char* name, std::vector<double>& times, std::uint64_t failed) {
    std::ranges::sort(times);
    const auto at = [&](double share) {
      if (times.empty()) return 0.0;
      return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * share)];
    };
    std::printf("\"%s\": {\"done\": %zu, \"failed\": %lu, \"p50\": %.2f, \"p99\": %.2f}, ", name,
                times.size(), failed, at(0.5), at(0.99));
  }

  void close_window() {
    std::printf("{");
    print_times("bind", window_.binds, window_.failed_binds);
    print_times("renew", window_.renews, window_.failed_renews);
    std::printf("\"repeated\": %lu, \"naks\": %lu}\n", window_.repeated, window_.naks);
    std::fflush(stdout);
    window_ = {};
    window_ends = 0;
    begun_ = 0;
    opened_ = Clock::now();
  }

  Way way_;
  double rate_;
  bool cycle_;
  Random random_{1};
  std::vector<Client> clients_;
  Window window_;
  Clock::time_point opened_;
  std::uint64_t begun_ = 0;
  std::size_t next_ = 0;
  std::size_t waiting_ = 0;
  bool ready_ = false;
};

sockaddr_in port_67(Ip4 address) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(67);
  a.sin_addr.s_addr = htonl(address.value);
  return a;
}

Way open_relay(char** arguments) {
  Way way{.relayed = true,
          .server = port_67(address_argument(arguments[0])),
          .giaddr = address_argument(arguments[1]),
          .circuit = arguments[2]};
  way.fd = socket(AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in own = port_67(way.giaddr);
  const int on = 1;
  const int room = 4 << 20;
  setsockopt(way.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(way.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  hear_only(way.fd, kChaddrInDatagram, kHonest);
  if (bind(way.fd, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) die("port 67");
  return way;
}

Way open_frames(char** arguments) {
  Way way{.fd = open_link(arguments[0]), .server_mac = mac_argument(arguments[1])};
  hear_only(way.fd, kChaddrInFrame, kHonest);
  return way;
}

int run(int argc, char** argv) {
  const bool relayed = argc > 1 && std::string_view(argv[1]) == "relay";
  const int given = relayed ? 5 : 4;  // where PREFIX stands
  if (argc != given + 4) return std::fprintf(stderr, "honest: see the head of honest.cc\n"), 2;
  std::signal(SIGUSR1, [](int) { window_ends = 1; });
  std::signal(SIGTERM, [](int) { stopping = 1; });
  Way way = relayed ? open_relay(argv + 2) : open_frames(argv + 2);
  const auto prefix = parse_number(argv[given], 0xffff);
  const auto rate = parse_number(argv[given + 1], 100'000);
  const auto count = parse_number(argv[given + 2], 0xffff);
  if (!prefix || !rate || !count) return std::fprintf(stderr, "honest: not a number\n"), 2;
  Crowd crowd(std::move(way), static_cast<std::uint16_t>(*prefix), static_cast<double>(*rate),
              static_cast<std::uint32_t>(*count), std::string_view(argv[given + 3]) == "cycle");
  crowd.run();
  return 0;
}

}  // namespace
}  // namespace lessor::e2e

int main(int argc, char** argv) { return lessor::e2e::run(argc, argv); }
