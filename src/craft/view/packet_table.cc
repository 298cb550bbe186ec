#include "craft/view/packet_table.h"

#include "base/text.h"
#include "craft/message_tables.h"
#include "craft/summary.h"
#include "craft/view/heading.h"
#include "wire/v4/protocol.h"

namespace lessor::craft {
namespace {

std::string caption(const std::string& title, std::size_t offset, std::size_t size,
                    const Style& style) {
  return " " + paint(title, Tone::strong, style) +
         paint(", " + std::to_string(size) + " octets from " + std::to_string(offset), Tone::dim,
               style) +
         "\n";
}

/// What the innermost layer carries when it is no layer of ours.
std::string data_lines(const Dissection& d, const Style& style) {
  const auto offset = static_cast<std::size_t>(d.payload.data() - d.frame.data());
  constexpr std::size_t kLine = 16;
  std::string text = caption("Data", offset, d.payload.size(), style);
  for (Bytes rest = d.payload; !rest.empty(); rest = rest.subspan(std::min(kLine, rest.size()))) {
    text += "  " + to_hex(rest.first(std::min(kLine, rest.size())), ' ') + "\n";
  }
  return text;
}

/// The tables of one packet, layer by layer.
class Tables {
 public:
  Tables(const ShownPacket& packet, const Style& style)
      : d_(packet.dissection), style_(style), faults_(packet.faults) {}

  std::string draw(OnlyLayer only) {
    std::string text;
    for (const LayerSpan& span : d_.layers()) {
      if (only && *only != span.layer) continue;
      const LayerRow& row = layer_row(span.layer);
      text += caption(std::string(row.title) + " (" + std::string(row.reference) + ")", span.offset,
                      span.size, style_);
      const Bytes message = span.layer == Layer::bootp ? d_.payload : Bytes();
      text += field_table(span, d_.header(span), message, style_, {},
                          {.offset = span.offset, .faults = &faults_, .frame = &d_});
      if (span.layer == Layer::bootp) text += options(span);
    }
    if (!only && !has_message() && !d_.payload.empty()) text += data_lines(d_, style_);
    if (!only) faults_.tell_rest([&](const Fault& fault) { text += wrong(fault); });
    return text;
  }

 private:
  [[nodiscard]] bool has_message() const {
    return d_.is_dhcp() && d_.payload.size() >= wire::kHeaderSize;
  }
  std::string options(const LayerSpan& span) {
    const std::size_t size = d_.payload.size() - wire::kHeaderSize;
    return caption("Options (RFC 2132)", span.offset + wire::kHeaderSize, size, style_) +
           options_table(d_.payload, style_, {}, {.offset = span.offset, .faults = &faults_});
  }
  [[nodiscard]] std::string wrong(const Fault& fault) const {
    return paragraph("!! " + to_string(fault), style_, 1, Tone::bad);
  }

  const Dissection& d_;
  const Style& style_;
  FaultTeller faults_;
};

}  // namespace

std::string packet_table(const ShownPacket& packet, const Style& style, OnlyLayer only) {
  const std::string text = Tables(packet, style).draw(only);
  return text.empty() ? std::string() : heading(packet, style) + text + "\n";
}

}  // namespace lessor::craft
