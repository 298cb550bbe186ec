#include "wire/v4/message_view.h"

#include <algorithm>

namespace lessor::wire {
namespace {

ParseError error(ParseCode code, std::size_t offset) {
  return {code, static_cast<std::uint16_t>(offset)};
}

/// The fixed part: lengths, cookie and hlen.
std::optional<ParseError> check_header(Bytes bytes) {
  if (bytes.size() > kMaxMessageSize) return error(ParseCode::too_long, 0);
  if (bytes.size() < kHeaderSize) return error(ParseCode::too_short, bytes.size());
  // A plain BOOTP client has no cookie: its vendor area is cut off or zero (RFC 951 3).
  if (bytes.size() < kOptionsOffset) return error(ParseCode::no_cookie, kCookieOffset);
  const std::uint32_t cookie = load_be32(&bytes[kCookieOffset]);
  if (cookie == 0) return error(ParseCode::no_cookie, kCookieOffset);
  if (cookie != kCookie) return error(ParseCode::bad_cookie, kCookieOffset);
  if (load_u8(&bytes[kHlenOffset]) > kChaddrSize) {
    return error(ParseCode::hlen_too_long, kHlenOffset);
  }
  return std::nullopt;
}

ParseCode parse_code(RawOption::State state) {
  return state == RawOption::State::no_length ? ParseCode::option_no_length
                                              : ParseCode::option_overrun;
}

Bytes until_nul(Bytes field) {
  return field.first(static_cast<std::size_t>(std::find(field.begin(), field.end(), std::byte{0}) -
                                              field.begin()));
}

}  // namespace

std::string_view to_string(ParseCode code) {
  switch (code) {
    case ParseCode::too_short:
      return "the message is shorter than the 236 octets of the header";
    case ParseCode::too_long:
      return "the message is longer than a UDP datagram can be";
    case ParseCode::no_cookie:
      return "there is no DHCP cookie: this is a BOOTP message";
    case ParseCode::bad_cookie:
      return "the cookie is not 99.130.83.99: this is not DHCP";
    case ParseCode::hlen_too_long:
      return "hlen says more than the 16 octets that chaddr has";
    case ParseCode::option_no_length:
      return "an option ends after its code, without a length";
    case ParseCode::option_overrun:
      return "an option's length runs past the end of its field";
    case ParseCode::bad_overload:
      return "option 52 (overload) is not one octet of 1, 2 or 3";
  }
  return "unknown";
}

net::HardwareAddress HeaderView::chaddr() const {
  net::HardwareAddress address{.type = htype(), .size = hlen()};
  copy_bytes(address.octets, chaddr_field().first(std::min<std::size_t>(hlen(), kChaddrSize)));
  return address;
}

std::expected<MessageView, ParseError> MessageView::parse(Bytes bytes, ParseScratch& scratch) {
  // Built in place, the one thing to return: the index is a kilobyte and is never copied.
  std::expected<MessageView, ParseError> result(std::in_place, Key(), bytes, scratch);
  const auto bad_header = check_header(bytes);
  if (const auto wrong = bad_header ? bad_header : result->index_all()) {
    result = std::unexpected(*wrong);
  } else if (result->notes_.joined) {
    result->join(scratch);
  }
  return result;
}

std::optional<ParseError> MessageView::index_all() {
  if (const auto wrong = index_field(options_field())) return wrong;
  if (!has(kOptionDhcpOptionOverload)) return std::nullopt;
  if (const auto wrong = read_overload()) return wrong;
  // R2131-4.1-f: options, then file, then sname.
  if (notes_.file_overloaded) {
    if (const auto wrong = index_field({kFileOffset, kFileSize})) return wrong;
  }
  return notes_.sname_overloaded ? index_field({kSnameOffset, kSnameSize}) : std::nullopt;
}

std::optional<ParseError> MessageView::read_overload() {
  const std::size_t at = value_at_[kOptionDhcpOptionOverload];
  const bool single = load_u8(&bytes()[at - 1]) == 1 && !joined_[kOptionDhcpOptionOverload];
  const std::uint8_t value = single ? load_u8(&bytes()[at]) : std::uint8_t{0};
  if (value < 1 || value > 3) return error(ParseCode::bad_overload, at - 2);
  notes_.file_overloaded = (value & 1U) != 0;
  notes_.sname_overloaded = (value & 2U) != 0;
  return std::nullopt;
}

std::optional<ParseError> MessageView::index_field(Field field) {
  const auto [base, size] = field;
  OptionCursor cursor(bytes().subspan(base, size));
  RawOption option;
  bool ended = false;
  while (cursor.next(option)) {
    if (option.state != RawOption::State::whole) {
      return error(parse_code(option.state), base + option.offset);
    }
    if (option.code == kOptionPad || option.code == kOptionEnd) {
      ended = option.code == kOptionEnd;
      continue;
    }
    if (option.code == kOptionDhcpOptionOverload && base != kOptionsOffset) {
      notes_.nested_overload = true;  // it would send us round in circles
      continue;
    }
    if (has(option.code)) {
      joined_.set(option.code);
      notes_.joined = true;
    } else {
      present_[option.code] = true;
      value_at_[option.code] = static_cast<std::uint16_t>(base + option.offset + 2);
    }
  }
  notes_.end_missing = notes_.end_missing || !ended;
  return std::nullopt;
}

/// Calls fn(const RawOption&) for each part of the options to join, in their order (R2131-4.1-f).
template <typename Fn>
void MessageView::for_each_part(Fn&& fn) const {
  const auto walk = [&](Field field) {
    OptionCursor cursor(bytes().subspan(field.first, field.second));
    for (RawOption option; cursor.next(option);) {
      if (joined_[option.code]) fn(option);
    }
  };
  walk(options_field());
  if (notes_.file_overloaded) walk({kFileOffset, kFileSize});
  if (notes_.sname_overloaded) walk({kSnameOffset, kSnameSize});
}

// RFC 3396 5. One walk sums the lengths, so every joined value gets its place, and a second copies
// the parts: linear, however they are interleaved. Each value had two headers of two octets at
// least, so with its length before it there is room for all.
void MessageView::join(ParseScratch& scratch) {
  std::byte* room = scratch.bytes_.get();
  auto& joining = scratch.joining_;
  joining.fill(0);
  for_each_part([&](const RawOption& part) {
    joining[part.code] = static_cast<std::uint16_t>(joining[part.code] + part.length);
  });
  std::size_t used = 0;
  for (std::size_t code = 0; code < joining.size(); ++code) {
    if (!joined_[code]) continue;
    const std::uint16_t length = joining[code];
    store_be16(room + used, length);
    joining[code] = value_at_[code] = static_cast<std::uint16_t>(used + 2);
    used += 2U + length;
  }
  for_each_part([&](const RawOption& part) {
    std::uint16_t& next = joining[part.code];
    copy_bytes({room + next, part.length}, part.value);
    next = static_cast<std::uint16_t>(next + part.length);
  });
}

MessageType MessageView::message_type() const {
  if (!has(kOptionDhcpMessageType)) return MessageType::none;
  const Bytes value = value_of(kOptionDhcpMessageType);
  return value.size() == 1 ? message_type_of(load_u8(value.data())) : MessageType::unknown;
}

Bytes MessageView::sname() const {
  return notes_.sname_overloaded ? Bytes() : until_nul(sname_field());
}

Bytes MessageView::file() const {
  return notes_.file_overloaded ? Bytes() : until_nul(file_field());
}

}  // namespace lessor::wire
