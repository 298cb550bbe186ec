#include "craft/rules/message_options.h"

#include <algorithm>

namespace lessor::craft {
namespace {

void walk_field(MessageOptions& out, std::string_view field, std::size_t offset, Bytes bytes) {
  wire::OptionCursor cursor(bytes);
  WalkedField walked{.field = field, .offset = offset, .size = bytes.size()};
  wire::RawOption option;
  while (cursor.next(option)) {
    const PlacedOption place{.field = field, .option = option, .offset = offset + option.offset};
    out.places.push_back(place);
    walked.ended = option.code == wire::kOptionEnd;
    walked.broken = !place.is_whole();
    if (walked.broken || place.is_filler() || place.is_nested_overload()) continue;
    std::vector<std::byte>& value = out.joined[option.code];
    value.insert(value.end(), option.value.begin(), option.value.end());
  }
  walked.rest = offset + cursor.offset();
  out.fields.push_back(walked);
}

}  // namespace

std::optional<std::uint32_t> MessageOptions::u32(wire::OptionCode code) const {
  const auto value = joined.find(code);
  if (value == joined.end() || value->second.size() != 4) return std::nullopt;
  return load_be32(value->second.data());
}

const PlacedOption* MessageOptions::first(wire::OptionCode code) const {
  const auto found =
      std::ranges::find_if(places, [&](const PlacedOption& p) { return p.option.code == code; });
  return found == places.end() ? nullptr : &*found;
}

MessageOptions walk_options(Bytes message) {
  MessageOptions out;
  if (message.size() < wire::kOptionsOffset) return out;
  out.cookie = load_be32(&message[wire::kCookieOffset]);
  if (*out.cookie != wire::kCookie) return out;
  walk_field(out, "options", wire::kOptionsOffset, message.subspan(wire::kOptionsOffset));
  const auto overload = out.joined.find(wire::kOptionDhcpOptionOverload);
  if (overload == out.joined.end() || overload->second.size() != 1) return out;
  const unsigned opened = load_u8(overload->second.data());
  if (opened > 3) return out;
  // RFC 2131 4.1: options, then file, then sname.
  if (opened & 1U) {
    walk_field(out, "file", wire::kFileOffset, message.subspan(wire::kFileOffset, wire::kFileSize));
  }
  if (opened & 2U) {
    walk_field(out, "sname", wire::kSnameOffset,
               message.subspan(wire::kSnameOffset, wire::kSnameSize));
  }
  return out;
}

}  // namespace lessor::craft
