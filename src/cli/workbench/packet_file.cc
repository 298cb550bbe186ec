#include "cli/workbench/packet_file.h"

#include "base/text.h"
#include "craft/capture/capture_reader.h"

#include <filesystem>

namespace lessor::cli {

PacketPlace read_place(const std::string& word) {
  const std::size_t colon = word.rfind(':');
  std::error_code ignored;
  if (colon == std::string::npos || std::filesystem::exists(word, ignored)) return {.file = word};
  const auto number = parse_number(std::string_view(word).substr(colon + 1), 1'000'000'000'000);
  if (!number || *number == 0) return {.file = word};
  return {.file = word.substr(0, colon), .number = number};
}

std::expected<craft::Packet, std::string> read_packet(const PacketPlace& place) {
  auto reader = craft::open_capture(place.file);
  if (!reader) return std::unexpected(std::move(reader.error()));
  craft::CapturedFrame frame;
  const std::uint64_t number = place.number.value_or(1);
  std::uint64_t seen = 0;
  while (seen < number) {
    const auto more = (*reader)->next(frame);
    if (!more) return std::unexpected(more.error());
    if (!*more) {
      return std::unexpected(place.file + " holds " + std::to_string(seen) +
                             (seen == 1 ? " packet" : " packets") + ", so there is no number " +
                             std::to_string(number));
    }
    ++seen;
  }
  return craft::Packet{.link = frame.link,
                       .bytes = {frame.bytes.begin(), frame.bytes.end()},
                       .time = frame.since_1970};
}

}  // namespace lessor::cli
