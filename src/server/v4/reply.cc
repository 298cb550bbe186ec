#include "server/v4/reply.h"

#include "base/check.h"
#include "server/v4/boot.h"
#include "server/v4/lease_time.h"
#include "server/v4/renew_key.h"
#include "server/v4/vendor_options.h"

#include <ranges>

namespace lessor::server::v4 {
namespace {

/// Everything that a reply is made of.
struct Draft {
  const Packet& packet;
  const Decision& decision;
  const config::ServerConfig& config;
  const ServerAddress& server;
  const Menu& menu;
  ReplyKind kind;
  std::optional<BootAnswer> boot;  ///< what boot profiles have for this client
};

/// Whether the subnet's addresses are another server's, and its clients only boot from us.
bool is_of_proxy(const Packet& packet) {
  return packet.subnet().boot_profile && packet.subnet().boot_profile->proxy;
}

/// R4039-a: a DHCPDISCOVER that is answered with a DHCPACK.
bool is_committed_at_once(const Draft& draft) {
  return draft.kind == ReplyKind::ack && draft.packet.phase == Phase::discover;
}

/// Sent to every client when configured, asked for or not: a client that asks for nothing still
/// needs them (Kea does the same).
constexpr wire::OptionCode kBasicOptions[] = {
    wire::kOptionSubnetMask,
    wire::kOptionRouters,
    wire::kOptionDomainNameServers,
    wire::kOptionDomainName,
};

/// R6842-3-a: option 61 as the reply carries it; null: not at all.
const Bytes* echoed_client_id(const Draft& draft) {
  if (is_bootp(draft.packet)) return nullptr;
  const std::optional<Bytes>& client_id = draft.packet.request.client_id;
  return draft.config.echo_client_id && client_id ? &*client_id : nullptr;
}

/// R3046-2.2-a: option 82 likewise.
const Bytes* echoed_relay_info(const Draft& draft) {
  const std::optional<Bytes>& relay_info = draft.packet.request.relay_info;
  if (draft.packet.request.relay_info_is_stashed) return nullptr;
  return relay_info ? &*relay_info : nullptr;
}

/// Collects a reply's options.
class OptionList {
 public:
  /// `room`: for what is made on the way; as long-lived as `options`.
  OptionList(const Draft& draft, wire::ReplyOptions& options, MutableBytes room)
      : draft_(draft),
        room_(room),
        own_(draft.packet.client.reservation),
        classes_(draft.packet.classes),
        options_(options) {}

  void collect() {
    add_required();
    if (is_of_proxy(draft_.packet)) {
      add_proxy_options();
    } else if (draft_.kind == ReplyKind::nak) {
      options_.require(wire::kOptionDhcpMessage, as_bytes(to_string(draft_.decision.reason)));
    } else {
      add_configuration();
    }
    add_echoes();
  }

 private:
  using FlexAction = config::FlexOption::Action;

  /// R2131-T3-d, R2131-T3-e.
  void add_required() {
    if (is_bootp(draft_.packet)) return;  // RFC 1534 2: options of DHCP's own are not for it
    options_.require_u8(wire::kOptionDhcpMessageType,
                        static_cast<std::uint8_t>(type_of(draft_.kind)));
    options_.require_ip4(wire::kOptionDhcpServerIdentifier, draft_.server.identifier);
    if (is_committed_at_once(draft_)) options_.require(wire::kOptionRapidCommit, {});
    if (is_of_proxy(draft_.packet)) return;
    if (rule_for(draft_.kind, wire::kOptionDhcpLeaseTime) == Rule::must) {
      options_.require_u32(wire::kOptionDhcpLeaseTime, draft_.decision.lease_time.to_wire());
      times_ = renewal_times(draft_.packet.subnet().timers, draft_.decision.lease_time);
    }
  }

  /// What a PXE client asks of a server that gives no addresses: to be told that this is one, and
  /// that the file of this very message is the one to load, without a menu (PXE 2.1, tag 6).
  void add_proxy_options() {
    static constexpr std::array kLoadThisFile = {std::byte{6}, std::byte{1}, std::byte{8},
                                                 std::byte{255}};
    const bool is_http = draft_.boot && !draft_.boot->vendor_class.empty();
    options_.require(wire::kOptionVendorClassIdentifier,
                     as_bytes(is_http ? draft_.boot->vendor_class : "PXEClient"));
    if (draft_.packet.view != nullptr) {
      if (const auto machine = draft_.packet.view->option(wire::kOptionUuidGuid)) {
        options_.require(wire::kOptionUuidGuid, *machine);
      }
    }
    if (!is_http) options_.require(wire::kOptionVendorEncapsulatedOptions, kLoadThisFile);
  }

