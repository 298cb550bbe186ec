#pragma once
// The views that print a packet when it comes. Must not know: where packets come from.

#include "cli/workbench/packet_sink.h"
#include "cli/workbench/view_flags.h"

#include <memory>

namespace lessor::cli {

/// The sink of the view that the words ask for. `words` and `printer` are borrowed. `live`: packets
/// come one by one and none may wait for the next, so `automatic` is the brief view.
[[nodiscard]] std::unique_ptr<PacketSink> make_view(const ViewChoice& words, Printer& printer,
                                                    bool live);

}  // namespace lessor::cli
