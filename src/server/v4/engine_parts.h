#pragma once
// What a ServerEngine is made of. For engine*.cc only.

#include "config/limits.h"
#include "server/v4/admission.h"
#include "server/v4/apply.h"
#include "server/v4/backlog.h"
#include "server/v4/engine.h"
#include "server/v4/renew_calls.h"
#include "server/v4/renew_key.h"
#include "server/v4/stash.h"
#include "wire/v4/message_view.h"

#include <array>
#include <optional>

namespace lessor::server::v4 {

struct ServerEngine::Parts {
  Parts(const Settings& settings, lease::ChangeLog& changes)
      : key(settings.key),
        ledger(settings, changes),
        probes(settings.probe_capacity, settings.key),
        herald(settings.event_capacity, settings.lease_event_capacity),
        admission(settings.key),
        backlog(settings.backlog_capacity, settings.key),
        hmac_md5(settings.hmac_md5),
        renew_calls(settings.renew_capacity) {}

  // The packet path behind the hallway (engine.cc).
  void handle(Now now, const net::Datagram& in, net::Outbox& out);
  [[gnu::always_inline]] inline void handle_request(Now now, const wire::MessageView& view,
                                                    const wire::Request& request, Phase phase,
                                                    const net::Datagram& in, net::Outbox& out);
  // Apart from handle(), which has nothing to do with it where nothing is stashed.
  [[nodiscard, gnu::noinline]] bool handle_stashed(Now now, const wire::Request& request,
                                                   Phase phase, const net::Datagram& in,
                                                   net::Outbox& out);
  // Likewise where there are few subnets.
  [[gnu::noinline]] void turn_to_link(Bytes payload) const;
  // Apart from handle(), which has nothing to do with it where no rate is limited.
  [[nodiscard, gnu::noinline]] bool is_one_too_many(Now now, const net::Datagram& in);
  void refuse_unread(Now now, const net::Datagram& in, Reason reason);
  // Likewise where there are none of groups: counts the message for its classes and its subnet.
  [[nodiscard, gnu::noinline]] Reason count_for_subnet(Now now, const config::Subnet& subnet);
  // Likewise where there are no client classes.
  [[nodiscard, gnu::noinline]] Classifier::Source classes_of(const wire::MessageView& view,
                                                             const wire::Request& request,
                                                             const net::Datagram& in) const;
  [[gnu::noinline]] void handle_classified(Now now, const Classifier::Source& source, Phase phase,
                                           net::Outbox& out);
  void handle_bootp(Now now, const wire::MessageView& view, const net::Datagram& in,
                    net::Outbox& out);
  // Likewise where nobody may ask about leases (engine_query.cc).
  [[nodiscard]] bool is_query(const wire::MessageView& view) const {
    return ledger.current()->config().lease_queries &&
           view.message_type() == wire::MessageType::leasequery;
  }
  [[gnu::noinline]] void handle_query(Now now, const wire::MessageView& view,
                                      const net::Datagram& in, net::Outbox& out);
  [[nodiscard]] Reason answer_query(Now now, const wire::Request& request, const Message& message,
                                    net::Outbox& out);
  [[nodiscard]] BulkNews answer_bulk(Now now, BulkSession& session, std::size_t budget) const;
  [[nodiscard]] FlexValue flex_value(const Classifier::Source& source, const config::FlexId& flex);
  [[gnu::noinline]] void add_additional_classes(const Packet& packet, const Decision& decision);
  [[gnu::noinline]] void evaluate_flex_options(const Packet& packet);
  [[nodiscard]] bool keeps(Now now, const net::Datagram& in);
  void answer(Now now, const Packet& packet, net::Outbox& out);
  void carry_out(const Packet& packet, const Decision& decision, const World& world,
                 net::Outbox& out);
  void finish(const Packet& packet, const Decision& decision, const World& world, net::Outbox& out);
  // Likewise where there are no shared networks.
  [[gnu::noinline]] void settle(const Packet& packet, const Decision& decision, const World& world,
                                net::Outbox& out);
  [[nodiscard]] std::optional<lease::Offer> make_room(const Packet& packet, const World& world);
  void carry_out_in_turn(const Packet& packet, const Decision& decision, const World& world,
                         Admission::Room room, net::Outbox& out);
  void say_nothing(const Packet& packet, const Decision& decision, const World& world,
                   net::Outbox& out);
  [[nodiscard]] Reason send(const Packet& packet, const Decision& decision, const World& world,
                            net::Outbox& out);
  // Likewise where nobody follows leases.
  [[gnu::noinline]] void account_ack(const Packet& packet, const Decision& decision,
                                     const World& world, bool was_held, Bytes reply);
  /// A change needs room in the log, and most need a place for the reply that waits: the shorter of
  /// the two.
  [[nodiscard]] Admission::Room room_for_changes(const net::Outbox& out) const;
  [[nodiscard]] World world_of(Now now, const net::Outbox& out) const;
  [[nodiscard]] Books books() { return {ledger, declines, probes, herald}; }

