#include "server/v4/reply.h"

#include "base/check.h"
#include "server/v4/lease_time.h"

#include <array>

namespace lessor::server::v4 {
namespace {

/// Everything that a reply is made of.
struct Draft {
  const Packet& packet;
  const Decision& decision;
  const config::ServerConfig& config;
  const ServerAddress& server;
  ReplyKind kind;
};

/// Options for one client: the scopes that apply to it, narrowest first.
class Scopes {
 public:
  explicit Scopes(const Draft& draft) {
    const Packet& packet = draft.packet;
    if (packet.client.reservation != nullptr) add(packet.client.reservation->options);
    const config::Pool* pool = packet.subnet.find_pool(draft.decision.address);
    if (pool != nullptr && draft.kind != ReplyKind::inform_ack) add(pool->options);
    add(packet.subnet.options);
    add(draft.config.options);
  }

  [[nodiscard]] const config::ConfiguredOption* find(wire::OptionCode code) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (const auto* option = sets_[i]->find(code)) return option;
    }
    return nullptr;
  }

  /// Calls use(code) for every option that some scope wants sent always.
  template <typename Use>
  void for_each_always_sent(Use use) const {
    for (std::size_t i = 0; i < count_; ++i) {
      for (const config::ConfiguredOption& option : sets_[i]->all()) {
        if (option.always_send) use(option.code);
      }
    }
  }

 private:
  void add(const config::OptionSet& set) {
    if (!set.empty()) sets_[count_++] = &set;
  }
  std::array<const config::OptionSet*, 4> sets_;
  std::size_t count_ = 0;
};

/// Sent to every client when configured, asked for or not: a client that asks for nothing still
/// needs them (Kea does the same).
constexpr wire::OptionCode kBasicOptions[] = {
    wire::kOptionSubnetMask,
    wire::kOptionRouters,
    wire::kOptionDomainNameServers,
    wire::kOptionDomainName,
};

/// Options that the server itself answers for: a configuration cannot set them.
bool is_servers_own(wire::OptionCode code) {
  return code == wire::kOptionDhcpLeaseTime || code == wire::kOptionDhcpMessageType ||
         code == wire::kOptionDhcpServerIdentifier || code == wire::kOptionDhcpMessage ||
         code == wire::kOptionSubnetSelection || code == wire::kOptionRapidCommit;
}

/// Collects a reply's options.
class OptionList {
 public:
  OptionList(const Draft& draft, wire::ReplyOptions& options)
      : draft_(draft),
        scopes_(draft),
        times_(renewal_times(draft.packet.subnet.timers, draft.decision.lease_time)),
        options_(options) {}

  void collect() {
    add_required();
    if (draft_.kind == ReplyKind::nak) {
      options_.require(wire::kOptionDhcpMessage, as_bytes(to_string(draft_.decision.reason)));
    } else {
      add_configuration();
    }
    add_echoes();
  }

 private:
  using Priority = wire::Priority;

  /// R2131-T3-d, R2131-T3-e.
  void add_required() {
    options_.require_u8(wire::kOptionDhcpMessageType,
                        static_cast<std::uint8_t>(type_of(draft_.kind)));
    options_.require_ip4(wire::kOptionDhcpServerIdentifier, draft_.server.identifier);
    if (rule_for(draft_.kind, wire::kOptionDhcpLeaseTime) == Rule::must) {
      options_.require_u32(wire::kOptionDhcpLeaseTime, draft_.decision.lease_time.to_wire());
    }
  }

  /// R2131-4.3.1-d: what is asked for, in the client's order (R2132-9.8-a), then the rest.
  void add_configuration() {
    for (const std::byte octet : draft_.packet.request.parameter_list) {
      add(static_cast<wire::OptionCode>(octet), Priority::wanted);
    }
    for (const wire::OptionCode code : kBasicOptions) add(code, Priority::wanted);
    scopes_.for_each_always_sent([&](wire::OptionCode code) { add(code, Priority::always_send); });
    add(wire::kOptionDhcpRenewalTime, Priority::always_send);
    add(wire::kOptionDhcpRebindingTime, Priority::always_send);
  }

  void add(wire::OptionCode code, Priority priority) {
    if (options_.has(code) || is_servers_own(code)) return;
    if (rule_for(draft_.kind, code) == Rule::must_not) return;
    if (add_renewal_time(code, priority) || add_hostname(code, priority)) return;
    if (const config::ConfiguredOption* option = scopes_.find(code)) {
      put(code, priority, option->value);
    } else if (code == wire::kOptionSubnetMask) {
      put_u32(code, priority, draft_.packet.subnet.prefix.mask());
    }
  }

  /// T1 and T2, when they are sent at all.
  bool add_renewal_time(wire::OptionCode code, Priority priority) {
    const bool is_t1 = code == wire::kOptionDhcpRenewalTime;
    if (!is_t1 && code != wire::kOptionDhcpRebindingTime) return false;
    const std::optional<Duration>& time = is_t1 ? times_.t1 : times_.t2;
    if (time) put_u32(code, priority, time->to_wire());
    return true;
  }

