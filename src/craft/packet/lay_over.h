#pragma once
// Words laid over a packet: what somebody says in addition replaces what was there.

#include "craft/packet/recipe.h"

namespace lessor::craft {

/// Puts the words of `over` upon `base`, exact or not. A field takes the place of the same field.
/// An option that `over` gives, once or several times, takes the place of all of `base` with its
/// code; one that it leaves out goes; a new one comes before the end, and before an option 82 that
/// is last (RFC 3046 2.1). The cookie, data and trailers are replaced, other octets are added.
void lay_over(Recipe& base, const Recipe& over);

}  // namespace lessor::craft
