#pragma once
// A walk through a client engine that octets steer: messages true, bent and false, ARP, time, the
// link, orders, in any sequence. The same for the fuzzer and for tests with fixed seeds.

#include "client/v4/forcerenew.h"
#include "client/v4/test_md5.h"
#include "client/v4/test_watch.h"
#include "wire/v4/message_writer.h"

namespace lessor::client::v4::testing {

/// What one octet of a walk's input leads to, by its lower bits; the highest bit set: on_time() is
/// not called afterwards, as when the next datagram comes with the last.
enum class Step : std::uint8_t {
  octets,  ///< a datagram of any octets
  offer,   ///< true answers to what was sent last
  ack,
  nak,
  other,  ///< a true answer but for its type
  bent,   ///< an answer with octets changed, cut, or doubled
  forcerenew,
  arp,
  deadline,  ///< time passes up to what is due
  wait,      ///< time passes
  link,
  order,
};
inline constexpr std::uint8_t kStepKinds = static_cast<std::uint8_t>(Step::order) + 1;
inline constexpr std::uint8_t kNoOnTime = 0x80;

class Walk {
 public:
  explicit Walk(Bytes input)
      : in_(input),
        settings_(read_settings(in_)),
        engine_(settings_, in_.u8()),
        watch_(settings_) {}

