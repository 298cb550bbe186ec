#pragma once
// One DHCP message that passed on a link, with the frame around it, kept for as long as somebody
// may ask about it. Must not know: how it was received.

#include "craft/packet/recipe.h"
#include "craft/story/dhcp_event.h"

#include <vector>

namespace lessor::craft {

/// A frame and when it passed, since 1970-01-01 UTC.
struct Frame {
  Duration at;
  std::vector<std::byte> bytes;
};

/// A DHCP message whose header could be read. `event` has what most ask about; its options are
/// empty when the message's grammar is broken.
struct Heard {
  Frame frame;
  DhcpEvent event;
  net::Mac source_mac;
  net::Mac destination_mac;
  std::optional<net::Ip4> relay;  ///< giaddr, when it is not zero

  /// An option's value, its parts joined.
  [[nodiscard]] std::optional<std::vector<std::byte>> option(wire::OptionCode code) const;
  /// Every option but pad, end and overload, by ascending code.
  [[nodiscard]] std::vector<std::pair<wire::OptionCode, std::vector<std::byte>>> options() const;
  /// A field's content, as in FieldItem; nothing when the frame has no such layer.
  [[nodiscard]] std::optional<std::vector<std::byte>> field(std::string_view path) const;
};

/// The DHCP message in an Ethernet frame; nothing when there is none. Any octets are welcome.
[[nodiscard]] std::optional<Heard> hear(Frame frame);

}  // namespace lessor::craft
