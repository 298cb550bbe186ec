#pragma once
// Menu: the options that a configuration has for the clients of one pool (or of a subnet, outside
// its pools): all scopes merged once, the narrowest first, so that a reply costs a table lookup an
// option. Must not know: packets, reservations.

#include "config/server_config.h"
#include "wire/v4/protocol.h"

#include <array>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

namespace lessor::server::v4 {

class Menu {
 public:
  /// `scopes`: the narrowest first. The subnet mask is made from `prefix` when no scope has it.
  /// Options that only the server itself may set (is_configurable()) are left out.
  Menu(std::initializer_list<const config::OptionSet*> scopes, const net::Prefix4& prefix);

  /// The value to send; nothing when none is configured.
  [[nodiscard]] std::optional<Bytes> find(wire::OptionCode code) const {
    if (at_[code] == 0) return std::nullopt;
    return values_[at_[code] - 1U];
  }
  /// The same where the last of the scopes (the global one, and the subnet mask of our own) does
  /// not count.
  [[nodiscard]] std::optional<Bytes> find_inner(wire::OptionCode code) const {
    return at_[code] > inner_ ? std::nullopt : find(code);
  }
  /// Codes that some scope wants sent to every client.
  [[nodiscard]] std::span<const wire::OptionCode> always_sent() const { return always_sent_; }

 private:
  void add(wire::OptionCode code, std::vector<std::byte> value);

  std::array<std::uint8_t, 256> at_{};  // by code: 1 + index of its value; 0: none
  std::vector<std::vector<std::byte>> values_;
  std::vector<wire::OptionCode> always_sent_;
  std::size_t inner_ = 0;  // so many of the values are not of the last scope
};

}  // namespace lessor::server::v4
