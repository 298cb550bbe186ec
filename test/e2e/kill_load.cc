// A crowd of clients behind one relay, for tests that kill the server under them: leases, renewals
// and releases at a given rate, and a log of every promise that the server made. It keeps going
// while the server is away. It shares no DHCP code with the server, so that the two check each
// other.
//
// kill_load SERVER GIADDR LOG RATE [COUNT [FIRST [BOUND]]]: until SIGTERM, or until COUNT clients
// are bound. Clients are numbered from FIRST. With BOUND, once so many are bound they renew rather
// than that others come: a log full of renewals is what a server folds. The log has a line for
// every ACK ("A ADDRESS CLIENT NANOSECONDS"), and for every RELEASE, written before it is sent
// ("R ..."), with the time by the monotonic clock. The summary goes to standard output as JSON.

#include "base/bytes.h"
#include "base/random.h"
#include "base/text.h"
#include "net/address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace lessor {
namespace {

using Clock = std::chrono::steady_clock;
using net::Ip4;

constexpr std::size_t kWindow = 64;  ///< clients that wait for an answer at any time
constexpr auto kRetransmitAfter = std::chrono::milliseconds(100);
constexpr std::size_t kOptionsAt = 240;
enum MessageType : std::uint8_t { kDiscover = 1, kOffer, kRequest, kDecline, kAck, kNak, kRelease };
enum class Phase : std::uint8_t { discovering, requesting, bound, renewing, released };

struct Client {
  Phase phase = Phase::discovering;
  Ip4 address;
  Ip4 server;
  std::uint32_t sends = 0;  ///< tells a newer retransmission timer from an older one
};

struct Timer {
  Clock::time_point due;
  std::uint32_t client;
  std::uint32_t sends;
};

struct Summary {
  std::uint64_t acks = 0;
  std::uint64_t renewals = 0;
  std::uint64_t releases = 0;
  std::uint64_t naks = 0;
  std::uint64_t resent = 0;
  std::uint64_t lost = 0;   ///< NAKs to a renewal of a promised lease
  std::uint64_t twice = 0;  ///< addresses promised to a second client
};

volatile std::sig_atomic_t stopping = 0;

/// The fields of a reply that a client acts on.
struct Reply {
  std::uint8_t type = 0;
  std::uint32_t client = 0;
  Ip4 yiaddr;
  Ip4 server;
};

bool read_reply(Bytes packet, Reply& reply) {
  if (packet.size() < kOptionsAt) return false;
  reply.client = load_be32(packet.data() + 30);  // the last four octets of chaddr
  reply.yiaddr = Ip4{load_be32(packet.data() + 16)};
  ByteReader options(packet.subspan(kOptionsAt));
  while (options.ok()) {
    const std::uint8_t code = options.u8();
    if (code == 255) break;
    const Bytes value = options.bytes(options.u8());
    if (code == 53 && value.size() == 1) reply.type = load_u8(value.data());
    if (code == 54 && value.size() == 4) reply.server = Ip4{load_be32(value.data())};
  }
  return options.ok() && reply.type != 0;
}

class Crowd {
 public:
  Crowd(int socket, int log, Ip4 giaddr, std::uint32_t rate, std::uint32_t first,
        std::uint32_t enough)
      : socket_(socket), log_(log), giaddr_(giaddr), rate_(rate), first_(first), enough_(enough) {}

  void run(std::uint64_t count) {
    start_ = Clock::now();
    while (stopping == 0 && (count == 0 || summary_.acks - summary_.renewals < count)) {
      start_some();
      retransmit();
      pollfd readable{.fd = socket_, .events = POLLIN, .revents = 0};
      poll(&readable, 1, 2);
      receive();
      flush();
    }
  }

  void print_summary() const {
    std::printf(
        "{\"acks\": %lu, \"renewals\": %lu, \"releases\": %lu, \"naks\": %lu, "
        "\"resent\": %lu, \"lost\": %lu, \"twice\": %lu}\n",
        summary_.acks, summary_.renewals, summary_.releases, summary_.naks, summary_.resent,
        summary_.lost, summary_.twice);
  }

