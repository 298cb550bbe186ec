#include "cli/client/identity.h"

#include "cli/hmac.h"

namespace lessor::cli {
namespace {

constexpr std::uint32_t kMetricBase = 1'000;

/// RFC 4361 6.1: the IAID tells this host's interfaces apart and stays: of the hardware address.
std::uint32_t iaid_of(const net::Mac& mac) { return load_be32(mac.octets.data() + 2); }

std::vector<std::byte> client_id(const ClientWords& words, const net::Interface& interface,
                                 const MachineIdentity& machine) {
  switch (words.client_id) {
    case ClientIdKind::given:
      return words.settings.client_id;
    case ClientIdKind::none:
      return {};
    case ClientIdKind::mac:
      return client::v4::client_id_of_mac(interface.mac);
    case ClientIdKind::duid:
      break;
  }
  if (machine.duid.empty()) return client::v4::client_id_of_mac(interface.mac);
  return client::v4::client_id_of_duid(iaid_of(interface.mac), machine.duid);
}

}  // namespace

client::v4::Settings settings_for(const ClientWords& words, const net::Interface& interface,
                                  const MachineIdentity& machine) {
  client::v4::Settings settings = words.settings;
  settings.client_id = client_id(words, interface, machine);
  settings.hostname = words.hostname.value_or(machine.hostname);
  settings.hmac_md5 = find_hmac_md5();
  return settings;
}

client::v4::HostRules rules_for(const ClientWords& words, const net::Interface& interface) {
  client::v4::HostRules rules = words.rules;
  rules.metric = words.metric.value_or(kMetricBase + interface.index);
  return rules;
}

std::string name_to_tell(const std::string& hostname) {
  std::string name = hostname.substr(0, hostname.find('.'));
  if (name == "localhost" || !client::v4::clean_name(as_bytes(name))) return {};
  return name;
}

}  // namespace lessor::cli
