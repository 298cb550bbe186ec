#pragma once
// The layer table: every fixed field of every layer that a DHCP packet can be wrapped in, and of
// the BOOTP header itself, declared once. The tables, annotated hexadecimal, JSON, the text
// notation, filters and `lessor fields` all follow from a row. Options are
// wire/v4/option_table.h's. Must not know: frames, files.

#include "base/bytes.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::craft {

/// In the order in which they can follow each other, outermost first.
enum class Layer : std::uint8_t {
  cooked,    ///< Linux cooked capture, version 1: what "any" captures as (LINKTYPE_LINUX_SLL)
  cooked2,   ///< its version 2 (LINKTYPE_LINUX_SLL2)
  ethernet,  ///< Ethernet II
  vlan,      ///< one 802.1Q tag; may come several times
  arp,       ///< RFC 826, for IPv4 over Ethernet
  ip,        ///< IPv4, RFC 791
  icmp,      ///< RFC 792, echo's fields
  udp,       ///< RFC 768
  tcp,       ///< RFC 9293
  bootp,     ///< RFC 2131 figure 1: the 236 octets before the cookie
};
inline constexpr std::size_t kLayerCount = 10;

/// How a field's octets are read and written as text.
enum class FieldKind : std::uint8_t {
  number,            ///< decimal
  hex,               ///< hexadecimal with all its digits
  mac,               ///< c0:01:1b:69:00:00
  ip4,               ///< 192.0.2.1
  text,              ///< up to the first NUL: sname and file
  hardware_address,  ///< chaddr: octets with ':' between, zeros behind them not shown
  octets,            ///< hexadecimal, as many as there are: the options of IPv4 and TCP
};

/// Where a field's value comes from when nobody gives one.
enum class Origin : std::uint8_t {
  usual,     ///< `usual` of the row
  computed,  ///< follows from the rest of the packet: lengths, checksums, the type of what follows
};

/// A word for one value of a field.
struct NamedValue {
  std::uint32_t value;
  std::string_view name;
};

/// One field.
struct FieldRow {
  Layer layer = Layer::ethernet;
  std::string_view name;   ///< without the layer: "src"
  std::uint16_t bit = 0;   ///< where it begins, in bits from the start of the layer
  std::uint16_t bits = 0;  ///< how long it is; 0: from there to the end of the layer's header
  FieldKind kind = FieldKind::number;
  Origin origin = Origin::usual;
  std::uint64_t usual = 0;
  std::string_view meaning;  ///< in a few words
  std::span<const NamedValue> names{};
  std::string_view aliases{};  ///< other tools' paths, blanks between: "ip.ttl ttl"

  [[nodiscard]] constexpr std::size_t octet() const { return bit / 8U; }
  /// Octets that the field touches: 1 for a field of 4 bits; 0 for one that takes the rest.
  [[nodiscard]] constexpr std::size_t octets() const { return (bit % 8U + bits + 7U) / 8U; }
};

/// One layer.
struct LayerRow {
  Layer layer;
  std::string_view name;       ///< "ethernet"
  std::string_view prefix;     ///< of its fields: "eth"; empty for bootp, whose fields go bare
  std::string_view title;      ///< "Ethernet II"
  std::size_t size;            ///< octets of the fixed header
  std::string_view reference;  ///< "RFC 768"
  std::span<const FieldRow> fields;
};

/// All layers, in the order of Layer.
[[nodiscard]] std::span<const LayerRow> layer_table();
[[nodiscard]] const LayerRow& layer_row(Layer layer);
/// The layer called "ethernet", "eth", "802.1q", "dhcp" (bootp) and so on.
[[nodiscard]] const LayerRow* find_layer(std::string_view name);

/// "ip.src", "xid": what the notation calls a field.
[[nodiscard]] std::string field_path(const FieldRow& field);
/// The field of a path ("ip.src", "xid", "bootp.xid") or of another tool's name for it
/// ("dhcp.ip.your"). Case does not count, '-' and '_' are one. Null when there is none such.
[[nodiscard]] const FieldRow* find_field(std::string_view path);
/// A path that a misspelt one may have meant.
[[nodiscard]] std::optional<std::string> suggest_field(std::string_view path);

/// The octets that the field touches. Precondition: they lie within `header`, the layer's header.
[[nodiscard]] Bytes field_bytes(const FieldRow& field, Bytes header);
/// The value of a field of at most 64 bits. Precondition as above.
[[nodiscard]] std::uint64_t load_field(const FieldRow& field, Bytes header);
/// Sets a field of at most 64 bits; higher bits of `value` are dropped. Precondition as above.
void store_field(const FieldRow& field, MutableBytes header, std::uint64_t value);

/// The field's value in the notation: "192.0.2.1", "0x00001aed", "1". What has no faithful text is
/// hexadecimal. print_field and parse_field are each other's inverse.
[[nodiscard]] std::string print_field(const FieldRow& field, Bytes header);
/// What helps a reader beside the value: "BOOTREQUEST", "broadcast", "UDP"; empty when nothing
/// does.
[[nodiscard]] std::string_view field_note(const FieldRow& field, Bytes header);

/// The field's new content from its text: `octets()` octets with the value in their low bits (or,
/// for a field that takes the rest, any number). Shorter text for octets, text and
/// hardware_address is filled up with zeros. Names of values and 0x... are accepted. The error is
/// a sentence that names the field.
[[nodiscard]] std::expected<std::vector<std::byte>, std::string> parse_field(const FieldRow& field,
                                                                             std::string_view text);
/// Puts what parse_field() gave into a header of the layer; bits of neighbours stay.
void put_field(const FieldRow& field, MutableBytes header, Bytes content);

}  // namespace lessor::craft
