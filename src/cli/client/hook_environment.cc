#include "cli/client/hook_environment.h"

#include "client/v4/clean.h"
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
/// hyphen, as between a route's destination and its gateway), or nothing.
bool is_harmless(std::string_view text) {
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
  return text.size() <= kMaxValue && is_harmless(text) ? text : "";
}

/// Addresses one after another with blanks between, as shells like them.
std::string address_list(const Lease& lease, OptionCode code) {
  const auto value = client::v4::find_option(lease.options, code);
  std::string text;
  if (!value || value->size() % 4 != 0) return text;
  for (std::size_t at = 0; at < value->size(); at += 4) {
    const net::Ip4 address{load_be32(value->data() + at)};
    text.append(text.empty() ? "" : " ").append(net::to_string(address));
  }
  return text;
}

void add_lease(Environment& to, const Lease& lease) {
  const std::uint8_t length = client::v4::prefix_length(lease);
  to.add("LESSOR_ADDRESS", net::to_string(lease.address));
  to.add("LESSOR_PREFIX_LENGTH", std::to_string(length));
  to.add("LESSOR_SERVER", net::to_string(lease.server));
  to.add_seconds("LESSOR_LEASE_TIME", lease.lease_time);
  to.add_seconds("LESSOR_RENEWAL_TIME", lease.t1);
  to.add_seconds("LESSOR_REBINDING_TIME", lease.t2);
  to.add("LESSOR_ROUTERS", address_list(lease, wire::kOptionRouters));
  to.add("LESSOR_NAME_SERVERS", address_list(lease, wire::kOptionDomainNameServers));
  to.add("LESSOR_NTP_SERVERS", address_list(lease, wire::kOptionNtpServers));
  for (const auto& [code, value] : lease.options) {
    to.add(variable_name(wire::option_name(code)), option_value(code, value));
  }
}

}  // namespace

std::vector<host::HookVariable> hook_environment(const HookEvent& event, const Lease* lease) {
  Environment environment;
  environment.add("LESSOR_EVENT", std::string(event.event));
  environment.add("LESSOR_INTERFACE", client::v4::clean_text(as_bytes(event.interface), kMaxValue));
  environment.add("LESSOR_REASON", std::string(event.reason));
  if (lease != nullptr) add_lease(environment, *lease);
  return environment.take();
}

}  // namespace lessor::cli
