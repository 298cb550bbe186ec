// What a message says when nobody says otherwise: RFC 2131 tables 3 and 5, and the addressing of
// sections 4.1, 4.3.2 and 4.4.

#include "craft/packet/recipe.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using wire::MessageType;

constexpr std::uint32_t kLeaseTime = 3'600;
constexpr net::Ip4 kMask{0xffffff00};
/// What hosts ask for: mask, routes, router, DNS, domain, broadcast address, NTP. RFC 3442: 121
/// before 3.
constexpr wire::OptionCode kWanted[] = {1, 121, 3, 6, 15, 28, 42};

std::uint64_t mac_value(const net::Mac& mac) {
  return std::uint64_t{load_be16(mac.octets.data())} << 32U | load_be32(&mac.octets[2]);
}

/// Whether servers send it (RFC 2131 3.1, RFC 3203, RFC 4388 6, RFC 6926 6.2).
bool is_reply(std::uint8_t type) {
  switch (wire::message_type_of(type)) {
    case MessageType::offer:
    case MessageType::ack:
    case MessageType::nak:
    case MessageType::forcerenew:
    case MessageType::leaseunassigned:
    case MessageType::leaseunknown:
    case MessageType::leaseactive:
    case MessageType::leasequerydone:
    case MessageType::leasequerystatus:
      return true;
    case MessageType::none:
    case MessageType::discover:
    case MessageType::request:
    case MessageType::decline:
    case MessageType::release:
    case MessageType::inform:
    case MessageType::leasequery:
    case MessageType::bulkleasequery:
    case MessageType::activeleasequery:
    case MessageType::tls:
    case MessageType::unknown:
      return false;
  }
  return false;
}

/// Fills in one message: each question is answered from what is given, else by a default, and the
/// answer is remembered for those that depend on it.
class Defaults {
 public:
  Defaults(const Recipe& recipe, const Maker& maker)
      : recipe_(recipe), maker_(maker), type_(wire::message_type_of(recipe.type)) {
    out_.time = recipe.time;
    out_.link = recipe.link;
    out_.breakages = recipe.breakages;
  }

  Recipe make() {
    const std::uint64_t op = field("op", is_reply(recipe_.type) ? 2 : 1);
    field("xid", maker_.xid);
    op == 2 ? header_of_reply() : header_of_question();
    for (const Item& item : recipe_.items) {
      if (std::holds_alternative<FieldItem>(item) || std::holds_alternative<DataItem>(item)) {
        out_.items.push_back(item);
      }
    }
    lay_options();
    return std::move(out_);
  }

 private:
  /// The value that the recipe gives to a field; else `value`, put down.
  std::uint64_t field(std::string_view path, std::uint64_t value) {
    if (const auto given = given_field(recipe_, path)) return *given;
    out_.items.emplace_back(make_field(path, value));
    return value;
  }
  net::Ip4 address(std::string_view path, net::Ip4 value) {
    return {static_cast<std::uint32_t>(field(path, value.value))};
  }
  net::Ip4 option_address(wire::OptionCode code, net::Ip4 value) {
    const auto given = given_option(recipe_, code);
    return given && given->size() == 4 ? net::Ip4{load_be32(given->data())} : value;
  }

  /// chaddr, and who puts the frame on the link.
  void client_macs() {
    const std::uint64_t mac = mac_value(maker_.mac.value_or(kExampleClientMac));
    std::uint64_t chaddr = mac << 16U;  // of the field, the first eight octets
    if (const auto given = given_field(recipe_, "chaddr")) {
      chaddr = *given;
    } else if (const auto source = given_field(recipe_, "eth.src")) {
      chaddr = *source << 16U;
    }
    chaddr_ = chaddr >> 16U;
    const bool is_leasequery = type_ == MessageType::leasequery;
    if (!given_field(recipe_, "chaddr")) put_chaddr(is_leasequery ? 0 : chaddr_);
    field("eth.src", maker_.mac ? mac : chaddr_);
  }
  void put_chaddr(std::uint64_t mac) {
    FieldItem item{.field = find_field("chaddr"), .content = std::vector<std::byte>(16)};
    store_be64(item.content.data(), mac << 16U);
    out_.items.emplace_back(std::move(item));
  }

  void header_of_question() {
    client_macs();
    server_ = option_address(wire::kOptionDhcpServerIdentifier, kExampleServer);
    const net::Ip4 relay = address("giaddr", asks_about_leases() ? kExampleRelay : net::Ip4{});
    const bool by_address = has_address() && !asks_by_identity();
    const net::Ip4 client = address("ciaddr", by_address ? kExampleClient : net::Ip4{});
    const bool relayed = !relay.is_zero();
    if (relayed) field("hops", asks_about_leases() ? 0 : 1);
    const bool unicast = relayed || type_ == MessageType::release || asks_about_leases() ||
                         recipe_.purpose == Purpose::renew;
    field("udp.srcport", relayed ? wire::kServerPort : wire::kClientPort);
    field("udp.dstport", wire::kServerPort);
    address("ip.src", relayed ? relay : client);
    addressed_to(address("ip.dst", unicast ? server_ : net::kIp4Broadcast));
  }

