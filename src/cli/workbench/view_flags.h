#pragma once
// The flags that say how packets are shown, the same for every command that shows some. Must not
// know: which packets.

#include "cli/command_line.h"
#include "cli/console.h"
#include "craft/view/shown_packet.h"

#include <expected>

namespace lessor::cli {

/// How packets are shown.
enum class View : std::uint8_t {
  automatic,  ///< brief for several packets, the table for one
  text,
  table,
  brief,
  hex,
  json,
  timeline,
  summary,
  none,  ///< nothing is shown: the capture itself goes to standard output
};

/// A view and its manner.
struct ViewChoice {
  View view = View::automatic;
  bool json_summary = false;  ///< --summary --json
  craft::OnlyLayer layer;
  bool at_once = false;  ///< -l
  Colour colour = Colour::automatic;
  std::string svg;    ///< --svg: the timeline as a picture goes to this file; empty: none
  std::string html;   ///< --html: the page
  std::string title;  ///< what the page is called

  [[nodiscard]] bool pictures() const { return !svg.empty() || !html.empty(); }
};

/// The flags as CLI11 leaves them, before they are understood.
struct ViewFlags {
  bool text = false, table = false, brief = false, hex = false, json = false, at_once = false;
  bool timeline = false, summary = false;
  std::string layer;
  std::string colour = "auto";
  std::string svg, html;
};
/// Adds them to a command line; `flags` is borrowed until it is parsed.
void add_view_flags(CLI::App& app, ViewFlags& flags);
/// Those that make sense of many packets together: --timeline, --summary, --svg and --html.
void add_story_flags(CLI::App& app, ViewFlags& flags);
/// What they mean; usage when they make no sense. `command` is for messages: " show".
[[nodiscard]] std::expected<ViewChoice, Stop> read_view_flags(const ViewFlags& flags,
                                                              std::string_view command);

}  // namespace lessor::cli
