#include "config/holder_limits.h"

#include "base/text.h"
#include "config/limits.h"

#include <array>
#include <charconv>

namespace lessor::config {
namespace {

constexpr std::array<std::string_view, kHolders> kNames{"client", "port", "relay"};

struct Unit {
  std::string_view name;
  Duration length;
};
constexpr std::array<Unit, 7> kUnits{{{"second", Duration::seconds(1)},
                                      {"minute", Duration::seconds(60)},
                                      {"hour", Duration::seconds(3'600)},
                                      {"day", Duration::seconds(86'400)},
                                      {"week", Duration::seconds(604'800)},
                                      {"month", Duration::seconds(2'592'000)},
                                      {"year", Duration::seconds(31'536'000)}}};

bool is_packets(std::string_view word) {
  return word == "packets" || word == "packet" || word == "messages" || word == "message";
}

std::optional<Duration> find_unit(std::string_view word) {
  for (const Unit& unit : kUnits) {
    if (unit.name == word) return unit.length;
  }
  return std::nullopt;
}

/// The words of a text, which blanks part.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

/// Calls fn(holder, map) for each of client, port, relay that `scope` has limits of.
template <typename Fn>
void for_each_holder(const Node& scope, Fn&& fn) {
  const auto limits = scope.find("limits");
  if (!limits) return;
  for (std::size_t holder = 0; holder < kHolders; ++holder) {
    const auto map = limits->find(kNames[holder]);
    if (map) fn(holder, *map);
  }
}

}  // namespace

std::optional<MessageRate> parse_rate(std::string_view text) {
  std::vector<std::string_view> words = words_of(text);
  if (words.size() == 4 && is_packets(words[1])) words.erase(words.begin() + 1);
  if (words.size() != 3 || words[1] != "per") return std::nullopt;
  MessageRate rate;
  const char* const end = words[0].data() + words[0].size();
  const auto number = std::from_chars(words[0].data(), end, rate.messages);
  const auto unit = find_unit(words[2]);
  if (number.ec != std::errc() || number.ptr != end || !unit) return std::nullopt;
  rate.period = *unit;
  return rate;
}

std::optional<MessageRate> parse_message_rate(std::string_view text) {
  const auto rate = parse_rate(text);
  if (!rate || rate->messages == 0 || rate->messages > kMaxMessageRate) return std::nullopt;
  return rate;
}

std::string to_string(const MessageRate& rate) {
  for (const Unit& unit : kUnits) {
    if (unit.length != rate.period) continue;
    return std::to_string(rate.messages) + (rate.messages == 1 ? " message" : " messages") +
           " per " + std::string(unit.name);
  }
  return "";
}

LeaseLimits read_lease_limits(const Node& scope, const LeaseLimits& inherited, Report& report) {
  LeaseLimits limits = inherited;
  const bool is_subnet = scope.key().empty();  // an element of a list
  for_each_holder(scope, [&](std::size_t holder, const Node& map) {
    if (const auto leases = map.integer("leases")) {
      limits[holder] = static_cast<std::uint32_t>(*leases);
    }
    const std::string* messages = map.text("messages");
    if (messages != nullptr && !messages->empty() && is_subnet) {
      report.error(*map.find("messages"),
                   "a rate holds for the whole server: it is asked before the subnet of a message "
                   "is known; write it under Dhcp4.limits." +
                       std::string(kNames[holder]));
    }
  });
  return limits;
}

MessageRates read_message_rates(const Node& global, Report& report) {
  MessageRates rates{};
  for_each_holder(global, [&](std::size_t holder, const Node& map) {
    const std::string* text = map.text("messages");
    if (text == nullptr || text->empty()) return;
    const auto rate = parse_message_rate(*text);
    if (rate) {
      rates[holder] = *rate;
      return;
    }
    report.error(*map.find("messages"), quote(*text) +
                                            " is no rate: write \"10 packets per second\" (1 to " +
                                            std::to_string(kMaxMessageRate) +
                                            " per second, minute, hour, day, week, month or year)");
  });
  return rates;
}

}  // namespace lessor::config
