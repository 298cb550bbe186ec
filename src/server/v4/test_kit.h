#pragma once
// For tests of this folder: clients that speak, a server that is told the time, replies taken
// apart. Tests read like timelines: said this, got that, time passes.

#include "server/v4/engine.h"
#include "server/v4/rules.h"
#include "wire/v4/message_view.h"
#include "wire/v4/message_writer.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::server::v4::testing {

using Octets = std::vector<std::byte>;
using wire::MessageType;

inline Octets octets(std::initializer_list<int> values) {
  Octets out(values.size());
  std::size_t at = 0;
  for (const int value : values) out[at++] = static_cast<std::byte>(value);
  return out;
}
inline Octets text(std::string_view value) {
  const Bytes bytes = as_bytes(value);
  return {bytes.begin(), bytes.end()};
}
inline net::Ip4 ip(std::string_view address) { return net::parse_ip4(address).value(); }
inline Octets ip_octets(std::string_view address) {
  Octets out(4);
  store_be32(out.data(), ip(address).value);
  return out;
}

// ---- configurations

inline config::Pool pool(std::string_view range,
                         const std::vector<std::string_view>& excluded = {}) {
  config::Pool made{.range = net::parse_range4(range).value()};
  for (const std::string_view address : excluded) made.excluded.push_back(ip(address));
  return made;
}

inline config::ConfiguredOption option(int code, Octets value, bool always = false) {
  return {
      .code = static_cast<std::uint8_t>(code), .always_send = always, .value = std::move(value)};
}

/// A subnet with 1 h leases, a router and a name server.
inline config::Subnet subnet(std::uint32_t id, std::string_view prefix, config::PoolList pools) {
  config::Subnet made;
  made.id = id;
  made.prefix = net::parse_prefix4(prefix).value();
  made.link = made.prefix.network().value;
  made.pools = std::move(pools);
  made.lifetimes = {Duration::seconds(3'600), Duration::seconds(600), Duration::seconds(7'200)};
  Octets router(4);
  store_be32(router.data(), made.prefix.network().value + 1);
  made.options = config::OptionSet({option(3, router), option(6, octets({8, 8, 4, 4}))});
  return made;
}

inline config::Reservation reserve_hw(const net::Mac& mac, std::string_view address) {
  config::Reservation made{.identifier_type = config::IdentifierType::hw_address};
  made.identifier.assign(mac.octets.begin(), mac.octets.end());
  if (!address.empty()) made.address = ip(address);
  return made;
}
inline config::Reservation reserve_id(Octets id, std::string_view address) {
  config::Reservation made{.identifier_type = config::IdentifierType::client_id,
                           .identifier = std::move(id)};
  if (!address.empty()) made.address = ip(address);
  return made;
}

/// Adds a reservation as the loader does: its address is left out of the pools.
inline void add_reservation(config::Subnet& subnet, config::Reservation reservation) {
  for (config::Pool& pool : subnet.pools) {
    if (reservation.address && pool.range.contains(*reservation.address)) {
      pool.excluded.push_back(*reservation.address);
    }
  }
  subnet.reservations.push_back(std::move(reservation));
}

inline config::ServerConfig config_of(HugeVector<config::Subnet> subnets) {
  config::ServerConfig made;
  made.subnets = std::move(subnets);
  made.build_indexes();
  return made;
}

/// 192.0.2.0/24 on eth0, ten addresses to lease.
inline config::ServerConfig one_subnet() {
  return config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")})});
}

// ---- clients

/// A host on the link: a MAC address, perhaps a client identifier.
struct Host {
  net::Mac mac;
  Octets id;
  [[nodiscard]] net::HardwareAddress hardware() const {
    net::HardwareAddress h{.type = 1, .size = 6};
    copy_bytes(h.octets, mac.octets);
    return h;
  }
};
inline Host host(std::uint32_t number) {
  Host made;
  store_be16(made.mac.octets.data(), 0x0200);
  store_be32(made.mac.octets.data() + 2, number);
  return made;
}
inline Host host_with_id(std::uint32_t number, Octets id) {
  Host made = host(number);
  made.id = std::move(id);
  return made;
}

