#pragma once
// Menu: the options that a configuration has for the clients of one pool (or of a subnet, outside
// its pools): all scopes merged once, the narrowest first, so that a reply costs a table lookup an
// option. Must not know: packets, reservations.

#include "base/prefetch.h"
#include "config/server_config.h"
#include "wire/v4/protocol.h"

#include <array>
#include <bitset>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

namespace lessor::server::v4 {

class Menu {
 public:
  /// `scopes`: the narrowest first; borrowed, they outlive the menu. The subnet mask is made from
  /// `prefix` when no scope has it. Options that only the server itself may set (is_configurable())
  /// are left out.
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
  /// Codes that some scope wants kept from every client.
  [[nodiscard]] std::span<const wire::OptionCode> never_sent() const { return never_sent_; }

  /// An option of a code that some scope has for some classes only. Find() knows none of these.
  struct Choice {
    const config::ConfiguredOption* option = nullptr;
    bool is_inner = false;  ///< not of the last scope
  };
  /// By code, then in the order of the scopes.
  [[nodiscard]] std::span<const Choice> choices() const { return choices_; }
  [[nodiscard]] bool has_choices(wire::OptionCode code) const { return chosen_.test(code); }
  /// Scopes with sub-options of option 125, the narrowest first; the last may be the last of all.
  [[nodiscard]] std::span<const config::OptionSet* const> vendor_scopes() const {
    return vendor_scopes_;
  }
  /// So many of them are not the last of all scopes.
  [[nodiscard]] std::size_t inner_vendor_scopes() const { return inner_vendor_scopes_; }

  /// Has the memory begin to send what every reply asks for.
  void fetch() const { prefetch(this, &at_); }

 private:
  void add(wire::OptionCode code, std::vector<std::byte> value);
  void add_scope(const config::OptionSet& scope, bool is_last);

  // What every reply asks for stands first.
  std::vector<Choice> choices_;
  std::vector<const config::OptionSet*> vendor_scopes_;
  std::size_t inner_vendor_scopes_ = 0;
  std::size_t inner_ = 0;               // so many of the values are not of the last scope
  std::array<std::uint8_t, 256> at_{};  // by code: 1 + index of its value; 0: none
  std::vector<std::vector<std::byte>> values_;
  std::vector<wire::OptionCode> always_sent_;
  std::vector<wire::OptionCode> never_sent_;
  std::bitset<256> chosen_;
};

}  // namespace lessor::server::v4
