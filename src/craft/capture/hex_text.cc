#include "craft/capture/hex_text.h"

#include "base/text.h"
#include "craft/capture/dump_line.h"
#include "craft/text_layout.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using Packets = std::expected<std::vector<TextPacket>, std::string>;

std::unexpected<std::string> at_line(std::size_t index, std::string_view what) {
  return std::unexpected("line " + std::to_string(index + 1) + ": " + std::string(what));
}

/// Puts the lines of dumps together, packet by packet.
class DumpJoiner {
 public:
  /// Nothing when the line fits, else what is wrong with it.
  std::string_view add(const DumpLine& line) {
    if (line.offset == 0) {
      packets_.push_back({.since_1970 = next_time_});
      next_time_ = {};
    }
    if (packets_.empty()) return "a dump begins with offset 0";
    std::vector<std::byte>& bytes = packets_.back().bytes;
    // Characters beside the octets that look like octets were taken for some.
    if (line.offset > last_offset_ && line.offset < bytes.size()) bytes.resize(line.offset);
    if (line.offset > bytes.size() && !fill_to(line.offset)) return "octets are missing before it";
    if (line.offset < bytes.size()) return "its offset goes back";
    last_offset_ = line.offset;
    bytes.insert(bytes.end(), line.octets.begin(), line.octets.end());
    if (!line.octets.empty()) last_line_ = line.octets;
    starred_ = false;
    return bytes.size() > kPacketBytes ? "a packet is not that long" : std::string_view();
  }
  /// `*` of hexdump: lines like the last follow.
  void star() { starred_ = true; }
  /// What stands between dumps: tcpdump's line about the packet, which begins with its time.
  void between(std::string_view line) {
    if (const auto time = time_of_line(line)) next_time_ = *time;
  }
  std::vector<TextPacket> take() { return std::move(packets_); }

 private:
  bool fill_to(std::size_t offset) {
    if (!starred_ || last_line_.empty() || offset > kPacketBytes) return false;
    std::vector<std::byte>& bytes = packets_.back().bytes;
    for (std::size_t i = 0; bytes.size() < offset; ++i) {
      bytes.push_back(last_line_[i % last_line_.size()]);
    }
    return true;
  }

  std::vector<TextPacket> packets_;
  std::vector<std::byte> last_line_;
  std::size_t last_offset_ = 0;
  bool starred_ = false;
  Duration next_time_;
};

Packets read_dump(std::span<const std::string_view> lines) {
  DumpJoiner joiner;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = read_dump_line(lines[i]);
    if (!line) {
      trim(lines[i]) == "*" ? joiner.star() : joiner.between(lines[i]);
      continue;
    }
    if (const std::string_view wrong = joiner.add(*line); !wrong.empty()) return at_line(i, wrong);
  }
  std::vector<TextPacket> packets = joiner.take();
  std::erase_if(packets, [](const TextPacket& p) { return p.bytes.empty(); });
  return packets;
}

/// Lines of plain hexadecimal up to an empty line: one packet, or one a line when each is one.
Packets read_paragraph(std::span<const std::string_view> lines, std::size_t first) {
  std::vector<TextPacket> each;
  TextPacket all;
  bool each_is_one = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto octets = read_hex_line(lines[i]);
    if (!octets) return at_line(first + i, octets.error());
    if (all.bytes.size() > kPacketBytes) return at_line(first + i, "a packet is not that long");
    all.bytes.insert(all.bytes.end(), octets->begin(), octets->end());
    each_is_one = each_is_one && guess_kind(*octets) != Guess::nothing;
    each.push_back({.bytes = std::move(*octets)});
  }
  if (each_is_one) return each;
  std::vector<TextPacket> one;
  one.push_back(std::move(all));
  return one;
}

Packets read_strings(std::span<const std::string_view> lines) {
  std::vector<TextPacket> packets;
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t end = i;
    while (end < lines.size() && !trim(lines[end]).empty()) ++end;
    if (end > i) {
      auto some = read_paragraph(lines.subspan(i, end - i), i);
      if (!some) return some;
      std::move(some->begin(), some->end(), std::back_inserter(packets));
    }
    i = end + 1;
  }
  return packets;
}

bool is_dump(std::span<const std::string_view> lines) {
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    const auto dump = read_dump_line(line);
    return dump && dump->offset == 0 && !dump->octets.empty();
  });
}

}  // namespace

Packets read_hex_text(std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  auto packets = is_dump(lines) ? read_dump(lines) : read_strings(lines);
  if (packets && packets->empty()) return std::unexpected(std::string("there is no packet in it"));
  return packets;
}

}  // namespace lessor::craft
