#include "wire/v4/sub_option_edit.h"

#include "wire/v4/option_cursor.h"

namespace lessor::wire {
namespace {

void write(ByteWriter& out, OptionCode code, Bytes value) {
  out.u8(code);
  out.u8(static_cast<std::uint8_t>(value.size()));
  out.bytes(value);
}

std::optional<Bytes> result(const ByteWriter& out) {
  if (!out.ok()) return std::nullopt;
  return out.written();
}

/// Pads stay where they are, and the end stays last.
bool is_before(OptionCode code, OptionCode other) {
  return other == kOptionEnd || (other != kOptionPad && code < other);
}

}  // namespace

std::optional<Bytes> with_sub_option(Bytes in, OptionCode code, Bytes value, MutableBytes room) {
  if (value.size() > kMaxOptionLength) return std::nullopt;
  const bool is_there = has_sub_option(in, code);
  bool is_written = false;
  ByteWriter out(room);
  OptionCursor cursor(in);
  RawOption each;
  while (cursor.next(each)) {
    if (each.state != RawOption::State::whole) return std::nullopt;
    const bool is_here = is_there ? each.code == code : is_before(code, each.code);
    if (is_here && !is_written) {
      write(out, code, value);
      is_written = true;
      if (is_there) continue;
    }
    out.bytes(in.subspan(each.offset, cursor.offset() - each.offset));
  }
  out.bytes(in.subspan(cursor.offset()));  // behind the end
  if (!is_written) write(out, code, value);
  return result(out);
}

std::optional<Bytes> without_sub_option(Bytes in, OptionCode code, MutableBytes room) {
  ByteWriter out(room);
  OptionCursor cursor(in);
  RawOption each;
  while (cursor.next(each)) {
    if (each.state != RawOption::State::whole) return std::nullopt;
    if (each.code != code) out.bytes(in.subspan(each.offset, cursor.offset() - each.offset));
  }
  out.bytes(in.subspan(cursor.offset()));
  return result(out);
}

bool has_sub_option(Bytes in, OptionCode code) {
  OptionCursor cursor(in);
  RawOption each;
  while (cursor.next(each)) {
    if (each.code == code) return true;
  }
  return false;
}

std::optional<VendorBlock> find_vendor_block(Bytes option, std::uint32_t enterprise) {
  ByteReader reader(option);
  while (reader.remaining() > 0) {
    const std::size_t start = reader.offset();
    const std::uint32_t found = reader.be32();
    const Bytes list = reader.bytes(reader.u8());
    if (!reader.ok()) return std::nullopt;
    if (found == enterprise) return VendorBlock{option.first(start), list, reader.rest()};
  }
  return VendorBlock{option, {}, {}};
}

std::optional<Bytes> write_vendor_block(const VendorBlock& block, std::uint32_t enterprise,
                                        MutableBytes room) {
  if (block.list.size() > kMaxOptionLength) return std::nullopt;
  ByteWriter out(room);
  out.bytes(block.before);
  if (!block.list.empty()) {
    out.be32(enterprise);
    out.u8(static_cast<std::uint8_t>(block.list.size()));
    out.bytes(block.list);
  }
  out.bytes(block.behind);
  return result(out);
}

}  // namespace lessor::wire
