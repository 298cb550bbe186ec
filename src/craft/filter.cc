#include "craft/filter.h"

#include "base/text.h"
#include "craft/option_walk.h"
#include "wire/v4/kind_relay_info.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_text.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using Condition = Filter::Condition;
using Operator = Filter::Operator;
using Subject = Filter::Subject;

/// Big-endian octets as numbers: leading zeros do not count.
std::strong_ordering compare_octets(Bytes a, Bytes b) {
  const auto significant = [](Bytes bytes) {
    while (!bytes.empty() && bytes[0] == std::byte{0}) bytes = bytes.subspan(1);
    return bytes;
  };
  a = significant(a);
  b = significant(b);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
}

bool ordered(Operator op, std::strong_ordering order) {
  switch (op) {
    case Operator::less:
      return order < 0;
    case Operator::less_equal:
      return order <= 0;
    case Operator::more:
      return order > 0;
    case Operator::more_equal:
      return order >= 0;
    case Operator::exists:
    case Operator::equals:
    case Operator::contains:
      break;
  }
  return false;
}

/// The value's octets against the condition's; `print` gives its text when that is asked for.
template <typename Print>
bool test_octets(const Condition& c, Bytes value, Print&& print) {
  if (c.op == Operator::exists) return true;
  if (c.op == Operator::contains) return to_lower(print()).find(c.text) != std::string::npos;
  if (c.op == Operator::equals && c.prefix && value.size() == 4) {
    return c.prefix->contains({load_be32(value.data())});
  }
  if (c.op == Operator::equals) return equal_bytes(value, c.octets);
  return ordered(c.op, compare_octets(value, c.octets));
}

bool test_address(const Condition& c, net::Ip4 address) {
  std::byte octets[4];
  store_be32(octets, address.value);
  return test_octets(c, octets, [&] { return net::to_string(address); });
}

bool test_field(const Condition& c, Bytes header) {
  const FieldRow& field = *c.field;
  const auto print = [&] { return print_field(field, header); };
  const bool a_number = field.bits > 0 && field.bits <= 64 && field.kind != FieldKind::octets &&
                        field.kind != FieldKind::text && field.kind != FieldKind::hardware_address;
  if (!a_number) return test_octets(c, field_bytes(field, header), print);
  if (field.kind == FieldKind::ip4) {
    return test_address(c, {static_cast<std::uint32_t>(load_field(field, header))});
  }
  if (c.op == Operator::contains) {
    const std::string_view note = field_note(field, header);
    return test_octets(c, {}, [&] { return print() + " " + std::string(note); });
  }
  std::byte octets[8];
  store_be64(octets, load_field(field, header));
  const Bytes value = Bytes(octets).last(field.octets());
  return test_octets(c, value, print);
}

Bytes message_of(const Dissection& d) {
  return d.is_dhcp() && d.payload.size() >= wire::kHeaderSize ? d.payload : Bytes();
}

/// Calls fn(value) with the option's value, its parts joined, when it is there.
template <typename Fn>
bool with_option(const Dissection& d, wire::OptionCode code, Fn&& fn) {
  const Bytes message = message_of(d);
  if (!has_options(message)) return false;
  Bytes value;
  std::vector<std::byte> joined;
  std::size_t parts = 0;
  for_each_option(message, [&](const OptionPlace& placed) {
    if (placed.option.code != code || !placed.whole() || placed.is_nested_overload()) return;
    if (parts == 1) joined.assign(value.begin(), value.end());
    if (parts >= 1)
      joined.insert(joined.end(), placed.option.value.begin(), placed.option.value.end());
    ++parts;
    value = placed.option.value;
  });
  return parts > 0 && fn(parts > 1 ? Bytes(joined) : value);
}

bool test_sub_option(const Condition& c, Bytes value) {
  const bool relay = c.option == wire::kOptionDhcpAgentOptions;
  const wire::SubOptionTable table = relay ? wire::relay_sub_options() : wire::SubOptionTable();
  wire::OptionCursor cursor(value, wire::OptionCursor::Grammar::sub_options);
  for (wire::RawOption sub; cursor.next(sub);) {
    if (sub.code != c.sub || sub.state != wire::RawOption::State::whole) continue;
    const auto print = [&] { return wire::print_sub_option(table, sub.code, sub.value); };
    if (test_octets(c, sub.value, print)) return true;
  }
  return false;
}

