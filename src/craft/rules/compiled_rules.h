#pragma once
// The rules of messages once more, indexed for speed: names looked up, options by code. A capture
// has millions of messages. Must not know: faults.

#include "craft/packet/layer_table.h"
#include "craft/rules/message_rules.h"

#include <array>
#include <bitset>

namespace lessor::craft {

/// What a check of one form of message needs of its rules.
struct CompiledRules {
  struct Field {
    const FieldRow* row;
    const FieldRule* rule;
    Content content;     ///< the rule's
    std::size_t octet;   ///< where it begins, and
    std::size_t octets;  ///< how long it is: all of them are whole octets
  };
  std::vector<Field> fields;              ///< those that ask for some content
  std::array<Duty, 256> duties{};         ///< of options by code
  std::bitset<256> unwanted;              ///< those that must not or should not be there
  std::vector<const OptionRule*> needed;  ///< options that must be there
};

/// Made once, when it is asked for first.
[[nodiscard]] const CompiledRules& compiled_rules(Form form);

}  // namespace lessor::craft
