#pragma once
// The value of a field: what an expression reads of a packet by a name, not by a path. Must not
// know: programs.

#include "expression/facts.h"
#include "expression/scratch.h"
#include "expression/tree.h"

namespace lessor::expression {

/// Numbers have four octets, whatever they have in the header. Borrowed from `facts` or from
/// `scratch`.
[[nodiscard]] Bytes read_field(Field field, const Facts& facts, Scratch& scratch);

}  // namespace lessor::expression