  /// Whether the client has, or asks about, an address that stands in ciaddr (RFC 2131 table 5).
  [[nodiscard]] bool has_address() const {
    return type_ == MessageType::release || type_ == MessageType::inform ||
           type_ == MessageType::leasequery || recipe_.purpose == Purpose::renew ||
           recipe_.purpose == Purpose::rebind;
  }
  /// RFC 4388 6.1: a DHCPLEASEQUERY has one of ciaddr, chaddr and option 61.
  [[nodiscard]] bool asks_by_identity() const {
    return type_ == MessageType::leasequery &&
           (given_field(recipe_, "chaddr") ||
            given_option(recipe_, wire::kOptionDhcpClientIdentifier));
  }
  [[nodiscard]] bool asks_about_leases() const {
    return type_ == MessageType::leasequery || type_ == MessageType::bulkleasequery ||
           type_ == MessageType::activeleasequery;
  }
  [[nodiscard]] bool tells_about_leases() const {
    return type_ == MessageType::leaseunassigned || type_ == MessageType::leaseunknown ||
           type_ == MessageType::leaseactive || type_ == MessageType::leasequerydone ||
           type_ == MessageType::leasequerystatus;
  }

  /// RFC 2131 4.1: to the relay agent; else to ciaddr; else by broadcast when asked for, or when
  /// it is a NAK; else to yiaddr at chaddr.
  void header_of_reply() {
    if (const auto given = given_field(recipe_, "chaddr")) {
      chaddr_ = *given >> 16U;
    } else {
      chaddr_ = mac_value(kExampleClientMac);
      put_chaddr(chaddr_);
    }
    field("eth.src", mac_value(maker_.mac.value_or(kExampleServerMac)));
    server_ = option_address(wire::kOptionDhcpServerIdentifier, kExampleServer);
    const bool gives = type_ == MessageType::offer || type_ == MessageType::ack;
    const net::Ip4 given = address("yiaddr", gives ? kExampleClient : net::Ip4{});
    const net::Ip4 client =
        address("ciaddr", type_ == MessageType::forcerenew || type_ == MessageType::leaseactive
                              ? kExampleClient
                              : net::Ip4{});
    const net::Ip4 relay = address("giaddr", tells_about_leases() ? kExampleRelay : net::Ip4{});
    const bool broadcast = type_ == MessageType::nak ||
                           (field("flags", 0) & wire::kBroadcastFlag) != 0 ||
                           (client.is_zero() && given.is_zero());
    net::Ip4 destination = !client.is_zero() ? client : given;
    if (broadcast) destination = net::kIp4Broadcast;
    if (!relay.is_zero()) destination = relay;
    address("ip.src", server_);
    field("udp.srcport", wire::kServerPort);
    field("udp.dstport", relay.is_zero() ? wire::kClientPort : wire::kServerPort);
    addressed_to(address("ip.dst", destination), relay.is_zero() ? chaddr_ : 0);
  }

  /// The frame goes where the datagram goes; `mac`: to that host, when it is a unicast.
  void addressed_to(net::Ip4 destination, std::uint64_t mac = 0) {
    if (mac == 0) mac = mac_value(kExampleServerMac);
    if (maker_.peer) mac = mac_value(*maker_.peer);
    if (destination == net::kIp4Broadcast) mac = mac_value(net::kMacBroadcast);
    field("eth.dst", mac);
  }

  // --- options

  void usual(wire::OptionCode code, Bytes value) { usual_.push_back(make_option(code, value)); }
  void usual_u32(wire::OptionCode code, std::uint32_t value) {
    std::byte octets[4];
    store_be32(octets, value);
    usual(code, octets);
  }
  void usual_wanted() {
    usual(wire::kOptionDhcpParameterRequestList, std::as_bytes(std::span(kWanted)));
  }
  void usual_client_id() {
    std::byte id[7] = {std::byte{1}};  // RFC 2132 9.14: hardware type, then the address
    std::byte octets[8];
    store_be64(octets, chaddr_);
    copy_bytes(MutableBytes(id).subspan(1), Bytes(octets).subspan(2));
    usual(wire::kOptionDhcpClientIdentifier, id);
  }

