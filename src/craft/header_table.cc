#include "base/text.h"
#include "craft/message_tables.h"
#include "craft/summary.h"
#include "wire/v4/message_view.h"

namespace lessor::craft {
namespace {

using wire::HeaderView;

std::string named(std::uint64_t value, std::string_view name) {
  return std::to_string(value) + " (" + std::string(name) + ")";
}

std::string op_text(const HeaderView& h) {
  return named(load_u8(h.bytes().data()), wire::to_string(h.op()));
}

std::string htype_text(const HeaderView& h) {
  switch (h.htype()) {
    case 1:
      return named(1, "Ethernet");
    case 6:
      return named(6, "IEEE 802");
    case 32:
      return named(32, "InfiniBand");
    default:
      return std::to_string(h.htype());
  }
}

std::string flags_text(const HeaderView& h) {
  const bool reserved = (h.flags() & ~wire::kBroadcastFlag) != 0;
  return hex(h.flags(), 4) + (h.broadcast() ? " (broadcast)" : " (unicast)") +
         (reserved ? ", reserved bits set" : "");
}

std::string chaddr_text(const HeaderView& h) {
  if (h.hlen() > wire::kChaddrSize) return to_hex(h.chaddr_field(), ':') + " (hlen is too long)";
  return h.hlen() == 0 ? "not given" : net::to_string(h.chaddr());
}

/// A field of text that ends at the first NUL, or holds options when option 52 says so.
std::string text_field(const HeaderView& h, Bytes field, std::uint8_t overload_bit) {
  wire::ParseScratch scratch;
  const auto message = wire::MessageView::parse(h.bytes(), scratch);
  const auto overload =
      message ? message->option(wire::kOptionDhcpOptionOverload) : std::optional<Bytes>();
  if (overload && (load_u8(overload->data()) & overload_bit) != 0) return "holds options (52)";
  const std::string_view text = as_text(field);
  const std::string_view given = text.substr(0, text.find('\0'));
  return given.empty() ? "not given" : sanitise(as_bytes(given));
}

struct Field {
  std::string_view name;
  std::size_t octets;
  std::string_view meaning;
  std::string (*value)(const HeaderView& header);
};

// RFC 2131 figure 1, in its order.
constexpr Field kFields[] = {
    {"op", 1, "direction: 1 asks a server, 2 answers a client", op_text},
    {"htype", 1, "kind of hardware address; 1 is Ethernet", htype_text},
    {"hlen", 1, "octets of the hardware address",
     [](const HeaderView& h) { return std::to_string(h.hlen()); }},
    {"hops", 1, "relay agents passed on the way; a client sends 0",
     [](const HeaderView& h) { return std::to_string(h.hops()); }},
    {"xid", 4, "drawn by the client; answers repeat it",
     [](const HeaderView& h) { return hex(h.xid(), 8); }},
    {"secs", 2, "seconds since the client began to ask",
     [](const HeaderView& h) { return std::to_string(h.secs()); }},
    {"flags", 2, "the leftmost bit asks for answers by broadcast", flags_text},
    {"ciaddr", 4, "the client's address, if it has one that it can use",
     [](const HeaderView& h) { return net::to_string(h.ciaddr()); }},
    {"yiaddr", 4, "\"your\" address: what the server gives to the client",
     [](const HeaderView& h) { return net::to_string(h.yiaddr()); }},
    {"siaddr", 4, "the server to boot from next",
     [](const HeaderView& h) { return net::to_string(h.siaddr()); }},
    {"giaddr", 4, "the relay agent that carried the message",
     [](const HeaderView& h) { return net::to_string(h.giaddr()); }},
    {"chaddr", 16, "the client's hardware address", chaddr_text},
    {"sname", 64, "the boot server's name",
     [](const HeaderView& h) { return text_field(h, h.sname_field(), 2); }},
    {"file", 128, "the boot file's name",
     [](const HeaderView& h) { return text_field(h, h.file_field(), 1); }},
};

}  // namespace

std::string header_table(Bytes message, const Style& style, Bytes reference) {
  Table table({{.title = "field"},
               {.title = "octets", .right_aligned = true},
               {.title = "meaning", .wraps = true, .narrowest = 20},
               {.title = "value", .wraps = true, .takes_rest = true, .narrowest = 17}});
  if (message.size() < wire::kHeaderSize) {
    table.add_banner("only " + std::to_string(message.size()) + " of the header's 236 octets",
                     Tone::bad);
    return table.draw(style);
  }
  const HeaderView header(message);
  for (const Field& field : kFields) {
    const std::string value = field.value(header);
    const bool fresh =
        reference.size() >= wire::kHeaderSize && field.value(HeaderView(reference)) != value;
    table.add({{std::string(field.name), Tone::strong},
               {std::to_string(field.octets)},
               {std::string(field.meaning), Tone::dim},
               {fresh ? value + " *" : value, fresh ? Tone::fresh : Tone::plain}});
  }
  return table.draw(style);
}

}  // namespace lessor::craft
