#pragma once
// One sub-option put into a list of them, or taken out: option 43, and a block of option 125.
// Without heap. Must not know: who wants that, which option holds the list.

#include "base/bytes.h"
#include "wire/limits.h"
#include "wire/v4/protocol.h"

#include <optional>

namespace lessor::wire {

/// The list `in` with sub-option `code` set to `value`: in place of the first that it has, else
/// before the first of a greater code. Laid out in `room`, of which it takes in.size() + 2 +
/// value.size() octets at most. Nothing when that does not fit, when the value has more than 255
/// octets, or when `in` is cut short.
[[nodiscard]] std::optional<Bytes> with_sub_option(Bytes in, OptionCode code, Bytes value,
                                                   MutableBytes room);
/// The list without sub-option `code`, however often it has it. Nothing as above.
[[nodiscard]] std::optional<Bytes> without_sub_option(Bytes in, OptionCode code, MutableBytes room);
/// Whether the list has it.
[[nodiscard]] bool has_sub_option(Bytes in, OptionCode code);

/// A block of option 125 (RFC 3925 4): an enterprise number, a length, sub-options.
struct VendorBlock {
  Bytes before;  ///< what stands in front of it
  Bytes list;    ///< its sub-options
  Bytes behind;
};
/// The block of an enterprise in option 125; where it has none, all of `option` is before an empty
/// one. Nothing when a block is cut short.
[[nodiscard]] std::optional<VendorBlock> find_vendor_block(Bytes option, std::uint32_t enterprise);
/// Option 125 with `block`; without it when its list is empty. Nothing when it does not fit into
/// `room`, or into a block.
[[nodiscard]] std::optional<Bytes> write_vendor_block(const VendorBlock& block,
                                                      std::uint32_t enterprise, MutableBytes room);

}  // namespace lessor::wire
