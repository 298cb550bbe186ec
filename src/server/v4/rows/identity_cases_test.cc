// Who a client is, what it is told besides, and which address it gets.

#include "lease/extras.h"
#include "server/v4/rows/key_case.h"

namespace lessor::server::v4::testing {
namespace {

constexpr Scopes kGns = Scopes(Scope::dhcp4) | Scope::shared_network | Scope::subnet;
constexpr Scopes kGnscr = kGns | Scope::client_class | Scope::reservation;

const Octets kId = octets({1, 2, 3, 4});
const Octets kPort = octets({1, 2, 'p', '1'});

/// Whether two hardware addresses with one client identifier are one client.
std::string two_with_one_id(World& world) {
  const std::string first = world.site().lease(host_with_id(2, kId));
  return first == world.site().lease(host_with_id(3, kId)) ? "one client" : "two clients";
}

/// The addresses of three new clients.
std::string first_addresses(World& world) {
  std::string all;
  for (std::uint32_t n = 11; n <= 13; ++n) all += world.site().lease(host(n)).substr(8);
  return all == "101112" ? "in order" : "in no order";
}

std::string what_the_lease_keeps(World& world) {
  (void)world.site().hear(selecting(host(1), "192.0.2.10").through("192.0.2.254", kPort));
  const auto lease = world.site().record("192.0.2.10");
  return lease && !lease::relay_info_of(*lease).empty() ? "option 82" : "nothing";
}

/// What a renewal past the relay gets that is only for clients behind port p1.
std::string renewal_past_the_relay(World& world) {
  (void)world.site().hear(selecting(host(1), "192.0.2.10").through("192.0.2.254", kPort));
  return sends(world.site().hear(renewing(host(1), "192.0.2.10")), 224);
}

const std::string kPlain = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
    "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";

/// A subnet in no shared network.
const std::string kAlone = R"(@Dhcp4@ "subnet4": [{@subnet4[]@ "id": 1, "subnet": "192.0.2.0/24",
    "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";

std::string answer_to_reboot(World& world) {
  return show(world.site().hear(rebooting(host(1), "10.9.9.9")));
}

Say takes_forcerenew(Say say) { return say.with(145, octets({1})); }

/// How many of three clients are asked to renew at once.
std::string asked_at_once(World& world) {
  Site& site = world.site();
  std::vector<net::Ip4> addresses;
  for (std::uint32_t n = 11; n <= 13; ++n) {
    const auto offer = site.hear(takes_forcerenew(discover(host(n))));
    addresses.push_back(offer->view().yiaddr());
    (void)site.hear(takes_forcerenew(selecting(host(n), addresses.back())));
  }
  (void)site.engine().ask_to_renew(site.now(), addresses);
  site.pass(Duration());
  return std::to_string(site.engine().counters().sent[index_of(MessageType::forcerenew)]);
}

Look boot_field(std::string (*field)(const Reply&)) {
  return [field](World& world) {
    const auto offer = world.site().hear(discover(host(1)));
    return offer ? field(*offer) : "silence";
  };
}

}  // namespace

KeyCases identity_cases() {
  KeyCases all;
  all.push_back(
      {"echo-client-id", Scope::dhcp4,
       R"(@ "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                       "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])",
       R"("echo-client-id": false)",
       [](World& world) { return sends(world.site().hear(discover(host_with_id(1, kId))), 61); },
       "none", "01020304", ""});
  add(all,
      in_each(kGns, {"match-client-id", "false", two_with_one_id, "two clients", "one client"}));
  all.push_back({"force-renew", Scope::dhcp4, "@ " + kPlain, R"("force-renew": "on-request")",
                 asked_at_once, "3", "0", ""});
  all.push_back({"force-renew-rate", Scope::dhcp4, R"("force-renew": "on-request", @ )" + kPlain,
                 R"("force-renew-rate": 1)", asked_at_once, "1", "3", ""});
  // It goes for a whole link: a subnet says it where it is one by itself.
  for (const auto& [scope, site] : {std::pair(Scope::dhcp4, kPlaces),
                                    {Scope::shared_network, kPlaces},
                                    {Scope::subnet, kAlone},
                                    {Scope::dhcp4, kAlone}}) {
    add(all, in_each(scope,
                     {"authoritative", "true", answer_to_reboot, "nak 0.0.0.0", "silence", site}));
  }
  add(all, in_each(kGnscr, {"next-server", "\"192.0.2.7\"", boot_field([](const Reply& offer) {
                              return net::to_string(offer.view().siaddr());
                            }),
                            "192.0.2.7", "0.0.0.0"}));
  add(all, in_each(kGnscr, {"server-hostname", "\"boots\"", boot_field([](const Reply& offer) {
                              return std::string(as_text(offer.view().sname()));
                            }),
                            "boots", ""}));
  add(all, in_each(kGnscr, {"boot-file-name", "\"kernel\"", boot_field([](const Reply& offer) {
                              return std::string(as_text(offer.view().file()));
                            }),
                            "kernel", ""}));
  add(all, in_each(kGns, {"allocator", "\"random\"", first_addresses, "in no order", "in order"}));
  add(all,
      in_each(kGns, {"store-extended-info", "true", what_the_lease_keeps, "option 82", "nothing"}));
  all.push_back({"stash-agent-options", Scope::dhcp4,
                 R"(@ "store-extended-info": true, "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                       "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
                       "reservations": [{"circuit-id": "'p1'", "option-data": [{"code": 224,
                         "csv-format": false, "data": "07", "always-send": true}]}]}])",
                 R"("stash-agent-options": true)", renewal_past_the_relay, "07", "none", ""});
  return all;
}

}  // namespace lessor::server::v4::testing
