#pragma once
// A packet as words: what the text notation says, line by line, before it becomes octets. Four
// arrows make the workbench's law, craft(show(p)) == p:
//   frame --recipe_of--> Recipe --print_recipe--> text --read_recipe--> Recipe --build--> frame
// Must not know: files, sockets, where a recipe's words came from.

#include "base/time.h"
#include "craft/dissect.h"
#include "wire/v4/protocol.h"

#include <variant>

namespace lessor::craft {

/// Where in a DHCP message options stand (RFC 2131 4.1: 'file' and 'sname' when option 52 opens
/// them).
enum class Area : std::uint8_t { options, file, sname };
/// "options", "file", "sname".
[[nodiscard]] std::string_view to_string(Area area);

/// `ip.ttl = 1`: a field's content as parse_field() gives it.
struct FieldItem {
  const FieldRow* field = nullptr;
  std::vector<std::byte> content;
};
/// `option.host-name = R1`, or with a length octet that lies `option.host-name (length 20) = R1`.
/// A value above 255 octets is laid down in parts (RFC 3396) unless `length` is given.
struct OptionItem {
  Area area = Area::options;
  wire::OptionCode code = 0;
  std::vector<std::byte> value;
  std::optional<std::uint8_t> length;
  bool code_only = false;  ///< `option.host-name (no length)`: the message ends behind the code
  bool by_parts = false;   ///< made of `option.NAME.SUB = ...` lines: the next one adds to it
};
/// `cookie = 0x63825363`; `end`, `file.end`; `pad = 60`; `bytes = 0x0102`: octets as they are.
struct CookieItem {
  std::uint32_t value = wire::kCookie;
};
struct RawItem {
  Area area = Area::options;
  std::vector<std::byte> bytes;
};
/// `udp.data = 0x...`: what a layer carries when it is no layer of ours; `eth.trailer = 0x00 * 18`:
/// what lies behind that which it carries; `frame = 0x...`: octets that are no layer at all.
struct DataItem {
  std::optional<Layer> behind;  ///< nothing: the whole frame
  bool trailer = false;
  std::vector<std::byte> bytes;
};
using Item = std::variant<FieldItem, OptionItem, CookieItem, RawItem, DataItem>;

/// A way to break a packet on purpose: what cannot be said by giving a field a wrong value.
enum class Malform : std::uint8_t {
  bad_checksum,     ///< the UDP checksum is wrong
  bad_ip_checksum,  ///< the IPv4 header checksum is wrong
  bad_cookie,       ///< the cookie is not DHCP's
  no_cookie,        ///< the message ends before the cookie
  no_end,           ///< no end option, and no padding behind it
  truncate,         ///< the frame stops after N octets of the message (default: inside option 53)
  trailing,         ///< N octets (default 4) that are no padding, behind the end option
  duplicate,        ///< every option but 53 and the end twice
  lying_length,     ///< the last option's length octet says N more (default 40) than there are
  short_option,     ///< the first option of fixed size has one octet less
  bad_udp_length,   ///< the UDP length says N more (default 100) than there are
  bad_ip_length,    ///< the IPv4 total length says N more (default 100) than there are
  bad_hlen,         ///< hlen says 255 octets, chaddr has 16
  no_type,          ///< no option 53: BOOTP
  bad_overload,     ///< option 52 with a value of 9
};
struct MalformRow {
  Malform what;
  std::string_view name;               ///< "bad-checksum"
  std::string_view meaning;            ///< for help
  std::optional<std::uint32_t> usual;  ///< N, when it takes one
};
[[nodiscard]] std::span<const MalformRow> malform_table();

/// What a recipe begins from. `exact`: nothing but what it says (and what is computed), as show
/// prints packets. `message`: a DHCP message of a type, with good defaults for what is not said.
enum class Basis : std::uint8_t { exact, message };

/// What a DHCPREQUEST, or anything, is crafted for: it decides defaults (RFC 2131 4.3.2, 4.4).
enum class Purpose : std::uint8_t {
  plain,
  renew,   ///< DHCPREQUEST, unicast from ciaddr to the server
  rebind,  ///< DHCPREQUEST, broadcast from ciaddr
  reboot,  ///< DHCPREQUEST, INIT-REBOOT: option 50, no ciaddr, no option 54
};

struct Recipe {
  Basis basis = Basis::exact;
  std::uint8_t type = 0;  ///< option 53 when basis is message; 0: BOOTP without one
  Purpose purpose = Purpose::plain;
  std::vector<Item> items;                ///< in the order given
  std::vector<wire::OptionCode> without;  ///< `without host-name`: defaults that are left out
  struct Breakage {
    Malform what;
    std::optional<std::uint32_t> n;
  };
  std::vector<Breakage> breakages;  ///< `malform = truncate 250`
  std::optional<LinkType> link;     ///< `link = raw`; else it follows from the layers
  std::optional<Duration> time;     ///< `time = 2026-11-25T13:45:35.123456789Z`
  bool padded = true;               ///< basis message: up to 300 octets; `no-padding`
};

/// A built packet.
struct Packet {
  LinkType link = LinkType::ethernet;
  std::vector<std::byte> bytes;
  std::optional<Duration> time;  ///< since 1970
};

/// A new recipe for a type's name: "discover", "DHCPACK", "ack", "13", "bootp", "renew", "rebind",
/// "reboot", "packet" (exact). The error names the nearest: `accept: did you mean ack?`
[[nodiscard]] std::expected<Recipe, std::string> start_recipe(std::string_view type);

/// The names of types that start_recipe() knows.
[[nodiscard]] std::vector<std::string_view> recipe_types();
/// The name of the recipe's type; empty for a number that has none.
[[nodiscard]] std::string_view type_name(const Recipe& recipe);

/// Adds one line of the notation: `xid = 0x1aed`, `option.routers = 192.0.2.1`,
/// `option.relay-agent-information.circuit-id = 'eth0'`, `end`, `pad = 60`, `without host-name`.
/// Words of the command line are such lines. The error is a sentence that names what is wrong.
[[nodiscard]] std::expected<void, std::string> add_line(Recipe& recipe, std::string_view line);

/// The recipe of a frame: exact, building it gives the frame back, byte for byte, whatever it is.
[[nodiscard]] Recipe recipe_of(Bytes frame, LinkType link = LinkType::ethernet);

/// Addresses and MACs for what nobody gives, from the ranges for documentation (RFC 5737 3, RFC
/// 7042 2.1.2).
inline constexpr net::Ip4 kExampleClient{0xc000020a};  // 192.0.2.10
inline constexpr net::Ip4 kExampleServer{0xc0000201};  // 192.0.2.1
inline constexpr net::Ip4 kExampleRelay{0xc0000203};   // 192.0.2.3
inline constexpr net::Mac kExampleClientMac{
    {std::byte{0}, std::byte{0}, std::byte{0x5e}, std::byte{0}, std::byte{0x53}, std::byte{1}}};
inline constexpr net::Mac kExampleServerMac{
    {std::byte{0}, std::byte{0}, std::byte{0x5e}, std::byte{0}, std::byte{0x53}, std::byte{2}}};

/// What a packet is made with when its words do not say.
struct Maker {
  std::optional<net::Mac> mac;   ///< of the sender; nothing: an example's
  std::optional<net::Mac> peer;  ///< of whom a unicast goes to; nothing: an example's
  std::uint32_t xid = 0;         ///< the caller draws it
};

/// Builds the packet. Lengths, checksums and types of what follows are computed where the recipe
/// does not give them. The error is a sentence: too long for a frame, a field of a layer that
/// cannot be there.
[[nodiscard]] std::expected<Packet, std::string> build(const Recipe& recipe, const Maker& maker);

/// The same recipe with its defaults and breakages spelled out: basis exact.
[[nodiscard]] std::expected<Recipe, std::string> spell_out(const Recipe& recipe,
                                                           const Maker& maker);

/// The value of a field or option that the recipe gives; nothing when it does not. The last one
/// counts for fields, the parts joined for options.
[[nodiscard]] std::optional<std::vector<std::byte>> given_option(const Recipe& recipe,
                                                                 wire::OptionCode code);
[[nodiscard]] std::optional<std::uint64_t> given_field(const Recipe& recipe, std::string_view path);

// What building and reading are made of.

/// Builds an exact recipe without breakages: nothing is added but what is computed.
[[nodiscard]] std::expected<Packet, std::string> assemble(const Recipe& exact);
/// An exact recipe with the defaults of its message in place of what it does not say.
[[nodiscard]] Recipe with_defaults(const Recipe& recipe, const Maker& maker);
/// Breaks an exact recipe. The error says why it cannot be broken so.
[[nodiscard]] std::expected<void, std::string> apply_malform(Recipe& exact,
                                                             const Recipe::Breakage& breakage);
/// `ip.src = 192.0.2.1` as an item, from a value of at most 64 bits. Precondition: the path is one.
[[nodiscard]] FieldItem make_field(std::string_view path, std::uint64_t value);
[[nodiscard]] OptionItem make_option(wire::OptionCode code, Bytes value);
/// Pads, ends and other octets of an area.
[[nodiscard]] RawItem make_raw(Bytes bytes, Area area = Area::options);
[[nodiscard]] bool is_end(const Item& item);
/// Whether the item is an option, whatever its area, with that code.
[[nodiscard]] bool is_option(const Item& item, wire::OptionCode code);

}  // namespace lessor::craft