 private:
  /// Begins as many exchanges as the rate and the window allow: mostly new clients, some renewals
  /// and releases of those that are bound.
  void start_some() {
    const auto elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
    const auto due = static_cast<std::uint64_t>(elapsed * rate_);
    // What could not be started in time is not made up for: a restart is not followed by a burst.
    if (due > started_ + kWindow) started_ = due - kWindow;
    for (; started_ < due && waiting_ < kWindow; ++started_) {
      const bool is_full = enough_ > 0 && bound_.size() + waiting_ >= enough_;
      if ((random_.one_in(8) || (is_full && !random_.one_in(16))) && !bound_.empty()) {
        begin(bound_[random_.below(static_cast<std::uint32_t>(bound_.size()))], Phase::renewing);
      } else if (random_.one_in(16) && !bound_.empty()) {
        release(random_.below(static_cast<std::uint32_t>(bound_.size())));
      } else if (!is_full) {
        clients_.emplace_back();
        begin(static_cast<std::uint32_t>(clients_.size() - 1), Phase::discovering);
      }
    }
  }

  void begin(std::uint32_t index, Phase phase) {
    if (clients_[index].phase == Phase::renewing) return;
    ++waiting_;
    clients_[index].phase = phase;
    send(index);
  }

  void release(std::uint32_t place) {
    const std::uint32_t index = bound_[place];
    Client& client = clients_[index];
    if (client.phase != Phase::bound) return;
    note('R', client.address, index);
    flush();
    client.phase = Phase::released;
    holders_.erase(client.address.value);
    bound_[place] = bound_.back();
    bound_.pop_back();
    ++summary_.releases;
    transmit(index, kRelease);
  }

  void send(std::uint32_t index) {
    Client& client = clients_[index];
    transmit(index, client.phase == Phase::discovering ? kDiscover : kRequest);
    timers_.push_back({Clock::now() + kRetransmitAfter, index, ++client.sends});
  }

  void retransmit() {
    const auto now = Clock::now();
    while (!timers_.empty() && timers_.front().due <= now) {
      const Timer timer = timers_.front();
      timers_.pop_front();
      const Client& client = clients_[timer.client];
      const bool waits = client.phase != Phase::bound && client.phase != Phase::released;
      if (!waits || client.sends != timer.sends) continue;
      ++summary_.resent;
      send(timer.client);
    }
  }

  void transmit(std::uint32_t index, MessageType type) {
    const Client& client = clients_[index];
    const bool has_address = client.phase == Phase::renewing || type == kRelease;
    std::array<std::byte, 300> packet{};
    ByteWriter out(packet);
    out.be32(0x01010601);      // op, htype, hlen, hops: relayed once
    out.be32(first_ + index);  // xid
    out.be32(0);
    out.be32(has_address ? client.address.value : 0);  // ciaddr
    out.zeros(8);
    out.be32(giaddr_.value);
    out.be16(0x02aa);  // chaddr: locally administered, then the client's number
    out.be32(first_ + index);
    out.zeros(10 + 64 + 128);
    out.be32(0x63825363);
    out.be16(53 << 8 | 1);
    out.u8(type);
    if (client.phase == Phase::requesting) {
      out.be16(50 << 8 | 4);
      out.be32(client.address.value);
    }
    if (client.phase == Phase::requesting || type == kRelease) {
      out.be16(54 << 8 | 4);
      out.be32(client.server.value);
    }
    out.u8(255);
    // While the server is away this fails; the retransmission makes up for it.
    static_cast<void>(::send(socket_, packet.data(), packet.size(), 0));
  }

  void receive() {
    std::array<std::byte, 2048> packet;
    for (;;) {
      const ssize_t size = recv(socket_, packet.data(), packet.size(), MSG_DONTWAIT);
      if (size < 0 && errno == ECONNREFUSED) continue;
      if (size < 0) return;
      Reply reply;
      if (read_reply(Bytes(packet).first(static_cast<std::size_t>(size)), reply)) handle(reply);
    }
  }

