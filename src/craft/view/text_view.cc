#include "craft/view/text_view.h"

#include "craft/packet/notation.h"
#include "craft/view/heading.h"

namespace lessor::craft {

std::string text_view(const ShownPacket& packet, const Style& /*style*/, OnlyLayer only) {
  const Bytes bytes = packet.frame.bytes;
  Packet whole{.link = packet.frame.link, .bytes = {bytes.begin(), bytes.end()}};
  if (packet.frame.since_1970 != Duration()) whole.time = packet.frame.since_1970;
  const std::string text = packet_text(whole, heading_text(packet), only);
  return text.empty() ? text : text + "\n";
}

}  // namespace lessor::craft
