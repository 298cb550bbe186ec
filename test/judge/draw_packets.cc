// Draws packets for the judge: random headers, random options with valid values, some in 'file'
// and 'sname', some behind a relay agent. They are built and written by what `craft` uses.
//
//   judge_draw_packets COUNT SEED FILE

#include "base/random.h"
#include "base/text.h"
#include "craft/capture/pcap_writer.h"
#include "craft/packet/notation.h"
#include "net/address.h"
#include "wire/v4/option_text.h"

#include <bitset>
#include <cstdio>
#include <string>

namespace lessor::craft {
namespace {

/// What Ethernet carries leaves 1,472 octets to the message.
constexpr std::size_t kMaxOptionsSize = 1'100;
constexpr std::uint32_t kMaxOptions = 12;
/// Options that have a place of their own: the type, what opens fields and stands in them, the
/// relay agent's.
constexpr int kPlaced[] = {wire::kOptionDhcpMessageType, wire::kOptionDhcpOptionOverload,
                           wire::kOptionDhcpAgentOptions};

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  /// A packet in the notation.
  std::string packet() {
    text_ = "packet {\n";
    room_ = kMaxOptionsSize;
    overload_ = random_.one_in(6) ? 1 + random_.below(3) : 0;
    relayed_ = random_.one_in(4);
    drawn_.reset();
    for (const int code : kPlaced) drawn_[static_cast<std::size_t>(code)] = true;
    layers();
    header();
    line("cookie", "0x63825363");
    option("", wire::kOptionDhcpMessageType, number(1 + random_.below(18)));
    if (overload_ != 0) option("", wire::kOptionDhcpOptionOverload, number(overload_));
    drawn_[wire::kOptionBootFileName] = (overload_ & 1) != 0;
    drawn_[wire::kOptionTftpServerName] = (overload_ & 2) != 0;
    for (std::uint32_t i = 1 + random_.below(kMaxOptions); i > 0; --i) random_option();
    if (relayed_) option("", wire::kOptionDhcpAgentOptions, drawn(wire::kOptionDhcpAgentOptions));
    text_ += "end\n";
    if ((overload_ & 1) != 0) field_of_options("file", wire::kFileSize);
    if ((overload_ & 2) != 0) field_of_options("sname", wire::kSnameSize);
    if (random_.one_in(2)) line("pad", number(1 + random_.below(60)));
    return text_ + "}\n";
  }

 private:
  static std::string number(std::uint32_t value) { return std::to_string(value); }
  std::string address() { return net::to_string(net::Ip4{random_.u32()}); }
  std::string octets(std::size_t count) {
    std::vector<std::byte> bytes(count);
    for (std::byte& octet : bytes) octet = static_cast<std::byte>(random_.u32());
    return to_hex(bytes, ':');
  }
  std::string word(std::size_t most) {
    std::string text(1 + random_.below(static_cast<std::uint32_t>(most)), 'a');
    for (char& c : text) c = static_cast<char>('a' + random_.below(26));
    return text;
  }
  std::string drawn(wire::OptionCode code) {
    return wire::print_option(code, wire::random_value(code, random_));
  }

  void line(std::string_view name, std::string_view value) {
    text_.append(name).append(" = ").append(value) += "\n";
  }

  void layers() {
    line("eth.dst", octets(6));
    line("eth.src", octets(6));
    if (random_.one_in(8)) line("vlan.id", number(random_.below(4'095)));
    line("ip.tos", number(random_.below(256)));
    line("ip.id", number(random_.below(65'536)));
    line("ip.ttl", number(random_.below(256)));
    line("ip.src", address());
    line("ip.dst", address());
    line("udp.srcport", number(67 + random_.below(2)));
    line("udp.dstport", number(67 + random_.below(2)));
  }

  void header() {
    const std::uint32_t hlen = random_.one_in(4) ? random_.below(17) : 6;
    line("op", number(1 + random_.below(2)));
    line("htype", number(random_.one_in(4) ? random_.below(40) : 1));
    line("hlen", number(hlen));
    line("hops", number(random_.below(256)));
    line("xid", number(random_.u32()));
    line("secs", number(seconds()));
    line("flags", number(random_.below(65'536)));
    line("ciaddr", address());
    line("yiaddr", address());
    line("siaddr", address());
    line("giaddr", relayed_ ? address() : "0.0.0.0");
    line("chaddr", "0x" + to_hex(*from_hex(octets(16))));
    if ((overload_ & 2) == 0 && random_.one_in(2)) line("sname", word(wire::kSnameSize - 1));
    if ((overload_ & 1) == 0 && random_.one_in(2)) line("file", word(wire::kFileSize - 1));
  }

  /// tshark takes 0x0100 and the like for 1 in the wrong order of octets, and shows 1: neither is
  /// wrong, so such values are not drawn.
  std::uint32_t seconds() {
    const std::uint32_t secs = random_.below(65'536);
    return secs % 256 == 0 ? secs / 256 : secs;
  }

  void option(std::string_view area, wire::OptionCode code, std::string_view value) {
    line(std::string(area).append("option.").append(wire::option_name(code)), value);
  }

  void random_option() {
    const auto code = static_cast<wire::OptionCode>(1 + random_.below(254));
    if (drawn_[code]) return;
    drawn_[code] = true;
    const auto value = wire::random_value(code, random_);
    if (value.size() > wire::kMinMessageSize || value.size() + 2 > room_) return;
    room_ -= value.size() + 2;
    option("", code, wire::print_option(code, value));
  }

  /// One option, the end, and pads up to the field's end.
  void field_of_options(std::string_view field, std::size_t size) {
    const std::string value = word(size - 8);
    const std::string area = std::string(field) + ".";
    option(area, field == "file" ? wire::kOptionBootFileName : wire::kOptionTftpServerName, value);
    text_ += area + "end\n";
  }

  Random random_;
  std::string text_;
  std::size_t room_ = 0;
  std::uint32_t overload_ = 0;
  bool relayed_ = false;
  std::bitset<256> drawn_;  // parts are joined by us and not by tshark: one of each
};

int fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  return 1;
}

int draw_all(std::uint64_t count, std::uint64_t seed, const char* path) {
  Draw draw(seed);
  auto out = PcapWriter::open(path);
  if (!out) return fail(out.error());
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string text = draw.packet();
    const auto recipes = read_recipes(text);
    if (!recipes) return fail(recipes.error() + "\n" + text);
    const auto packet = build(recipes->front(), {});
    if (!packet) return fail(packet.error() + "\n" + text);
    if (!out->write(Duration::milliseconds(static_cast<std::int64_t>(i)), packet->bytes)) {
      return fail("the disk is full");
    }
  }
  return 0;
}

}  // namespace
}  // namespace lessor::craft

int main(int argc, char** argv) {
  const auto count = argc == 4 ? lessor::parse_number(argv[1]) : std::nullopt;
  const auto seed = argc == 4 ? lessor::parse_number(argv[2]) : std::nullopt;
  if (!count || !seed) return lessor::craft::fail("usage: judge_draw_packets COUNT SEED FILE");
  return lessor::craft::draw_all(*count, *seed, argv[3]);
}
