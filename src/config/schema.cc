#include "config/schema.h"

#include <algorithm>

namespace lessor::config {

const Key* find_key(Scope scope, std::string_view name) {
  for (const Key& key : std::ranges::equal_range(schema(), name, {}, &Key::name)) {
    if (key.scopes.has(scope)) return &key;
  }
  return nullptr;
}

std::vector<std::string_view> keys_of(Scope scope) {
  std::vector<std::string_view> names;
  for (const Key& key : schema()) {
    if (key.scopes.has(scope)) names.push_back(key.name);
  }
  return names;
}

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::file:
      return "the file";
    case Scope::dhcp4:
      return "Dhcp4";
    case Scope::shared_network:
      return "shared-networks[]";
    case Scope::subnet:
      return "subnet4[]";
    case Scope::pool:
      return "pools[]";
    case Scope::client_class:
      return "client-classes[]";
    case Scope::reservation:
      return "reservations[]";
    case Scope::option_data:
      return "option-data[]";
    case Scope::option_def:
      return "option-def[]";
    case Scope::interfaces_config:
      return "interfaces-config";
    case Scope::relay:
      return "relay";
    case Scope::database:
      return "lease-database";
    case Scope::config_control:
      return "config-control";
    case Scope::control_socket:
      return "control-sockets[]";
    case Scope::authentication:
      return "authentication";
    case Scope::auth_client:
      return "authentication.clients[]";
    case Scope::http_header:
      return "http-headers[]";
    case Scope::hook_library:
      return "hooks-libraries[]";
    case Scope::logger:
      return "loggers[]";
    case Scope::log_output:
      return "loggers[].output-options[]";
    case Scope::dhcp_ddns:
      return "dhcp-ddns";
    case Scope::expired_leases:
      return "expired-leases-processing";
    case Scope::multi_threading:
      return "multi-threading";
    case Scope::queue_control:
      return "dhcp-queue-control";
    case Scope::sanity_checks:
      return "sanity-checks";
    case Scope::compatibility:
      return "compatibility";
    case Scope::other_servers:
      return "other-servers";
    case Scope::limits:
      return "limits";
    case Scope::boot:
      return "boot";
    case Scope::random_macs:
      return "random-macs";
    case Scope::holder_limits:
      return "limits.{client,port,relay}";
    case Scope::anything:
      return "a free map";
  }
  return "";
}

std::string_view to_string(Type type) {
  switch (type) {
    case Type::boolean:
      return "true or false";
    case Type::integer:
      return "an integer";
    case Type::number:
      return "a number";
    case Type::text:
      return "text";
    case Type::address:
      return "an IPv4 address";
    case Type::text_list:
      return "a list of texts";
    case Type::map:
      return "a map";
    case Type::map_list:
      return "a list of maps";
    case Type::map_list_or_word:
      return "a list of maps, or a word";
    case Type::any:
      return "any value";
  }
  return "";
}

std::string_view to_string(State state) {
  switch (state) {
    case State::implemented:
      return "implemented";
    case State::no_effect:
      return "accepted without effect";
    case State::not_yet:
      return "not implemented yet";
    case State::refused:
      return "refused";
  }
  return "";
}

}  // namespace lessor::config
