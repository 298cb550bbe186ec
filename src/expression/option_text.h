#pragma once
// The .text of an option: how Kea writes options of each type, because people compare with that.
// Must not know: expressions, messages.

#include "expression/scratch.h"
#include "expression/tree.h"
#include "wire/v4/protocol.h"

namespace lessor::expression {

/// The types whose text expressions may ask for.
enum class TextForm : std::uint8_t {
  text,     ///< the value itself
  opaque,   ///< type=061, len=003: 01:02:03
  boolean,  ///< type=019, len=001: true (boolean)
  uint8,    ///< type=023, len=001: 64 (uint8)
  uint16,
  uint32,
  int32,
  address,    ///< type=001, len=004: 255.255.255.0 (ipv4-address)
  addresses,  ///< type=003, len=008: 192.0.2.1 192.0.2.2
  uint8s,     ///< type=055, len=002: 1(uint8) 3(uint8)
  uint16s,
  parts,  ///< of several fields or names: not offered
};
[[nodiscard]] TextForm text_form(wire::OptionCode code);

/// Whether a path's .text is offered: it is not for options of several parts.
[[nodiscard]] bool has_text(const Path& path);

/// Puts the text of a value. One of a length that its type does not have is shown as opaque.
void put_option_text(TextForm form, wire::OptionCode code, Bytes value, Scratch& out);

}  // namespace lessor::expression
