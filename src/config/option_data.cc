#include "config/option_data.h"

#include "base/text.h"
#include "config/option_spaces.h"
#include "config/reservations.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_text.h"

#include <array>
#include <map>
#include <tuple>
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
constexpr std::int64_t kLastSubOption = 255;

/// Which option a map is about.
struct Subject {
  std::string space{kDhcp4Space};
  wire::OptionCode code = 0;
  const OptionDef* def = nullptr;  ///< the operator's own definition; null: none

  [[nodiscard]] bool is_own() const { return space == kDhcp4Space; }
  /// Whether its values have a form, and so can be written as text.
  [[nodiscard]] bool has_form() const {
    return def != nullptr || (is_own() && wire::find_option(code) != nullptr);
  }
  [[nodiscard]] std::string name() const {
    if (def != nullptr) return def->name;
    return is_own() ? wire::option_name(code) : "option " + std::to_string(code) + " of " + space;
  }
};

/// Reads the options of one scope.
class OptionReader {
 public:
  OptionReader(const OptionDefs& defs, ClassNames& classes, Report& report)
      : defs_(defs), classes_(classes), report_(report) {}

  void read(const Node& map) {
    Subject subject;
    if (!read_space(map, subject) || !read_code(map, subject)) return;
    ConfiguredOption option;
    option.guard = classes_.read_list(map, "client-classes", "", report_);
    if (!may_be_configured(map, subject) || !is_first(map, subject, option.guard)) return;
    option.code = subject.code;
    option.always_send = map.boolean("always-send").value_or(false);
    option.never_send = map.boolean("never-send").value_or(false);
    if (!option.never_send || map.find("data")) {
      auto value = read_value(map, subject);
      if (!value) return;
      option.value = std::move(*value);
    }
    options_.push_back({map, subject.space, std::move(option)});
  }
  /// A member of `options`: name or code, and the value as text, a number, a truth, or a list of
  /// these.
  void read_short(const Node& member) {
    const std::string name(member.key());
    Subject subject;
    const bool is_number = name.find_first_not_of("0123456789") == std::string::npos;
    const bool is_known =
        is_number ? read_short_code(member, name, subject) : find_by_name(member, name, subject);
    if (!is_known || !may_be_configured(member, subject) || !is_first(member, subject, {})) return;
    const auto text = spell(member);
    if (!text) return;
    auto value = check(subject, parse(subject, subject.has_form(), *text, member), member);
    if (!value) return;
    options_.push_back({member, subject.space, {.code = subject.code, .value = std::move(*value)}});
  }
  [[nodiscard]] std::vector<ReadOption> take() { return std::move(options_); }

 private:
  bool read_space(const Node& map, Subject& subject) {
    const std::string* space = map.text("space");
    if (space == nullptr) return true;
    subject.space = *space;
    if (is_option_word(*space) && *space != "dhcp6") return true;
    report_.error(*map.find("space"), *space == "dhcp6"
                                          ? "DHCPv4 messages have no options of DHCPv6"
                                          : quote(*space) + " is no name of a space");
    return false;
  }

  bool read_code(const Node& map, Subject& subject) {
    const auto name = map.find("name");
    const auto number = map.find("code");
    if (!name && !number) {
      report_.error(map, "an option needs a name or a code: \"name\": \"routers\"");
      return false;
    }
    if (number && !read_number(*number, subject)) return false;
    const std::string* text = name ? name->value().as_text() : nullptr;
    if (text == nullptr || text->empty()) return number.has_value();
    // A name of the operator's own beside a code is only a label, when nobody else uses it.
    if (number && !subject.has_form() && !has_name(subject.space, *text)) return true;
    Subject named{.space = subject.space};
    if (!find_by_name(*name, *text, named)) return false;
    if (number && subject.code != named.code) {
      report_.error(*number, quote(*text) + " has the code " + std::to_string(named.code) +
                                 ", not " + std::to_string(subject.code));
      return false;
    }
    subject = std::move(named);
    return true;
  }

  [[nodiscard]] bool has_name(const std::string& space, const std::string& name) const {
    return defs_.find(space, name) != nullptr ||
           (space == kDhcp4Space && wire::find_option_code(name).has_value());
  }

  bool find_by_name(const Node& place, const std::string& name, Subject& subject) {
    subject.def = defs_.find(subject.space, name);
    if (subject.def != nullptr) {
      subject.code = subject.def->code;
      return true;
    }
    if (const auto code = subject.is_own() ? wire::find_option_code(name) : std::nullopt) {
      set_code(subject, *code);
      return true;
    }
    std::string near(nearest(name, defs_.names(subject.space)).value_or(""));
    if (near.empty() && subject.is_own()) near = wire::suggest_option_name(name).value_or("");
    report_.error(place,
                  "there is no option " + quote(name) +
                      (subject.is_own() ? "" : " in the space " + quote(subject.space)),
                  std::move(near));
    return false;
  }

  void set_code(Subject& subject, wire::OptionCode code) {
    subject.code = code;
    subject.def = defs_.find(subject.space, code);
  }

  bool read_number(const Node& node, Subject& subject) {
    const std::int64_t* number = node.value().as_integer();
    return number != nullptr && check_code(node, *number, subject);
  }