  /// To the end of the input; what was wrong, empty when nothing was.
  [[nodiscard]] const std::string& run() {
    change_link({.index = 2, .mac = kOwnMac, .mtu = 1'500, .up = true});
    engine_.start(now_, out_);
    look();
    for (int i = 0; i < kMaxSteps && in_.remaining() > 0 && !watch_.failed(); ++i) {
      const std::uint8_t octet = in_.u8();
      take(static_cast<Step>((octet & ~kNoOnTime) % kStepKinds));
      watch_.look(engine_, out_, now_, false);
      if ((octet & kNoOnTime) == 0) look();
    }
    return watch_.failure();
  }
  [[nodiscard]] const Watch& watch() const { return watch_; }

 private:
  static constexpr int kMaxSteps = 2'000;
  static constexpr net::Mac kOwnMac{{std::byte{2}, {}, {}, {}, {}, std::byte{1}}};
  static constexpr net::Mac kOtherMac{{std::byte{2}, {}, {}, {}, {}, std::byte{2}}};
  static constexpr std::array<std::byte, 16> kNonce{std::byte{7}};

  static Settings read_settings(ByteReader& in) {
    const std::uint8_t first = in.u8();
    const std::uint8_t second = in.u8();
    Settings settings;
    settings.client_id = client_id_of_mac(kOwnMac);
    settings.hostname = "walker";
    settings.request_list = default_request_list();
    settings.rapid_commit = (first & 1) != 0;
    settings.v6_only = (first & 2) != 0;
    settings.keep_unconfirmed = (first & 4) != 0;
    settings.broadcast = (first & 8) != 0;
    settings.policy = (first & 16) != 0 ? OfferPolicy::first : OfferPolicy::most_wanted;
    settings.hmac_md5 = (first & 32) != 0 ? hmac_md5 : nullptr;
    if ((first & 64) != 0) settings.preferred_server = net::Ip4{0xc000'0202};
    if ((first & 128) != 0) settings.refused_servers = {net::Ip4{0xc000'0203}};
    settings.probe = std::array{kNoProbe, kQuickProbe, kFullProbe}[second % 3];
    settings.defence = std::array{Defence::once, Defence::always, Defence::never}[second / 3 % 3];
    if (second >= 128) settings.lease_time = Duration::seconds(second);
    return settings;
  }

  void look() {
    engine_.on_time(now_, out_);
    watch_.look(engine_, out_, now_, true);
  }

  void take(Step step) {
    switch (step) {
      case Step::octets:
        return hear(in_.bytes(std::min<std::size_t>(in_.u8() * std::size_t{2}, in_.remaining())));
      case Step::offer:
        return hear(answer(wire::MessageType::offer));
      case Step::ack:
        return hear(answer(wire::MessageType::ack));
      case Step::nak:
        return hear(answer(wire::MessageType::nak));
      case Step::other:
        return hear(answer(static_cast<wire::MessageType>(in_.u8())));
      case Step::bent:
        return hear(bend(answer(static_cast<wire::MessageType>(in_.u8() % 7))));
      case Step::forcerenew:
        return hear(forcerenew());
      case Step::arp:
        return see_arp();
      case Step::deadline:
        return pass(engine_.next_deadline().is_never() ? Duration()
                                                       : engine_.next_deadline() - now_.mono);
      case Step::wait:
        return pass(read_wait());
      case Step::link:
        return read_link();
      case Step::order:
        return give_order();
    }
  }

  // --- What comes ---

  void hear(Bytes payload) {
    // A copy of its own: a read past its end is a sanitizer's finding.
    const std::vector<std::byte> copy(payload.begin(), payload.end());
    engine_.on_datagram(now_,
                        {.payload = copy,
                         .source = server_,
                         .destination = net::kIp4Broadcast,
                         .source_port = 67,
                         .destination_port = 68,
                         .interface = 2,
                         .framed = true,
                         .source_mac = kOtherMac,
                         .destination_mac = link_.mac},
                        out_);
  }

  /// One of a few addresses, so that walks come back to what they know.
  net::Ip4 read_address() {
    const std::uint8_t pick = in_.u8();
    if (pick < 128) return {0xc000'020a + pick % 2U};
    static constexpr std::uint32_t kOdd[] = {0,           0xffff'ffff, 0x7f00'0001, 0xe000'0001,
                                             0xc000'02ff, 0xc000'0200, 0x0a08'0105, 0xc000'0201};
    return {kOdd[pick % 8]};
  }
  std::uint32_t read_seconds() {
    static constexpr std::uint32_t kTimes[] = {
        3'600, 60, 5, 4, 0, 0xffff'ffff, 0xffff'fffe, 0x7fff'ffff, 86'400, 1'800'000'000};
    return kTimes[in_.u8() % std::size(kTimes)];
  }

  /// What the last message of the client's says in its header.
  [[nodiscard]] wire::Header reply_header() const {
    wire::Header header{.op = wire::Op::reply};
    net::HardwareAddress mac{.size = 6};
    copy_bytes(mac.octets, link_.mac.octets);
    header.set_hardware_address(mac);
    if (!watch_.sent().empty())
      header.xid = load_be32(&watch_.sent().back().bytes[wire::kXidOffset]);
    return header;
  }

  /// An answer of `type`; two octets of input say how true it is, more of them what it holds.
  Bytes answer(wire::MessageType type) {
    const std::uint8_t habits = in_.u8();
    const std::uint8_t extras = in_.u8();
    server_ = {0xc000'0201 + (habits & 3U)};
    wire::Header header = reply_header();
    const bool nak = type == wire::MessageType::nak;
    if (!nak) header.yiaddr = (habits & 4) != 0 ? read_address() : net::Ip4{0xc000'020a};
    wire::MessageWriter out(room_);
    out.header(header);
    out.option_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(type));
    if ((habits & 8) == 0) out.option_ip4(wire::kOptionDhcpServerIdentifier, server_);
    if (!nak) {
      out.option_u32(wire::kOptionDhcpLeaseTime, (habits & 16) != 0 ? read_seconds() : 3'600);
    }
    if ((habits & 32) != 0) out.option_u32(wire::kOptionDhcpRenewalTime, read_seconds());
    if ((habits & 64) != 0) out.option_u32(wire::kOptionDhcpRebindingTime, read_seconds());
    if ((habits & 128) == 0 && !nak) out.option_u32(wire::kOptionSubnetMask, 0xffff'ff00);
    add_extras(out, extras);
    out.end();
    out.pad_to(wire::kMinMessageSize);
    return out.message();
  }

  void add_extras(wire::MessageWriter& out, std::uint8_t extras) {
    if ((extras & 1) != 0) out.option(wire::kOptionRapidCommit, {});
    if ((extras & 2) != 0) out.option_u32(wire::kOptionV6OnlyPreferred, read_seconds());
    if ((extras & 4) != 0) out.option(wire::kOptionDhcpClientIdentifier, settings_.client_id);
    if ((extras & 8) != 0) out.option(wire::kOptionAuthenticate, authentication(1, kNonce));
    for (int i = extras >> 4; i > 0 && in_.remaining() > 0; --i) {
      const wire::OptionCode code = in_.u8();
      out.option(code, in_.bytes(std::min<std::size_t>(in_.u8(), in_.remaining())));
    }
  }

  /// Changes octets, cuts the end off, or doubles it.
  Bytes bend(Bytes message) {
    std::size_t size = message.size();
    for (int i = in_.u8() % 8; i > 0; --i) {
      const std::size_t at = in_.be16() % room_.size();
      if (at < size) room_[at] = static_cast<std::byte>(in_.u8());
    }
    const std::uint8_t cut = in_.u8();
    if (cut >= 128) size = std::min(size, wire::kOptionsOffset - 8 + std::size_t{cut - 128U});
    if (cut == 127) size = room_.size();
    return Bytes(room_).first(size);
  }

  /// Option 90 (RFC 6704 3.1.2).
  std::vector<std::byte> authentication(std::uint8_t type, Bytes value) {
    std::vector<std::byte> option(12 + value.size());
    ByteWriter out(option);
    out.bytes(kProtocol);
    out.be64(replay_ = replay_ + in_.u8() % 4 - 1);
    out.u8(type);
    out.bytes(value);
    return option;
  }

  Bytes forcerenew() {
    wire::MessageWriter out(room_);
    out.header(reply_header());
    out.option_u8(wire::kOptionDhcpMessageType, 9);
    out.option(wire::kOptionAuthenticate, authentication(2, Digest{}));
    out.end();
    const std::size_t size = out.size();
    const Digest digest = hmac_md5(kNonce, Bytes(room_).first(size));
    copy_bytes(MutableBytes(room_).subspan(wire::kOptionsOffset + 3 + 2 + 12), digest);
    return Bytes(room_).first(size);
  }

  void see_arp() {
    const std::uint8_t pick = in_.u8();
    net::ArpSighting sighting{.interface = 2, .mac = (pick & 1) != 0 ? link_.mac : kOtherMac};
    const net::Ip4 ours = engine_.lease() != nullptr ? engine_.lease()->address : net::Ip4();
    if ((pick & 2) == 0) sighting.address = (pick & 4) != 0 ? read_address() : ours;
    if ((pick & 8) != 0) sighting.target = ours;
    engine_.on_arp(now_, sighting, out_);
  }

  // --- Time, link and orders ---

  /// Clocks count 292 years; a walk that is a century old stands still.
  void pass(Duration time) {
    constexpr Instant kOld = Instant::from_nanoseconds(3'000'000'000'000'000'000);
    if (now_.mono + time > kOld) return;
    now_.mono = now_.mono + time;
    now_.wall = now_.wall + time;
  }
  Duration read_wait() {
    static constexpr std::int64_t kMilliseconds[] = {1,      200,     1'000,     3'000,
                                                     10'000, 600'000, 3'600'000, 1'000'000'000'000};
    const std::uint8_t pick = in_.u8();
    if (pick >= 240) now_.wall.seconds -= 1'000'000'000;  // a clock that is set means nothing
    return Duration::milliseconds(kMilliseconds[pick % 8]);
  }

  void change_link(const Link& link) {
    // What leaves in this call has the new address already.
    link_ = link;
    watch_.set_link(link);
    engine_.set_link(now_, link, out_);
  }
  void read_link() {
    const std::uint8_t pick = in_.u8();
    Link link = link_;
    link.up = (pick & 1) != 0;
    if ((pick & 6) == 6) link.mac = link.mac == kOwnMac ? kOtherMac : kOwnMac;
    if ((pick & 8) != 0) link.mtu = (pick & 16) != 0 ? 576 : 9'000;
    change_link(link);
  }

  void give_order() {
    const std::uint8_t order = in_.u8() % 10;
    if (order < 5 || order == 9) return give_running_order(order);
    // The others are for an engine that does not run.
    if (engine_.state() != State::stopped) engine_.stop(now_);
    watch_.look(engine_, out_, now_, false);
    if (order == 5) return engine_.start(now_, out_);
    if (order == 6) return engine_.start_inform(now_, {0xc000'0214}, out_);
    engine_.remember(remembered());
    if (order == 7) return engine_.start(now_, out_);
    const net::Ip4 address = engine_.lease()->address;
    if (engine_.resume_bound(now_, out_)) watch_.resumed(address);
  }
  void give_running_order(std::uint8_t order) {
    if (order == 0) (void)engine_.renew(now_, out_);
    if (order == 1) (void)engine_.rebind(now_, out_);
    if (order == 2) (void)engine_.release(now_, out_);
    if (order == 3) engine_.stop(now_);
    if (order == 4) engine_.on_resume(now_, out_);
    if (order == 9) (void)engine_.inform(now_, out_);
  }
  Lease remembered() {
    return {.address = {0xc000'020b},
            .server = {0xc000'0201},
            .requested_at = now_.mono - Duration::seconds(60 * (in_.u8() % 16)),
            .lease_time = Duration::seconds(600),
            .t1 = Duration::seconds(300),
            .t2 = Duration::seconds(525)};
  }

  static constexpr std::array<std::byte, 3> kProtocol{std::byte{3}, std::byte{1}, std::byte{0}};

  ByteReader in_;
  Settings settings_;
  ClientEngine engine_;
  Watch watch_;
  net::Outbox out_{8, 4};
  Now now_{.mono = Instant::from_nanoseconds(1'000'000'000'000), .wall = {1'764'000'000}};
  Link link_;
  net::Ip4 server_{0xc000'0201};
  std::uint64_t replay_ = 1;
  std::array<std::byte, 1'400> room_{};
};

}  // namespace lessor::client::v4::testing
