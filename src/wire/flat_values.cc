#include "wire/flat_values.h"

#include "base/text.h"
#include "net/address.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/kind_names.h"

#include <algorithm>

namespace lessor::wire {
namespace {

constexpr std::size_t kMaxLabel = 63;
constexpr std::size_t kMaxName = 255;

/// Takes the next part off a text with `separator` between its parts.
std::string_view take_part(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return part;
}

bool write_boolean(std::string_view text, ByteWriter& out) {
  const bool is_true = text == "true" || text == "1";
  if (!is_true && text != "false" && text != "0") return false;
  out.u8(is_true ? 1 : 0);
  return true;
}

bool write_unsigned(std::string_view text, std::size_t size, ByteWriter& out) {
  const auto number = parse_number(text, (std::uint64_t{1} << (8 * size)) - 1);
  if (!number) return false;
  if (size == 1) out.u8(static_cast<std::uint8_t>(*number));
  if (size == 2) out.be16(static_cast<std::uint16_t>(*number));
  if (size == 4) out.be32(static_cast<std::uint32_t>(*number));
  return true;
}

bool write_ip4(std::string_view text, ByteWriter& out) {
  const auto address = net::parse_ip4(text);
  if (!address) return false;
  out.be32(address->value);
  return true;
}

/// RFC 1035 3.1, of labels without escapes.
bool write_name(std::string_view text, ByteWriter& out) {
  const std::size_t start = out.size();
  if (text.ends_with('.')) text.remove_suffix(1);
  while (!text.empty()) {
    const bool is_last = text.find('.') == std::string_view::npos;
    const std::string_view label = take_part(text, '.');
    if (label.empty() || label.size() > kMaxLabel || (text.empty() && !is_last)) return false;
    if (label.find('\\') != std::string_view::npos) return false;
    out.u8(static_cast<std::uint8_t>(label.size()));
    out.bytes(as_bytes(label));
  }
  out.u8(0);
  return out.size() - start <= kMaxName;
}

bool write_text(std::string_view text, ByteWriter& out) {
  out.bytes(as_bytes(text));
  return !text.empty();
}

struct FlatKind {
  const ValueCodec* kind;
  bool (*write)(std::string_view text, ByteWriter& out);
};
constexpr FlatKind kFlatKinds[] = {
    {&kind::kText, write_text},
    {&kind::kBoolean, write_boolean},
    {&kind::kU8,
     [](std::string_view text, ByteWriter& out) { return write_unsigned(text, 1, out); }},
    {&kind::kU16,
     [](std::string_view text, ByteWriter& out) { return write_unsigned(text, 2, out); }},
    {&kind::kU32,
     [](std::string_view text, ByteWriter& out) { return write_unsigned(text, 4, out); }},
    {&kind::kIp4, write_ip4},
    {&kind::kName, write_name},
    {&kind::kDomainList, write_name},
};

const FlatKind* find_flat(const ValueCodec* kind) {
  const auto* found = std::ranges::find(kFlatKinds, kind, &FlatKind::kind);
  return found == std::end(kFlatKinds) ? nullptr : found;
}

bool is_lone_text(const Shape& shape) {
  return shape.count == 1 && shape.fields[0] == &kind::kText;
}

/// Writes all fields once; `text` is what is left of it.
bool write_fields(const Shape& shape, std::size_t first, std::string_view& text, ByteWriter& out) {
  for (const ValueCodec* field : shape.all().subspan(first)) {
    if (!find_flat(field)->write(trim(take_part(text, ',')), out)) return false;
  }
  return true;
}

bool repeats(const Shape& shape) {
  return shape.repeat != Repeat::once || shape.fields[shape.count - 1] == &kind::kDomainList;
}
/// Which field comes again behind the last.
std::size_t first_repeated(const Shape& shape) {
  return shape.repeat == Repeat::all ? 0 : shape.count - 1;
}

}  // namespace

bool is_flat(const Shape& shape) {
  if (shape.count == 0 || shape.repeat == Repeat::last_or_0) return false;
  return std::ranges::all_of(shape.all(),
                             [](const ValueCodec* k) { return find_flat(k) != nullptr; });
}

std::optional<Bytes> write_flat_value(const Shape& shape, std::string_view text,
                                      MutableBytes room) {
  ByteWriter out(room);
  if (is_lone_text(shape)) {
    if (!write_text(text, out) || !out.ok()) return std::nullopt;
    return out.written();
  }
  if (!write_fields(shape, 0, text, out)) return std::nullopt;
  while (!text.empty() && repeats(shape)) {
    if (!write_fields(shape, first_repeated(shape), text, out)) return std::nullopt;
  }
  if (!text.empty() || !out.ok()) return std::nullopt;
  return out.written();
}

}  // namespace lessor::wire
