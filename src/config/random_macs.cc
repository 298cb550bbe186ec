#include "config/random_macs.h"

#include <cmath>

namespace lessor::config {
namespace {

/// The schema check has told of what is out of bounds.
void read_part(const Node& map, std::string_view key, std::uint32_t& permille) {
  const auto part = map.number(key);
  if (part && 0 <= *part && *part <= 1) {
    permille = static_cast<std::uint32_t>(std::lround(*part * 1'000));
  }
}

}  // namespace

RandomMacs read_random_macs(const Node& scope, const RandomMacs& inherited, Report& report) {
  RandomMacs made = inherited;
  const auto map = scope.find("random-macs");
  if (!map) return made;
  if (const auto seconds = map->integer("valid-lifetime")) {
    made.longest = Duration::seconds(*seconds);
  }
  read_part(*map, "share", made.share_permille);
  read_part(*map, "threshold", made.threshold_permille);
  if (map->find("threshold") && made.share_permille == 1'000) {
    report.note(*map->find("threshold"), "without effect: random-macs has no share below 1");
  }
  return made;
}

}  // namespace lessor::config