  /// R2131-4.3.1-d: what is asked for, in the client's order (R2132-9.8-a), then the rest.
  void add_configuration() {
    if (draft_.boot && !draft_.boot->vendor_class.empty()) {
      options_.want(wire::kOptionVendorClassIdentifier, as_bytes(draft_.boot->vendor_class));
    }
    if (draft_.packet.renew != nullptr) add_renewal(*draft_.packet.renew);
    change_by_expressions();
    leave_out_never_sent();
    for (const std::byte octet : draft_.packet.request.parameter_list) {
      want(static_cast<wire::OptionCode>(octet));
    }
    for (const wire::OptionCode code : kBasicOptions) want(code);
    if (owes_a_name()) want(wire::kOptionHostName);
    for (const wire::OptionCode code : draft_.menu.always_sent()) {
      if (const auto value = find(code)) options_.always(code, *value);
    }
    for (const Menu::Choice& each : draft_.menu.choices()) add_always_sent(*each.option);
    if (own_ != nullptr) add_always_sent(own_->options);
    if (classes_ != nullptr) add_always_sent_by_classes();
    if (draft_.config.vendor_options) add_vendor_options();
    add_by_expressions();
    if (times_.t1) options_.always_u32(wire::kOptionDhcpRenewalTime, times_.t1->to_wire());
    if (times_.t2) options_.always_u32(wire::kOptionDhcpRebindingTime, times_.t2->to_wire());
  }
  /// RFC 6704 3.1: an offer says that the server sends FORCERENEW, the DHCPACK gives the nonce.
  void add_renewal(const RenewGrant& grant) {
    if (!grant.is_taken) return;
    if (draft_.kind == ReplyKind::offer) {
      options_.require(wire::kOptionForcerenewNonceCapable, wire::kForcerenewAlgorithms);
    }
    if (!grant.is_told) return;
    const auto value =
        wire::write_reconfigure_key({.replay = grant.replay, .key = grant.key.nonce});
    copy_bytes(room_, value);
    options_.require(wire::kOptionAuthenticate, room_.first(value.size()));
    room_ = room_.subspan(value.size());
  }
  /// Who gets an address is told the name that is reserved for it, asked for or not (as by Kea).
  bool owes_a_name() const {
    return own_ != nullptr && !own_->hostname.empty() && draft_.kind != ReplyKind::inform_ack;
  }
  void add_always_sent(const config::OptionSet& set) {
    for (const config::ConfiguredOption& option : set.all()) add_always_sent(option);
  }
  void add_always_sent(const config::ConfiguredOption& option) {
    if (!option.always_send || !is_for_client(option)) return;
    if (const auto value = find(option.code)) options_.always(option.code, *value);
  }
  void add_always_sent_by_classes() {
    for (const config::ClientClass* each : classes_->giving()) add_always_sent(each->options);
  }

  /// flex_option has the last word: what it sets or takes away, nobody else adds.
  void change_by_expressions() {
    for (const FlexOptions::Result& each : flex_results()) {
      const config::FlexOption& option = *each.option;
      if (option.container) continue;
      if (option.action == FlexAction::supersede) options_.always(option.code, each.value);
      if (option.action == FlexAction::remove) options_.leave_out(option.code);
    }
  }
  void add_by_expressions() {
    for (const FlexOptions::Result& each : flex_results()) {
      const config::FlexOption& option = *each.option;
      if (option.container) {
        change_inside(option, each.value);
      } else if (option.action == FlexAction::add) {
        options_.always(option.code, each.value);
      }
    }
  }
  [[nodiscard]] std::span<const FlexOptions::Result> flex_results() const {
    if (draft_.config.flex_options.empty() || draft_.packet.flex == nullptr) return {};
    return draft_.packet.flex->results();
  }
  /// One sub-option, in the option around it as it is by now.
  void change_inside(const config::FlexOption& option, Bytes value) {
    const config::FlexOption::Container& container = *option.container;
    const auto before = options_.find(container.code);
    if (!before && (options_.has(container.code) || !container.is_added)) return;
    const auto after = change_container(before.value_or(Bytes()), option, value, room_);
    if (!after) return;
    room_ = room_.subspan(after->size());
    if (!before) {
      if (!after->empty()) options_.always(container.code, *after);
    } else if (after->empty() && container.is_removed) {
      options_.take_out(container.code);
    } else {
      options_.replace(container.code, *after);
    }
  }

