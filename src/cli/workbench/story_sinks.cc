#include "cli/workbench/story_sinks.h"

#include "craft/story/capture_story.h"
#include "craft/story/capture_summary.h"
#include "craft/story/page.h"
#include "craft/story/picture.h"

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

class PictureSink : public PacketSink {
 public:
  PictureSink(const ViewChoice& words, std::unique_ptr<PacketSink> view)
      : words_(words), view_(std::move(view)) {}
  void packet(const ShownPacket& packet) override {
    if (!words_.svg.empty()) {
      story_.add(packet.frame.number, packet.frame.since_1970, packet.frame.bytes,
                 packet.dissection);
    }
    if (!words_.html.empty()) page_.add(packet);
    if (view_) view_->packet(packet);
  }
  ExitCode finish() override {
    ExitCode code = view_ ? view_->finish() : ExitCode::done;
    if (!words_.svg.empty()) keep(words_.svg, craft::story_picture(story_), code);
    if (!words_.html.empty()) keep(words_.html, page_.html(words_.title), code);
    return code;
  }
  [[nodiscard]] bool wants_faults() const override {
    return !words_.html.empty() || (view_ && view_->wants_faults());
  }

 private:
  static void keep(const std::string& path, const std::string& text, ExitCode& code) {
    const auto written = write_file(path, text);
    if (written) return;
    complain(written.error());
    code = ExitCode::failed;
  }

  const ViewChoice& words_;
  std::unique_ptr<PacketSink> view_;
  craft::CaptureStory story_{craft::kPictureLimits};
  craft::CapturePage page_;
};

}  // namespace

std::unique_ptr<PacketSink> make_pictures(const ViewChoice& words,
                                          std::unique_ptr<PacketSink> view) {
  return std::make_unique<PictureSink>(words, std::move(view));
}

std::unique_ptr<PacketSink> make_timeline(const ViewChoice& words, Printer& printer, bool live) {
  if (live) return std::make_unique<LiveTimelineSink>(words, printer);
  return std::make_unique<TimelineSink>(words, printer);
}

std::unique_ptr<PacketSink> make_summary(const ViewChoice& words, Printer& printer) {
  return std::make_unique<SummarySink>(words, printer);
}

}  // namespace lessor::cli
