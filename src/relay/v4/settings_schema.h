#pragma once
// Which keys a relay's configuration may hold: one table, that the check of a file and
// docs/relay.md are held against. Must not know: what the keys mean.

#include "config/node.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace lessor::relay::v4 {

/// The maps that keys stand in.
enum class KeyScope : std::uint8_t { file, relay, downlink, agent_info, vendor };

enum class KeyType : std::uint8_t {
  map,
  map_list,
  text,
  text_list,
  word,  ///< one of `words`
  boolean,
  integer,  ///< from `least` to `most`
  any,      ///< checked by whoever reads it
};

struct KeyRow {
  KeyScope scope;
  std::string_view name;
  KeyType type;
  std::string_view words = {};  ///< '|' between
  std::int64_t least = 0;
  std::int64_t most = 0;
  KeyScope inside = KeyScope::file;  ///< of maps and lists of maps
};

/// All of them.
[[nodiscard]] std::span<const KeyRow> relay_keys();

/// Holds a document against the table: unknown keys (with the nearest one), types, bounds.
void check_relay_schema(const config::Node& root, config::Report& report);

}  // namespace lessor::relay::v4
