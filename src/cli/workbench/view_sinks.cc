#include "cli/workbench/view_sinks.h"

#include "cli/workbench/story_sinks.h"
#include "craft/view/brief.h"
#include "craft/view/hex_view.h"
#include "craft/view/json_view.h"
#include "craft/view/packet_table.h"
#include "craft/view/text_view.h"

namespace lessor::cli {
namespace {

using craft::ShownPacket;

class BriefSink : public PacketSink {
 public:
  BriefSink(const ViewChoice& words, Printer& printer)
      : view_(screen_style(words.colour)), printer_(printer), only_(words.layer) {
    if (is_terminal() && !only_) {
      printer_.text() += craft::brief_heading(screen_style(words.colour));
    }
  }
  void packet(const ShownPacket& packet) override {
    view_.add(packet, printer_.text(), only_);
    printer_.packet_done();
  }

 private:
  craft::BriefView view_;
  Printer& printer_;
  craft::OnlyLayer only_;
};

/// A view that is a function: the packet in, text out.
class TextSink : public PacketSink {
 public:
  using Show = std::string (*)(const ShownPacket&, const craft::Style&, craft::OnlyLayer);
  TextSink(const ViewChoice& words, Printer& printer, Show show)
      : style_(screen_style(words.colour)), only_(words.layer), printer_(printer), show_(show) {}
  void packet(const ShownPacket& packet) override {
    printer_.text() += show_(packet, style_, only_);
    printer_.packet_done();
  }

 private:
  craft::Style style_;
  craft::OnlyLayer only_;
  Printer& printer_;
  Show show_;
};

/// Nothing is shown: standard output is the capture's (-w -).
class NoSink : public PacketSink {
 public:
  void packet(const ShownPacket& /*packet*/) override {}
  [[nodiscard]] bool wants_faults() const override { return false; }
};

/// One packet is shown as a table, several in brief: the first is held until a second comes.
class AutomaticSink : public PacketSink {
 public:
  AutomaticSink(const ViewChoice& words, Printer& printer) : words_(words), printer_(printer) {}

  void packet(const ShownPacket& packet) override {
    if (!brief_ && bytes_.empty()) return hold(packet);
    begin_brief();
    brief_->packet(packet);
  }
  ExitCode finish() override {
    if (brief_ || bytes_.empty()) return ExitCode::done;
    TextSink table(words_, printer_, craft::packet_table);
    show_held(table);
    return ExitCode::done;
  }

 private:
  void hold(const ShownPacket& packet) {
    frame_ = packet.frame;
    bytes_.assign(packet.frame.bytes.begin(), packet.frame.bytes.end());
    faults_.assign(packet.faults.begin(), packet.faults.end());
    if (bytes_.empty()) begin_brief();  // nothing to make a table of
    if (brief_) brief_->packet(packet);
  }
  void begin_brief() {
    if (brief_) return;
    brief_ = std::make_unique<BriefSink>(words_, printer_);
    if (!bytes_.empty()) show_held(*brief_);
  }
  void show_held(PacketSink& sink) {
    frame_.bytes = bytes_;
    const craft::Dissection d = craft::dissect(bytes_, frame_.link);
    sink.packet({.frame = frame_, .dissection = d, .faults = faults_});
  }

  const ViewChoice& words_;
  Printer& printer_;
  std::unique_ptr<PacketSink> brief_;
  craft::CapturedFrame frame_;
  std::vector<std::byte> bytes_;
  std::vector<craft::Fault> faults_;
};

std::unique_ptr<PacketSink> make_printed(const ViewChoice& words, Printer& printer, bool live) {
  switch (words.view) {
    case View::none:
      return std::make_unique<NoSink>();
    case View::automatic:
      if (live) return std::make_unique<BriefSink>(words, printer);
      return std::make_unique<AutomaticSink>(words, printer);
    case View::brief:
      return std::make_unique<BriefSink>(words, printer);
    case View::text:
      return std::make_unique<TextSink>(words, printer, craft::text_view);
    case View::table:
      return std::make_unique<TextSink>(words, printer, craft::packet_table);
    case View::hex:
      return std::make_unique<TextSink>(words, printer, craft::hex_view);
    case View::json:
      return std::make_unique<TextSink>(words, printer, craft::json_view);
    case View::timeline:
      return make_timeline(words, printer, live);
    case View::summary:
      return make_summary(words, printer);
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<PacketSink> make_view(const ViewChoice& words, Printer& printer, bool live) {
  // Who asks for a file alone does not want the packets on the screen, too.
  const bool silent = words.pictures() && !live && words.view == View::automatic;
  auto printed = silent ? nullptr : make_printed(words, printer, live);
  return words.pictures() ? make_pictures(words, std::move(printed)) : std::move(printed);
}

}  // namespace lessor::cli