  /// One scope's word is enough, whichever it is.
  void leave_out_never_sent() {
    for (const wire::OptionCode code : draft_.menu.never_sent()) options_.leave_out(code);
    for (const Menu::Choice& each : draft_.menu.choices()) leave_out_if_never_sent(*each.option);
    if (own_ != nullptr) leave_out_never_sent(own_->options);
    if (classes_ == nullptr) return;
    for (const config::ClientClass* each : classes_->giving()) leave_out_never_sent(each->options);
  }
  void leave_out_never_sent(const config::OptionSet& set) {
    if (!set.never_sends()) return;
    for (const config::ConfiguredOption& option : set.all()) leave_out_if_never_sent(option);
  }
  void leave_out_if_never_sent(const config::ConfiguredOption& option) {
    if (option.never_send && is_for_client(option)) options_.leave_out(option.code);
  }

  /// The scopes in the order of their weight: reservation, pool and subnet, classes, global.
  void add_vendor_options() {
    if (draft_.packet.view == nullptr) return;
    std::array<const config::OptionSet*, 8 + expression::kMaxClasses> scopes;
    std::size_t count = 0;
    if (own_ != nullptr) scopes[count++] = &own_->options;
    const auto of_menu = draft_.menu.vendor_scopes();
    const std::size_t inner = draft_.menu.inner_vendor_scopes();
    for (const config::OptionSet* each : of_menu.first(inner)) scopes[count++] = each;
    if (classes_ != nullptr) {
      for (const config::ClientClass* each : classes_->giving()) scopes[count++] = &each->options;
    }
    for (const config::OptionSet* each : of_menu.subspan(inner)) scopes[count++] = each;
    const Bytes value = write_vendor_options(VendorQuestion(*draft_.packet.view),
                                             {scopes.data(), count}, classes_, room_);
    if (!value.empty()) options_.always(wire::kOptionVivsoSuboptions, value);
    room_ = room_.subspan(value.size());
  }

  [[nodiscard]] bool is_for_client(const config::ConfiguredOption& option) const {
    return is_admitted(classes_, option.guard);
  }
  /// The first of a scope that is for the client.
  [[nodiscard]] std::optional<Bytes> pick(const config::OptionSet& set,
                                          wire::OptionCode code) const {
    for (const config::ConfiguredOption& option : set.find_all(code)) {
      if (!option.never_send && is_for_client(option)) return Bytes(option.value);
    }
    return std::nullopt;
  }
  /// The same of the scopes of the menu that have options for some classes only.
  [[nodiscard]] std::optional<Bytes> pick_choice(wire::OptionCode code, bool is_inner) const {
    if (!draft_.menu.has_choices(code)) return std::nullopt;
    for (const Menu::Choice& each : draft_.menu.choices()) {
      const config::ConfiguredOption& option = *each.option;
      if (option.code != code || each.is_inner != is_inner || option.never_send) continue;
      if (is_for_client(option)) return Bytes(option.value);
    }
    return std::nullopt;
  }

  void want(wire::OptionCode code) {
    if (options_.has(code)) return;
    if (const auto value = find(code)) {
      options_.want(code, *value);
    } else if (code == wire::kOptionDhcpRenewalTime && times_.t1) {
      options_.want_u32(code, times_.t1->to_wire());
    } else if (code == wire::kOptionDhcpRebindingTime && times_.t2) {
      options_.want_u32(code, times_.t2->to_wire());
    }
  }

