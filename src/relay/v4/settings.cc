#include "relay/v4/settings.h"

#include "base/text.h"

namespace lessor::relay::v4 {

std::expected<Server, std::string> parse_server(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto address = net::parse_ip4(text.substr(0, colon));
  if (!address || address->is_zero()) {
    return std::unexpected("'" + sanitise(as_bytes(text), 60) +
                           "' is no IPv4 address: write 192.0.2.1 or 192.0.2.1:67");
  }
  if (colon == std::string_view::npos) return Server{*address};
  const auto port = parse_number(text.substr(colon + 1), 65'535);
  if (!port || *port == 0) {
    return std::unexpected("'" + sanitise(as_bytes(text), 60) + "' has no port from 1 to 65535");
  }
  return Server{*address, static_cast<std::uint16_t>(*port)};
}

std::string to_string(const Server& server) {
  const std::string address = net::to_string(server.address);
  return server.port == Server().port ? address : address + ":" + std::to_string(server.port);
}

std::string_view name_of(ServerChoice choice) {
  switch (choice) {
    case ServerChoice::all:
      return "all";
    case ServerChoice::failover:
      return "failover";
    case ServerChoice::hash:
      return "hash";
  }
  return "unknown";
}

std::string_view name_of(ForeignAgentInfo policy) {
  switch (policy) {
    case ForeignAgentInfo::forward:
      return "forward";
    case ForeignAgentInfo::append:
      return "append";
    case ForeignAgentInfo::replace:
      return "replace";
    case ForeignAgentInfo::drop:
      return "drop";
  }
  return "unknown";
}

std::vector<std::string> check_settings(const Settings& /*settings*/) { return {}; }

}  // namespace lessor::relay::v4
