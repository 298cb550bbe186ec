// Shared networks, subnets, pools: which addresses there are, and whose they are.

#include "server/v4/rows/key_case.h"

namespace lessor::server::v4::testing {
namespace {

const std::string kOneSubnet =
    R"({"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.19"}]})";

/// A subnet that no interface has an address in, alone in its network.
const std::string kFar = R"("shared-networks": [{@shared-networks[]@ "name": "n", "subnet4": [
    {@subnet4[]@ "id": 1, "subnet": "10.9.0.0/24", "pools": [{"pool": "10.9.0.10-10.9.0.19"}]}]}])";

std::string far_offer(World& world) {
  return show(world.site().hear(discover(host(1)).through("198.51.100.1")));
}

/// The relay's keys in a map of a subnet.
KeyCase of_relay(const std::string& key, const std::string& value) {
  return {key,
          Scope::relay,
          R"("subnet4": [{"id": 1, "subnet": "10.9.0.0/24", "relay": {@},
              "pools": [{"pool": "10.9.0.10-10.9.0.19"}]}])",
          "\"" + key + "\": " + value,
          far_offer,
          "offer 10.9.0.10",
          "silence",
          ""};
}

std::string id_of_the_lease(World& world) {
  const auto lease = world.site().record(world.site().lease(host(1)));
  return lease ? std::to_string(lease->subnet_id) : "no lease";
}

KeyCases of_networks() {
  const std::string second = R"({"id": 2, "subnet": "198.51.100.0/24",
      "pools": [{"pool": "198.51.100.10-198.51.100.19"}]})";
  return {
      {"shared-networks", Scope::dhcp4, "@ ",
       R"("shared-networks": [{"name": "n", "subnet4": [)" + kOneSubnet + "]}]", offered_address(),
       "offer 192.0.2.10", "silence", ""},
      // A network is one link: the client finds its place by the first subnet, and may be in the
      // second.
      {"shared-networks", Scope::dhcp4, "@ ",
       R"("shared-networks": [{"name": "n", "subnet4": [{"id": 1, "subnet": "192.0.2.0/24"}, )" +
           second + "]}]",
       offered_address(), "offer 198.51.100.10", "silence",
       R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24"}, )" + second + "]"},
      {"name", Scope::shared_network, R"("shared-networks": [{@ "subnet4": [)" + kOneSubnet + "]}]",
       R"("name": "floor-1")", [](World& world) { return world.config().networks.at(0).name; },
       "floor-1", "! a shared network needs a name", ""},
      {"subnet4", Scope::shared_network, R"("shared-networks": [{"name": "n", @}])",
       R"("subnet4": [)" + kOneSubnet + "]", offered_address(), "offer 192.0.2.10", "silence", ""},
      {"subnet4", Scope::dhcp4, "@ ", R"("subnet4": [)" + kOneSubnet + "]", offered_address(),
       "offer 192.0.2.10", "silence", ""},
  };
}

KeyCases of_subnets() {
  const auto config = [](const std::string& rest) { return R"("subnet4": [{@ )" + rest + "}]"; };
  const std::string pool = R"("pools": [{"pool": "192.0.2.10-192.0.2.19"}])";
  return {
      {"subnet", Scope::subnet, config(R"("id": 1, "pools": "auto")"),
       R"("subnet": "192.0.2.128/25", "interface": "eth0")", offered_address(), "offer 192.0.2.129",
       "offer 10.8.0.1", R"("subnet": "10.8.0.0/24", "interface": "eth0")"},
      {"id", Scope::subnet, config(R"("subnet": "192.0.2.0/24", )" + pool), R"("id": 77)",
       id_of_the_lease, "77", "78", R"("id": 78)"},
      {"pools", Scope::subnet, config(R"("id": 1, "subnet": "192.0.2.0/24")"), pool,
       offered_address(), "offer 192.0.2.10", "silence", ""},
      {"pools", Scope::subnet, config(R"("id": 1, "subnet": "192.0.2.0/24")"), R"("pools": "auto")",
       offered_address(), "offer 192.0.2.2", "silence", ""},
  };
}

KeyCases of_pools() {
  const auto config = [](const std::string& rest) {
    return R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [{@ )" + rest + "}]}]";
  };
  return {
      {"pool", Scope::pool, config(""), R"("pool": "192.0.2.10 - 192.0.2.19")", offered_address(),
       "offer 192.0.2.10", "offer 192.0.2.64", R"("pool": "192.0.2.64/28")"},
      {"pool-id", Scope::pool, config(R"("pool": "192.0.2.10-192.0.2.19")"), R"("pool-id": 7)",
       [](World& world) { return std::to_string(world.site().engine().pools()[0].pool_id); }, "7",
       "0", ""},
  };
}

}  // namespace

KeyCases network_cases() {
  KeyCases all = of_networks();
  add(all, of_subnets());
  add(all, of_pools());
  const Scopes both = Scopes(Scope::shared_network) | Scope::subnet;
  add(all, in_each(both, {"interface", "\"eth0\"", offered_address(), "offer 10.9.0.10", "silence",
                          kFar, "", false}));
  add(all, in_each(both, {"relay", R"({"ip-addresses": ["198.51.100.1"]})", far_offer,
                          "offer 10.9.0.10", "silence", kFar}));
  all.push_back(of_relay("ip-addresses", R"(["198.51.100.9", "198.51.100.1"])"));
  all.push_back(of_relay("ip-address", "\"198.51.100.1\""));
  return all;
}

}  // namespace lessor::server::v4::testing