std::optional<net::Ip4> option_address(const Dissection& d, wire::OptionCode code) {
  std::optional<net::Ip4> address;
  (void)with_option(d, code, [&](Bytes value) {
    if (value.size() == 4) address = net::Ip4{load_be32(value.data())};
    return true;
  });
  return address;
}

bool test_type(const Condition& c, const Dissection& d) {
  if (message_of(d).empty()) return false;
  std::byte type{0};
  (void)with_option(d, wire::kOptionDhcpMessageType, [&](Bytes value) {
    if (!value.empty()) type = value[0];
    return true;
  });
  return test_octets(c, {&type, 1}, [&] {
    const auto known =
        type == std::byte{0} ? wire::MessageType::none : wire::message_type_of(load_u8(&type));
    return std::string(wire::to_string(known));
  });
}

bool test_mac(const Condition& c, const Dissection& d) {
  const auto test = [&c](Bytes octets) {
    return test_octets(c, octets, [&] { return to_hex(octets, ':'); });
  };
  if (d.ethernet && (test(d.ethernet->source.octets) || test(d.ethernet->destination.octets))) {
    return true;
  }
  if (d.arp) return test(d.arp->sender_mac.octets) || test(d.arp->target_mac.octets);
  const Bytes message = message_of(d);
  if (message.empty()) return false;
  const wire::HeaderView header(message);
  return test(header.chaddr_field().first(std::min<std::size_t>(header.hlen(), wire::kChaddrSize)));
}

bool test_addresses(const Condition& c, const Dissection& d) {
  const auto test = [&c](net::Ip4 address) {
    return !address.is_zero() && test_address(c, address);
  };
  if (d.arp) return test(d.arp->sender_address) || test(d.arp->target_address);
  const Bytes message = message_of(d);
  if (message.empty()) return false;
  const wire::HeaderView header(message);
  if (test(header.ciaddr()) || test(header.yiaddr())) return true;
  const auto requested = option_address(d, wire::kOptionDhcpRequestedAddress);
  return requested && test(*requested);
}

bool test_server(const Condition& c, const Dissection& d) {
  const Bytes message = message_of(d);
  if (message.empty()) return false;
  auto server = option_address(d, wire::kOptionDhcpServerIdentifier);
  if (!server) {
    const bool reply = wire::HeaderView(message).op() == wire::Op::reply;
    server = reply ? d.ip->source : d.ip->destination;
    if (*server == net::kIp4Broadcast || server->is_zero()) return false;
  }
  return test_address(c, *server);
}

bool test_layers(const Condition& c, const Dissection& d) {
  if (c.layer == Layer::bootp && c.subject == Subject::layer) return d.is_dhcp();
  const auto spans = d.layers();
  return std::any_of(spans.begin(), spans.end(), [&](const LayerSpan& span) {
    if (span.layer != c.layer) return false;
    return c.subject == Subject::layer || test_field(c, d.header(span));
  });
}

bool holds(const Condition& c, const Dissection& d) {
  switch (c.subject) {
    case Subject::type:
      return test_type(c, d);
    case Subject::mac:
      return test_mac(c, d);
    case Subject::address:
      return test_addresses(c, d);
    case Subject::server:
      return test_server(c, d);
    case Subject::layer:
    case Subject::field:
      return test_layers(c, d);
    case Subject::option:
      return with_option(d, c.option, [&](Bytes value) {
        return test_octets(c, value, [&] { return wire::print_option(c.option, value); });
      });
    case Subject::sub_option:
      return with_option(d, c.option, [&](Bytes value) { return test_sub_option(c, value); });
  }
  return false;
}

}  // namespace

bool Filter::matches(const Dissection& d) const {
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const Condition& c) { return holds(c, d) != c.negated; });
}

void Filter::join(Filter other) {
  std::move(other.conditions_.begin(), other.conditions_.end(), std::back_inserter(conditions_));
}

}  // namespace lessor::craft
