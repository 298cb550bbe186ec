#include "expression/option_text.h"

#include "expression/address_text.h"
#include "wire/v4/protocol.h"

#include <ranges>

namespace lessor::expression {
namespace {

struct Row {
  TextForm form;
  wire::OptionCode first;
  wire::OptionCode last;
};
// By ranges of codes; what has no row is opaque. (Read off Kea 2.2.)
constexpr auto kRows = std::to_array<Row>({
    {TextForm::address, 1, 1},     {TextForm::int32, 2, 2},         {TextForm::addresses, 3, 11},
    {TextForm::text, 12, 12},      {TextForm::uint16, 13, 13},      {TextForm::text, 14, 15},
    {TextForm::address, 16, 16},   {TextForm::text, 17, 18},        {TextForm::boolean, 19, 20},
    {TextForm::addresses, 21, 21}, {TextForm::uint16, 22, 22},      {TextForm::uint8, 23, 23},
    {TextForm::uint32, 24, 24},    {TextForm::uint16s, 25, 25},     {TextForm::uint16, 26, 26},
    {TextForm::boolean, 27, 27},   {TextForm::address, 28, 28},     {TextForm::boolean, 29, 31},
    {TextForm::address, 32, 32},   {TextForm::addresses, 33, 33},   {TextForm::boolean, 34, 34},
    {TextForm::uint32, 35, 35},    {TextForm::boolean, 36, 36},     {TextForm::uint8, 37, 37},
    {TextForm::uint32, 38, 38},    {TextForm::boolean, 39, 39},     {TextForm::text, 40, 40},
    {TextForm::addresses, 41, 42}, {TextForm::parts, 43, 43},       {TextForm::addresses, 44, 45},
    {TextForm::uint8, 46, 46},     {TextForm::text, 47, 47},        {TextForm::addresses, 48, 49},
    {TextForm::address, 50, 50},   {TextForm::uint32, 51, 51},      {TextForm::uint8, 52, 53},
    {TextForm::address, 54, 54},   {TextForm::uint8s, 55, 55},      {TextForm::text, 56, 56},
    {TextForm::uint16, 57, 57},    {TextForm::uint32, 58, 59},      {TextForm::text, 60, 60},
    {TextForm::text, 62, 62},      {TextForm::text, 64, 64},        {TextForm::addresses, 65, 65},
    {TextForm::text, 66, 67},      {TextForm::addresses, 68, 76},   {TextForm::parts, 78, 79},
    {TextForm::parts, 81, 82},     {TextForm::addresses, 85, 85},   {TextForm::text, 86, 87},
    {TextForm::parts, 88, 88},     {TextForm::addresses, 89, 89},   {TextForm::uint32, 91, 91},
    {TextForm::addresses, 92, 92}, {TextForm::uint16s, 93, 93},     {TextForm::parts, 94, 94},
    {TextForm::parts, 97, 97},     {TextForm::text, 98, 98},        {TextForm::text, 100, 101},
    {TextForm::uint32, 108, 108},  {TextForm::addresses, 112, 112}, {TextForm::text, 113, 114},
    {TextForm::uint8, 116, 116},   {TextForm::uint16s, 117, 117},   {TextForm::address, 118, 118},
    {TextForm::parts, 119, 119},   {TextForm::parts, 124, 125},     {TextForm::addresses, 136, 136},
    {TextForm::parts, 137, 137},   {TextForm::addresses, 138, 138}, {TextForm::parts, 141, 141},
    {TextForm::parts, 146, 146},   {TextForm::parts, 159, 159},     {TextForm::parts, 212, 213},
});

/// Octets of one value; 0: any number.
std::size_t size_of(TextForm form) {
  switch (form) {
    case TextForm::boolean:
    case TextForm::uint8:
    case TextForm::uint8s:
      return 1;
    case TextForm::uint16:
    case TextForm::uint16s:
      return 2;
    case TextForm::uint32:
    case TextForm::int32:
    case TextForm::address:
    case TextForm::addresses:
      return 4;
    case TextForm::text:
    case TextForm::opaque:
    case TextForm::parts:
      return 0;
  }
  return 0;
}

bool is_list(TextForm form) {
  return form == TextForm::addresses || form == TextForm::uint8s || form == TextForm::uint16s;
}

bool fits(TextForm form, std::size_t size) {
  const std::size_t one = size_of(form);
  if (one == 0) return true;
  return is_list(form) ? size % one == 0 : size == one;
}

void put_signed(std::uint32_t value, Scratch& out) {
  if (value <= 0x7fffffff) return out.put_number(value);
  out.put('-');
  out.put_number(0U - value);
}

void put_one(TextForm form, Bytes value, Scratch& out) {
  switch (form) {
    case TextForm::boolean:
      return out.put(
          std::string_view(load_u8(value.data()) == 0 ? "false (boolean)" : "true (boolean)"));
    case TextForm::uint8:
      out.put_number(load_u8(value.data()));
      return out.put(std::string_view(" (uint8)"));
    case TextForm::uint8s:
      out.put_number(load_u8(value.data()));
      return out.put(std::string_view("(uint8)"));
    case TextForm::uint16:
      out.put_number(load_be16(value.data()));
      return out.put(std::string_view(" (uint16)"));
    case TextForm::uint16s:
      out.put_number(load_be16(value.data()));
      return out.put(std::string_view("(uint16)"));
    case TextForm::uint32:
      out.put_number(load_be32(value.data()));
      return out.put(std::string_view(" (uint32)"));
    case TextForm::int32:
      put_signed(load_be32(value.data()), out);
      return out.put(std::string_view(" (int32)"));
    case TextForm::address:
      put_ip4(value, out);
      return out.put(std::string_view(" (ipv4-address)"));
    case TextForm::addresses:
      return put_ip4(value, out);
    case TextForm::text:
    case TextForm::opaque:
    case TextForm::parts:
      return;
  }
}

void put_opaque(Bytes value, Scratch& out) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out.put(':');
    out.put_hex(value[i]);
  }
}

/// By code: every option that is read asks for it.
constexpr auto kForms = [] {
  std::array<TextForm, 256> forms{};
  forms.fill(TextForm::opaque);
  for (const auto& row : std::views::reverse(kRows)) {  // the first of two wins
    for (std::size_t code = row.first; code <= row.last; ++code) forms[code] = row.form;
  }
  return forms;
}();

}  // namespace

TextForm text_form(wire::OptionCode code) { return kForms[code]; }

bool has_text(const Path& path) {
  if (path.source != Source::option || path.depth != 1) return true;
  return text_form(path.codes[0]) != TextForm::parts;
}

void put_option_text(TextForm form, wire::OptionCode code, Bytes value, Scratch& out) {
  if (form == TextForm::text) return out.put(value);
  out.put(std::string_view("type="));
  out.put_number(code, 3);
  out.put(std::string_view(", len="));
  out.put_number(static_cast<std::uint32_t>(value.size()), 3);
  out.put(std::string_view(value.empty() && form != TextForm::opaque ? ":" : ": "));
  if (size_of(form) == 0 || !fits(form, value.size())) return put_opaque(value, out);
  for (std::size_t at = 0; at < value.size(); at += size_of(form)) {
    if (at > 0) out.put(' ');
    put_one(form, value.subspan(at, size_of(form)), out);
  }
}

}  // namespace lessor::expression
