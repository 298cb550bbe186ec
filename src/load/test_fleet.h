#pragma once
// The fleet in virtual time against a toy server, which shares no code with ours.

#include "load/fleet.h"

#include "wire/v4/message_writer.h"

#include <functional>
#include <gtest/gtest.h>
#include <map>

namespace lessor::load {

using net::Ip4;
using wire::MessageType;

inline constexpr Ip4 kServer{0xc0000201};  // 192.0.2.1
inline constexpr std::uint32_t kPool = 0x0a000001;
inline constexpr net::Mac kServerMac{{std::byte{2}, std::byte{9}}};

/// A question as the toy server reads it, and how it came.
struct Asked {
  MessageType type = MessageType::none;
  net::Mac mac;
  std::uint32_t xid = 0;
  Ip4 ciaddr, giaddr, requested, server;
  std::uint16_t secs = 0;
  std::uint16_t flags = 0;
  std::string circuit;
  bool wants = false;  // option 55
  net::Envelope envelope;
  Instant at;
};

/// What it answers.
struct Told {
  MessageType type = MessageType::none;
  Ip4 address;
  Ip4 server = kServer;
  std::optional<std::uint32_t> lease_time = 3'600, t1 = 1'800, t2 = 3'150;
  Duration after;
  std::string relay_info;  // option 82; none when empty
  std::string domain;      // option 15; none when empty
};

class World {
 public:
  using Server = std::function<std::vector<Told>(const Asked&)>;

  explicit World(const Plan& plan, std::size_t slots = 4'096)
      : out_(slots), fleet_(plan, 42), server_([this](const Asked& a) { return honest(a); }) {}

  /// An address for each hardware address, the same whenever it asks, until it is given back.
  std::vector<Told> honest(const Asked& asked) {
    if (asked.type == MessageType::release || asked.type == MessageType::decline) {
      addresses_.erase(asked.mac);
      return {};
    }
    const auto found = addresses_.try_emplace(asked.mac, Ip4{kPool + next_address_});
    if (found.second) ++next_address_;
    const auto type = asked.type == MessageType::discover ? MessageType::offer : MessageType::ack;
    return {Told{.type = type, .address = found.first->second, .after = delay}};
  }
  void serve(Server server) { server_ = std::move(server); }

  /// Until the fleet is done, or so long.
  void run(Duration most = Duration::seconds(1'000)) {
    const Instant end = now_ + most;
    while (fleet_.phase() != Phase::done && now_ <= end) turn();
  }

  void turn() {
    fleet_.on_time({.mono = now_}, out_);
    carry();
    const Instant next = std::min(fleet_.next_deadline(),
                                  answers_.empty() ? Instant::never() : answers_.begin()->first);
    if (fleet_.phase() == Phase::done) return;
    if (next > now_) now_ = next.is_never() ? now_ + Duration::seconds(10) : next;
    deliver();
  }

  [[nodiscard]] Instant now() const { return now_; }
  void pass(Duration time) { now_ = now_ + time; }
  [[nodiscard]] Fleet& fleet() { return fleet_; }
  [[nodiscard]] const Figures& figures() const { return fleet_.figures(); }
  [[nodiscard]] std::uint64_t count(Count what) const { return fleet_.figures().count(what); }
  [[nodiscard]] std::uint64_t violations(Violation what) const {
    return fleet_.figures().violations[static_cast<std::size_t>(what)];
  }
  [[nodiscard]] const std::vector<Asked>& heard() const { return heard_; }

  Duration delay = Duration::milliseconds(2);

 private:
  void carry() {
    for (net::Outbox::Ready ready; out_.take_ready(ready); out_.recycle(ready.id)) {
      heard_.push_back(read(ready));
      for (const Told& told : server_(heard_.back())) {
        answers_.emplace(now_ + told.after, std::pair(heard_.back(), told));
      }
    }
  }

  Asked read(const net::Outbox::Ready& ready) {
    const auto view = wire::MessageView::parse(ready.payload(), scratch_);
    EXPECT_TRUE(view);
    EXPECT_GE(ready.size, 300U);
    Asked asked{.type = view->message_type(),
                .xid = view->xid(),
                .ciaddr = view->ciaddr(),
                .giaddr = view->giaddr(),
                .secs = view->secs(),
                .flags = view->flags(),
                .envelope = ready.envelope,
                .at = now_};
    copy_bytes(asked.mac.octets, view->chaddr().bytes());
    if (const auto o = view->option(50)) asked.requested = {load_be32(o->data())};
    if (const auto o = view->option(54)) asked.server = {load_be32(o->data())};
    asked.wants = view->option(55).has_value();
    if (const auto o = view->option(82)) asked.circuit = as_text(o->subspan(2));
    return asked;
  }

  void deliver() {
    while (!answers_.empty() && answers_.begin()->first <= now_) {
      const auto [asked, told] = answers_.begin()->second;
      answers_.erase(answers_.begin());
      std::array<std::byte, 400> room{};
      wire::MessageWriter writer(room);
      wire::Header header{.xid = asked.xid, .yiaddr = told.address, .giaddr = asked.giaddr};
      copy_bytes(header.chaddr, asked.mac.octets);
      writer.header(header);
      writer.option_u8(53, static_cast<std::uint8_t>(told.type));
      if (!told.server.is_zero()) writer.option_ip4(54, told.server);
      if (told.lease_time) writer.option_u32(51, *told.lease_time);
      if (told.t1) writer.option_u32(58, *told.t1);
      if (told.t2) writer.option_u32(59, *told.t2);
      if (!told.domain.empty()) writer.option(15, as_bytes(told.domain));
      if (!told.relay_info.empty()) writer.option(82, as_bytes(told.relay_info));
      writer.end();
      fleet_.on_datagram({.mono = now_},
                         {.payload = writer.message(), .framed = true, .source_mac = kServerMac},
                         out_);
      carry();
    }
  }

  Instant now_ = Instant::from_nanoseconds(7'000'000'000'000);
  net::Outbox out_;
  Fleet fleet_;
  Server server_;
  wire::ParseScratch scratch_;
  std::map<net::Mac, Ip4> addresses_;
  std::uint32_t next_address_ = 0;
  std::multimap<Instant, std::pair<Asked, Told>> answers_;
  std::vector<Asked> heard_;
};

/// One exchange for each client.
inline Plan closed(std::uint32_t clients, std::uint32_t window) {
  return {.clients = clients, .window = window, .exchanges = clients};
}

}  // namespace lessor::load
