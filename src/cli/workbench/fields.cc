#include "base/text.h"
#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/workbench/commands.h"
#include "craft/packet/layer_table.h"
#include "craft/table.h"

namespace lessor::cli {
namespace {

constexpr const char* kHelp = R"(lessor fields: the fields of each layer

Usage: lessor fields [LAYER]

LAYER is ethernet, vlan, arp, ip, icmp, udp, tcp, bootp, dhcp, cooked or cooked2; without one all
are listed. 'lessor craft' and packet files set a field by its name, 'lessor show' compares it.
Options are listed by 'lessor options'.
)";

/// "2" octets, "4 bits", "rest".
std::string size_text(const craft::FieldRow& field) {
  if (field.bits == 0) return "rest";
  if (field.bits % 8 == 0) return std::to_string(field.bits / 8);
  return std::to_string(field.bits) + (field.bits == 1 ? " bit" : " bits");
}

std::string usual_text(const craft::FieldRow& field) {
  if (field.origin == craft::Origin::computed) return "computed";
  if (field.bits == 0 || field.bits > 64) return "none";
  std::vector<std::byte> header(craft::layer_row(field.layer).size);
  craft::store_field(field, header, field.usual);
  return print_field(field, header);
}

/// The meaning, and the values that have names.
std::string meaning_text(const craft::FieldRow& field) {
  std::string text(field.meaning);
  for (const craft::NamedValue& named : field.names) {
    text.append(&named == field.names.data() ? "\n" : ", ").append(named.name);
  }
  return text;
}

std::string layer_text(const craft::LayerRow& layer, const craft::Style& style) {
  craft::Table table({{.title = "field"},
                      {.title = "octets", .right_aligned = true},
                      {.title = "default"},
                      {.title = "meaning, names of values", .wraps = true, .takes_rest = true},
                      {.title = "also known as", .wraps = true}});
  for (const craft::FieldRow& field : layer.fields) {
    table.add({{field_path(field), craft::Tone::strong},
               {size_text(field)},
               {usual_text(field)},
               {meaning_text(field)},
               {std::string(field.aliases), craft::Tone::dim}});
  }
  const std::string title = std::string(layer.title) + ", " + std::to_string(layer.size) +
                            " octets (" + std::string(layer.reference) + ")";
  return " " + craft::paint(title, craft::Tone::strong, style) + "\n" + table.draw(style) + "\n";
}

/// What stands behind the layers, in words.
std::string more_text(const craft::Style& style) {
  return craft::paragraph(
      "\"computed\" follows from the rest of the packet unless it is given. Behind the BOOTP "
      "header "
      "stand the cookie (cookie = 0x63825363) and the options (option.NAME = VALUE), end, pad = N "
      "and bytes = 0x...; what a layer carries that is none of these is LAYER.data, what lies "
      "behind it LAYER.trailer.",
      style, 1, craft::Tone::dim);
}

}  // namespace

ExitCode run_fields(std::span<const char* const> words) {
  const craft::Style style = screen_style(Colour::automatic);
  std::string text;
  for (const char* word : words) {
    if (std::string_view(word) == "--help" || std::string_view(word) == "-h") {
      return print_or_fail(kHelp);
    }
    const craft::LayerRow* layer = craft::find_layer(word);
    if (layer == nullptr) {
      std::vector<std::string_view> names;
      for (const craft::LayerRow& row : craft::layer_table()) names.push_back(row.name);
      return print_stop(usage_of(unknown_word(word, "layer", names), " fields"));
    }
    text += layer_text(*layer, style);
    if (layer->layer == craft::Layer::bootp) text += more_text(style);
  }
  if (!words.empty()) return print_or_fail(text);
  for (const craft::LayerRow& layer : craft::layer_table()) text += layer_text(layer, style);
  return print_or_fail(text + more_text(style));
}

}  // namespace lessor::cli
