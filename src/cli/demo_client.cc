#include "cli/demo_client.h"

#include "cli/state_diagram.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lessor::cli {

using client::v4::State;

ClientLine read_client_line(std::string_view line) {
  if (!line.starts_with("{")) return {};
  ClientLine read{.is_event = true};
  const auto event = nlohmann::json::parse(line, nullptr, false);
  const auto text_at = [&](const char* key) {
    const auto found = event.find(key);
    const bool is_text = found != event.end() && found->is_string();
    return is_text ? found->get<std::string>() : std::string();
  };
  if (!event.is_object()) return read;
  read.sent = text_at("event") == "sent";
  const auto before = parse_state(text_at("before"));
  const auto after = parse_state(text_at("state"));
  if (text_at("event") == "entered" && before && after) read.step = {*before, *after};
  return read;
}

void ClientWay::take(const ClientStep& step) {
  const bool rested = step.before == State::stopped || step.before == State::bound;
  if (rested) states_.clear();
  if (step.before == State::bound) states_.push_back(step.before);
  states_.push_back(step.after);
  entered_.push_back(step.after);
}

int ClientWay::times(State state) const {
  return static_cast<int>(std::ranges::count(entered_, state));
}

}  // namespace lessor::cli
