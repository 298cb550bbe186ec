#include "cli/workbench/story_sinks.h"

#include "craft/story/capture_story.h"
#include "craft/story/capture_summary.h"

namespace lessor::cli {
namespace {

using craft::ShownPacket;

class TimelineSink : public PacketSink {
 public:
  TimelineSink(const ViewChoice& words, Printer& printer)
      : style_(screen_style(words.colour)), printer_(printer) {}
  void packet(const ShownPacket& packet) override {
    story_.add(packet.frame.number, packet.frame.since_1970, packet.frame.bytes, packet.dissection);
  }
  ExitCode finish() override {
    printer_.text() += story_.text(style_);
    return ExitCode::done;
  }
  [[nodiscard]] bool wants_faults() const override { return false; }

 private:
  craft::CaptureStory story_;
  craft::Style style_;
  Printer& printer_;
};

class LiveTimelineSink : public PacketSink {
 public:
  LiveTimelineSink(const ViewChoice& words, Printer& printer)
      : story_(screen_style(words.colour)), printer_(printer) {}
  void packet(const ShownPacket& packet) override {
    printer_.text() += story_.add(packet.frame.number, packet.frame.since_1970, packet.frame.bytes,
                                  packet.dissection);
    printer_.packet_done();
  }
  ExitCode finish() override {
    printer_.text() += story_.end();
    return ExitCode::done;
  }
  [[nodiscard]] bool wants_faults() const override { return false; }

 private:
  craft::LiveStory story_;
  Printer& printer_;
};

class SummarySink : public PacketSink {
 public:
  SummarySink(const ViewChoice& words, Printer& printer)
      : json_(words.json_summary), style_(screen_style(words.colour)), printer_(printer) {}
  void packet(const ShownPacket& packet) override {
    summary_.add(packet.frame.number, packet.frame.since_1970, packet.frame.bytes,
                 packet.dissection);
  }
  ExitCode finish() override {
    summary_.finish();
    printer_.text() += json_ ? summary_.json() : summary_.text(style_);
    return ExitCode::done;
  }
  [[nodiscard]] bool wants_faults() const override { return false; }

 private:
  craft::CaptureSummary summary_;
  bool json_;
  craft::Style style_;
  Printer& printer_;
};

}  // namespace

std::unique_ptr<PacketSink> make_timeline(const ViewChoice& words, Printer& printer, bool live) {
  if (live) return std::make_unique<LiveTimelineSink>(words, printer);
  return std::make_unique<TimelineSink>(words, printer);
}

std::unique_ptr<PacketSink> make_summary(const ViewChoice& words, Printer& printer) {
  return std::make_unique<SummarySink>(words, printer);
}

}  // namespace lessor::cli
