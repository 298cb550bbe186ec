#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/workbench/commands.h"
#include "control/envelope.h"
#include "craft/rules/option_help.h"
#include "wire/v4/option_table.h"
#include "wire/v4/tool_names.h"

#include <CLI/CLI.hpp>

namespace lessor::cli {
namespace {

using control::quote;

struct OptionsArguments {
  std::string option;  // empty: all
  bool json = false;
  bool names = false;
};

/// ["a", "b"] of words with blanks between.
std::string json_words(std::string_view words) {
  std::string text = "[";
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (text.size() > 1) text += ", ";
    text += quote(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return text + "]";
}

/// `, "dhcpd": "host-name"` for each tool that has a name.
std::string json_tools(wire::OptionCode code) {
  const wire::ToolNames* names = wire::find_tool_names(code);
  if (names == nullptr) return "{}";
  const std::pair<const char*, std::string_view> tools[] = {{"kea", names->kea},
                                                            {"dhcpd", names->dhcpd},
                                                            {"dnsmasq", names->dnsmasq},
                                                            {"scapy", names->scapy},
                                                            {"tshark", names->tshark}};
  std::string text = "{";
  for (const auto& [tool, name] : tools) {
    if (name.empty()) continue;
    text += (text.size() > 1 ? ", " : "") + quote(tool) + ": " + quote(name);
  }
  return text + "}";
}

std::string json_value(const wire::Shape& shape) {
  const wire::LengthRule rule = wire::length_rule(shape);
  return R"("type": )" + quote(wire::type_of(shape)) + R"(, "length": )" +
         quote(wire::to_string(rule)) + R"(, "example": )" + quote(wire::example_of(shape));
}

std::string json_subs(wire::SubOptionTable rows) {
  std::string text = "[";
  for (const wire::SubOptionRow& row : rows) {
    if (text.size() > 1) text += ", ";
    text += R"({"code": )" + std::to_string(row.code) + R"(, "name": )" + quote(row.name) + ", " +
            json_value(row.shape) + R"(, "meaning": )" + quote(row.meaning) + R"(, "reference": )" +
            quote(row.reference) + "}";
  }
  return text + "]";
}

std::string json_option(wire::OptionCode code) {
  const wire::OptionRow* row = wire::find_option(code);
  std::string text = R"({"code": )" + std::to_string(code) + R"(, "name": )" +
                     quote(wire::option_name(code)) + ", " + json_value(wire::option_shape(code));
  if (row != nullptr) {
    text += R"(, "meaning": )" + quote(row->meaning) + R"(, "reference": )" +
            quote(row->reference) + R"(, "aliases": )" + json_words(row->aliases);
  }
  text += R"(, "tools": )" + json_tools(code);
  const auto subs = craft::sub_options_of(code);
  if (!subs.empty()) text += R"(, "sub-options": )" + json_subs(subs);
  return text + "}";
}

std::string json_list() {
  std::string text = "[";
  for (const wire::OptionRow& row : wire::option_table()) {
    text += (text.size() > 1 ? ",\n" : "\n") + json_option(row.code);
  }
  return text + "\n]\n";
}

ExitCode explain_one(const OptionsArguments& a) {
  const auto path = craft::find_option_path(a.option);
  if (!path) {
    complain(path.error() + "; 'lessor options' lists them");
    return ExitCode::usage;
  }
  if (!a.json) return print_or_fail(craft::option_page(*path, screen_style(Colour::automatic)));
  if (path->sub == nullptr) return print_or_fail(json_option(path->code) + "\n");
  const std::string row = json_subs({path->sub, 1});
  return print_or_fail(row.substr(1, row.size() - 2) + "\n");
}

}  // namespace

ExitCode run_options(std::span<const char* const> words) {
  OptionsArguments a;
  CLI::App app("The DHCP options: all of them, or all about one.", "options");
  app.add_option("OPTION", a.option, "a name (of any tool), a code, or a path like 82.circuit-id")
      ->type_name("");
  auto* names = app.add_flag("--names", a.names, "what other tools call each option");
  app.add_flag("--json", a.json, "print JSON")->excludes(names);
  if (const auto stop = read_words(app, words)) return print_stop(*stop);
  if (!a.option.empty()) return explain_one(a);
  if (a.json) return print_or_fail(json_list());
  const craft::Style style = screen_style(Colour::automatic);
  return print_or_fail(a.names ? craft::option_names_list(style) : craft::options_list(style));
}

}  // namespace lessor::cli
