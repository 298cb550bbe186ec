#pragma once
// Which octets of a program's text are its author's own, and not a packet's. Must not know: what
// the text is for.

#include "expression/program.h"

namespace lessor::expression {

/// In constants that stand in the program's text as they are, puts `stead` where `octet` is: what
/// then has `stead` in it was written so by the author of the expression, as far as no packet can
/// know `stead`. Constants that are compared, cut or printed otherwise stay. For programs of type
/// text.
void replace_in_verbatim(Program& program, std::byte octet, Bytes stead);

}  // namespace lessor::expression
