#include "wire/v4/message_writer.h"

#include <algorithm>

namespace lessor::wire {
namespace {

/// Where an option of a reply goes.
enum class Place : std::uint8_t { options, file, sname, dropped };

void write_option(ByteWriter& writer, OptionCode code, Bytes value) {
  do {
    const std::size_t piece = std::min(value.size(), kMaxOptionLength);
    const MutableBytes out = writer.claim(2 + piece);
    if (out.empty()) return;
    store_u8(&out[0], code);
    store_u8(&out[1], static_cast<std::uint8_t>(piece));
    copy_bytes(out.subspan(2), value.first(piece));
    value = value.subspan(piece);
  } while (!value.empty());
}

/// Text into a field of zeros.
void write_text(MutableBytes field, std::string_view text) {
  copy_bytes(field, as_bytes(text.substr(0, field.size())));
}

/// What goes where in a reply that has not room for all, decided before the first option is
/// written.
class Layout {
 public:
  /// `options_room` is what the options field has, its end option included.
  Layout(const ReplyOptions& options, std::size_t options_room)
      : options_(options), room_{options_room - 1, 0, 0} {}

  /// Sets room aside for what goes first: the required options and 61, then 82 if it still fits.
  [[nodiscard]] bool reserve() {
    for (const ReplyOption& option : options_.all()) {
      const std::size_t size = wire_size(option.value().size());
      if (option.priority() == Priority::required && !take(Place::options, size)) return false;
    }
    const Bytes* client_id = options_.client_id();
    if (client_id != nullptr && !take(Place::options, wire_size(client_id->size()))) return false;
    const Bytes* relay_info = options_.relay_info();
    relay_info_fits_ = relay_info == nullptr || take(Place::options, wire_size(relay_info->size()));
    return true;
  }

  /// Opens file and sname to options at the price of option 52; false when there is no use in it.
  [[nodiscard]] bool open_fields(bool file, bool sname) {
    if ((!file && !sname) || !take(Place::options, 3)) return false;
    room_[static_cast<std::size_t>(Place::file)] = file ? kFileSize - 1 : 0;  // less the end option
    room_[static_cast<std::size_t>(Place::sname)] = sname ? kSnameSize - 1 : 0;
    return true;
  }

  /// Gives every other option its place, the most wanted first: the subnet mask, without which the
  /// address is of no use, what the operator insists on, then option 55 from its front. An option
  /// takes the first field that has room, so the mask is never behind the routers (R2132-3.3-a).
  void place() {
    const auto is_mask = [](const ReplyOption& o) { return o.code() == kOptionSubnetMask; };
    place_if(is_mask);
    for (const Priority priority : {Priority::always_send, Priority::wanted}) {
      place_if([&](const ReplyOption& o) { return o.priority() == priority && !is_mask(o); });
    }
  }

  [[nodiscard]] Place place_of(OptionCode code) const { return place_[code]; }
  [[nodiscard]] bool relay_info_fits() const { return relay_info_fits_; }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }
  [[nodiscard]] bool uses(Place field) const { return used_[static_cast<std::size_t>(field)]; }

 private:
  [[nodiscard]] bool take(Place field, std::size_t size) {
    std::size_t& room = room_[static_cast<std::size_t>(field)];
    if (room < size) return false;
    room -= size;
    return true;
  }

  template <typename Predicate>
  void place_if(Predicate wanted_now) {
    for (const ReplyOption& option : options_.all()) {
      if (option.priority() == Priority::required || !wanted_now(option)) continue;
      place_[option.code()] = find_place(wire_size(option.value().size()));
      if (place_[option.code()] == Place::dropped) ++dropped_;
    }
  }

  [[nodiscard]] Place find_place(std::size_t size) {
    for (const Place field : {Place::options, Place::file, Place::sname}) {
      if (!take(field, size)) continue;
      used_[static_cast<std::size_t>(field)] = true;
      return field;
    }
    return Place::dropped;
  }

