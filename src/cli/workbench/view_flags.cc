#include "cli/workbench/view_flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace lessor::cli {
namespace {

using Error = std::unexpected<Stop>;

std::expected<Colour, Stop> read_colour(const std::string& word, std::string_view command) {
  if (word == "auto") return Colour::automatic;
  if (word == "always") return Colour::always;
  if (word == "never") return Colour::never;
  return Error(usage_of("--color takes auto, always or never, not " + quote_word(word), command));
}

std::expected<View, Stop> read_view(const ViewFlags& flags, std::string_view command) {
  struct Choice {
    bool chosen;
    View view;
  };
  const Choice choices[] = {{flags.text, View::text},
                            {flags.table, View::table},
                            {flags.brief, View::brief},
                            {flags.hex, View::hex},
                            {flags.json && !flags.summary, View::json},
                            {flags.timeline, View::timeline},
                            {flags.summary, View::summary}};
  const auto chosen = std::ranges::count_if(choices, &Choice::chosen);
  if (chosen > 1) return Error(usage_of("one view at a time", command));
  const auto* const found = std::ranges::find_if(choices, &Choice::chosen);
  return chosen == 1 ? found->view : View::automatic;
}

std::expected<craft::OnlyLayer, Stop> read_layer(const std::string& word,
                                                 std::string_view command) {
  if (word.empty()) return craft::OnlyLayer();
  if (const craft::LayerRow* row = craft::find_layer(word)) return row->layer;
  std::vector<std::string_view> names;
  for (const craft::LayerRow& row : craft::layer_table()) names.push_back(row.name);
  return Error(usage_of(unknown_word(word, "layer", names), command));
}

}  // namespace

void add_view_flags(CLI::App& app, ViewFlags& flags) {
  const auto view = [&](const char* name, bool& flag, const char* what) {
    app.add_flag(name, flag, what)->group("Views");
  };
  view("--brief", flags.brief, "a line a packet");
  view("--table", flags.table, "every layer and field with octets, meaning and value");
  view("--text", flags.text, "the notation that 'lessor craft' reads");
  view("--hex", flags.hex, "every octet, with what it is");
  view("--json", flags.json, "a line a packet, for programs (docs/packet-json.md)");
  app.add_option("--layer", flags.layer, "this layer alone, in any view")
      ->type_name("LAYER")
      ->group("Views");
  app.add_option("--color", flags.colour, "auto, always or never")
      ->type_name("WHEN")
      ->group("Views");
  app.add_flag("-l,--line-buffered", flags.at_once, "write each packet when it is there")
      ->group("Views");
}

void add_story_flags(CLI::App& app, ViewFlags& flags) {
  app.add_flag("--timeline", flags.timeline, "RFC 2131's diagram, a column for each host")
      ->group("Views");
  app.add_flag("--summary", flags.summary,
               "clients, leases, latency, what is wrong; with --json, too")
      ->group("Views");
  app.add_option("--svg", flags.svg, "the timeline as a picture, to this file")
      ->type_name("FILE")
      ->group("Views");
  app.add_option("--html", flags.html, "a page to click through, to this file")
      ->type_name("FILE")
      ->group("Views");
}

std::expected<ViewChoice, Stop> read_view_flags(const ViewFlags& flags, std::string_view command) {
  const auto view = read_view(flags, command);
  if (!view) return Error(view.error());
  const auto layer = read_layer(flags.layer, command);
  if (!layer) return Error(layer.error());
  const auto colour = read_colour(flags.colour, command);
  if (!colour) return Error(colour.error());
  return ViewChoice{.view = *view,
                    .json_summary = flags.summary && flags.json,
                    .layer = *layer,
                    .at_once = flags.at_once,
                    .colour = *colour,
                    .svg = flags.svg,
                    .html = flags.html};
}

}  // namespace lessor::cli
