#pragma once
// The value that a path leads to in a packet: options and what is inside of them. Must not know:
// programs.

#include "expression/facts.h"
#include "expression/scratch.h"
#include "expression/tree.h"

#include <optional>

namespace lessor::expression {

/// An option's value. Options of text (RFC 2132) lose their trailing NULs, and count as absent when
/// nothing is left.
[[nodiscard]] std::optional<Bytes> read_option(wire::OptionCode code,
                                               const wire::MessageView& message);

/// The value, borrowed from the packet or from `scratch`; nothing when it is not there.
[[nodiscard]] std::optional<Bytes> read_path(const Path& path, const Facts& facts,
                                             Scratch& scratch);
/// The same, made text where the path wants text; empty when it is not there. Borrowed likewise.
[[nodiscard]] Bytes read_value(const Path& path, const Facts& facts, Scratch& scratch);

}  // namespace lessor::expression
