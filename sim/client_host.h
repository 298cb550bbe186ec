#pragma once
// A simulated machine with a DHCP client: the real engine, a memory that outlives a crash, and the
// habits of its owner. Must not know: servers.

#include "client/v4/engine.h"
#include "sim/clock.h"
#include "sim/holders.h"
#include "sim/stage.h"
#include "wire/v4/message_view.h"

#include <deque>
#include <memory>
#include <optional>

namespace lessor::sim {

/// What a client is and does.
struct Character {
  std::uint32_t number = 0;
  std::size_t site = 0;
  std::uint32_t identity = 0;
  bool is_clone = false;  ///< another has its client identifier
  bool sends_client_id = true;
  bool broadcast = false;         ///< asks for broadcast replies
  bool rapid_commit = false;      ///< RFC 4039
  bool keep_unconfirmed = false;  ///< RFC 2131 4.4.2
  std::int64_t drift = 0;         ///< of its clock, in parts per million
};

class ClientHost final : public Host {
 public:
  ClientHost(Stage& stage, Holders& holders, HostId host, const Character& character);

  void hear(const net::Datagram& datagram) override;
  void hear_arp(const net::ArpSighting& sighting) override;
  [[nodiscard]] bool cares_about(const net::ArpSighting& sighting) override;
  void wake() override;
  [[nodiscard]] Instant next_deadline() const override;

  // What its owner does.
  void switch_on(LinkId link);
  /// With a DHCPRELEASE, or as if the plug was pulled.
  void switch_off(bool politely);
  void plug(bool in);
  void sleep();
  void wake_up();
  void renew();
  void forget() { remembered_.reset(); }
  /// Another MAC, or another client identifier, from the next start on.
  void change_face(std::uint32_t face, bool mac);

  [[nodiscard]] bool is_on() const { return engine_ != nullptr; }
  [[nodiscard]] bool is_asleep() const { return asleep_; }
  [[nodiscard]] bool is_plugged() const { return plugged_; }
  [[nodiscard]] bool has_address() const { return holds_.has_value(); }
  [[nodiscard]] Instant on_since() const { return on_since_; }
  [[nodiscard]] const Character& character() const { return character_; }
  /// Its state and address, for people.
  [[nodiscard]] std::string to_string() const;

 private:
  [[nodiscard]] Now now() const { return clock_.read(stage_.now); }
  [[nodiscard]] client::v4::Settings settings() const;
  void pump();
  void obey();
  void hold();
  void count_message(const net::Outbox::Ready& ready);
  void check_pause(const wire::MessageView& message);
  void check_start(const client::v4::Lease& lease);
  [[nodiscard]] bool is_refused_by(const net::Datagram& datagram);

  Stage& stage_;
  Holders& holders_;
  const HostId host_;
  Character character_;
  Clock clock_;
  net::Mac mac_;
  std::uint32_t face_ = 0;
  LinkId link_ = kNoLink;
  bool plugged_ = true;
  bool asleep_ = false;
  Instant on_since_;
  std::unique_ptr<client::v4::ClientEngine> engine_;  // null: switched off
  net::Outbox outbox_{8, 4};
  std::optional<net::Ip4> holds_;
  std::optional<client::v4::Lease> remembered_;
  std::deque<Instant> sent_;  // the last messages
  /// A question, asked once or again and again.
  struct Asked {
    std::uint32_t xid = 0;
    wire::MessageType type = wire::MessageType::none;
    Instant first;
    Instant last;
    int times = 0;
  };
  std::deque<Asked> asked_;  // the last ones
  wire::ParseScratch scratch_;
};

}  // namespace lessor::sim
