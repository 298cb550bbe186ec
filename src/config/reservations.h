#pragma once
// The reservations of a subnet: who they are for, what they set aside.

#include "config/client_classes.h"
#include "config/node.h"
#include "config/server_config.h"

#include <expected>
#include <string>
#include <vector>

namespace lessor::config {

/// What a list of reservations must keep to.
struct HostRules {
  std::optional<net::Prefix4> prefix;  ///< the subnet's; nothing: the list is global
  bool unique_addresses = true;        ///< ip-reservations-unique
};

/// Reads the `reservations` of a subnet4 element, or of Dhcp4. Refused: none or several
/// identifiers, one that is no identifier, an address outside of the subnet, an identifier that
/// another reservation of the list has already, and likewise an address that is to be unique.
[[nodiscard]] std::vector<Reservation> read_reservations(const Node& scope, const HostRules& rules,
                                                         ClassNames& classes, Report& report);

/// The order of lookup from host-reservation-identifiers.
[[nodiscard]] std::vector<IdentifierType> read_identifier_order(const Node& global, Report& report);

/// "hw-address" and so on, as the file spells it.
[[nodiscard]] std::string_view name_of(IdentifierType type);

/// Octets from hexadecimal ("01:02:ff", "0102ff"), or from 'text' in single quotes; an error says
/// what was expected.
[[nodiscard]] std::expected<std::vector<std::byte>, std::string> parse_identifier(
    std::string_view text);

}  // namespace lessor::config