inline constexpr net::InterfaceIndex kEth0 = 2;
inline constexpr net::InterfaceIndex kEth1 = 3;
inline constexpr net::InterfaceIndex kBare = 4;  // has no address
inline const net::Ip4 kServer = ip("192.0.2.1");

inline net::InterfaceTable interfaces() {
  net::Interface eth0{.index = kEth0, .name = "eth0", .up = true, .ethernet = true};
  eth0.addresses = {net::parse_prefix4("192.0.2.1/24").value()};
  net::Interface eth1{.index = kEth1, .name = "eth1", .up = true, .ethernet = true};
  eth1.addresses = {net::parse_prefix4("10.0.0.1/24").value(),
                    net::parse_prefix4("10.0.1.1/24").value()};
  const net::Interface bare{.index = kBare, .name = "bare", .up = true, .ethernet = true};
  return net::InterfaceTable({eth0, eth1, bare});
}

/// A message under construction. Every setter returns it: discover(h).asking(..).through(..).
class Say {
 public:
  Say(MessageType type, const Host& host) : type_(type), host_(host) {
    header_.op = wire::Op::request;
    header_.set_hardware_address(host.hardware());
    header_.xid = 0x1000;
    datagram_.source = {};
    datagram_.destination = net::kIp4Broadcast;
    datagram_.source_port = wire::kClientPort;
    datagram_.destination_port = wire::kServerPort;
    datagram_.interface = kEth0;
    datagram_.framed = true;
    datagram_.source_mac = host.mac;
    datagram_.destination_mac = net::kMacBroadcast;
    if (!host.id.empty()) with(wire::kOptionDhcpClientIdentifier, host.id);
  }

  Say& with(std::uint8_t code, Octets value) {
    options_.emplace_back(code, std::move(value));
    return *this;
  }
  Say& asking(std::string_view address) { return with(50, ip_octets(address)); }
  Say& asking(net::Ip4 address) { return asking(net::to_string(address)); }
  Say& to_server(std::string_view address) { return with(54, ip_octets(address)); }
  Say& for_seconds(std::uint32_t seconds) {
    Octets value(4);
    store_be32(value.data(), seconds);
    return with(51, value);
  }
  Say& wanting(std::initializer_list<int> codes) { return with(55, octets(codes)); }
  Say& xid(std::uint32_t value) {
    header_.xid = value;
    return *this;
  }
  Say& broadcast() {
    header_.flags = wire::kBroadcastFlag;
    return *this;
  }
  Say& having(std::string_view address) { return having(ip(address)); }
  Say& having(net::Ip4 address) {
    header_.ciaddr = address;
    return *this;
  }
  /// From ciaddr to one of the server's addresses.
  Say& unicast(std::string_view server = "192.0.2.1") {
    datagram_.source = header_.ciaddr;
    datagram_.destination = ip(server);
    return *this;
  }
  /// By a relay agent: from giaddr port 67 to the server's address.
  Say& through(std::string_view giaddr, Octets relay_info = {}) {
    header_.giaddr = ip(giaddr);
    datagram_.source = ip(giaddr);
    datagram_.source_port = wire::kServerPort;
    datagram_.destination = kServer;
    datagram_.source_mac = net::Mac{{std::byte{0x0a}}};
    if (!relay_info.empty()) with(82, std::move(relay_info));
    return *this;
  }
  Say& on(net::InterfaceIndex interface) {
    datagram_.interface = interface;
    return *this;
  }
  [[nodiscard]] wire::Header& header() { return header_; }
  [[nodiscard]] net::Datagram& datagram() { return datagram_; }

