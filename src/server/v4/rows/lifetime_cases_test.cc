// How long leases last, and how often clients come back.

#include "server/v4/rows/key_case.h"

namespace lessor::server::v4::testing {
namespace {

constexpr Scopes kGns = Scopes(Scope::dhcp4) | Scope::shared_network | Scope::subnet;
constexpr Scopes kGnsc = kGns | Scope::client_class;

/// The lease time of who asks for this one.
Look granted(std::uint32_t seconds) {
  return [seconds](World& world) {
    return number(world.site().hear(discover(host(1)).for_seconds(seconds)), 51);
  };
}

/// What a renewal is told after so many seconds.
Look renewed_after(std::int64_t seconds) {
  return [seconds](World& world) {
    const std::string address = world.site().lease(host(1));
    world.site().pass_seconds(seconds);
    return number(world.site().hear(renewing(host(1), address)), 51);
  };
}

/// The lease that a DHCPDISCOVER alone makes.
std::string recorded_offer(World& world) {
  const auto offer = world.site().hear(discover(host(1)));
  const auto lease = world.site().record(offer ? offer->yiaddr() : "0.0.0.0");
  return lease ? std::to_string(lease->lifetime.to_seconds()) + " s" : "no lease";
}

/// The lease time of the second client of ten addresses.
std::string second_time(World& world) {
  (void)world.site().lease(host(1));
  return number(world.site().hear(discover(host(2)).for_seconds(7'200)), 51);
}

/// Whether the one address is to be had so long after it was declined.
std::string after_probation(World& world) {
  const std::string address = world.site().lease(host(1));
  (void)world.site().hear(decline(host(1), address));
  world.site().pass_seconds(3'700);
  return show(world.site().hear(discover(host(2))));
}

/// A bound of a class that has a lease time of its own.
KeyCase of_class(const std::string& key, const std::string& value, const Look& look,
                 const std::string& with, const std::string& without) {
  return {key,
          Scope::client_class,
          R"("client-classes": [{"name": "c",
              "test": "pkt4.mac == pkt4.mac", "valid-lifetime": 1000, @}],
            "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
              "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])",
          "\"" + key + "\": " + value,
          look,
          with,
          without,
          ""};
}

}  // namespace

KeyCases lifetime_cases() {
  KeyCases all;
  add(all, in_each(kGnsc, {"valid-lifetime", "600", acked_number(51), "600", "7200"}));
  add(all, in_each(kGns, {"min-valid-lifetime", "600", granted(60), "600", "7200"}));
  add(all, in_each(kGns, {"max-valid-lifetime", "9000", granted(10'000), "9000", "7200"}));
  // Of a class a bound alone is the lease time, too, as in Kea.
  add(all, in_each(Scope::client_class,
                   {"min-valid-lifetime", "9000", acked_number(51), "9000", "7200"}));
  add(all,
      in_each(Scope::client_class, {"max-valid-lifetime", "600", acked_number(51), "600", "7200"}));
  add(all, {of_class("min-valid-lifetime", "600", granted(60), "600", "1000"),
            of_class("max-valid-lifetime", "9000", granted(10'000), "9000", "1000")});
  add(all, in_each(kGns, {"renew-timer", "100", acked_number(58), "100", "0"}));
  add(all, in_each(kGns, {"rebind-timer", "200", acked_number(59), "200", "0"}));
  add(all, in_each(kGns, {"calculate-tee-times", "true", acked_number(58), "3600", "0"}));
  const std::string calculate = R"("calculate-tee-times": true)";
  add(all,
      in_each(kGns, {"t1-percent", "0.25", acked_number(58), "1800", "3600", kPlaces, calculate}));
  add(all,
      in_each(kGns, {"t2-percent", "0.75", acked_number(59), "5400", "6300", kPlaces, calculate}));
  add(all, in_each(kGnsc, {"offer-lifetime", "120", recorded_offer, "120 s", "no lease"}));
  add(all, in_each(kGns, {"cache-threshold", "0.5", renewed_after(900), "6300", "7200"}));
  add(all, in_each(kGns, {"cache-max-age", "100", renewed_after(60), "7140", "7200"}));
  add(all, in_each(kGns, {"adaptive-lease-time-threshold", "0.1", second_time, "300", "7200",
                          kPlaces, R"("min-valid-lifetime": 300)"}));
  all.push_back({"decline-probation-period", Scope::dhcp4,
                 R"(@ "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                       "pools": [{"pool": "192.0.2.10-192.0.2.10"}]}])",
                 R"("decline-probation-period": 3600)", after_probation, "offer 192.0.2.10",
                 "silence", ""});
  return all;
}

}  // namespace lessor::server::v4::testing
