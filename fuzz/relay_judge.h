#pragma once
// What must hold of what a relay agent sends on, beside what came in: for relay_fuzz.cc. Reads
// options by a walk of its own, and says in words what is wrong. Must not know: how the relay came
// to it.

#include "relay/v4/settings.h"
#include "wire/v4/message_view.h"

#include <array>
#include <string>
#include <vector>

namespace lessor::relay::v4::testing {

/// The options field as it lies there: every option but pads, in order.
struct Options {
  struct One {
    std::uint8_t code;
    Bytes value;
  };
  std::vector<One> others;  ///< all but option 82
  std::vector<Bytes> infos;
  bool info_is_last = true;
  bool readable = false;

  [[nodiscard]] std::uint8_t type() const {
    std::uint8_t type = 0;
    for (const One& one : others) {
      if (one.code == 53) type = one.value.size() == 1 ? load_u8(one.value.data()) : 255;
    }
    return type;
  }
};

[[nodiscard]] inline Options options_of(Bytes message) {
  Options found;
  if (message.size() < 240 || load_be32(&message[236]) != 0x63825363) return found;
  found.readable = true;
  for (std::size_t at = 240; at < message.size();) {
    const std::uint8_t code = load_u8(&message[at]);
    if (code == 255) break;
    if (code == 0) {
      ++at;
      continue;
    }
    const std::size_t size = at + 1 < message.size() ? load_u8(&message[at + 1]) : SIZE_MAX / 2;
    if (at + 2 + size > message.size()) {
      found.readable = false;
      break;
    }
    const Bytes value = message.subspan(at + 2, size);
    found.info_is_last = code == 82;
    if (code == 82)
      found.infos.push_back(value);
    else
      found.others.push_back({code, value});
    at += 2 + size;
  }
  return found;
}

/// One message, as it came and as it was sent on.
class RelayJudge {
 public:
  RelayJudge(const Settings& settings, const net::Datagram& in, Bytes out)
      : settings_(settings),
        in_(in.payload),
        out_(out),
        before_(options_of(in.payload)),
        after_(options_of(out)),
        link_(in.interface) {}

  /// RFC 1542 4.1.1, RFC 3046 2.1; `giaddr` is the link's. Empty: nothing is wrong.
  [[nodiscard]] std::string fault_of_request(net::Ip4 giaddr) const {
    const net::Ip4 was = giaddr_of(in_);
    const unsigned hops = octet(in_, 3);
    if (octet(out_, 3) != hops + 1) return "hops is not counted";
    if (hops > settings_.max_hops) return "more hops than may be";
    if (giaddr_of(out_) != (was.is_zero() ? giaddr : was)) return "another giaddr (R1542-4.1.1-b)";
    if (!same(0, 3) || !same(4, 24) || !same(28, 236)) return "a field is not preserved intact";
    const std::uint8_t type = after_.type();
    if (type == 10 && was.is_zero()) return "a client's DHCPLEASEQUERY";
    const bool of_server = type == 2 || type == 5 || type == 6 || (type >= 9 && type <= 18);
    if (of_server && type != 10) return "a server's message, to servers";
    return before_.readable ? fault_of_info(was) : "";
  }

  /// RFC 1542 4.1.2: header and options as the server wrote them, without our option 82.
  [[nodiscard]] std::string fault_of_reply() const {
    if (!same(0, 236)) return "a field is not preserved intact";
    switch (after_.type()) {
      case 1:
      case 3:
      case 4:
      case 7:
      case 8:
      case 10:
      case 11:
      case 12:
      case 13:
        return "no message for a client";
      default:
        break;
    }
    if (!before_.readable) return "";
    if (!same_others()) return "an option is not as it was";
    if (!trusts() && !after_.infos.empty()) return "our option 82, to a client (R3046-2.1-d)";
    return "";
  }

 private:
  static unsigned octet(Bytes message, std::size_t at) { return load_u8(&message[at]); }
  static net::Ip4 giaddr_of(Bytes message) { return {load_be32(&message[24])}; }
  [[nodiscard]] bool same(std::size_t from, std::size_t to) const {
    return equal_bytes(in_.subspan(from, to - from), out_.subspan(from, to - from));
  }
  [[nodiscard]] bool same_others() const {
    if (before_.others.size() != after_.others.size()) return false;
    for (std::size_t i = 0; i < before_.others.size(); ++i) {
      const auto& a = before_.others[i];
      const auto& b = after_.others[i];
      if (a.code != b.code || !equal_bytes(a.value, b.value)) return false;
    }
    return true;
  }
  [[nodiscard]] bool trusts() const { return settings_.downlinks.front().trusted; }

  /// Ours is there once, behind theirs or in their place, as it was said.
  [[nodiscard]] std::string fault_of_info(net::Ip4 giaddr) const {
    if (!same_others()) return "an option is not as it was";
    const std::size_t theirs = before_.infos.size();
    if (theirs > 0 && settings_.foreign == ForeignAgentInfo::drop) return "a foreign option 82";
    if (theirs > 0 && giaddr.is_zero() && !trusts()) return "option 82 untrusted (R3046-2.1-b)";
    std::size_t kept = theirs;
    bool ours = false;
    if (giaddr.is_zero()) {
      ours = theirs == 0 || settings_.foreign == ForeignAgentInfo::append ||
             settings_.foreign == ForeignAgentInfo::replace;
      if (ours && settings_.foreign == ForeignAgentInfo::replace) kept = 0;
      // R3046-2.1-a: unless it finds no room.
      const bool left_out = after_.infos.size() == theirs && in_.size() > 1'200;
      if (left_out) return "";
    }
    if (after_.infos.size() != kept + (ours ? 1 : 0)) return "option 82 is there too often, or not";
    for (std::size_t i = 0; i < kept; ++i) {
      if (!equal_bytes(after_.infos[i], before_.infos[i])) return "another's option 82 is changed";
    }
    if (!ours) return "";
    const std::string name = "eth" + std::to_string(link_ - 1);
    const std::string start = {1, 4, name[0], name[1], name[2], name[3]};
    if (!as_text(after_.infos.back()).starts_with(start)) return "another circuit-id";
    return after_.info_is_last ? "" : "option 82 is not the last (R3046-2.1-a)";
  }

  const Settings& settings_;
  Bytes in_, out_;
  Options before_, after_;
  net::InterfaceIndex link_;
};

}  // namespace lessor::relay::v4::testing
