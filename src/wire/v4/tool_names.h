#pragma once
// What other tools call each option, tool by tool: for people who come from one of them. That all
// these names are understood is option_table.h's matter. Must not know: what an option holds.

#include "wire/v4/protocol.h"

namespace lessor::wire {

/// The names of one option, as their tools write them; empty where a tool has none.
struct ToolNames {
  OptionCode code;
  std::string_view kea;      ///< 2.2, which is our own name for it
  std::string_view dhcpd;    ///< ISC dhcpd 4.4
  std::string_view dnsmasq;  ///< 2.90
  std::string_view scapy;    ///< 2.5
  std::string_view tshark;   ///< 4.0: the field's name behind dhcp.option
};

/// The names of an option; null when no tool has one.
[[nodiscard]] const ToolNames* find_tool_names(OptionCode code);

}  // namespace lessor::wire