  const ReplyOptions& options_;
  std::array<std::size_t, 3> room_;  // by Place
  std::array<bool, 3> used_{};       // by Place
  std::array<Place, 256> place_{};   // by code; options is 0
  std::size_t dropped_ = 0;
  bool relay_info_fits_ = true;
};

/// The layout with the fewest options left out; file and sname are opened only when that helps.
std::optional<Layout> choose_layout(const Header& header, const ReplyOptions& options,
                                    std::size_t limit) {
  const std::size_t room = limit - kOptionsOffset;
  Layout plain(options, room);
  if (!plain.reserve()) return std::nullopt;
  Layout opened = plain;
  plain.place();
  if (plain.dropped() == 0) return plain;
  if (!opened.open_fields(header.file.empty(), header.sname.empty())) return plain;
  opened.place();
  return opened.dropped() < plain.dropped() ? opened : plain;
}

/// Fills one overloaded field: options from octet 0, end, pads (R2131-4.1-e).
void write_field(const ReplyOptions& options, const Layout& layout, Place place,
                 MutableBytes field) {
  ByteWriter writer(field);
  for (const ReplyOption& option : options.all()) {
    if (layout.place_of(option.code()) != place) continue;
    write_option(writer, option.code(), option.value());
  }
  writer.u8(kOptionEnd);
  writer.zeros(writer.room());
}

/// Option 52's value: 1 file, 2 sname, 3 both (RFC 2132 9.3); 0 when neither holds options.
std::uint8_t overload_of(const Layout& layout) {
  return static_cast<std::uint8_t>((layout.uses(Place::file) ? 1 : 0) |
                                   (layout.uses(Place::sname) ? 2 : 0));
}

/// 61, 82 and the end; null: without.
void write_ending(MessageWriter& writer, const Bytes* client_id, const Bytes* relay_info) {
  if (client_id != nullptr) writer.option(kOptionDhcpClientIdentifier, *client_id);
  if (relay_info != nullptr) writer.option(kOptionDhcpAgentOptions, *relay_info);
  writer.end();
}

/// Nearly every reply: all of it has room, and goes in order.
WriteResult write_whole(const Header& header, const ReplyOptions& options, MutableBytes room) {
  MessageWriter writer(room);
  writer.header(header);
  for (const ReplyOption& option : options.all()) writer.option(option.code(), option.value());
  const std::size_t block_size = writer.size() - kOptionsOffset;
  write_ending(writer, options.client_id(), options.relay_info());
  writer.pad_to(kMinMessageSize);
  return {.size = writer.size(), .block_size = block_size};
}

void write_options(MessageWriter& writer, const ReplyOptions& options, const Layout& layout) {
  for (const ReplyOption& option : options.all()) {
    if (layout.place_of(option.code()) != Place::options) continue;
    writer.option(option.code(), option.value());
  }
  if (const std::uint8_t overload = overload_of(layout); overload != 0) {
    writer.option_u8(kOptionDhcpOptionOverload, overload);
  }
  write_ending(writer, options.client_id(),
               layout.relay_info_fits() ? options.relay_info() : nullptr);
}

std::expected<WriteResult, WriteError> write_squeezed(const Header& header,
                                                      const ReplyOptions& options,
                                                      MutableBytes room) {
  const std::optional<Layout> layout = choose_layout(header, options, room.size());
  if (!layout) return std::unexpected(WriteError::no_room);
  MessageWriter writer(room);
  writer.header(header);
  write_options(writer, options, *layout);
  writer.pad_to(kMinMessageSize);
  if (layout->uses(Place::file)) {
    write_field(options, *layout, Place::file, room.subspan(kFileOffset, kFileSize));
  }
  if (layout->uses(Place::sname)) {
    write_field(options, *layout, Place::sname, room.subspan(kSnameOffset, kSnameSize));
  }
  WriteResult result{.size = writer.size(), .overloaded = overload_of(*layout) != 0};
  result.relay_info_left_out = !layout->relay_info_fits();
  for (const ReplyOption& option : options.all()) {
    if (layout->place_of(option.code()) == Place::dropped) result.dropped.set(option.code());
  }
  return result;
}

}  // namespace

void Header::set_hardware_address(const net::HardwareAddress& address) {
  htype = address.type;
  hlen = address.size;
  chaddr = address.octets;
}

