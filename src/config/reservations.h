#pragma once
// The reservations of a subnet: who they are for, what they set aside.

#include "config/client_classes.h"
#include "config/node.h"
#include "config/server_config.h"

#include <expected>
#include <string>
#include <vector>

namespace lessor::config {

/// Reads the `reservations` of a subnet4 element. Refused: none or several identifiers, one that
/// is no identifier, an address outside of the subnet, an identifier or an address that another
/// reservation of the subnet has already.
[[nodiscard]] std::vector<Reservation> read_reservations(const Node& subnet, net::Prefix4 prefix,
                                                         ClassNames& classes, Report& report);

/// The order of lookup from host-reservation-identifiers. Types that no reservation can have yet
/// (duid, circuit-id, flex-id) are left out.
[[nodiscard]] std::vector<IdentifierType> read_identifier_order(const Node& global, Report& report);

/// Octets from hexadecimal ("01:02:ff", "0102ff"), or from 'text' in single quotes; an error says
/// what was expected.
[[nodiscard]] std::expected<std::vector<std::byte>, std::string> parse_identifier(
    std::string_view text);

}  // namespace lessor::config