  void handle(const Reply& reply) {
    const std::uint32_t index = reply.client - first_;
    if (index >= clients_.size()) return;
    Client& client = clients_[index];
    if (reply.type == kOffer && client.phase == Phase::discovering) {
      client.phase = Phase::requesting;
      client.address = reply.yiaddr;
      client.server = reply.server;
      send(index);
    } else if (reply.type == kAck) {
      acknowledged(index, reply.yiaddr);
    } else if (reply.type == kNak) {
      ++summary_.naks;
      if (client.phase == Phase::renewing) ++summary_.lost;
      if (client.phase == Phase::requesting) {
        client.phase = Phase::discovering;
        send(index);
      }
    }
  }

  /// A promise: whenever it comes, even for a request that was long repeated, it must be kept.
  void acknowledged(std::uint32_t index, Ip4 address) {
    Client& client = clients_[index];
    if (client.phase == Phase::released) return;
    ++summary_.acks;
    note('A', address, index);
    const auto [holder, fresh] = holders_.emplace(address.value, index);
    if (!fresh && holder->second != index) ++summary_.twice;
    holder->second = index;
    if (client.phase == Phase::renewing) ++summary_.renewals;
    if (client.phase == Phase::requesting) bound_.push_back(index);
    if (client.phase != Phase::bound) --waiting_;
    client.address = address;
    client.phase = Phase::bound;
  }

  void note(char what, Ip4 address, std::uint32_t index) {
    pending_ += what;
    const auto now = Clock::now().time_since_epoch();
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    pending_ += ' ' + net::to_string(address) + ' ' + std::to_string(first_ + index) + ' ' +
                std::to_string(ns) + '\n';
  }

  void flush() {
    if (pending_.empty()) return;
    if (write(log_, pending_.data(), pending_.size()) < 0) std::perror("log");
    pending_.clear();
  }

  int socket_;
  int log_;
  Ip4 giaddr_;
  std::uint32_t rate_;
  std::uint32_t first_;
  std::uint32_t enough_;  ///< clients bound at most; 0: no limit
  Random random_{1};
  Clock::time_point start_;
  std::uint64_t started_ = 0;
  std::size_t waiting_ = 0;
  std::vector<Client> clients_;
  std::vector<std::uint32_t> bound_;
  std::unordered_map<std::uint32_t, std::uint32_t> holders_;
  std::deque<Timer> timers_;  // in order: all wait equally long
  std::string pending_;
  Summary summary_;
};

sockaddr_in port_67(const char* address) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(67);
  if (inet_pton(AF_INET, address, &a.sin_addr) != 1) {
    std::fprintf(stderr, "kill_load: %s is not an address\n", address);
    std::exit(2);
  }
  return a;
}

int open_socket(const sockaddr_in& own, const sockaddr_in& server) {
  const int s = socket(AF_INET, SOCK_DGRAM, 0);
  const int room = 4 << 20;
  setsockopt(s, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (bind(s, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 ||
      connect(s, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0) {
    std::perror("kill_load: port 67");
    std::exit(1);
  }
  return s;
}

int run(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: kill_load SERVER GIADDR LOG RATE [COUNT [FIRST [BOUND]]]\n");
    return 2;
  }
  std::signal(SIGTERM, [](int) { stopping = 1; });
  const sockaddr_in own = port_67(argv[2]);
  const int socket = open_socket(own, port_67(argv[1]));
  const int log = open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) {
    std::perror(argv[3]);
    return 1;
  }
  const auto rate = parse_number(argv[4], UINT32_MAX);
  const auto count = argc > 5 ? parse_number(argv[5]) : 0;
  const auto first = argc > 6 ? parse_number(argv[6], UINT32_MAX) : 0;
  const auto bound = argc > 7 ? parse_number(argv[7], UINT32_MAX) : 0;
  if (!rate || !count || !first || !bound) {
    std::fprintf(stderr, "kill_load: RATE, COUNT, FIRST and BOUND are numbers\n");
    return 2;
  }
  Crowd crowd(socket, log, Ip4{ntohl(own.sin_addr.s_addr)}, static_cast<std::uint32_t>(*rate),
              static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*bound));
  crowd.run(*count);
  crowd.print_summary();
  return 0;
}

}  // namespace
}  // namespace lessor

int main(int argc, char** argv) { return lessor::run(argc, argv); }