void MessageWriter::header(const Header& header) {
  const MutableBytes out = writer_.claim(kOptionsOffset);
  if (out.empty()) return;
  std::ranges::fill(out.first<kOptionsOffset>(), std::byte{0});
  store_u8(&out[kOpOffset], static_cast<std::uint8_t>(header.op));
  store_u8(&out[kHtypeOffset], header.htype);
  store_u8(&out[kHlenOffset], header.hlen);
  store_u8(&out[kHopsOffset], header.hops);
  store_be32(&out[kXidOffset], header.xid);
  store_be16(&out[kSecsOffset], header.secs);
  store_be16(&out[kFlagsOffset], header.flags);
  store_be32(&out[kCiaddrOffset], header.ciaddr.value);
  store_be32(&out[kYiaddrOffset], header.yiaddr.value);
  store_be32(&out[kSiaddrOffset], header.siaddr.value);
  store_be32(&out[kGiaddrOffset], header.giaddr.value);
  copy_bytes(out.subspan(kChaddrOffset, kChaddrSize), header.chaddr);
  write_text(out.subspan(kSnameOffset, kSnameSize), header.sname);
  write_text(out.subspan(kFileOffset, kFileSize), header.file);
  store_be32(&out[kCookieOffset], kCookie);
}

void MessageWriter::option(OptionCode code, Bytes value) { write_option(writer_, code, value); }

void MessageWriter::option_u8(OptionCode code, std::uint8_t value) {
  const std::byte octet{value};
  option(code, {&octet, 1});
}

void MessageWriter::option_u16(OptionCode code, std::uint16_t value) {
  std::array<std::byte, 2> octets;
  store_be16(octets.data(), value);
  option(code, octets);
}

void MessageWriter::option_u32(OptionCode code, std::uint32_t value) {
  std::array<std::byte, 4> octets;
  store_be32(octets.data(), value);
  option(code, octets);
}

std::string_view to_string(WriteError error) {
  switch (error) {
    case WriteError::slot_too_small:
      return "less than the 300 octets that every message has";
    case WriteError::text_too_long:
      return "sname is longer than 63 octets or file than 127";
    case WriteError::no_room:
      return "the required options do not fit";
  }
  return "unknown";
}

std::size_t max_payload(std::optional<std::uint16_t> max_message_size, std::uint32_t mtu) {
  const std::size_t asked =
      std::max<std::size_t>(max_message_size.value_or(kMinMaxMessageSize), kMinMaxMessageSize);
  const std::size_t datagram = std::min<std::size_t>(asked, mtu);
  return std::max(datagram, kMinMessageSize + kIpUdpHeaderSize) - kIpUdpHeaderSize;
}

namespace {

bool has_text_that_fits(const Header& header) {
  return header.sname.size() < kSnameSize && header.file.size() < kFileSize;
}

std::size_t wire_size_of(const Bytes* value) {
  return value == nullptr ? 0 : wire_size(value->size());
}

}  // namespace

std::size_t write_ready_message(const Header& header, const ReadyOptions& options,
                                std::size_t limit, MutableBytes slot) {
  limit = std::min(limit, slot.size());
  const std::size_t size = kOptionsOffset + options.block.size() + wire_size_of(options.client_id) +
                           wire_size_of(options.relay_info) + 1;
  if (std::max(size, kMinMessageSize) > limit || !has_text_that_fits(header)) return 0;
  MessageWriter writer(slot);
  writer.header(header);
  writer.raw(options.block);
  write_ending(writer, options.client_id, options.relay_info);
  writer.pad_to(kMinMessageSize);
  return writer.size();
}

std::expected<WriteResult, WriteError> write_message(const Header& header,
                                                     const ReplyOptions& options, std::size_t limit,
                                                     MutableBytes slot) {
  limit = std::min(limit, slot.size());
  if (limit < kMinMessageSize) return std::unexpected(WriteError::slot_too_small);
  if (!has_text_that_fits(header)) return std::unexpected(WriteError::text_too_long);
  const MutableBytes room = slot.first(limit);
  const bool has_room = options.size_bytes() + 1 <= limit - kOptionsOffset;
  if (!has_room) return write_squeezed(header, options, room);
  return write_whole(header, options, room);
}

}  // namespace lessor::wire
