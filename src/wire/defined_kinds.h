#pragma once
// The types that an operator may define options of (Kea's option-def): by name, made of the plain
// kinds, and the two kinds that only such options have. Must not know: options, configuration.

#include "wire/value_codec.h"

#include <optional>
#include <span>

namespace lessor::wire {

namespace kind {
extern const ValueCodec kIp6Prefix;   ///< a length octet, then as few octets as hold the prefix
extern const ValueCodec kPlainTuple;  ///< a length octet, then the text as it is written
}  // namespace kind

/// "uint16", "ipv4-address": one type of an option definition.
struct DefinedType {
  std::string_view name;
  const ValueCodec* codec = nullptr;  ///< null: "empty", an option without a value of its own
  bool may_repeat = true;             ///< may be an array; false: it takes the rest of the option
};

/// All of them, "record" excepted: that is several of these.
[[nodiscard]] std::span<const DefinedType> defined_types();
/// By name; nullptr when there is none such.
[[nodiscard]] const DefinedType* find_defined_type(std::string_view name);

}  // namespace lessor::wire
