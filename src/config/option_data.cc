#include "config/option_data.h"

#include "base/text.h"
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

constexpr std::int64_t kLastOption = 254;

/// Reads the options of one scope.
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
  /// A member of `options`: name or code, and the value as text, a number, a truth, or a list of
  /// these.
  void read_short(const Node& member) {
    const std::string name(member.key());
    const bool is_number = name.find_first_not_of("0123456789") == std::string::npos;
    const auto code = is_number ? read_short_code(member, name) : find_by_name(member, name);
    if (!code || !may_be_configured(member, *code) || !is_first(member, *code)) return;
    const auto text = spell(member);
    if (!text) return;
    auto value =
        check(*code, parse(*code, wire::find_option(*code) != nullptr, *text, member), member);
    if (value) options_.push_back({*code, false, std::move(*value)});
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
    // A name of the operator's own beside a code is only a label, when nobody else uses it.
    if (by_number && wire::find_option(*by_number) == nullptr && !wire::find_option_code(text)) {
      return by_number;
    }
    const auto by_name = find_by_name(*name, text);
    if (!by_name) return std::nullopt;
    if (by_number && *by_number != *by_name) {
      report_.error(*number, quote(text) + " has the code " + std::to_string(*by_name) + ", not " +
                                 std::to_string(*by_number));
      return std::nullopt;
    }
    return by_name;
  }

  std::optional<wire::OptionCode> find_by_name(const Node& place, const std::string& name) {
    const auto code = wire::find_option_code(name);
    if (!code) {
      report_.error(place, "there is no option " + quote(name),
                    std::string(wire::suggest_option_name(name).value_or("")));
    }
    return code;
  }

  std::optional<wire::OptionCode> read_number(const Node& node) {
    const std::int64_t* number = node.value().as_integer();
    return number != nullptr ? check_code(node, *number) : std::nullopt;
  }

  std::optional<wire::OptionCode> read_short_code(const Node& member, const std::string& digits) {
    const auto number = parse_number(digits, kLastOption);
    return check_code(member, number ? static_cast<std::int64_t>(*number) : kLastOption + 1);
  }

  std::optional<wire::OptionCode> check_code(const Node& place, std::int64_t number) {
    if (number >= 1 && number <= kLastOption) return static_cast<wire::OptionCode>(number);
    report_.error(place, std::to_string(number) + " is no option: codes go from 1 to 254");
    return std::nullopt;
  }

  /// As option-data spells it: the elements of a list are separated by commas.
  std::optional<std::string> spell(const Node& node) {
    if (const std::string* text = node.value().as_text()) return *text;
    if (const std::int64_t* number = node.value().as_integer()) return std::to_string(*number);
    if (const bool* yes = node.value().as_boolean()) return std::string(*yes ? "true" : "false");
    const bool is_list = node.value().as_list() != nullptr && !node.key().empty();
    if (!is_list) {
      report_.error(node, "expected text, a number, true, false, or a list of these");
      return std::nullopt;
    }
    std::string all;
    for (std::size_t i = 0; i < node.size(); ++i) {
      const auto one = spell(node.child(i));
      if (!one) return std::nullopt;
      all += (i == 0 ? "" : ", ") + *one;
    }
    return all;
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
    return check(code, parse(code, as_text, text, place), place);
  }

  std::optional<std::vector<std::byte>> parse(wire::OptionCode code, bool as_text,
                                              const std::string& text, const Node& place) {
    return as_text ? parse_text(code, text, place) : parse_octets(text, place);
  }

  std::optional<std::vector<std::byte>> check(wire::OptionCode code,
                                              std::optional<std::vector<std::byte>> value,
                                              const Node& place) {
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
  const auto short_ones = scope.find("options");
  if (!list && !short_ones) return {};
  OptionReader reader(report);
  if (list) {
    for (const Node& map : list->maps()) reader.read(map);
  }
  for (std::size_t i = 0; short_ones && i < short_ones->size(); ++i) {
    reader.read_short(short_ones->child(i));
  }
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
