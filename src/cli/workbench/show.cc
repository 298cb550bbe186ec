#include "cli/workbench/show.h"
#include "cli/console.h"
#include "cli/workbench/commands.h"
#include "cli/workbench/packet_flow.h"
#include "cli/workbench/progress.h"
#include "cli/workbench/view_sinks.h"
#include "craft/capture/capture_reader.h"

#include <filesystem>

namespace lessor::cli {
namespace {

/// Reads frame by frame into the flow. The error is a sentence; what was there before it is shown.
std::expected<void, std::string> read_all(craft::CaptureReader& reader, const ShowWords& words,
                                          PacketFlow& flow, const Printer& printer) {
  Progress progress(reader.size(), words.view == View::timeline || words.view == View::summary);
  craft::CapturedFrame frame;
  while (!flow.enough() && !printer.gone()) {
    const auto more = reader.next(frame);
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    if (progress.is_due(frame.number)) progress.show(reader.position(), frame.number);
    if (words.number && frame.number < *words.number) continue;
    if (auto taken = flow.take(frame); !taken) return taken;
    if (words.number) return {};
  }
  return {};
}

std::string nothing_shown(const ShowWords& words, const PacketFlow& flow) {
  if (words.number && flow.taken() == 0) {
    return words.file + " has no packet " + std::to_string(*words.number);
  }
  if (flow.taken() == 0) return words.file + " holds no packet";
  return "none of " + std::to_string(flow.taken()) + " packets meets the conditions" +
         (words.everything ? "" : " (without --all, only DHCP, ARP and ICMP are looked at)");
}

/// The file among those to be written that is the one to be read; empty when there is none.
std::string file_in_danger(const ShowWords& words) {
  std::error_code failed;
  for (const std::string& out : {words.write, words.svg, words.html}) {
    if (!out.empty() && std::filesystem::equivalent(words.file, out, failed)) return out;
  }
  return {};
}

}  // namespace

ExitCode show_file(ShowWords words) {
  // Who picks a packet by its number wants to see that one, whatever it is.
  if (words.number) words.everything = true;
  const auto reader = craft::open_capture(words.file);
  if (!reader) {
    complain(reader.error());
    return ExitCode::failed;
  }
  if (const std::string out = file_in_danger(words); !out.empty()) {
    complain(out + " is the file that is read: it cannot be written at the same time");
    return ExitCode::usage;
  }
  if (const std::string note = (*reader)->note(); !note.empty()) complain(note);
  Printer printer(words.at_once);
  const auto view = make_view(words, printer, false);
  PacketFlow flow(words, *view, false);
  auto read = flow.begin((*reader)->link());
  if (read) read = read_all(**reader, words, flow, printer);
  const ExitCode finished = view->finish();
  printer.flush();
  if (!read) {
    complain(read.error());
    return ExitCode::failed;
  }
  if (flow.shown() == 0) complain(nothing_shown(words, flow));
  const bool no_such_packet = words.number && flow.taken() == 0;
  if (no_such_packet || printer.exit_code() != ExitCode::done) {
    return printer.gone() && !no_such_packet ? printer.exit_code() : ExitCode::failed;
  }
  return finished;
}

ExitCode run_show(std::span<const char* const> words) {
  auto read = read_show_words(words);
  return read ? show_file(std::move(*read)) : print_stop(read.error());
}

}  // namespace lessor::cli
