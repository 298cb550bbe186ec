#pragma once
// One packet out of a file: `--from FILE[:N]` and its kin. Must not know: what it is for.

#include "craft/packet/recipe.h"

#include <expected>
#include <optional>
#include <string>

namespace lessor::cli {

/// A file and which of its packets: "cap.pcap", "cap.pcap:3", "-".
struct PacketPlace {
  std::string file;
  std::optional<std::uint64_t> number;  ///< from 1
};
/// A colon and a number at the end count only when there is no file of that very name.
[[nodiscard]] PacketPlace read_place(const std::string& word);

/// That packet (the first when no number is given), of a capture file, a dump or a packet as text.
/// The error is a sentence that names the file.
[[nodiscard]] std::expected<craft::Packet, std::string> read_packet(const PacketPlace& place);

}  // namespace lessor::cli