  // Renewals before their time (engine_renew.cc).
  [[nodiscard]] bool can_renew() const {
    return ledger.current()->config().force_renew != config::ForceRenew::off && hmac_md5 != nullptr;
  }
  [[gnu::noinline]] void choose_renew_grant(const Packet& packet, const World& world,
                                            const Decision& decision);
  /// Whether the client renews because we have asked: then its lease is written anew, be it young.
  [[nodiscard]] bool is_asked_for(const Packet& packet, const Decision& decision) const {
    return packet.renew != nullptr && decision.verdict == Verdict::ack &&
           renew_calls.may_include(decision.address);
  }
  [[nodiscard]] std::uint64_t next_replay(Now now);
  void begin_renewals(PreparedPtr before);
  void find_renewals(Now now);
  [[nodiscard]] bool add_renewal(Now now, const lease::Lease& lease);
  void ask_due(Now now, net::Outbox& out);
  [[nodiscard]] bool ask(Now now, const RenewCalls::Call& call, const lease::Lease& lease,
                         net::Outbox& out);
  [[nodiscard]] Instant renewals_due() const;

  // Time (engine_time.cc).
  void probe_due(Now now, net::Ip4 address, net::Outbox& out);
  void finish_probe(Now now, net::Ip4 address, bool in_use, net::Outbox& out);
  std::size_t expire(Now now, std::size_t budget);
  void give_up_waiting(Now now);
  void answer_waiting(Now now, net::Outbox& out);
  void lease_over(Now now, const lease::Lease& lease, lease::ExpiryStage stage);
  void end_by_command(Now now, EventKind kind, const lease::Lease& lease);

  HashKey key;
  Ledger ledger;
  DeclineMeter declines;
  ProbeTable probes;
  Herald herald;
  Admission admission;
  bool refused_in_turn = false;  // one event a turn
  Backlog backlog;
  Instant backlog_due;  // while something waits: when to go on
  Duration longest_wait;
  net::InterfaceTable interfaces;
  wire::ParseScratch scratch;
  Stash stash;
  Classifier classifier;
  FlexOptions flex_options;
  std::array<std::byte, config::kMaxClientId> flex_room;  // a zero octet, then the flex-id
  WaitingDiscover replayed;                               // a DISCOVER whose probe is over
  bool replays = false;                                   // it is being handled: counted before
  std::optional<Instant> started;                         // the first time that we were told
  Instant doubt_until = Instant::never();
  Instant paused_until;  // an operator's word
  std::uint32_t clear_cursor = lease::LeaseTable::kWalkBegin;

  wire::HmacMd5 hmac_md5;
  RenewGrant renew_grant;  // of the packet at hand
  std::uint64_t last_replay = 0;
  RenewCalls renew_calls;
  /// The walk over the leases after a new configuration: whom has it something else to tell?
  struct RenewWalk {
    bool is_under_way = false;
    PreparedPtr before;           // null: everybody is to be asked
    lease::Sequence renewed = 0;  // leases with later numbers have been told
    std::uint32_t cursor = lease::LeaseTable::kWalkBegin;
    std::uint32_t begun_at = lease::LeaseTable::kWalkBegin;
    bool is_around = false;  // it has come to the end of the table, and began anew
  };
  RenewWalk renew_walk;
};

}  // namespace lessor::server::v4
