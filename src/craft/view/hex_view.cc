#include "craft/view/hex_view.h"

#include "base/text.h"
#include "craft/message_tables.h"
#include "craft/option_walk.h"
#include "craft/summary.h"
#include "craft/view/fault_teller.h"
#include "craft/view/field_text.h"
#include "craft/view/heading.h"
#include "wire/v4/option_table.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kLine = 16;                    // octets in a line
constexpr std::size_t kOctetsWidth = 3 * kLine - 1;  // of them as text
constexpr std::size_t kMeaningColumn = 10 + kOctetsWidth;
constexpr std::size_t kSameLines = 2;  // of zeros that are written out before they are counted

std::string offset_text(std::size_t offset) {
  std::byte octets[4];
  store_be32(octets, static_cast<std::uint32_t>(offset));
  return to_hex(Bytes(octets).subspan(offset > 0xffff ? 0 : 2));
}

bool is_zero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

/// One packet's lines.
class HexLines {
 public:
  HexLines(const ShownPacket& packet, const Style& style)
      : d_(packet.dissection), style_(style), faults_(packet.faults) {}

  std::string draw(OnlyLayer only) {
    std::size_t end = 0;
    for (const LayerSpan& span : d_.layers()) {
      end = span.offset + span.size;
      if (only && *only != span.layer) continue;
      title(layer_row(span.layer).title);
      layer(span);
      if (span.layer == Layer::bootp) end = options(span);
    }
    if (!only) {
      rest(end);
      faults_.tell_rest([this](const Fault& fault) { wrong(fault); });
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] Bytes message() const { return d_.payload; }

  void title(std::string_view text) {
    out_.append(" ").append(paint(text, Tone::strong, style_)).append("\n");
  }
  void wrong(const Fault& fault) {
    const std::size_t indent = style_.width > kMeaningColumn + kLine ? kMeaningColumn : 0;
    out_ += paragraph("!! " + to_string(fault), style_, indent, Tone::bad);
  }

  /// Octets from `offset` on, and what they are: as many lines as either takes.
  void octets(std::size_t offset, Bytes bytes, const std::string& meaning) {
    const std::size_t room =
        style_.width > kMeaningColumn + kLine ? style_.width - kMeaningColumn : kLine;
    const std::vector<std::string> words = wrap(meaning, room);
    std::size_t word = 0;
    while (!bytes.empty() || word < words.size()) {
      std::string line = "  ";
      if (!bytes.empty()) {
        line += paint(offset_text(offset), Tone::dim, style_) + "  ";
        const std::size_t count = take_line(bytes, line);
        offset += count;
        bytes = bytes.subspan(count);
      }
      out_ += line;
      if (word < words.size() && !words[word].empty()) {
        const std::size_t hidden = style_.colour && line.size() > 2 ? 8 : 0;
        const std::size_t shown = line.size() - hidden;
        out_.append(shown < kMeaningColumn ? kMeaningColumn - shown : 1, ' ');
        out_ += words[word];
      }
      ++word;
      out_ += "\n";
    }
  }
  /// Appends one line's octets; long runs of zeros are counted instead. How many it took.
  static std::size_t take_line(Bytes bytes, std::string& line) {
    if (bytes.size() > kSameLines * kLine && is_zero(bytes)) {
      line += "00 * " + std::to_string(bytes.size());
      return bytes.size();
    }
    const std::size_t count = std::min(kLine, bytes.size());
    line += to_hex(bytes.first(count), ' ');
    return count;
  }

  /// Fields that share octets, and so share a line.
  struct Group {
    std::span<const FieldRow> fields;
    std::size_t begin = 0;  // octets from the start of the layer
    std::size_t end = 0;
  };
  /// Takes the next group off the front of `fields`. Precondition: there is a field.
  static Group take_group(std::span<const FieldRow>& fields, Bytes header) {
    Group group{.begin = fields[0].octet(), .end = fields[0].octet()};
    std::size_t count = 0;
    while (count < fields.size() && (count == 0 || fields[count].octet() < group.end)) {
      const FieldRow& field = fields[count++];
      group.end = std::max(group.end, field.octet() + field_size(field, header));
    }
    group.fields = fields.first(count);
    fields = fields.subspan(count);
    return group;
  }
  static std::size_t field_size(const FieldRow& field, Bytes header) {
    if (field.bits > 0) return field.octets();
    return header.size() > field.octet() ? header.size() - field.octet() : 0;
  }

  void layer(const LayerSpan& span) {
    const Bytes header = d_.header(span);
    auto fields = layer_row(span.layer).fields;
    while (!fields.empty()) {
      const Group group = take_group(fields, header);
      if (group.end > group.begin) show_group(group, span, header);
    }
    faults_.tell_header(span, [this](const Fault& fault) { wrong(fault); });
  }
  void show_group(const Group& group, const LayerSpan& span, Bytes header) {
    const Bytes whole = span.layer == Layer::bootp ? message() : Bytes();
    std::string meaning;
    for (const FieldRow& field : group.fields) {
      meaning += (meaning.empty() ? "" : ", ") + field_path(field) + " = " +
                 field_text(field, header, whole) + checksum_note(field, d_);
    }
    octets(span.offset + group.begin, header.subspan(group.begin, group.end - group.begin),
           meaning);
    for (const FieldRow& field : group.fields) {
      faults_.tell_field(field, span, [this](const Fault& fault) { wrong(fault); });
    }
  }

  /// Cookie and options; returns where the message ends in the frame.
  std::size_t options(const LayerSpan& span) {
    const std::size_t end = span.offset + message().size();
    if (message().size() < wire::kOptionsOffset) {
      plain_bytes(span.offset + wire::kHeaderSize, "too short for a cookie");
      return end;
    }
    title("Options");
    const bool right = has_options(message());
    octets(span.offset + wire::kCookieOffset, message().subspan(wire::kCookieOffset, 4),
           right ? "cookie = 99.130.83.99" : "not DHCP's cookie");
    std::size_t done = wire::kOptionsOffset;  // of the options field, in the message
    if (right) {
      for_each_option(message(),
                      [&](const OptionPlace& placed) { done = option(span.offset, placed, done); });
      flush_pads(span.offset);
    }
    const Bytes behind = message().subspan(done);
    if (!behind.empty()) octets(span.offset + done, behind, behind_text(behind));
    faults_.tell_layer(Layer::bootp, [this](const Fault& fault) { wrong(fault); });
    return end;
  }

  static std::string behind_text(Bytes behind) {
    return std::to_string(behind.size()) +
           (is_zero(behind) ? " octets of padding" : " octets behind it");
  }

  std::size_t option(std::size_t base, const OptionPlace& placed, std::size_t done) {
    const wire::RawOption& raw = placed.option;
    if (placed.area != Area::options && placed.area != area_) {
      flush_pads(base);
      title(placed.area == Area::file ? "Options in 'file'" : "Options in 'sname'");
    }
    area_ = placed.area;
    if (raw.code == wire::kOptionPad) {
      if (pads_ == 0) pads_at_ = placed.offset;
      ++pads_;
      return area_ == Area::options ? placed.offset + 1 : done;
    }
    flush_pads(base);
    const bool end = raw.code == wire::kOptionEnd;
    const bool no_length = raw.state == wire::RawOption::State::no_length;
    const std::size_t size = end || no_length ? 1 : 2 + raw.value.size();
    octets(base + placed.offset, message().subspan(placed.offset, size), meaning(placed));
    faults_.tell_option(raw.code, base + placed.offset,
                        [this](const Fault& fault) { wrong(fault); });
    return area_ == Area::options ? placed.offset + size : done;
  }

  static std::string meaning(const OptionPlace& placed) {
    const wire::RawOption& raw = placed.option;
    if (raw.code == wire::kOptionEnd) return "end";
    std::string text =
        "option." + wire::option_name(raw.code) + " (" + std::to_string(raw.code) + ")";
    switch (raw.state) {
      case wire::RawOption::State::whole: {
        std::string value = option_value_text(raw.code, raw.value);
        std::replace(value.begin(), value.end(), '\n', ' ');
        return text + " = " + value;
      }
      case wire::RawOption::State::no_length:
        return text + ", no length";
      case wire::RawOption::State::overrun:
        return text + ", length " + std::to_string(raw.length) + ", cut short";
    }
    return text;
  }

  void flush_pads(std::size_t base) {
    if (pads_ == 0) return;
    octets(base + pads_at_, message().subspan(pads_at_, pads_),
           pads_ == 1 ? "pad" : std::to_string(pads_) + " pads");
    pads_ = 0;
  }
  void plain_bytes(std::size_t offset, const std::string& meaning) {
    if (offset < d_.frame.size()) octets(offset, d_.frame.subspan(offset), meaning);
  }

  /// What follows the innermost header: its data, and the link's padding.
  void rest(std::size_t end) {
    const bool data = !d_.payload.empty() && end <= payload_offset();
    if (data) {
      title("Data");
      octets(payload_offset(), d_.payload, std::to_string(d_.payload.size()) + " octets");
      end = payload_offset() + d_.payload.size();
    }
    if (end >= d_.frame.size()) return;
    title("Trailer");
    plain_bytes(end, std::to_string(d_.frame.size() - end) + " octets behind it all");
  }
  [[nodiscard]] std::size_t payload_offset() const {
    return static_cast<std::size_t>(d_.payload.data() - d_.frame.data());
  }

  const Dissection& d_;
  const Style& style_;
  FaultTeller faults_;
  std::string out_;
  Area area_ = Area::options;
  std::size_t pads_ = 0;
  std::size_t pads_at_ = 0;
};

}  // namespace

std::string hex_view(const ShownPacket& packet, const Style& style, OnlyLayer only) {
  const std::string text = HexLines(packet, style).draw(only);
  return text.empty() ? std::string() : heading(packet, style) + text + "\n";
}

}  // namespace lessor::craft
