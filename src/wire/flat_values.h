#pragma once
// Values made of text for one packet after the other, without heap: the kinds that are worth it.
// Must not know: where the text comes from.

#include "wire/value_codec.h"

#include <optional>

namespace lessor::wire {

/// Whether write_flat_value() knows all fields of a shape: text, boolean, unsigned numbers, IPv4
/// addresses, domain names.
[[nodiscard]] bool is_flat(const Shape& shape);

/// The octets of `text`, its fields between commas (a lone text takes all of it, commas too), laid
/// out in `room`. Nothing when it is no such value, or does not fit.
/// Precondition: is_flat(shape).
[[nodiscard]] std::optional<Bytes> write_flat_value(const Shape& shape, std::string_view text,
                                                    MutableBytes room);

}  // namespace lessor::wire