  /// The reservation's own value, else the menu's. Classes stand between the subnet and the global
  /// scope.
  std::optional<Bytes> find(wire::OptionCode code) const {
    if (own_ != nullptr) {
      if (const auto value = find_own(code)) return value;
    }
    if (classes_ != nullptr) {
      if (const auto value = find_between(code)) return value;
      if (const auto value = pick_choice(code, false)) return value;
    }
    return draft_.menu.find(code);
  }
  std::optional<Bytes> find_between(wire::OptionCode code) const {
    if (const auto value = draft_.menu.find_inner(code)) return value;
    if (const auto value = pick_choice(code, true)) return value;
    if (!is_configurable(code)) return std::nullopt;
    for (const config::ClientClass* each : classes_->giving()) {
      if (const auto value = pick(each->options, code)) return value;
    }
    return std::nullopt;
  }
  /// The name that a reservation gives goes before any option 12.
  std::optional<Bytes> find_own(wire::OptionCode code) const {
    if (code == wire::kOptionHostName && !own_->hostname.empty()) return as_bytes(own_->hostname);
    return is_configurable(code) ? pick(own_->options, code) : std::nullopt;
  }

  /// R3011-a: option 118 is copied when it was used, and never when it was not.
  void add_echoes() {
    const wire::Request& request = draft_.packet.request;
    if (draft_.packet.selection.rule == SubnetRule::subnet_selection) {
      options_.require_ip4(wire::kOptionSubnetSelection, *request.subnet_selection);
    }
    if (const Bytes* client_id = echoed_client_id(draft_)) options_.echo_client_id(*client_id);
    if (const Bytes* relay_info = echoed_relay_info(draft_)) options_.echo_relay_info(*relay_info);
  }

