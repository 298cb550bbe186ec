#pragma once
// Options of all spaces that one scope has, and how those of encapsulated spaces become the value
// of the option around them. Must not know: how they are written in a file.

#include "config/option_defs.h"
#include "config/option_set.h"

#include <string>
#include <vector>

namespace lessor::config {

/// An option as it was read.
struct ReadOption {
  Node place;  ///< for messages
  std::string space;
  ConfiguredOption option;
  bool is_used = false;  ///< it stands in another one's value
};

/// Makes the options of a scope: values of sub-options are laid out behind the value of the option
/// that holds their space, by code, as in Kea of this scope only. Refused: a guard on what cannot
/// be left out by itself, a sub-option of more than 255 octets. What nothing holds gets a note.
[[nodiscard]] OptionSet lay_out(std::vector<ReadOption> options, const OptionDefs& defs,
                                Report& report);

}  // namespace lessor::config
