#pragma once
// Pages about options for people: the list of all, the names that other tools have for them, and
// all about one. What `lessor options` prints. Must not know: terminals, command lines.

#include "craft/text_layout.h"
#include "wire/v4/sub_options.h"

#include <expected>
#include <optional>

namespace lessor::craft {

/// An option, or a sub-option of one.
struct OptionPath {
  wire::OptionCode code = 0;
  const wire::SubOptionRow* sub = nullptr;
};

/// The option of a name, an alias, a code, or of a path: "dhcp-agent-options.circuit-id", "82.1".
/// The error is a sentence that names the nearest.
[[nodiscard]] std::expected<OptionPath, std::string> find_option_path(std::string_view path);

/// The table of sub-options of an option; empty when it has none that have names.
[[nodiscard]] wire::SubOptionTable sub_options_of(wire::OptionCode code);

/// Every option that has a name: code, name, value, length, meaning, RFC.
[[nodiscard]] std::string options_list(const Style& style);
/// What Kea, dhcpd, dnsmasq, scapy and tshark call each.
[[nodiscard]] std::string option_names_list(const Style& style);
/// All about one: meaning, value, ways to write it, octets, messages that carry it, its
/// sub-options.
[[nodiscard]] std::string option_page(const OptionPath& path, const Style& style);

/// What an option looks like on the wire: its example's octets, header included.
[[nodiscard]] std::vector<std::byte> example_octets(const OptionPath& path);
/// "must", "may" and so on of every form of message, those that agree in one line:
/// {"MUST", "DHCPOFFER, DHCPACK"}.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>> messages_with(
    wire::OptionCode code);

}  // namespace lessor::craft
