#pragma once
// A packet as the page's script reads it, and the words that packets share. Must not know: HTML.

#include "craft/view/shown_packet.h"

#include <string>

namespace lessor::craft {

/// One packet as a JSON object: layers with their values, options, faults, octets (at most
/// `octets_max` of them).
[[nodiscard]] std::string page_packet_json(const ShownPacket& packet, std::size_t octets_max);
/// Every layer's fields as a JSON list, in the order of Layer.
[[nodiscard]] std::string page_layers_json();
/// Every option's name, meaning and RFC as a JSON object by code.
[[nodiscard]] std::string page_options_json();

}  // namespace lessor::craft