  bool read_short_code(const Node& member, const std::string& digits, Subject& subject) {
    const auto number = parse_number(digits, kLastOption);
    return check_code(member, number ? static_cast<std::int64_t>(*number) : kLastOption + 1,
                      subject);
  }

  bool check_code(const Node& place, std::int64_t number, Subject& subject) {
    const bool is_own = subject.is_own();
    if (number >= (is_own ? 1 : 0) && number <= (is_own ? kLastOption : kLastSubOption)) {
      set_code(subject, static_cast<wire::OptionCode>(number));
      return true;
    }
    report_.error(place, std::to_string(number) + " is no option: codes go from " +
                             (is_own ? "1 to 254" : "0 to 255"));
    return false;
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

  bool may_be_configured(const Node& map, const Subject& subject) {
    if (!subject.is_own()) return true;
    const auto why = why_not_configurable(subject.code);
    if (!why) return true;
    report_.error(map, wire::option_name(subject.code) + " (" + std::to_string(subject.code) +
                           ") cannot be configured: " + std::string(*why));
    return false;
  }

  bool is_first(const Node& map, const Subject& subject, const std::vector<ClassId>& guard) {
    const auto [other, added] =
        seen_.try_emplace({subject.space, subject.code, guard}, map.value().position());
    if (added) return true;
    report_.error(map, subject.name() + " stands twice in this list; the other is at " +
                           report_.place_of(other->second));
    return false;
  }

  /// csv-format false: octets. true (the default for options that have a form): text.
  std::optional<std::vector<std::byte>> read_value(const Node& map, const Subject& subject) {
    const auto data = map.find("data");
    const std::string* found = data ? data->value().as_text() : nullptr;
    if (data && found == nullptr) return std::nullopt;
    const Node& place = data ? *data : map;
    const std::string text = found != nullptr ? *found : "";
    // What holds a space may have no value of its own.
    if (subject.def == nullptr && trim(text).empty() &&
        !defs_.encapsulated_by(subject.space, subject.code).empty()) {
      return std::vector<std::byte>();
    }
    const bool as_text = map.boolean("csv-format").value_or(subject.has_form());
    return check(subject, parse(subject, as_text, text, place), place);
  }

  std::optional<std::vector<std::byte>> parse(const Subject& subject, bool as_text,
                                              const std::string& text, const Node& place) {
    const bool has_text = as_text && subject.has_form();
    return has_text ? parse_text(subject, text, place) : parse_octets(text, place);
  }

  std::optional<std::vector<std::byte>> check(const Subject& subject,
                                              std::optional<std::vector<std::byte>> value,
                                              const Node& place) {
    if (!value) return std::nullopt;
    if (const auto wrong = complaint_of(subject, *value)) {
      report_.error(place, *wrong);
      return std::nullopt;
    }
    return value;
  }
  [[nodiscard]] std::optional<std::string> complaint_of(const Subject& subject, Bytes value) const {
    if (subject.def == nullptr) {
      return subject.is_own() ? wire::validate_option(subject.code, value) : std::nullopt;
    }
    wire::LengthRule rule = wire::length_rule(subject.def->shape);
    if (!subject.def->encapsulates.empty()) rule.max = wire::kAnySize;
    if (rule.allows(value.size())) return std::nullopt;
    return std::to_string(value.size()) + (value.size() == 1 ? " octet" : " octets") + ", but " +
           subject.name() + " has " + to_string(rule);
  }

  std::optional<std::vector<std::byte>> parse_text(const Subject& subject, const std::string& text,
                                                   const Node& place) {
    auto value = subject.def != nullptr ? wire::parse_shape(subject.def->shape, trim(text))
                                        : wire::parse_option_data(subject.code, text);
    if (value) return std::move(*value);
    report_.error(place, subject.name() + ": " + to_string(value.error()));
    return std::nullopt;
  }

  std::optional<std::vector<std::byte>> parse_octets(const std::string& text, const Node& place) {
    auto octets = parse_identifier(text);
    if (octets) return std::move(*octets);
    report_.error(place, octets.error());
    return std::nullopt;
  }

  const OptionDefs& defs_;
  ClassNames& classes_;
  Report& report_;
  std::vector<ReadOption> options_;
  std::map<std::tuple<std::string, wire::OptionCode, std::vector<ClassId>>, Position> seen_;
};

}  // namespace

OptionSet read_option_data(const Node& scope, const OptionDefs& defs, ClassNames& classes,
                           Report& report) {
  const auto list = scope.find("option-data");
  const auto short_ones = scope.find("options");
  if (!list && !short_ones) return {};
  OptionReader reader(defs, classes, report);
  if (list) {
    for (const Node& map : list->maps()) reader.read(map);
  }
  for (std::size_t i = 0; short_ones && i < short_ones->size(); ++i) {
    reader.read_short(short_ones->child(i));
  }
  OptionSet options = lay_out(reader.take(), defs, report);
  classes.note_options(options);
  return options;
}

std::optional<std::string_view> why_not_configurable(wire::OptionCode code) {
  for (const NotForConfiguration& row : kNotForConfiguration) {
    if (row.code == code) return row.why;
  }
  return std::nullopt;
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
