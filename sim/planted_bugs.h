#pragma once
// The bugs of planted_bugs.txt as the program that has them all compiled in knows them: none is
// there until it is planted. plant.py writes the table. Must not know: what they break.

#include <span>
#include <string_view>

namespace lessor::sim {

struct PlantedBug {
  std::string_view name;   ///< ack-before-flush
  std::string_view about;  ///< a sentence: what goes wrong
};

/// Every bug, in the order of the file.
[[nodiscard]] std::span<const PlantedBug> planted_bugs();

/// Plants one bug, by its place in planted_bugs(), and takes away that before. -1: none.
void plant(int bug);

}  // namespace lessor::sim
