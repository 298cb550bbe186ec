#include "craft/view/brief.h"

#include "craft/option_walk.h"
#include "craft/summary.h"
#include "wire/v4/message_view.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kNumberWidth = 6;
constexpr std::size_t kEndsColumn = 24;
constexpr std::size_t kTypeColumn = kEndsColumn + 35;
constexpr std::size_t kClientColumn = kTypeColumn + 12;
constexpr std::size_t kXidColumn = kClientColumn + 19;
constexpr std::size_t kWordsColumn = kXidColumn + 12;
constexpr std::size_t kTextMost = 40;  // octets of a stranger's text in a line

/// What a brief line says of the options, found in one walk. Of an option in parts, the first.
struct Facts {
  wire::MessageType type = wire::MessageType::none;
  std::optional<net::Ip4> requested, server;
  std::optional<Duration> lease;
  Bytes host_name, text, relay;

  explicit Facts(Bytes message) {
    if (!has_options(message)) return;
    for_each_option(message, [this](const OptionPlace& placed) { take(placed); });
  }

 private:
  static void take_address(std::optional<net::Ip4>& to, Bytes value) {
    if (!to && value.size() == 4) to = net::Ip4{load_be32(value.data())};
  }
  static void take_bytes(Bytes& to, Bytes value) {
    if (to.empty()) to = value;
  }
  void take(const OptionPlace& placed) {
    if (!placed.whole()) return;
    const Bytes value = placed.option.value;
    switch (placed.option.code) {
      case wire::kOptionDhcpMessageType:
        if (type != wire::MessageType::none) return;
        type = value.size() == 1 ? wire::message_type_of(load_u8(value.data()))
                                 : wire::MessageType::unknown;
        return;
      case wire::kOptionDhcpRequestedAddress:
        return take_address(requested, value);
      case wire::kOptionDhcpServerIdentifier:
        return take_address(server, value);
      case wire::kOptionDhcpLeaseTime:
        if (!lease && value.size() == 4) lease = Duration::from_wire(load_be32(value.data()));
        return;
      case wire::kOptionHostName:
        return take_bytes(host_name, value);
      case wire::kOptionDhcpMessage:
        return take_bytes(text, value);
      case wire::kOptionDhcpAgentOptions:
        return take_bytes(relay, value);
      default:
        return;
    }
  }
};

std::string_view short_name(wire::MessageType type) {
  std::string_view name = wire::to_string(type);
  if (name.starts_with("DHCP")) name.remove_prefix(4);
  return name;
}

/// RFC 2131 4.3.2: what tells the four uses of a DHCPREQUEST apart.
std::string_view request_state(const Facts& facts, net::Ip4 ciaddr, net::Ip4 destination) {
  if (facts.server) return "selecting";
  if (ciaddr.is_zero()) return "init-reboot";
  return destination == net::kIp4Broadcast ? "rebinding" : "renewing";
}

void named(LineWriter& line, std::string_view name, net::Ip4 address) {
  line.text(name);
  line.address(address);
}

bool is_text(Bytes bytes) {
  return !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), [](std::byte b) {
    return b >= std::byte{' '} && b <= std::byte{'~'};
  });
}

/// Option 82 shortly: circuit-id and remote-id.
void relay_words(LineWriter& line, Bytes value) {
  wire::OptionCursor cursor(value, wire::OptionCursor::Grammar::sub_options);
  for (wire::RawOption sub; cursor.next(sub);) {
    if (sub.code != wire::kRelayCircuitId && sub.code != wire::kRelayRemoteId) continue;
    line.text(sub.code == wire::kRelayCircuitId ? " circuit-id=" : " remote-id=");
    const bool text = is_text(sub.value);
    if (text) {
      line.strange(sub.value, kTextMost);
    } else {
      line.text("0x");
      line.octets(sub.value.first(std::min(sub.value.size(), kTextMost / 2)), '\0');
    }
  }
}

void option_words(LineWriter& line, const Facts& facts) {
  if (facts.requested) named(line, " requested=", *facts.requested);
  if (facts.server) named(line, " server=", *facts.server);
  if (facts.lease) {
    line.text(" lease=");
    line.text(to_string(*facts.lease));
  }
  if (!facts.host_name.empty()) {
    line.text(" host-name=");
    line.strange(facts.host_name, kTextMost);
  }
}

}  // namespace

std::string brief_heading(const Style& style) {
  LineWriter line(style);
  line.tone(Tone::dim);
  line.text("     #  time (UTC)");
  line.column(kEndsColumn);
  line.text("source > destination");
  line.column(kTypeColumn);
  line.text("type");
  line.column(kClientColumn);
  line.text("client");
  line.column(kXidColumn);
  line.text("xid");
  line.plain();
  return std::string(line.view()) + "\n";
}

void BriefView::ends(net::Ip4 source, net::Ip4 destination) {
  line_.address(source);
  line_.text(" > ");
  line_.address(destination);
}

void BriefView::kind(std::string_view kind, Tone tone) {
  line_.column(kTypeColumn);
  line_.tone(tone);
  line_.text(kind);
  line_.plain();
}

