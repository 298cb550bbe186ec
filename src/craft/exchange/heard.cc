#include "craft/exchange/heard.h"

#include "wire/v4/message_view.h"

namespace lessor::craft {
namespace {

/// The header's facts alone, for a message whose options cannot be read.
DhcpEvent header_event(const Dissection& frame, Duration at) {
  const wire::HeaderView header(frame.payload);
  return {.since_1970 = at,
          .op = header.op(),
          .type = wire::MessageType::unknown,
          .xid = header.xid(),
          .client = header.chaddr(),
          .ciaddr = header.ciaddr(),
          .yiaddr = header.yiaddr(),
          .requested_address = std::nullopt,
          .server_identifier = std::nullopt,
          .lease_time = std::nullopt,
          .renewal_time = std::nullopt,
          .rebinding_time = std::nullopt,
          .source = frame.ip->source,
          .destination = frame.ip->destination};
}

/// Calls `use(view)` with the message of a frame, when its grammar holds.
template <typename Use>
void with_message(Bytes frame, Use&& use) {
  wire::ParseScratch scratch;
  const auto view = wire::MessageView::parse(dissect(frame).payload, scratch);
  if (view) use(*view);
}

std::vector<std::byte> owned(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

std::optional<std::vector<std::byte>> Heard::option(wire::OptionCode code) const {
  std::optional<std::vector<std::byte>> found;
  with_message(frame.bytes, [&](const wire::MessageView& message) {
    if (const auto value = message.option(code)) found = owned(*value);
  });
  return found;
}

std::vector<std::pair<wire::OptionCode, std::vector<std::byte>>> Heard::options() const {
  std::vector<std::pair<wire::OptionCode, std::vector<std::byte>>> all;
  with_message(frame.bytes, [&](const wire::MessageView& message) {
    for (int code = 1; code < wire::kOptionEnd; ++code) {
      if (code == wire::kOptionDhcpOptionOverload) continue;
      const auto value = message.option(static_cast<wire::OptionCode>(code));
      if (value) all.emplace_back(static_cast<wire::OptionCode>(code), owned(*value));
    }
  });
  return all;
}

std::optional<std::vector<std::byte>> Heard::field(std::string_view path) const {
  const FieldRow* const row = find_field(path);
  if (row == nullptr || row->bits == 0) return std::nullopt;
  const Dissection parts = dissect(frame.bytes);
  for (const LayerSpan& span : parts.layers()) {
    if (span.layer != row->layer) continue;
    const Bytes header = Bytes(frame.bytes).subspan(span.offset, span.size);
    if (row->octet() + row->octets() > header.size()) return std::nullopt;
    return owned(field_bytes(*row, header));
  }
  return std::nullopt;
}

std::optional<Heard> hear(Frame frame) {
  const Dissection parts = dissect(frame.bytes);
  if (!parts.is_dhcp() || !parts.ethernet) return std::nullopt;
  if (parts.payload.size() < wire::kHeaderSize) return std::nullopt;
  Heard heard{.frame = {},
              .event = header_event(parts, frame.at),
              .source_mac = parts.ethernet->source,
              .destination_mac = parts.ethernet->destination,
              .relay = std::nullopt};
  if (const auto event = read_event(parts, frame.at)) heard.event = *event;
  const net::Ip4 giaddr = wire::HeaderView(parts.payload).giaddr();
  if (!giaddr.is_zero()) heard.relay = giaddr;
  heard.frame = std::move(frame);
  return heard;
}

}  // namespace lessor::craft
