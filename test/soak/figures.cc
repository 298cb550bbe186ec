#include "figures.h"

#include <algorithm>
#include <utility>

namespace lessor::soak {
namespace {

template <std::size_t Size>
std::string list_of(const std::array<std::uint64_t, Size>& counts) {
  std::string text;
  for (const std::uint64_t count : counts) {
    text += (text.empty() ? "[" : ", ") + std::to_string(count);
  }
  return text + "]";
}

/// The waiting time that `percent` of all did not exceed; 0 when there are none.
std::uint32_t percentile(std::vector<std::uint32_t>& waits, std::size_t percent) {
  if (waits.empty()) return 0;
  const std::size_t rank = std::min(waits.size() - 1, waits.size() * percent / 100);
  const auto at = waits.begin() + static_cast<std::ptrdiff_t>(rank);
  std::ranges::nth_element(waits, at);
  return *at;
}

}  // namespace

void Figures::waited(std::chrono::nanoseconds time, bool for_disk) {
  ++exchanges;
  (for_disk ? durable : quick)
      .push_back(static_cast<std::uint32_t>(
          std::chrono::duration_cast<std::chrono::microseconds>(time).count()));
}

std::string Figures::take_json(std::size_t leases) {
  std::string text = "{";
  const auto add = [&](const char* name, const std::string& value) {
    text += (text.size() > 1 ? ", \"" : "\"") + std::string(name) + "\": " + value;
  };
  add("sent", list_of(sent));
  add("unsure", list_of(unsure));
  add("broken", list_of(broken));
  add("seen", list_of(seen));
  add("relayed", std::to_string(relayed));
  add("relayed_unsure", std::to_string(relayed_unsure));
  add("relayed_seen", std::to_string(relayed_seen));
  add("relayed_broken", std::to_string(relayed_broken));
  add("exchanges", std::to_string(exchanges));
  add("resent", std::to_string(resent));
  add("resent_unsure", std::to_string(resent_unsure));
  add("stray", std::to_string(stray));
  add("refused", std::to_string(refused));
  add("lost", std::to_string(lost));
  add("faults", std::to_string(faults));
  add("leases", std::to_string(leases));
  for (const auto& [name, waits] : {std::pair("quick", &quick), std::pair("durable", &durable)}) {
    add((std::string(name) + "_p50_us").c_str(), std::to_string(percentile(*waits, 50)));
    add((std::string(name) + "_p99_us").c_str(), std::to_string(percentile(*waits, 99)));
    waits->clear();
  }
  return text + "}";
}

}  // namespace lessor::soak
