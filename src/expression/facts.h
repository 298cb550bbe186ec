#pragma once
// What of a packet an expression reads. Must not know: expressions, configuration.

#include "expression/class_set.h"
#include "net/datagram.h"
#include "wire/v4/message_view.h"

#include <string_view>

namespace lessor::expression {

/// One packet. All of it is borrowed for the time of an evaluation.
struct Facts {
  const wire::MessageView& message;
  const net::Datagram& datagram;
  std::string_view interface;  ///< the name of the one that it came by
  const ClassSet& classes;     ///< those found so far
};

}  // namespace lessor::expression
