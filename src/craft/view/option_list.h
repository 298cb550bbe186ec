#pragma once
// The options of a message gathered for a view: where each lies, the values of those that come in
// parts joined. Must not know: how they are shown.

#include "craft/option_walk.h"

#include <map>
#include <vector>

namespace lessor::craft {

struct OptionList {
  std::vector<OptionPlace> places;                            ///< pads left out, ends not
  std::map<wire::OptionCode, std::vector<std::byte>> joined;  ///< by code (RFC 3396)
  std::map<wire::OptionCode, int> parts;                      ///< how many made up the value
  std::size_t padding = 0;                                    ///< octets behind the end option
  bool padding_is_zero = true;                                ///< as padding should be
  bool end_missing = false;                                   ///< of the options field
};

/// Empty when the message has no options, or another cookie than DHCP's.
[[nodiscard]] OptionList list_options(Bytes message);

}  // namespace lessor::craft
