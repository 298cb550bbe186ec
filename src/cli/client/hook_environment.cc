#include "cli/client/hook_environment.h"

#include "client/v4/clean.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_text.h"

#include <algorithm>

namespace lessor::cli {
namespace {

using client::v4::Lease;
using wire::OptionCode;

/// One value's octets at most: a program's environment is not the place for more.
constexpr std::size_t kMaxValue = 1'024;
/// Left free of the hand's limits, for what it adds itself.
constexpr std::size_t kReserve = 1'024;

/// "domain-name-servers" is DOMAIN_NAME_SERVERS.
std::string variable_name(std::string_view option) {
  std::string name = "LESSOR_OPTION_";
  for (const char c : option) {
    const bool letter = c >= 'a' && c <= 'z';
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += letter ? static_cast<char>(c - 'a' + 'A') : kept ? c : '_';
  }
  return name;
}

class Environment {
 public:
  void add(std::string name, std::string value) {
    const std::size_t size = name.size() + value.size() + 2;
    if (value.empty() || all_.size() >= host::kMaxHookVariables - 8) return;
    if (size_ + size > host::kMaxHookEnvironment - kReserve) return;
    size_ += size;
    all_.push_back({std::move(name), std::move(value)});
  }
  void add_seconds(std::string name, Duration time) {
    add(std::move(name), time.is_infinite() ? "infinite" : std::to_string(time.to_seconds()));
  }
  [[nodiscard]] std::vector<host::HookVariable> take() { return std::move(all_); }

 private:
  std::vector<host::HookVariable> all_;
  std::size_t size_ = 0;
};

/// Careless scripts evaluate what they are given: words with blanks between, each clean (or a
/// hyphen, as between a route's destination and its gateway), or nothing. Free text is one word: a
/// second one might be a command.
bool is_harmless(OptionCode code, std::string_view text) {
  const wire::Shape& shape = wire::option_shape(code);
  if (shape.count > 0 && shape.fields[0] == &wire::kind::kText) {
    return client::v4::clean_word(as_bytes(text)).has_value();
  }
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    if (word != "-" && !client::v4::clean_word(as_bytes(word))) return false;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return true;
}

/// The option's value as a hook may have it; "" when it is not what it should be.
std::string option_value(OptionCode code, Bytes value) {
  if (wire::validate_option(code, value)) return {};
  if (code == wire::kOptionHostName || code == wire::kOptionDomainName) {
    return client::v4::clean_name(value).value_or("");
  }
  if (code == wire::kOptionV4CaptivePortal) {
    return client::v4::clean_https_uri(value).value_or("");
  }
  const std::string text = wire::print_option(code, value);
  return text.size() <= kMaxValue && is_harmless(code, text) ? text : "";
}

/// One after another with blanks between, as shells like them.
template <typename Items, typename Text>
std::string list(const Items& items, const Text& text_of) {
  std::string text;
  for (const auto& item : items) text.append(text.empty() ? "" : " ").append(text_of(item));
  return text;
}
std::string list(const std::vector<net::Ip4>& addresses) {
  return list(addresses, [](net::Ip4 address) { return net::to_string(address); });
}

/// Option 42 is nothing that a lease asks of the host: it has no place in its settings.
std::vector<net::Ip4> ntp_servers(const Lease& lease) {
  std::vector<net::Ip4> servers;
  const auto value = client::v4::find_option(lease.options, wire::kOptionNtpServers);
  if (!value || value->size() % 4 != 0) return servers;
  for (std::size_t at = 0; at < value->size(); at += 4) {
    servers.push_back({load_be32(value->data() + at)});
  }
  return servers;
}

/// What was judged and done: a script that does more of it does nothing that was refused.
void add_settings(Environment& to, const net::HostSettings& done) {
  std::vector<net::Ip4> routers;
  for (const net::HostRoute& route : done.routes) {
    if (route.destination.length == 0) routers.push_back(route.gateway);
  }
  to.add("LESSOR_ROUTERS", list(routers));
  to.add("LESSOR_ROUTES", list(done.routes, [](const net::HostRoute& route) {
           return net::to_string(route.destination) + "," + net::to_string(route.gateway);
         }));
  to.add("LESSOR_NAME_SERVERS", list(done.name_servers));
  to.add("LESSOR_DOMAIN", done.domain);
  to.add("LESSOR_SEARCH", list(done.search, [](const std::string& name) { return name; }));
  if (done.mtu) to.add("LESSOR_MTU", std::to_string(*done.mtu));
}

void add_lease(Environment& to, const Lease& lease) {
  const std::uint8_t length = client::v4::prefix_length(lease);
  to.add("LESSOR_ADDRESS", net::to_string(lease.address));
  to.add("LESSOR_PREFIX_LENGTH", std::to_string(length));
  to.add("LESSOR_SERVER", net::to_string(lease.server));
  to.add_seconds("LESSOR_LEASE_TIME", lease.lease_time);
  to.add_seconds("LESSOR_RENEWAL_TIME", lease.t1);
  to.add_seconds("LESSOR_REBINDING_TIME", lease.t2);
  to.add("LESSOR_NTP_SERVERS", list(ntp_servers(lease)));
  for (const auto& [code, value] : lease.options) {
    to.add(variable_name(wire::option_name(code)), option_value(code, value));
  }
}

}  // namespace

std::vector<host::HookVariable> hook_environment(const HookEvent& event, const Lease* lease,
                                                 const net::HostSettings* done) {
  Environment environment;
  environment.add("LESSOR_EVENT", std::string(event.event));
  environment.add("LESSOR_INTERFACE", client::v4::clean_text(as_bytes(event.interface), kMaxValue));
  environment.add("LESSOR_REASON", std::string(event.reason));
  if (done != nullptr) add_settings(environment, *done);
  if (lease != nullptr) add_lease(environment, *lease);
  return environment.take();
}

}  // namespace lessor::cli
