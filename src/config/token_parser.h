#pragma once
// Tokens to a tree of values: maps with each key once, and not too deep. Must not know: which
// language the tokens come from.

#include "config/json_value.h"
#include "config/token_source.h"

namespace lessor::config {

/// The one value that `tokens` are. What is wrong is reported to `tokens`; the value is then worth
/// nothing. `sources` are those that its positions point into.
[[nodiscard]] JsonValue parse(TokenSource& tokens, const Sources& sources);

}  // namespace lessor::config