  const Draft& draft_;
  MutableBytes room_;               // what is left of it
  const config::Reservation* own_;  // null: none
  const Classes* classes_;          // null: none
  RenewalTimes times_;
  wire::ReplyOptions& options_;
};

/// The options of the pool that holds the address. An address outside of every pool (reserved, or a
/// DHCPINFORM's) gets the subnet's.
const Menu& menu_for(const Packet& packet, const Decision& decision, const Prepared& prepared) {
  if (decision.verdict == Verdict::inform_ack) return prepared.menu_of(packet.subnet());
  const config::Pool* pool = packet.subnet().find_pool(decision.address);
  return pool == nullptr ? prepared.menu_of(packet.subnet()) : prepared.menu_of(*pool);
}

/// What a scope sets goes before what was there.
void put_boot_fields(wire::Header& header, const config::BootFields& own) {
  if (!own.next_server.is_zero()) header.siaddr = own.next_server;
  if (!own.server_hostname.empty()) header.sname = own.server_hostname;
  if (!own.boot_file_name.empty()) header.file = own.boot_file_name;
}

/// siaddr, sname and file: the reservation's, else those of the first class that has any, else the
/// subnet's (which has inherited the global ones). In a class and in the subnet the boot profile's
/// file goes before the other.
void fill_boot_fields(wire::Header& header, const Draft& draft) {
  const Packet& packet = draft.packet;
  const config::BootFields& subnet = packet.subnet().boot;
  header.siaddr = subnet.next_server;
  header.sname = subnet.server_hostname;
  const bool is_of_subnet = draft.boot && draft.boot->by == nullptr;
  header.file = is_of_subnet ? draft.boot->file : std::string_view(subnet.boot_file_name);
  if (packet.classes != nullptr) {
    for (const config::ClientClass* each : std::views::reverse(packet.classes->giving())) {
      put_boot_fields(header, each->boot);
      if (draft.boot && draft.boot->by == each) header.file = draft.boot->file;
    }
  }
  if (packet.client.reservation != nullptr) {
    put_boot_fields(header, packet.client.reservation->boot);
  }
}

/// R2131-T3-a: 'xid', 'flags', 'giaddr' and 'chaddr' are the request's, 'hops' and 'secs' zero.
wire::Header copy_header(const wire::Request& request) {
  wire::Header header;
  header.xid = request.xid;
  header.flags = request.flags;
  header.giaddr = request.giaddr;
  header.htype = request.hardware_address.type;
  header.hlen = request.hardware_address.size;
  copy_bytes(header.chaddr, request.chaddr_field.first<wire::kChaddrSize>());
  return header;
}

/// R2131-T3-b, R2131-T3-c: the addresses and names, which differ by reply.
wire::Header make_header(const Draft& draft) {
  const wire::Request& request = draft.packet.request;
  wire::Header header = copy_header(request);
  switch (draft.kind) {
    case ReplyKind::offer:
      header.yiaddr = draft.decision.address;
      fill_boot_fields(header, draft);
      break;
    case ReplyKind::ack:
      header.ciaddr = request.ciaddr;
      header.yiaddr = draft.decision.address;
      fill_boot_fields(header, draft);
      break;
    case ReplyKind::inform_ack:  // R2131-4.3.5-a: "should not fill in 'yiaddr'"
      header.ciaddr = request.ciaddr;
      fill_boot_fields(header, draft);
      break;
    case ReplyKind::nak:
      // R2131-4.3.2-e: "If 'giaddr' is set in the DHCPREQUEST message, ... the server MUST set the
      // broadcast bit in the DHCPNAK", the client may have no usable address.
      if (!request.giaddr.is_zero()) header.flags |= wire::kBroadcastFlag;
      break;
  }
  return header;
}

// ---- options that were written before

bool names_a_vendor(const Packet& packet) {
  return packet.view != nullptr && (packet.view->has(wire::kOptionVivsoSuboptions) ||
                                    packet.view->has(wire::kOptionVivcoSuboptions));
}

/// Whether the options come from what a BlockKey holds, and from nothing else.
bool has_usual_options(const Draft& draft) {
  const config::Reservation* own = draft.packet.client.reservation;
  const Classes* classes = draft.packet.classes;
  return draft.kind != ReplyKind::nak && !is_bootp(draft.packet) &&
         (classes == nullptr || classes->with_options()) &&
         draft.packet.selection.rule != SubnetRule::subnet_selection &&
         !is_committed_at_once(draft) &&
         (draft.packet.renew == nullptr || !draft.packet.renew->is_taken) &&
         draft.config.flex_options.empty() && !is_of_proxy(draft.packet) &&
         (!draft.boot || draft.boot->vendor_class.empty()) && draft.menu.choices().empty() &&
         (!draft.config.vendor_options || !names_a_vendor(draft.packet)) &&
         (own == nullptr || (own->options.empty() && own->hostname.empty()));
}

/// Precondition: has_usual_options().
BlockKey key_of(const Draft& draft) {
  const Classes* classes = draft.packet.classes;
  return {.menu = &draft.menu,
          .of_lease = draft.kind != ReplyKind::inform_ack,
          .server_identifier = draft.server.identifier,
          .lease_time = draft.decision.lease_time.to_wire(),
          .parameter_list = draft.packet.request.parameter_list,
          .classes =
              classes == nullptr ? std::span<const config::ClassId>() : *classes->with_options()};
}

wire::ReadyOptions ready_options(const Draft& draft, Bytes block) {
  return {
      .block = block, .client_id = echoed_client_id(draft), .relay_info = echoed_relay_info(draft)};
}

/// Option 53 stands before all others; the block may be of a reply of another type.
void put_message_type(MutableBytes message, ReplyKind kind) {
  store_u8(&message[wire::kOptionsOffset + 2], static_cast<std::uint8_t>(type_of(kind)));
}

std::expected<wire::WriteResult, wire::WriteError> write_anew(const Draft& draft,
                                                              const wire::Header& header,
                                                              std::size_t limit,
                                                              MutableBytes slot) {
  wire::ReplyOptions options;
  std::array<std::byte, kVendorRoom> room;
  OptionList(draft, options, room).collect();
  return wire::write_message(header, options, limit, slot);
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
    const Packet& packet, const Decision& decision, const Prepared& prepared,
    const ServerAddress& server, std::uint32_t mtu, MutableBytes slot) {
  const Draft draft{packet,
                    decision,
                    prepared.config(),
                    server,
                    menu_for(packet, decision, prepared),
                    kind_of(decision.verdict),
                    choose_boot(packet)};
  const wire::Header header = make_header(draft);
  const std::size_t limit = wire::max_payload(packet.request.max_message_size, mtu);
  const bool usual = has_usual_options(draft);
  const BlockKey key = usual ? key_of(draft) : BlockKey();
  if (usual) {
    const wire::ReadyOptions ready =
        ready_options(draft, prepared.find_block(packet.subnet(), key));
    const std::size_t size =
        ready.block.empty() ? 0 : wire::write_ready_message(header, ready, limit, slot);
    if (size > 0) {
      put_message_type(slot, draft.kind);
      return wire::WriteResult{.size = size, .block_size = ready.block.size()};
    }
  }
  const auto written = write_anew(draft, header, limit, slot);
  if (usual && written && written->block_size > 0) {
    prepared.remember_block(packet.subnet(), key,
                            slot.subspan(wire::kOptionsOffset, written->block_size));
  }
  return written;
}

}  // namespace lessor::server::v4