void BriefView::message(const Dissection& d) {
  ends(d.ip->source, d.ip->destination);
  if (d.payload.size() < wire::kHeaderSize) {
    kind("DHCP?", Tone::bad);
    line_.column(kWordsColumn - 1);
    line_.character(' ');
    line_.number(d.payload.size());
    line_.text(" octets");
    return;
  }
  const wire::HeaderView header(d.payload);
  const Facts facts(d.payload);
  const bool reply = header.op() == wire::Op::reply;
  kind(short_name(facts.type), reply ? Tone::server : Tone::client);
  line_.column(kClientColumn);
  const std::size_t hlen = std::min<std::size_t>(header.hlen(), wire::kChaddrSize);
  hlen == 0 ? line_.character('-') : line_.octets(header.chaddr_field().first(hlen), ':');
  line_.column(kXidColumn);
  line_.hex(header.xid(), 8);
  line_.column(kWordsColumn - 1);
  if (facts.type == wire::MessageType::request) {
    line_.character(' ');
    line_.text(request_state(facts, header.ciaddr(), d.ip->destination));
  }
  if (!header.ciaddr().is_zero()) named(line_, " ciaddr=", header.ciaddr());
  if (!header.yiaddr().is_zero()) named(line_, " yiaddr=", header.yiaddr());
  option_words(line_, facts);
  if (!header.giaddr().is_zero()) named(line_, " giaddr=", header.giaddr());
  relay_words(line_, facts.relay);
  if (!facts.text.empty()) {
    line_.text(" message=\"");
    line_.strange(facts.text, kTextMost);
    line_.character('"');
  }
}

void BriefView::arp(const net::ArpPacket& packet) {
  ends(packet.sender_address, packet.target_address);
  kind("ARP", Tone::dim);
  line_.column(kClientColumn);
  line_.octets(packet.sender_mac.octets, ':');
  line_.column(kWordsColumn);
  if (packet.sender_address == packet.target_address) {
    line_.text("announces ");
    line_.address(packet.sender_address);
  } else if (packet.operation == net::ArpOperation::reply) {
    line_.address(packet.sender_address);
    line_.text(" is at ");
    line_.octets(packet.sender_mac.octets, ':');
  } else if (packet.sender_address.is_zero()) {
    line_.text("probe: does anybody use ");  // RFC 5227 1.1: a probe comes from nobody
    line_.address(packet.target_address);
    line_.character('?');
  } else {
    line_.text("who has ");
    line_.address(packet.target_address);
    line_.character('?');
  }
}

/// What is neither DHCP nor ARP.
void BriefView::other(const Dissection& d) {
  if (!d.ip) {
    const auto layers = d.layers();
    if (d.ethernet) {
      line_.octets(d.ethernet->source.octets, ':');
      line_.text(" > ");
      line_.octets(d.ethernet->destination.octets, ':');
    }
    kind(layers.empty() ? "?" : layer_row(layers.back().layer).title, Tone::dim);
    if (d.ethernet) {
      line_.column(kWordsColumn);
      line_.text("type ");
      line_.hex(d.ethernet->type, 4);
    }
    return;
  }
  ends(d.ip->source, d.ip->destination);
  const LayerSpan innermost = d.layers().back();
  const LayerRow& row = layer_row(innermost.layer);
  kind(row.title, Tone::dim);
  line_.column(kWordsColumn);
  const Bytes header = d.header(innermost);
  if (innermost.layer == Layer::icmp) {
    const std::string_view note = field_note(row.fields[0], header);
    note.empty() ? line_.text("type ") : line_.text(note);
    if (note.empty()) line_.number(load_u8(header.data()));
    line_.text(" id=");
    line_.hex(load_be16(&header[4]), 4);
    line_.text(" seq=");
    line_.number(load_be16(&header[6]));
    return;
  }
  if (d.udp) {
    line_.text("ports ");
    line_.number(d.udp->source_port);
    line_.text(" > ");
    line_.number(d.udp->destination_port);
    line_.text(", ");
  } else if (innermost.layer == Layer::ip) {
    line_.text("protocol ");
    line_.number(d.ip->protocol);
    line_.text(", ");
  }
  line_.number(d.payload.size());
  line_.text(d.ip->is_fragment() ? " octets of a fragment" : " octets");
}

void BriefView::faults(const ShownPacket& packet) {
  bool told = false;
  for (const Fault& fault : packet.faults) {
    if (fault.severity == Severity::note) continue;  // allowed: the longer views say it
    if (!told) line_.tone(Tone::bad);
    line_.text(told ? "; " : "  !! ");
    line_.text(to_string(fault));
    told = true;
  }
  if (told) line_.plain();
}

/// The fields of one layer, as conditions of a filter would name them.
bool BriefView::one_layer(const Dissection& d, Layer only) {
  bool found = false;
  for (const LayerSpan& span : d.layers()) {
    if (span.layer != only) continue;
    found = true;
    const Bytes header = d.header(span);
    for (const FieldRow& field : layer_row(only).fields) {
      if (field.bits == 0 && header.size() <= field.octet()) continue;
      const std::string value = print_field(field, header);
      if (value.empty()) continue;
      line_.text(field_path(field));
      line_.character('=');
      line_.text(value);
      line_.character(' ');
    }
  }
  return found;
}

void BriefView::add(const ShownPacket& packet, std::string& out, OnlyLayer only) {
  const Dissection& d = packet.dissection;
  line_.clear();
  line_.number(packet.frame.number, kNumberWidth);
  line_.text("  ");
  if (packet.frame.since_1970 == Duration()) {
    line_.character('-');
  } else {
    line_.time_of_day(packet.frame.since_1970);
  }
  line_.column(kEndsColumn);
  if (only) {
    if (!one_layer(d, *only)) return;
    out.append(line_.trimmed()).append("\n");
    return;
  }
  if (d.is_dhcp()) {
    message(d);
  } else if (d.arp) {
    arp(*d.arp);
  } else {
    other(d);
  }
  if (!packet.frame.interface.empty()) {
    line_.text(" on=");
    line_.strange(as_bytes(packet.frame.interface), kTextMost);
  }
  faults(packet);
  out.append(line_.trimmed()).append("\n");
}

}  // namespace lessor::craft
