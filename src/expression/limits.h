#pragma once
// The limits of expressions, each with its reason. What is longer is refused when it is read, with
// its place; what a packet makes too long fails in evaluation, and the expression has no value.

#include <cstddef>

namespace lessor::expression {

/// Octets of one expression: lists of several hundred hardware addresses fit.
inline constexpr std::size_t kMaxExpressionSize = 65'536;
/// Values, functions and operators in one expression.
inline constexpr std::size_t kMaxNodes = 8'192;
/// Parentheses and functions inside of each other. Parsing and compiling recurse this deep.
inline constexpr std::size_t kMaxNesting = 32;
/// Values that wait for their function at once: three a level, which ifelse needs, is enough for
/// what people write; a compiled program that needs more is refused.
inline constexpr std::size_t kMaxStack = 48;
/// Conditions that wait at once; they are bits of one word.
inline constexpr std::size_t kMaxConditions = 64;
/// option[a].option[b]...: the deepest that DHCPv4 options nest is 3, in vendors' spaces.
inline constexpr std::size_t kMaxPath = 8;
/// Octets that the functions of one evaluation may make together. An option of the longest kind
/// (65,535 octets, in parts) does not fit as hexadecimal; the longest of one part does.
inline constexpr std::size_t kScratchSize = 4'096;
/// Places in a regular expression: its sets of places are four words each.
inline constexpr std::size_t kMaxRegexPositions = 256;
/// The most that x{n} may repeat.
inline constexpr std::size_t kMaxRegexRepeat = 256;
/// Atoms that the compiler of a regular expression reads, each repetition anew: x{256} of nothing,
/// nested, has no places but would take for ever.
inline constexpr std::size_t kMaxRegexAtoms = 10'000;
/// Octets of text that a regular expression reads: with kMaxRegexPositions at most half a million
/// steps, so that no packet holds the others up.
inline constexpr std::size_t kMaxMatchedSize = 512;
/// Classes of one configuration, with the built-in ones: a set of them is 128 octets.
inline constexpr std::size_t kMaxClasses = 1'024;

}  // namespace lessor::expression
