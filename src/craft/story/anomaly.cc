#include "craft/story/anomaly.h"

#include <numeric>

namespace lessor::craft {

std::string_view to_string(AnomalyKind kind) {
  switch (kind) {
    case AnomalyKind::unanswered:
      return "unanswered";
    case AnomalyKind::competing_offers:
      return "competing-offers";
    case AnomalyKind::given_twice:
      return "given-twice";
    case AnomalyKind::suspect_server:
      return "suspect-server";
    case AnomalyKind::timing:
      return "timing";
    case AnomalyKind::refused:
      return "refused";
    case AnomalyKind::declined:
      return "declined";
    case AnomalyKind::storm:
      return "storm";
    case AnomalyKind::broken:
      return "broken";
  }
  return "";
}

void AnomalyLog::add(Anomaly anomaly) {
  if (counts_[static_cast<std::size_t>(anomaly.kind)]++ < kKeptMax) {
    kept_.push_back(std::move(anomaly));
  }
}

std::uint64_t AnomalyLog::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

}  // namespace lessor::craft
