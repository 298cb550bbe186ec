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
    out.codes.set(option.code);
    walked.ended = option.code == wire::kOptionEnd;
    walked.broken = !place.is_whole();
    if (walked.broken || place.is_filler() || place.is_nested_overload()) continue;
    out.joined.add(option.code, option.value);
  }
  walked.rest = offset + cursor.offset();
  out.fields.push_back(walked);
}

}  // namespace

void JoinedOptions::join(wire::OptionCode code, Bytes part) {
  Value& value = *std::ranges::find(values_, code, &Value::code);
  const auto mine = joined_.try_emplace(code, value.bytes.begin(), value.bytes.end()).first;
  std::vector<std::byte>& bytes = mine->second;
  bytes.insert(bytes.end(), part.begin(), part.end());
  value.bytes = bytes;
}

void walk_options(Bytes message, MessageOptions& out) {
  out.clear();
  if (message.size() < wire::kOptionsOffset) return;
  out.cookie = load_be32(&message[wire::kCookieOffset]);
  if (*out.cookie != wire::kCookie) return;
  walk_field(out, "options", wire::kOptionsOffset, message.subspan(wire::kOptionsOffset));
  const JoinedOptions::Value* overload = out.joined.find(wire::kOptionDhcpOptionOverload);
  if (overload == nullptr || overload->bytes.size() != 1) return;
  const unsigned opened = load_u8(overload->bytes.data());
  if (opened > 3) return;
  // RFC 2131 4.1: options, then file, then sname.
  if (opened & 1U) {
    walk_field(out, "file", wire::kFileOffset, message.subspan(wire::kFileOffset, wire::kFileSize));
  }
  if (opened & 2U) {
    walk_field(out, "sname", wire::kSnameOffset,
               message.subspan(wire::kSnameOffset, wire::kSnameSize));
  }
}

}  // namespace lessor::craft