  void choose_options() {
    if (recipe_.type != 0) usual(wire::kOptionDhcpMessageType, {&type_octet_, 1});
    switch (type_) {
      case MessageType::discover:
      case MessageType::inform:
        usual_client_id();
        usual_wanted();
        break;
      case MessageType::request:
        usual_client_id();
        choose_request_options();
        usual_wanted();
        break;
      case MessageType::decline:
        usual_client_id();
        usual_u32(wire::kOptionDhcpRequestedAddress, kExampleClient.value);
        usual_u32(wire::kOptionDhcpServerIdentifier, server_.value);
        break;
      case MessageType::release:
        usual_client_id();
        usual_u32(wire::kOptionDhcpServerIdentifier, server_.value);
        break;
      case MessageType::offer:
      case MessageType::ack:
        usual_u32(wire::kOptionDhcpServerIdentifier, server_.value);
        usual_u32(wire::kOptionDhcpLeaseTime, kLeaseTime);
        usual_u32(wire::kOptionSubnetMask, kMask.value);
        usual_u32(wire::kOptionRouters, kExampleServer.value);
        break;
      case MessageType::nak:
      case MessageType::forcerenew:
      case MessageType::leaseunassigned:
      case MessageType::leaseunknown:
      case MessageType::leaseactive:
      case MessageType::leasequerydone:
      case MessageType::leasequerystatus:
        usual_u32(wire::kOptionDhcpServerIdentifier, server_.value);
        break;
      case MessageType::leasequery:
        usual_wanted();
        break;
      case MessageType::none:
      case MessageType::bulkleasequery:
      case MessageType::activeleasequery:
      case MessageType::tls:
      case MessageType::unknown:
        break;
    }
  }

  /// RFC 2131 4.3.2: SELECTING names address and server, INIT-REBOOT the address, the others
  /// neither.
  void choose_request_options() {
    if (recipe_.purpose == Purpose::renew || recipe_.purpose == Purpose::rebind) return;
    usual_u32(wire::kOptionDhcpRequestedAddress, kExampleClient.value);
    if (recipe_.purpose == Purpose::reboot) return;
    usual_u32(wire::kOptionDhcpServerIdentifier, server_.value);
  }

  /// The usual options, each replaced in its place by what is given for its code; then what else
  /// is given, option 82 last (RFC 3046 2.1).
  void lay_options() {
    choose_options();
    const auto given_of = [](const Recipe& recipe, wire::OptionCode code) {
      return std::any_of(recipe.items.begin(), recipe.items.end(),
                         [&](const Item& item) { return is_option(item, code); });
    };
    const auto leave_out = [&](wire::OptionCode code) {
      return std::count(recipe_.without.begin(), recipe_.without.end(), code) > 0;
    };
    lay_cookie();
    std::vector<wire::OptionCode> laid;
    for (const OptionItem& option : usual_) {
      if (given_of(recipe_, option.code)) {
        laid.push_back(option.code);
        lay_given([&](const OptionItem& item) { return item.code == option.code; });
      } else if (!leave_out(option.code)) {
        out_.items.emplace_back(option);
      }
    }
    const auto is_rest = [&](const OptionItem& item) {
      return std::count(laid.begin(), laid.end(), item.code) == 0;
    };
    lay_given([&](const OptionItem& item) {
      return is_rest(item) && item.code != wire::kOptionDhcpAgentOptions;
    });
    lay_given([&](const OptionItem& item) {
      return is_rest(item) && item.code == wire::kOptionDhcpAgentOptions;
    });
    lay_end();
  }
  template <typename Fn>
  void lay_given(Fn&& fn) {
    for (const Item& item : recipe_.items) {
      const auto* option = std::get_if<OptionItem>(&item);
      if (option != nullptr && fn(*option)) out_.items.push_back(item);
    }
  }

  void lay_cookie() {
    const auto given =
        std::find_if(recipe_.items.begin(), recipe_.items.end(),
                     [](const Item& item) { return std::holds_alternative<CookieItem>(item); });
    out_.items.push_back(given == recipe_.items.end() ? Item(CookieItem{}) : *given);
  }

  /// The octets that are given, an end unless one is among them, and padding up to 300 octets (RFC
  /// 1542 2.1).
  void lay_end() {
    bool ended = false;
    for (const Item& item : recipe_.items) {
      if (!std::holds_alternative<RawItem>(item)) continue;
      ended = ended || (is_end(item) && std::get<RawItem>(item).area == Area::options);
      out_.items.push_back(item);
    }
    const std::byte end[] = {std::byte{wire::kOptionEnd}};
    if (!ended) out_.items.emplace_back(make_raw(end));
    if (!recipe_.padded) return;
    const std::size_t size = message_size();
    if (size >= wire::kMinMessageSize) return;
    out_.items.emplace_back(make_raw(std::vector<std::byte>(wire::kMinMessageSize - size)));
  }

  [[nodiscard]] std::size_t message_size() const {
    Recipe message;
    for (const Item& item : out_.items) {
      const auto* field = std::get_if<FieldItem>(&item);
      if (field == nullptr && !std::holds_alternative<DataItem>(item))
        message.items.push_back(item);
    }
    message.link = LinkType::raw_ip;
    const auto packet = assemble(message);
    return packet ? packet->bytes.size() - wire::kIpUdpHeaderSize : wire::kMinMessageSize;
  }

  const Recipe& recipe_;
  const Maker& maker_;
  MessageType type_;
  std::byte type_octet_ = static_cast<std::byte>(recipe_.type);
  std::uint64_t chaddr_ = 0;
  net::Ip4 server_;
  std::vector<OptionItem> usual_;
  Recipe out_;
};

}  // namespace

Recipe with_defaults(const Recipe& recipe, const Maker& maker) {
  return Defaults(recipe, maker).make();
}

}  // namespace lessor::craft
