#pragma once
// The views that gather packets and tell what they come to: timelines and the summary. Must not
// know: where packets come from.

#include "cli/workbench/packet_sink.h"
#include "cli/workbench/view_flags.h"

#include <memory>

namespace lessor::cli {

/// Timelines: while packets come when `live`, else all at the end. `printer` is borrowed.
[[nodiscard]] std::unique_ptr<PacketSink> make_timeline(const ViewChoice& words, Printer& printer,
                                                        bool live);
/// The summary, for people or, when the words ask for it, as JSON.
[[nodiscard]] std::unique_ptr<PacketSink> make_summary(const ViewChoice& words, Printer& printer);

/// The files of --svg and --html, beside the view when there is one (else null).
[[nodiscard]] std::unique_ptr<PacketSink> make_pictures(const ViewChoice& words,
                                                        std::unique_ptr<PacketSink> view);

}  // namespace lessor::cli