  /// The datagram; its bytes live in this object.
  [[nodiscard]] net::Datagram said() {
    bytes_.assign(2'048, std::byte{0});
    wire::MessageWriter writer(bytes_);
    writer.header(header_);
    if (type_ != MessageType::none) {
      writer.option_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(type_));
    }
    for (const auto& [code, value] : options_) writer.option(code, value);
    writer.end();
    writer.pad_to(wire::kMinMessageSize);
    net::Datagram in = datagram_;
    in.payload = Bytes(bytes_).first(writer.size());
    return in;
  }

 private:
  MessageType type_;
  Host host_;
  wire::Header header_;
  net::Datagram datagram_;
  std::vector<std::pair<std::uint8_t, Octets>> options_;
  Octets bytes_;
};

inline Say discover(const Host& h) { return {MessageType::discover, h}; }
inline Say inform(const Host& h, std::string_view address) {
  return Say(MessageType::inform, h).having(address).unicast();
}
inline Say selecting(const Host& h, net::Ip4 address, std::string_view server = "192.0.2.1") {
  return Say(MessageType::request, h).asking(address).to_server(server);
}
inline Say selecting(const Host& h, std::string_view address,
                     std::string_view server = "192.0.2.1") {
  return selecting(h, ip(address), server);
}
inline Say rebooting(const Host& h, std::string_view address) {
  return Say(MessageType::request, h).asking(address);
}
inline Say renewing(const Host& h, net::Ip4 address, std::string_view server = "192.0.2.1") {
  return Say(MessageType::request, h).having(address).unicast(server);
}
inline Say renewing(const Host& h, std::string_view address) { return renewing(h, ip(address)); }
inline Say rebinding(const Host& h, std::string_view address) {
  Say say = Say(MessageType::request, h).having(address);
  say.datagram().source = ip(address);
  return say;
}
inline Say release(const Host& h, std::string_view address, std::string_view server = "192.0.2.1") {
  return Say(MessageType::release, h).having(address).unicast().to_server(server);
}
inline Say decline(const Host& h, std::string_view address, std::string_view server = "192.0.2.1") {
  return Say(MessageType::decline, h).asking(address).to_server(server);
}

// ---- replies

/// A reply as it left, taken apart.
class Reply {
 public:
  Reply(const net::Envelope& envelope, Bytes payload)
      : envelope_(envelope),
        bytes_(payload.begin(), payload.end()),
        scratch_(std::make_unique<wire::ParseScratch>()),
        view_(wire::MessageView::parse(bytes_, *scratch_).value()) {}

  [[nodiscard]] const net::Envelope& envelope() const { return envelope_; }
  [[nodiscard]] const wire::MessageView& view() const { return view_; }
  [[nodiscard]] MessageType type() const { return view_.message_type(); }
  [[nodiscard]] std::string yiaddr() const { return net::to_string(view_.yiaddr()); }
  [[nodiscard]] std::optional<Octets> option(int code) const {
    const auto value = view_.option(static_cast<wire::OptionCode>(code));
    if (!value) return std::nullopt;
    return Octets(value->begin(), value->end());
  }
  /// A four-octet option as a number; 0 when absent.
  [[nodiscard]] std::uint32_t number(int code) const {
    const auto value = view_.option(static_cast<wire::OptionCode>(code));
    return value && value->size() == 4 ? load_be32(value->data()) : 0;
  }
  /// The codes in the order of the options field, the end option included.
  [[nodiscard]] std::vector<int> codes() const {
    std::vector<int> all;
    wire::OptionCursor cursor(Bytes(bytes_).subspan(wire::kOptionsOffset));
    for (wire::RawOption raw; cursor.next(raw);) all.push_back(raw.code);
    return all;
  }
  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  net::Envelope envelope_;
  Octets bytes_;
  std::unique_ptr<wire::ParseScratch> scratch_;
  wire::MessageView view_;
};

// ---- the server

