#include "craft/view/heading.h"

#include "base/text.h"
#include "craft/summary.h"

namespace lessor::craft {

std::string time_text(Duration since_1970) {
  if (since_1970 == Duration()) return {};
  std::string microseconds = std::to_string(since_1970.to_nanoseconds() / 1'000 % 1'000'000);
  microseconds.insert(0, 6 - microseconds.size(), '0');
  return to_string(WallTime{since_1970.to_seconds()}) + "." + microseconds + " UTC";
}

std::string heading_text(const ShownPacket& packet) {
  std::string text = std::to_string(packet.frame.number);
  const std::string time = time_text(packet.frame.since_1970);
  if (!time.empty()) text += "  " + time;
  if (!packet.frame.interface.empty()) {
    text += "  on " + sanitise(as_bytes(packet.frame.interface));
  }
  if (packet.frame.original_size > packet.frame.bytes.size()) {
    text += "  (" + std::to_string(packet.frame.bytes.size()) + " of " +
            std::to_string(packet.frame.original_size) + " octets captured)";
  }
  return text + "  " + summary(packet.dissection);
}

std::string heading(const ShownPacket& packet, const Style& style) {
  return paragraph(heading_text(packet), style, 0, Tone::strong);
}

}  // namespace lessor::craft
