#pragma once
// A DHCP message as two tables: every field of the header (RFC 2131 2), every option as it lies on
// the wire. Broken messages are shown as far as they go, with what is wrong. Must not know: what
// carried the message.

#include "base/bytes.h"
#include "craft/table.h"

#include <cstdint>

namespace lessor::craft {

/// The header: field, octets, meaning, value. With a `reference`, an earlier message, values that
/// differ from it are marked with a star.
[[nodiscard]] std::string header_table(Bytes message, const Style& style, Bytes reference = {});

/// The options: code, name, length, description, value; the cookie first, the end last. Values are
/// the options' own text with what a person would look up behind it. `reference` as above.
[[nodiscard]] std::string options_table(Bytes message, const Style& style, Bytes reference = {});

/// An option's value for a person: "1 (DHCPDISCOVER)", "3600 (1h)", "3 (routers)". Several lines
/// where a list is easier to read so.
[[nodiscard]] std::string option_value_text(std::uint8_t code, Bytes value);

}  // namespace lessor::craft