  /// The name that the client's reservation gives it goes before any configured option 12.
  bool add_hostname(wire::OptionCode code, Priority priority) {
    const config::Reservation* reservation = draft_.packet.client.reservation;
    if (code != wire::kOptionHostName || reservation == nullptr) return false;
    if (reservation->hostname.empty()) return false;
    put(code, priority, as_bytes(reservation->hostname));
    return true;
  }

  void put(wire::OptionCode code, Priority priority, Bytes value) {
    if (priority == Priority::wanted) {
      options_.want(code, value);
    } else {
      options_.always(code, value);
    }
  }
  void put_u32(wire::OptionCode code, Priority priority, std::uint32_t value) {
    if (priority == Priority::wanted) {
      options_.want_u32(code, value);
    } else {
      options_.always_u32(code, value);
    }
  }

  /// R3011-a: option 118 is copied when it was used, and never when it was not; R6842-3-a;
  /// R3046-2.2-a.
  void add_echoes() {
    const wire::Request& request = draft_.packet.request;
    if (draft_.packet.selection.rule == SubnetRule::subnet_selection) {
      options_.require_ip4(wire::kOptionSubnetSelection, *request.subnet_selection);
    }
    if (draft_.config.echo_client_id && request.client_id) {
      options_.echo_client_id(*request.client_id);
    }
    if (request.relay_info) options_.echo_relay_info(*request.relay_info);
  }

  const Draft& draft_;
  Scopes scopes_;
  RenewalTimes times_;
  wire::ReplyOptions& options_;
};

/// siaddr, sname and file: the reservation's, else the subnet's (which has inherited the global
/// ones).
void fill_boot_fields(wire::Header& header, const Packet& packet) {
  const config::BootFields& subnet = packet.subnet.boot;
  header.siaddr = subnet.next_server;
  header.sname = subnet.server_hostname;
  header.file = subnet.boot_file_name;
  if (packet.client.reservation == nullptr) return;
  const config::BootFields& own = packet.client.reservation->boot;
  if (!own.next_server.is_zero()) header.siaddr = own.next_server;
  if (!own.server_hostname.empty()) header.sname = own.server_hostname;
  if (!own.boot_file_name.empty()) header.file = own.boot_file_name;
}

/// R2131-T3-a: 'xid', 'flags', 'giaddr' and 'chaddr' are the request's, 'hops' and 'secs' zero.
wire::Header copy_header(const wire::Request& request) {
  wire::Header header;
  header.xid = request.xid;
  header.flags = request.flags;
  header.giaddr = request.giaddr;
  header.htype = request.hardware_address.type;
  header.hlen = request.hardware_address.size;
  copy_bytes(header.chaddr, request.chaddr_field);
  return header;
}

/// R2131-T3-b, R2131-T3-c: the addresses and names, which differ by reply.
wire::Header make_header(const Draft& draft) {
  const wire::Request& request = draft.packet.request;
  wire::Header header = copy_header(request);
  switch (draft.kind) {
    case ReplyKind::offer:
      header.yiaddr = draft.decision.address;
      fill_boot_fields(header, draft.packet);
      break;
    case ReplyKind::ack:
      header.ciaddr = request.ciaddr;
      header.yiaddr = draft.decision.address;
      fill_boot_fields(header, draft.packet);
      break;
    case ReplyKind::inform_ack:  // R2131-4.3.5-a: "should not fill in 'yiaddr'"
      header.ciaddr = request.ciaddr;
      fill_boot_fields(header, draft.packet);
      break;
    case ReplyKind::nak:
      // R2131-4.3.2-e: "If 'giaddr' is set in the DHCPREQUEST message, ... the server MUST set the
      // broadcast bit in the DHCPNAK", the client may have no usable address.
      if (!request.giaddr.is_zero()) header.flags |= wire::kBroadcastFlag;
      break;
  }
  return header;
}

}  // namespace

ReplyKind kind_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::offer:
      return ReplyKind::offer;
    case Verdict::ack:
      return ReplyKind::ack;
    case Verdict::inform_ack:
      return ReplyKind::inform_ack;
    case Verdict::nak:
      return ReplyKind::nak;
    case Verdict::silence:
      break;
  }
  check_failed("silence is no reply", __FILE__, __LINE__);
}

std::expected<wire::WriteResult, wire::WriteError> write_reply(
    const Packet& packet, const Decision& decision, const config::ServerConfig& config,
    const ServerAddress& server, std::uint32_t mtu, MutableBytes slot) {
  const Draft draft{packet, decision, config, server, kind_of(decision.verdict)};
  wire::ReplyOptions options;
  OptionList(draft, options).collect();
  const std::size_t limit = wire::max_payload(packet.request.max_message_size, mtu);
  return wire::write_message(make_header(draft), options, limit, slot);
}

}  // namespace lessor::server::v4
