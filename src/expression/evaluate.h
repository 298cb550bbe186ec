#pragma once
// Runs a program over a packet. Pure, and without heap. Must not know: what the result is for.

#include "expression/facts.h"
#include "expression/program.h"
#include "expression/scratch.h"

#include <expected>

namespace lessor::expression {

/// Why an evaluation has no value.
enum class Failure : std::uint8_t {
  not_an_address,  ///< addrtotext of a text of neither 0, 4 nor 16 octets
  not_a_number,    ///< int*totext, uint*totext of a text of another size than the number's, not 0
  too_long,        ///< the functions made more than kScratchSize octets
  too_long_to_match,  ///< match of more than kMaxMatchedSize octets
};
[[nodiscard]] std::string_view to_string(Failure failure);

/// Runs a program of type condition.
[[nodiscard]] std::expected<bool, Failure> evaluate_condition(const Program& program,
                                                              const Facts& facts, Scratch& scratch);
/// Runs a program of type text. The result is borrowed from the packet, the program or `scratch`.
[[nodiscard]] std::expected<Bytes, Failure> evaluate_text(const Program& program,
                                                          const Facts& facts, Scratch& scratch);

/// The function substring, as Kea defines it. Borrowed from `text`.
[[nodiscard]] Bytes substring(Bytes text, std::int64_t start, std::int64_t length);

}  // namespace lessor::expression
