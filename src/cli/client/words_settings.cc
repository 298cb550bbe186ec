// What the words of `lessor client` say of messages: who we are, what we ask for, which answer we
// take.

#include "base/text.h"
#include "cli/client/raw_words.h"
#include "wire/v4/option_text.h"

#include <algorithm>
#include <array>

namespace lessor::cli {
namespace {

using client::v4::Settings;
using wire::OptionCode;

std::unexpected<std::string> refuse(const char* option, std::string why) {
  return std::unexpected(std::string(option) + ": " + std::move(why));
}

std::expected<std::vector<std::byte>, std::string> read_value(const char* option, OptionCode code,
                                                              std::string_view text) {
  auto value = wire::parse_option_text(code, text);
  if (!value) return refuse(option, to_string(value.error()));
  if (value->size() > 255) return refuse(option, "more than 255 octets");
  return std::move(*value);
}

std::expected<OptionCode, std::string> read_code(const char* option, std::string_view name) {
  const auto code = wire::find_option_code(name);
  if (code && *code != wire::kOptionPad && *code != wire::kOptionEnd) return *code;
  const auto near = wire::suggest_option_name(name);
  return refuse(option, quote_word(name) + " is no option" +
                            (near ? "; did you mean " + std::string(*near) + "?"
                                  : "; 'lessor options' lists them"));
}

std::expected<net::Ip4, std::string> read_address(const char* option, const std::string& text) {
  const auto address = net::parse_ip4(text);
  if (address && !address->is_zero()) return *address;
  return refuse(option, quote_word(text) + " is no IPv4 address; write it like 192.0.2.10");
}

/// One word of a few.
template <typename Value, std::size_t Count>
std::expected<Value, std::string> read_choice(
    const char* option, const std::string& text,
    const std::array<std::pair<std::string_view, Value>, Count>& choices) {
  std::string all;
  for (const auto& [name, value] : choices) {
    if (name == text) return value;
    all.append(all.empty() ? "" : ", ").append(name);
  }
  return refuse(option, quote_word(text) + " is none of " + all);
}

/// Hexadecimal or option 61's own notation as they are; anything else is text, of type 0 (RFC 2132
/// 9.14: "a type field of 0 ... identifiers other than hardware addresses").
Understood read_client_id(const RawClientWords& raw, ClientWords& words) {
  const std::string& text = raw.client_id;
  const auto keep = [&](std::vector<std::byte> id) -> Understood {
    if (id.empty() || id.size() > 255) return refuse("--client-id", "1 to 255 octets");
    words.client_id = ClientIdKind::given;
    words.settings.client_id = std::move(id);
    return {};
  };
  if (text.empty()) return {};
  if (text == "duid" || text == "mac" || text == "none") {
    words.client_id = text == "duid"  ? ClientIdKind::duid
                      : text == "mac" ? ClientIdKind::mac
                                      : ClientIdKind::none;
    return {};
  }
  const bool hex = text.starts_with("0x") || text.find(':') != std::string::npos;
  if (const auto octets = hex ? from_hex(text) : std::nullopt) return keep(*octets);
  for (const std::string_view kind : {"ethernet ", "iaid ", "text ", "0x"}) {
    if (!text.starts_with(kind)) continue;
    auto id = read_value("--client-id", wire::kOptionDhcpClientIdentifier, text);
    if (!id) return std::unexpected(id.error());
    return keep(std::move(*id));
  }
  std::vector<std::byte> id{std::byte{0}};
  const Bytes octets = as_bytes(text);
  id.insert(id.end(), octets.begin(), octets.end());
  return keep(std::move(id));
}

/// RFC 4702 2.1 and 3.1: the server is to do the updates (S), the name is in wire format (E). A
/// name with a dot is whole.
Understood read_fqdn(const RawClientWords& raw, ClientWords& words) {
  if (raw.fqdn.empty()) return {};
  std::string name = raw.fqdn;
  if (name.find('.') != std::string::npos && !name.ends_with('.')) name += '.';
  auto value = read_value("--fqdn", wire::kOptionFqdn, "SE, 0, 0, " + name);
  if (!value) return std::unexpected(value.error());
  words.settings.fqdn = std::move(*value);
  return {};
}

Understood read_user_classes(const RawClientWords& raw, ClientWords& words) {
  std::vector<std::byte>& to = words.settings.user_class;
  for (const std::string& one : raw.user_classes) {
    if (one.empty() || one.size() > 254) return refuse("--user-class", "1 to 254 octets");
    to.push_back(static_cast<std::byte>(one.size()));  // RFC 3004 4: counted
    const Bytes octets = as_bytes(one);
    to.insert(to.end(), octets.begin(), octets.end());
  }
  if (to.size() > 255) return refuse("--user-class", "more than 255 octets in all");
  return {};
}

Understood read_hostname(const RawClientWords& raw, ClientWords& words) {
  if (words.anonymous || (!raw.hostname_given && !raw.fqdn.empty())) words.hostname = "";
  if (!raw.hostname_given) return {};
  words.hostname = "";
  if (raw.hostname == "none" || raw.hostname.empty()) return {};
  if (!client::v4::clean_name(as_bytes(raw.hostname))) {
    return refuse("--hostname",
                  quote_word(raw.hostname) + " is no name: letters, digits, hyphens and dots");
  }
  words.hostname = raw.hostname;
  return {};
}

Understood read_identity(const RawClientWords& raw, ClientWords& words) {
  words.anonymous = raw.anonymous;
  if (raw.anonymous) words.client_id = ClientIdKind::mac;  // R7844-a
  if (const auto done = read_hostname(raw, words); !done) return done;
  if (const auto done = read_client_id(raw, words); !done) return done;
  if (const auto done = read_fqdn(raw, words); !done) return done;
  if (const auto done = read_user_classes(raw, words); !done) return done;
  if (raw.vendor_class.empty()) return {};
  auto value = read_value("--vendor-class", wire::kOptionVendorClassIdentifier, raw.vendor_class);
  if (!value) return std::unexpected(value.error());
  words.settings.vendor_class = std::move(*value);
  return {};
}

/// OPT alone makes a list of its own; +OPT and -OPT change the default.
Understood read_request(const RawClientWords& raw, Settings& settings) {
  std::vector<OptionCode>& list = settings.request_list;
  list = raw.anonymous ? client::v4::anonymous_request_list() : client::v4::default_request_list();
  const bool changes = std::ranges::all_of(
      raw.request, [](const std::string& w) { return w.starts_with('+') || w.starts_with('-'); });
  if (!changes) list.clear();
  for (const std::string& word : raw.request) {
    const bool sign = word.starts_with('+') || word.starts_with('-');
    const auto code = read_code("--request", sign ? word.substr(1) : word);
    if (!code) return std::unexpected(code.error());
    std::erase(list, *code);
    if (!word.starts_with('-')) list.push_back(*code);
  }
  if (settings.v6_only && std::ranges::count(list, wire::kOptionV6OnlyPreferred) == 0) {
    list.push_back(wire::kOptionV6OnlyPreferred);
  }
  if (list.empty()) return refuse("--request", "nothing would be left to ask for");
  return {};
}

/// Options that the client makes itself; saying them would break its exchange.
constexpr std::array kOurs{wire::kOptionDhcpOptionOverload,   wire::kOptionDhcpMessageType,
                           wire::kOptionDhcpServerIdentifier, wire::kOptionDhcpParameterRequestList,
                           wire::kOptionDhcpAgentOptions,     wire::kOptionDhcpClientIdentifier};

Understood read_extra(const RawClientWords& raw, Settings& settings) {
  for (const std::string& word : raw.options) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      return refuse("-o", quote_word(word) + " has no '='; write it like -o host-name=R1");
    }
    const auto code = read_code("-o", std::string_view(word).substr(0, equals));
    if (!code) return std::unexpected(code.error());
    if (std::ranges::count(kOurs, *code) > 0) {
      return refuse("-o", wire::option_name(*code) +
                              " is the client's own; --client-id and --request say two of these");
    }
    const std::string name = "-o " + wire::option_name(*code);
    auto value = read_value(name.c_str(), *code, std::string_view(word).substr(equals + 1));
    if (!value) return std::unexpected(value.error());
    settings.extra.emplace_back(*code, std::move(*value));
  }
  return {};
}