/// A server and its clock. The disk is instant unless hold_disk().
class Site {
 public:
  explicit Site(config::ServerConfig config = one_subnet(), Settings settings = small())
      : changes_(1'024), outbox_(64, 48), engine_(settings, changes_) {
    engine_.set_interfaces(now_, interfaces());
    engine_.begin_swap(now_, prepare(std::move(config)));
    engine_.on_time(now_, outbox_);
    (void)take_events();
  }
  [[nodiscard]] static Settings small() {
    return {.key = {1, 2},
            .lease_capacity = 1'024,
            .offer_capacity = 256,
            .probe_capacity = 8,
            .backlog_capacity = 0};
  }

  [[nodiscard]] ServerEngine& engine() { return engine_; }
  [[nodiscard]] const ServerEngine& engine() const { return engine_; }
  [[nodiscard]] net::Outbox& outbox() { return outbox_; }
  [[nodiscard]] lease::ChangeLog& changes() { return changes_; }
  [[nodiscard]] Now now() const { return now_; }

  /// Says it to the server; the reply, if one left.
  std::optional<Reply> hear(Say say) {
    engine_.on_datagram(now_, say.said(), outbox_);
    if (!disk_held_) flush();
    return next_reply();
  }
  std::optional<Reply> hear(const net::Datagram& in) {
    engine_.on_datagram(now_, in, outbox_);
    if (!disk_held_) flush();
    return next_reply();
  }
  std::optional<Reply> next_reply() {
    net::Outbox::Ready ready;
    if (!outbox_.take_ready(ready)) return std::nullopt;
    Reply reply(ready.envelope, ready.payload());
    outbox_.recycle(ready.id);
    return reply;
  }

  /// Lets time pass; what falls due in between happens at its time.
  void pass(Duration time) {
    const Now end{now_.mono + time, now_.wall + time};
    while (engine_.next_deadline() <= end.mono) {
      const Instant due = std::max(engine_.next_deadline(), now_.mono);
      now_.wall = now_.wall + (due - now_.mono);
      now_.mono = due;
      engine_.on_time(now_, outbox_);
    }
    now_ = end;
    if (!disk_held_) flush();
  }
  void pass_seconds(std::int64_t seconds) { pass(Duration::seconds(seconds)); }

  void hold_disk() { disk_held_ = true; }
  /// All changes so far are durable.
  void flush() {
    changes_.drop(changes_.waiting());
    outbox_.release(changes_.last());
  }

  /// DISCOVER, OFFER, REQUEST, ACK; the address, "" when it did not come to that.
  std::string lease(const Host& h) {
    const auto offer = hear(discover(h));
    if (!offer || offer->type() != MessageType::offer) return "";
    const auto ack = hear(selecting(h, offer->view().yiaddr()));
    if (!ack || ack->type() != MessageType::ack) return "";
    return ack->yiaddr();
  }

  std::vector<Event> take_events() {
    std::vector<Event> all;
    for (Event event; engine_.events().take(event);) all.push_back(event);
    return all;
  }
  /// Why the last message was answered as it was, or not.
  Reason why() {
    const std::vector<Event> all = take_events();
    return all.empty() ? Reason::none : all.back().reason;
  }
  /// Whether such an event was told since the events were last taken.
  bool told(EventKind kind) {
    for (const Event& event : take_events()) {
      if (event.kind == kind) return true;
    }
    return false;
  }
  [[nodiscard]] std::optional<lease::Lease> record(std::string_view address) const {
    return engine_.leases().find(ip(address));
  }
  void reload(config::ServerConfig config) {
    engine_.begin_swap(now_, prepare(std::move(config)));
    grow();
    pass(Duration());
  }
  /// Memory that is made on another thread elsewhere.
  void grow() {
    const lease::GrowthNeed need = engine_.growth_wanted();
    if (!need.empty()) engine_.adopt(*lease::LeaseTable::make_growth(need));
  }

 private:
  lease::ChangeLog changes_;
  net::Outbox outbox_;
  ServerEngine engine_;
  Now now_{Instant::from_nanoseconds(1'000'000'000'000), WallTime{1'790'000'000}};
  bool disk_held_ = false;
};

}  // namespace lessor::server::v4::testing
