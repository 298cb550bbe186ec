#include "base/text.h"
#include "craft/capture/hex_text.h"
#include "craft/packet/notation.h"
#include "craft/text_layout.h"
#include "net/frame.h"
#include "wire/v4/protocol.h"

#include <algorithm>

namespace lessor::craft {
namespace {

/// One packet in memory, with a frame's kind.
struct Held {
  std::vector<std::byte> bytes;
  LinkType link = LinkType::ethernet;
  Duration since_1970;
};

class HeldReader : public CaptureReader {
 public:
  HeldReader(std::vector<Held> frames, std::string note)
      : frames_(std::move(frames)), note_(std::move(note)) {}

  std::expected<bool, std::string> next(CapturedFrame& frame) override {
    if (at_ == frames_.size()) return false;
    const Held& held = frames_[at_++];
    frame = {.number = at_,
             .since_1970 = held.since_1970,
             .link = held.link,
             .bytes = held.bytes,
             .original_size = held.bytes.size()};
    return true;
  }
  LinkType link() const override {
    return frames_.empty() ? LinkType::ethernet : frames_.front().link;
  }
  std::string note() const override { return note_; }

 private:
  std::vector<Held> frames_;
  std::string note_;
  std::size_t at_ = 0;
};

bool is_message(Bytes bytes) {
  if (bytes.size() < wire::kOptionsOffset) return false;
  const std::uint8_t op = load_u8(bytes.data());
  return (op == 1 || op == 2) && load_be32(&bytes[wire::kCookieOffset]) == wire::kCookie;
}

bool is_frame(Bytes bytes, LinkType link) {
  const Dissection d = dissect(bytes, link);
  return d.arp || (d.ip && d.ip->checksum == ChecksumVerdict::correct);
}

/// IPv4 and UDP before a message that came without: from the side that its op tells.
std::vector<std::byte> wrap_message(Bytes message) {
  const bool reply = load_u8(message.data()) == 2;
  std::vector<std::byte> slot(net::kFrameHeaders + message.size());
  copy_bytes(MutableBytes(slot).subspan(net::kFrameHeaders), message);
  const net::UdpEndpoints who{.destination = net::kIp4Broadcast,
                              .source_port = reply ? wire::kServerPort : wire::kClientPort,
                              .destination_port = reply ? wire::kClientPort : wire::kServerPort};
  net::write_udp_frame(slot, net::kFrameHeaders, message.size(), who);
  slot.erase(slot.begin(), slot.begin() + net::kEthernetHeader);
  return slot;
}

std::string_view words_for(Guess guess) {
  switch (guess) {
    case Guess::ethernet:
      return "an Ethernet frame";
    case Guess::ip:
      return "an IPv4 datagram";
    case Guess::cooked:
    case Guess::cooked2:
      return "a Linux cooked frame";
    case Guess::message:
      return "a DHCP message without headers; those of IPv4 and UDP are made up";
    case Guess::nothing:
      break;
  }
  return "";
}

std::optional<Held> hold(TextPacket packet, Guess guess) {
  Held held{.bytes = std::move(packet.bytes), .since_1970 = packet.since_1970};
  switch (guess) {
    case Guess::ethernet:
      break;
    case Guess::ip:
      held.link = LinkType::raw_ip;
      break;
    case Guess::cooked:
      held.link = LinkType::cooked;
      break;
    case Guess::cooked2:
      held.link = LinkType::cooked2;
      break;
    case Guess::message:
      if (held.bytes.size() + wire::kIpUdpHeaderSize > UINT16_MAX) return std::nullopt;
      held.link = LinkType::raw_ip;
      held.bytes = wrap_message(held.bytes);
      break;
    case Guess::nothing:
      return std::nullopt;
  }
  return held;
}

/// Whether the first line that says something begins a block of our notation.
bool is_notation(std::string_view text) {
  for (const std::string_view line : lines_of(text)) {
    const std::string_view said = without_comment(line);
    if (!said.empty()) return said.ends_with('{');
  }
  return false;
}

using Reader = std::expected<std::unique_ptr<CaptureReader>, std::string>;

Reader read_notation(std::string_view text, const std::string& name) {
  const auto recipes = read_recipes(text);
  if (!recipes) return std::unexpected(name + ": " + recipes.error());
  std::vector<Held> frames;
  for (const Recipe& recipe : *recipes) {
    auto packet = build(recipe, Maker());
    if (!packet) {
      return std::unexpected(name + ": packet " + std::to_string(frames.size() + 1) + ": " +
                             packet.error());
    }
    frames.push_back({.bytes = std::move(packet->bytes),
                      .link = packet->link,
                      .since_1970 = packet->time.value_or(Duration())});
  }
  return std::make_unique<HeldReader>(std::move(frames), "");
}

Reader read_hex(std::string_view text, const std::string& name) {
  auto packets = read_hex_text(text);
  if (!packets) return std::unexpected(name + ": " + packets.error());
  std::vector<Held> frames;
  std::string note;
  for (TextPacket& packet : *packets) {
    const Guess guess = guess_kind(packet.bytes);
    const std::size_t size = packet.bytes.size();
    auto held = hold(std::move(packet), guess);
    if (!held) {
      return std::unexpected(name + ": packet " + std::to_string(frames.size() + 1) + " of " +
                             std::to_string(size) +
                             " octets is neither an Ethernet frame, nor an IPv4 datagram, nor a "
                             "DHCP message");
    }
    const std::string words(words_for(guess));
    if (frames.empty()) note = words;
    if (note != words) note = "packets of several kinds";
    frames.push_back(std::move(*held));
  }
  return std::make_unique<HeldReader>(std::move(frames), "read as " + note);
}

/// Octets as they are: one packet, as `lessor craft --raw` writes it.
Reader read_octets(Bytes octets, const std::string& name) {
  const Guess guess = octets.size() > kPacketBytes ? Guess::nothing : guess_kind(octets);
  auto held = hold({.bytes = {octets.begin(), octets.end()}}, guess);
  if (!held) {
    return std::unexpected(name + " is neither a capture file, nor text, nor one packet's octets");
  }
  std::vector<Held> frames;
  frames.push_back(std::move(*held));
  return std::make_unique<HeldReader>(std::move(frames),
                                      "read as " + std::string(words_for(guess)));
}

/// What gzip, xz and zstd begin their files with.
bool is_compressed(std::string_view octets) {
  using namespace std::string_view_literals;
  return octets.starts_with("\x1f\x8b"sv) ||
         octets.starts_with(
             "\xfd"
             "7zXZ\0"sv) ||
         octets.starts_with("\x28\xb5\x2f\xfd"sv);
}

}  // namespace

Guess guess_kind(Bytes bytes) {
  if (is_message(bytes)) return Guess::message;
  if (is_frame(bytes, LinkType::raw_ip)) return Guess::ip;
  if (is_frame(bytes, LinkType::ethernet)) return Guess::ethernet;
  if (is_frame(bytes, LinkType::cooked2)) return Guess::cooked2;
  if (is_frame(bytes, LinkType::cooked)) return Guess::cooked;
  // Nothing is whole: the first whose headers are there at all.
  const Dissection as_frame = dissect(bytes);
  if (as_frame.ip) return Guess::ethernet;
  if (dissect(bytes, LinkType::raw_ip).ip) return Guess::ip;
  const bool known_type = as_frame.ethernet && (as_frame.ethernet->type == net::kEtherTypeIp4 ||
                                                as_frame.ethernet->type == net::kEtherTypeArp);
  return known_type ? Guess::ethernet : Guess::nothing;
}

std::expected<std::unique_ptr<CaptureReader>, std::string> read_text(std::string_view text,
                                                                     const std::string& name) {
  if (trim(text).empty()) return std::unexpected(name + " is empty");
  if (is_compressed(text)) {
    return std::unexpected(name + " is compressed: unpack it first (zcat FILE | lessor show -)");
  }
  if (text.find('\0') != std::string_view::npos) return read_octets(as_bytes(text), name);
  return is_notation(text) ? read_notation(text, name) : read_hex(text, name);
}

}  // namespace lessor::craft