Understood read_wishes(const RawClientWords& raw, Settings& settings) {
  settings.broadcast = raw.broadcast;
  settings.rapid_commit = raw.rapid_commit;
  settings.v6_only = raw.v6_only;
  if (!raw.requested_address.empty()) {
    const auto address = read_address("--request-address", raw.requested_address);
    if (!address) return std::unexpected(address.error());
    settings.requested_address = *address;
  }
  if (!raw.lease_time.empty()) {
    const auto time = read_client_time(raw.lease_time, "--lease-time");
    if (!time) return std::unexpected(time.error());
    if (*time < Duration::seconds(1)) return refuse("--lease-time", "at least 1s");
    settings.lease_time = *time;
  }
  if (!raw.max_message_size.empty()) {
    const auto size = parse_number(raw.max_message_size, UINT16_MAX);
    if (!size || *size < wire::kMinMaxMessageSize) {
      return refuse("--max-message-size",
                    quote_word(raw.max_message_size) + " is no number from 576 to 65535");
    }
    settings.max_message_size = static_cast<std::uint16_t>(*size);
  }
  if (const auto done = read_request(raw, settings); !done) return done;
  return read_extra(raw, settings);
}

Understood read_checks(const RawClientWords& raw, Settings& settings) {
  using client::v4::Defence;
  using client::v4::ProbePlan;
  settings.keep_unconfirmed = raw.keep_unconfirmed;
  if (!raw.probe.empty()) {
    const auto probe = read_choice(
        "--probe", raw.probe,
        std::array{std::pair<std::string_view, ProbePlan>{"quick", client::v4::kQuickProbe},
                   std::pair<std::string_view, ProbePlan>{"full", client::v4::kFullProbe},
                   std::pair<std::string_view, ProbePlan>{"no", client::v4::kNoProbe}});
    if (!probe) return std::unexpected(probe.error());
    settings.probe = *probe;
  }
  if (raw.defend.empty()) return {};
  const auto defence =
      read_choice("--defend", raw.defend,
                  std::array{std::pair<std::string_view, Defence>{"once", Defence::once},
                             std::pair<std::string_view, Defence>{"always", Defence::always},
                             std::pair<std::string_view, Defence>{"never", Defence::never}});
  if (!defence) return std::unexpected(defence.error());
  settings.defence = *defence;
  return {};
}

