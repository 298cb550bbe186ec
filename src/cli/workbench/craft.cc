#include "cli/console.h"
#include "cli/workbench/commands.h"
#include "cli/workbench/craft_words.h"
#include "cli/workbench/view_sinks.h"
#include "craft/capture/pcap_writer.h"
#include "craft/faults.h"
#include "craft/packet/literals.h"
#include "craft/packet/notation.h"

#include <CLI/CLI.hpp>

namespace lessor::cli {
namespace {

constexpr std::string_view kCommand = " craft";

/// What the packet becomes.
struct Output {
  ViewChoice view;
  std::string pcap;
  bool raw = false, c = false, python = false, scapy = false, recipe = false;

  /// How many of them are asked for; standard output has room for one.
  [[nodiscard]] int forms() const {
    return int{raw} + int{c} + int{python} + int{scapy} + int{recipe} + int{pcap == "-"} +
           int{view.view != View::automatic};
  }
};

std::string footer() {
  std::string text =
      "Names of fields: 'lessor fields'; of options: 'lessor options'. 'lessor craft --help TYPE'\n"
      "shows what the RFCs ask of a message. What 'lessor show' prints, --from reads.\n\n"
      "Ways to break a packet (--malform):\n";
  for (const craft::MalformRow& row : craft::malform_table()) {
    std::string name(row.name);
    if (row.usual) name += "[=" + std::to_string(*row.usual) + "]";
    text.append("  ").append(name).append(name.size() < 22 ? 22 - name.size() : 1, ' ');
    text.append(row.meaning) += "\n";
  }
  return text;
}

void add_outputs(CLI::App& app, Output& to) {
  const auto flag = [&](const char* name, bool& value, const char* what) {
    app.add_flag(name, value, what)->group("Other outputs");
  };
  flag("--raw", to.raw, "its octets, for a file or a pipe");
  flag("--c", to.c, "a C array");
  flag("--python", to.python, "Python bytes");
  flag("--scapy", to.scapy, "the scapy expression");
  flag("--recipe", to.recipe, "the words alone, before defaults are filled in");
  app.add_option("--pcap", to.pcap, "write it to a capture file")
      ->type_name("FILE")
      ->group("Other outputs");
}

std::expected<void, std::string> write_pcap(const craft::Packet& packet, const std::string& path) {
  auto writer = craft::CaptureWriter::open(path, packet.link);
  if (!writer) return std::unexpected(writer.error());
  return writer->write(packet.time.value_or(Duration()), packet.link, packet.bytes);
}

ExitCode show(const craft::Packet& packet, const ViewChoice& words) {
  Printer printer(false);
  ViewChoice view = words;
  if (view.view == View::automatic) view.view = View::text;
  const auto sink = make_view(view, printer, false);
  const craft::CapturedFrame frame{.number = 1,
                                   .since_1970 = packet.time.value_or(Duration()),
                                   .link = packet.link,
                                   .bytes = packet.bytes,
                                   .original_size = packet.bytes.size()};
  const craft::Dissection dissection = craft::dissect(packet.bytes, packet.link);
  const auto faults = craft::find_faults(packet.bytes, dissection);
  sink->packet({.frame = frame, .dissection = dissection, .faults = faults});
  const ExitCode code = sink->finish();
  printer.flush();
  return code == ExitCode::done ? printer.exit_code() : code;
}

ExitCode print_packet(const craft::Packet& packet, const Output& output) {
  if (!output.pcap.empty()) {
    if (const auto written = write_pcap(packet, output.pcap); !written) {
      complain(written.error());
      return ExitCode::failed;
    }
  }
  if (output.raw) return print_or_fail(as_text(packet.bytes));
  if (output.c) return print_or_fail(craft::c_literal(packet));
  if (output.python) return print_or_fail(craft::python_literal(packet));
  if (output.scapy) return print_or_fail(craft::scapy_expression(packet));
  // Who asked for a file and for no view wants the file.
  const bool file_only = !output.pcap.empty() && output.view.view == View::automatic;
  return file_only ? ExitCode::done : show(packet, output.view);
}

}  // namespace

ExitCode run_craft(std::span<const char* const> words) {
  if (const auto page = read_message_help(words)) return print_stop(*page);
  CLI::App app("Builds a packet from words: TYPE FIELD=VALUE ... -o OPTION=VALUE ...", "craft");
  CraftWords craft_words;
  Output output;
  add_craft_words(app, craft_words);
  ViewFlags flags;
  add_view_flags(app, flags);
  add_outputs(app, output);
  app.footer(footer());
  if (const auto stop = read_words(app, words)) return print_stop(*stop);
  const auto view = read_view_flags(flags, kCommand);
  if (!view) return print_stop(view.error());
  output.view = *view;
  if (output.forms() > 1)
    return print_stop(usage_of("one view or other output at a time", kCommand));
  const auto recipe = read_recipe(craft_words, kCommand);
  if (!recipe) return print_stop(recipe.error());
  if (output.recipe) return print_or_fail(craft::print_recipe(*recipe));
  const auto maker = read_maker(craft_words, kCommand);
  if (!maker) return print_stop(maker.error());
  const auto packet = craft::build(*recipe, *maker);
  if (!packet) return print_stop({ExitCode::failed, "lessor: " + packet.error() + "\n"});
  return print_packet(*packet, output);
}

}  // namespace lessor::cli
