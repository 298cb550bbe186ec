#include "expression/read_path.h"

#include "expression/option_text.h"
#include "wire/v4/option_cursor.h"

namespace lessor::expression {
namespace {

using wire::OptionCursor;
using wire::RawOption;
using Value = std::optional<Bytes>;

/// A sub-option; one in several parts is joined (RFC 3396).
Value find_sub_option(Bytes field, OptionCursor::Grammar grammar, std::uint8_t code,
                      Scratch& scratch) {
  Value found;
  bool joined = false;
  OptionCursor cursor(field, grammar);
  for (RawOption each; cursor.next(each) && each.state == RawOption::State::whole;) {
    if (each.code != code) continue;
    if (grammar == OptionCursor::Grammar::options &&
        (code == wire::kOptionPad || code == wire::kOptionEnd)) {
      continue;
    }
    if (!found) {
      found = each.value;
      continue;
    }
    if (!joined) {
      scratch.begin();
      scratch.put(*found);
      joined = true;
    }
    scratch.put(each.value);
  }
  return joined ? Value(scratch.made()) : found;
}

/// Only options whose values are options are looked into: 82 (RFC 3046), and 43 (RFC 2132 8.4),
/// where pads and an end may stand.
std::optional<OptionCursor::Grammar> grammar_of(wire::OptionCode code) {
  if (code == wire::kOptionDhcpAgentOptions) return OptionCursor::Grammar::sub_options;
  if (code == wire::kOptionVendorEncapsulatedOptions) return OptionCursor::Grammar::options;
  return std::nullopt;
}

Value read_nested(const Path& path, std::size_t from, Value value, OptionCursor::Grammar grammar,
                  Scratch& scratch) {
  for (std::size_t i = from; value && i < path.depth; ++i) {
    value = find_sub_option(*value, grammar, path.codes[i], scratch);
  }
  return value;
}

Value read_from_option(const Path& path, const Facts& facts, Scratch& scratch) {
  const Value value = read_option(path.codes[0], facts.message);
  if (path.depth == 1) return value;
  const auto grammar = grammar_of(path.codes[0]);
  return grammar ? read_nested(path, 1, value, *grammar, scratch) : std::nullopt;
}

/// One enterprise's part of option 124 or 125: number, length, data (RFC 3925 3, 4).
struct VendorPart {
  Bytes enterprise;  ///< four octets, as they came
  Bytes data;
};

/// Walks the parts; false at the end, or where a length lies.
bool next_part(ByteReader& reader, VendorPart& part) {
  if (reader.remaining() == 0) return false;
  part.enterprise = reader.bytes(4);
  part.data = reader.bytes(reader.u8());
  return reader.ok();
}

/// The part number `index` of those of the enterprise that the path names.
std::optional<VendorPart> find_part(const Path& path, Value option, std::size_t index) {
  if (!option) return std::nullopt;
  ByteReader reader(*option);
  for (VendorPart part; next_part(reader, part);) {
    if (path.enterprise != 0 && load_be32(part.enterprise.data()) != path.enterprise) continue;
    if (index-- == 0) return part;
  }
  return std::nullopt;
}

Value read_vendor(const Path& path, const Facts& facts, Scratch& scratch) {
  const auto part = find_part(path, facts.message.option(wire::kOptionVivsoSuboptions), 0);
  if (!part) return std::nullopt;
  if (path.depth == 0) return part->enterprise;
  return read_nested(path, 0, part->data, OptionCursor::Grammar::sub_options, scratch);
}

Value read_vendor_class(const Path& path, const Facts& facts) {
  const auto part = find_part(path, facts.message.option(wire::kOptionVivcoSuboptions), path.entry);
  if (!part) return std::nullopt;
  return path.want == Want::data ? part->data : part->enterprise;
}

}  // namespace

std::optional<Bytes> read_option(wire::OptionCode code, const wire::MessageView& message) {
  Value value = message.option(code);
  if (!value || text_form(code) != TextForm::text) return value;
  while (!value->empty() && value->back() == std::byte{0}) *value = value->first(value->size() - 1);
  if (value->empty()) return std::nullopt;
  return value;
}

std::optional<Bytes> read_path(const Path& path, const Facts& facts, Scratch& scratch) {
  switch (path.source) {
    case Source::option:
      return read_from_option(path, facts, scratch);
    case Source::relay4:
      return read_nested(path, 0, facts.message.option(wire::kOptionDhcpAgentOptions),
                         OptionCursor::Grammar::sub_options, scratch);
    case Source::vendor:
      return read_vendor(path, facts, scratch);
    case Source::vendor_class:
      return read_vendor_class(path, facts);
  }
  return std::nullopt;
}

Bytes read_value(const Path& path, const Facts& facts, Scratch& scratch) {
  const auto value = read_path(path, facts, scratch);
  if (!value) return {};
  if (path.want != Want::text) return *value;
  const bool is_option = path.source == Source::option && path.depth == 1;
  const std::uint8_t code = path.codes[path.depth - 1U];
  const TextForm form = is_option ? text_form(code) : TextForm::opaque;
  scratch.begin();
  put_option_text(form, code, *value, scratch);
  return scratch.made();
}

}  // namespace lessor::expression
