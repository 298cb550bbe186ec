#include "sim/chronicle.h"

#include "craft/capture/pcap_writer.h"
#include "sim/clock.h"

#include <cstdio>

namespace lessor::sim {

std::string Chronicle::Note::line() const {
  const std::int64_t micros = instant.to_nanoseconds() / 1'000;
  std::array<char, 40> when;
  std::snprintf(when.data(), when.size(), "%6lld.%06lld  ",
                static_cast<long long>(micros / 1'000'000),
                static_cast<long long>(micros % 1'000'000));
  return when.data() + text + "\n";
}

void Chronicle::note(Instant instant, std::string text) {
  Note& place = notes_[noted_++ % kNotes];
  place = {instant, std::move(text)};
  if (says_all_) std::fputs(place.line().c_str(), stdout);
}

void Chronicle::record(Instant instant, Bytes frame) {
  Frame& place = frames_[recorded_++ % kFrames];
  place.instant = instant;
  place.bytes.assign(frame.begin(), frame.end());
}

std::string Chronicle::last_events() const {
  std::string text;
  for (std::size_t i = noted_ > kNotes ? noted_ - kNotes : 0; i < noted_; ++i) {
    text += notes_[i % kNotes].line();
  }
  return text;
}

std::expected<void, std::string> Chronicle::write_pcap(const std::string& path) const {
  auto file = craft::PcapWriter::open(path);
  if (!file) return std::unexpected(file.error());
  for (std::size_t i = recorded_ > kFrames ? recorded_ - kFrames : 0; i < recorded_; ++i) {
    const Frame& frame = frames_[i % kFrames];
    const Duration since_1970 =
        Duration::seconds(kWorldBegin.seconds) + (frame.instant - Instant());
    if (!file->write(since_1970, frame.bytes)) return std::unexpected(path + ": the disk is full");
  }
  return {};
}

}  // namespace lessor::sim
