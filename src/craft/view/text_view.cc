#include "craft/view/text_view.h"

#include "base/text.h"
#include "craft/packet/notation.h"
#include "craft/view/heading.h"

namespace lessor::craft {
namespace {

/// Whether a line of a block is about the layer. BOOTP's fields and options go without a prefix.
bool is_of(std::string_view line, Layer only) {
  line = trim(line);
  if (line.starts_with("time = ") || line.starts_with("link = ")) return false;
  const auto begins_with = [&](const LayerRow& row) {
    return !row.prefix.empty() && line.starts_with(std::string(row.prefix) + ".");
  };
  if (only != Layer::bootp) return begins_with(layer_row(only));
  for (const LayerRow& row : layer_table()) {
    if (begins_with(row)) return false;
  }
  return true;
}

std::string lines_of_layer(std::string_view text, Layer only) {
  std::string kept;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("  ") && is_of(line, only)) kept.append(line).append("\n");
  }
  return kept;
}

}  // namespace

std::string text_view(const ShownPacket& packet, const Style& /*style*/, OnlyLayer only) {
  const Bytes bytes = packet.frame.bytes;
  Packet whole{.link = packet.frame.link, .bytes = {bytes.begin(), bytes.end()}};
  if (packet.frame.since_1970 != Duration()) whole.time = packet.frame.since_1970;
  const std::string text = packet_text(whole, heading_text(packet));
  if (!only) return text + "\n";
  const std::string lines = lines_of_layer(text, *only);
  return lines.empty() ? std::string() : "# " + heading_text(packet) + "\n" + lines + "\n";
}

}  // namespace lessor::craft