Understood read_offers(const RawClientWords& raw, Settings& settings) {
  using client::v4::OfferPolicy;
  if (!raw.offers.empty()) {
    const auto policy = read_choice(
        "--offers", raw.offers,
        std::array{
            std::pair<std::string_view, OfferPolicy>{"most-wanted", OfferPolicy::most_wanted},
            std::pair<std::string_view, OfferPolicy>{"first", OfferPolicy::first}});
    if (!policy) return std::unexpected(policy.error());
    settings.policy = *policy;
  }
  if (!raw.collect.empty()) {
    const auto time = read_client_time(raw.collect, "--collect");
    if (!time) return std::unexpected(time.error());
    if (*time > Duration::seconds(60)) return refuse("--collect", "at most 1m");
    settings.collect_for = *time;
  }
  if (!raw.preferred_server.empty()) {
    const auto address = read_address("--prefer-server", raw.preferred_server);
    if (!address) return std::unexpected(address.error());
    settings.preferred_server = *address;
  }
  for (const std::string& text : raw.refused_servers) {
    const auto address = read_address("--refuse-server", text);
    if (!address) return std::unexpected(address.error());
    settings.refused_servers.push_back(*address);
  }
  return {};
}

}  // namespace

Understood read_client_settings(const RawClientWords& raw, ClientWords& words) {
  if (const auto done = read_identity(raw, words); !done) return done;
  if (const auto done = read_wishes(raw, words.settings); !done) return done;
  if (const auto done = read_offers(raw, words.settings); !done) return done;
  return read_checks(raw, words.settings);
}

}  // namespace lessor::cli
