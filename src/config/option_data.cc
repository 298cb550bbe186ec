#include "config/option_data.h"

#include "config/reservations.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_text.h"

#include <array>
#include <map>
#include <utility>

namespace lessor::config {
namespace {

/// Options that the server fills in by itself, or that only clients send.
struct NotForConfiguration {
  wire::OptionCode code;
  std::string_view why;
};
constexpr std::array<NotForConfiguration, 14> kNotForConfiguration{{
    {wire::kOptionPad, "it is no option, it fills up"},
    {wire::kOptionDhcpRequestedAddress, "only clients send it (RFC 2131 table 3: MUST NOT)"},
    {wire::kOptionDhcpLeaseTime, "set valid-lifetime instead"},
    {wire::kOptionDhcpOptionOverload, "the server sets it when a message needs it"},
    {wire::kOptionDhcpMessageType, "the server sets it in every message"},
    {wire::kOptionDhcpServerIdentifier, "not implemented yet: a server identifier of one's own"},
    {wire::kOptionDhcpParameterRequestList, "only clients send it (RFC 2131 table 3: MUST NOT)"},
    {wire::kOptionDhcpMaxMessageSize, "only clients send it (RFC 2131 table 3: MUST NOT)"},
    {wire::kOptionDhcpRenewalTime, "set renew-timer instead"},
    {wire::kOptionDhcpRebindingTime, "set rebind-timer instead"},
    {wire::kOptionDhcpClientIdentifier, "the server sends the client's own back: echo-client-id"},
    {wire::kOptionFqdn, "the server answers the client's own"},
    {wire::kOptionDhcpAgentOptions, "the server sends the relay's own back"},
    {wire::kOptionEnd, "it is no option, it ends them"},
}};

/// Reads the option-data list of one scope.
class OptionReader {
 public:
  explicit OptionReader(Report& report) : report_(report) {}

  void read(const Node& map) {
    if (!is_in_known_space(map)) return;
    const auto code = read_code(map);
    if (!code) return;
    if (!may_be_configured(map, *code) || !is_first(map, *code)) return;
    auto value = read_value(map, *code);
    if (!value) return;
    const bool always_send = map.boolean("always-send").value_or(false);
    options_.push_back({*code, always_send, std::move(*value)});
  }
  [[nodiscard]] std::vector<ConfiguredOption> take() { return std::move(options_); }

 private:
  std::optional<wire::OptionCode> read_code(const Node& map) {
    const auto name = map.find("name");
    const auto number = map.find("code");
    if (!name && !number) {
      report_.error(map, "an option needs a name or a code: \"name\": \"routers\"");
      return std::nullopt;
    }
    const auto by_number = number ? read_number(*number) : std::nullopt;
    if (number && !by_number) return std::nullopt;
    if (!name || name->value().as_text() == nullptr) return by_number;
    const std::string& text = *name->value().as_text();
    const auto by_name = wire::find_option_code(text);
    // A name of the operator's own beside a code is only a label, when nobody else uses it.
    if (!by_name && by_number && wire::find_option(*by_number) == nullptr) return by_number;
    if (!by_name) {
      report_.error(*name, "there is no option " + quote(text),
                    std::string(wire::suggest_option_name(text).value_or("")));
      return std::nullopt;
    }
    if (by_number && *by_number != *by_name) {
      report_.error(*number, quote(text) + " has the code " + std::to_string(*by_name) + ", not " +
                                 std::to_string(*by_number));
      return std::nullopt;
    }
    return by_name;
  }

  std::optional<wire::OptionCode> read_number(const Node& node) {
    const std::int64_t* number = node.value().as_integer();
    if (number == nullptr) return std::nullopt;
    if (*number < 1 || *number > 254) {
      report_.error(node, std::to_string(*number) + " is no option: codes go from 1 to 254");
      return std::nullopt;
    }
    return static_cast<wire::OptionCode>(*number);
  }

  bool is_in_known_space(const Node& map) {
    const std::string* space = map.text("space");
    if (space == nullptr || *space == "dhcp4") return true;
    report_.error(*map.find("space"), "not implemented yet: options of the space " + quote(*space) +
                                          "; give vendor options (43, 125) in hexadecimal");
    return false;
  }

  bool may_be_configured(const Node& map, wire::OptionCode code) {
    for (const NotForConfiguration& row : kNotForConfiguration) {
      if (row.code != code) continue;
      report_.error(map, wire::option_name(code) + " (" + std::to_string(code) +
                             ") cannot be configured: " + std::string(row.why));
      return false;
    }
    return true;
  }

  bool is_first(const Node& map, wire::OptionCode code) {
    const auto [other, added] = seen_.try_emplace(code, map.value().position());
    if (added) return true;
    report_.error(map, wire::option_name(code) + " stands twice in this list; the other is at " +
                           report_.place_of(other->second));
    return false;
  }

  /// csv-format false: octets. true (the default for options that have a form): text.
  std::optional<std::vector<std::byte>> read_value(const Node& map, wire::OptionCode code) {
    const auto data = map.find("data");
    const std::string* found = data ? data->value().as_text() : nullptr;
    if (data && found == nullptr) return std::nullopt;
    const Node& place = data ? *data : map;
    const std::string text = found != nullptr ? *found : "";
    const bool has_form = wire::find_option(code) != nullptr;
    const bool as_text = map.boolean("csv-format").value_or(has_form);
    auto value = as_text ? parse_text(code, text, place) : parse_octets(text, place);
    if (!value) return std::nullopt;
    if (const auto wrong = wire::validate_option(code, *value)) {
      report_.error(place, *wrong);
      return std::nullopt;
    }
    return value;
  }

  std::optional<std::vector<std::byte>> parse_text(wire::OptionCode code, const std::string& text,
                                                   const Node& place) {
    auto value = wire::parse_option_data(code, text);
    if (value) return std::move(*value);
    report_.error(place, wire::option_name(code) + ": " + to_string(value.error()));
    return std::nullopt;
  }

  std::optional<std::vector<std::byte>> parse_octets(const std::string& text, const Node& place) {
    auto octets = parse_identifier(text);
    if (octets) return std::move(*octets);
    report_.error(place, octets.error());
    return std::nullopt;
  }

  Report& report_;
  std::vector<ConfiguredOption> options_;
  std::map<wire::OptionCode, Position> seen_;
};

}  // namespace

OptionSet read_option_data(const Node& scope, Report& report) {
  const auto list = scope.find("option-data");
  if (!list) return {};
  OptionReader reader(report);
  for (const Node& map : list->maps()) reader.read(map);
  return OptionSet(reader.take());
}

void collect_addresses(const OptionSet& options, std::vector<net::Ip4>& addresses) {
  for (const ConfiguredOption& option : options.all()) {
    const wire::Shape& shape = wire::option_shape(option.code);
    if (shape.count != 1 || shape.fields[0] != &wire::kind::kIp4) continue;
    ByteReader reader(option.value);
    while (reader.remaining() > 0) addresses.push_back({reader.be32()});
  }
}

}  // namespace lessor::config
