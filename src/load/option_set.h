#pragma once
// What real clients say of themselves, for clients that are played to say the same. Must not know:
// captures, schedules.

#include "base/bytes.h"
#include "wire/v4/message_writer.h"

#include <cstdint>
#include <vector>

namespace lessor::load {

/// Of one real client: its options as they stood in its messages, in their order.
struct OptionSet {
  std::vector<std::byte> discover;  ///< codes, lengths and values
  std::vector<std::byte> request;
  bool broadcast = false;  ///< it asked for broadcast answers
};

/// Writes `options` (codes, lengths and values, all whole). The value of option 61 becomes that of
/// client `number`: of the same type and, from five octets on, the same length.
void write_options(wire::MessageWriter& writer, Bytes options, std::uint32_t number);
/// Only option 61 of them: who released or declined an address without it would be somebody else.
void write_identifier(wire::MessageWriter& writer, Bytes options, std::uint32_t number);

}  // namespace lessor::load
