// Reservations: what clients are known by, what they give, and where they count.

#include "server/v4/rows/key_case.h"

namespace lessor::server::v4::testing {
namespace {

constexpr Scopes kGns = Scopes(Scope::dhcp4) | Scope::shared_network | Scope::subnet;

/// Option 224 with the value 7.
const std::string kSeven =
    R"("option-data": [{"code": 224, "csv-format": false, "data": "07", "always-send": true}])";

const Octets kDuidId = octets({255, 0, 0, 0, 1, 0, 1, 0xaa, 0xbb});

/// A subnet with these reservations, and what else stands under Dhcp4.
std::string site_with(const std::string& reservations, const std::string& beside = "") {
  return beside + R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
      "pools": [{"pool": "192.0.2.10-192.0.2.19"}], "reservations": [)" +
         reservations + "]}]";
}

/// Each scope has a mark; the client has the address 192.0.2.77 in the subnet, .88 globally, and
/// host(2) an address of the pool.
const std::string kReserved = R"(@Dhcp4@
    "reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.88"}],
    "shared-networks": [{@shared-networks[]@ "name": "n", "subnet4": [{@subnet4[]@ "id": 1,
      "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
      "reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.77"},
                       {"hw-address": "02:00:00:00:00:02", "ip-address": "192.0.2.10"}]}]}])";

/// Without a reservation in the subnet.
const std::string kGlobal = R"(@Dhcp4@
    "reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.88"}],
    "shared-networks": [{@shared-networks[]@ "name": "n", "subnet4": [{@subnet4[]@ "id": 1,
      "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}]}])";

Look offered_to(const Host& h) {
  return [h](World& world) { return show(world.site().hear(discover(h))); };
}

/// An identifier of a reservation: of the one who asks, or of somebody else.
KeyCase identified(const std::string& key, const std::string& mine, const std::string& others,
                   const Look& look, const std::string& beside = "") {
  return {key,
          Scope::reservation,
          site_with("{@ " + kSeven + "}", beside),
          "\"" + key + "\": \"" + mine + "\"",
          look,
          "07",
          "none",
          "\"" + key + "\": \"" + others + "\""};
}

Look seven_for(const Say& say) {
  return [say](World& world) { return sends(world.site().hear(say), 224); };
}

KeyCases identifiers() {
  const std::string hook = R"("hooks-libraries": [{"library": "libdhcp_flex_id.so",
      "parameters": {"identifier-expression": "option[60].hex"}}],
      "host-reservation-identifiers": ["flex-id"], )";
  const Say plain = discover(host(1));
  return {
      identified("hw-address", "02:00:00:00:00:01", "02:00:00:00:00:02", seven_for(plain)),
      identified("hw-address", "02:00:00:*", "02:00:01:*", seven_for(plain)),
      identified("client-id", "01:02:03", "01:02:04",
                 seven_for(discover(host_with_id(1, octets({1, 2, 3}))))),
      identified("duid", "00:01:aa:bb", "00:01:aa:bc",
                 seven_for(discover(host_with_id(1, kDuidId)))),
      identified("circuit-id", "'p1'", "'p2'",
                 seven_for(discover(host(1)).through("192.0.2.254", octets({1, 2, 'p', '1'})))),
      identified("flex-id", "'phone'", "'phones'",
                 seven_for(discover(host(1)).with(60, text("phone"))), hook),
  };
}

KeyCases contents() {
  const std::string mine = R"({"hw-address": "02:00:00:00:00:01", @})";
  const std::string has_class = R"("client-classes": [{"name": "c", )" + kSeven + "}], ";
  return {
      {"ip-address", Scope::reservation, site_with(mine), R"("ip-address": "192.0.2.77")",
       offered_address(), "offer 192.0.2.77", "offer 192.0.2.10", ""},
      {"hostname", Scope::reservation, site_with(mine), R"("hostname": "ab")", offered(12, {12}),
       "6162", "none", ""},
      {"client-classes", Scope::reservation, site_with(mine, has_class),
       R"("client-classes": ["c"])", offered(224), "07", "none", ""},
      {"reservations", Scope::subnet,
       R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", @
             "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])",
       R"("reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.77"}])",
       offered_address(), "offer 192.0.2.77", "offer 192.0.2.10", ""},
      {"reservations", Scope::dhcp4, site_with("", R"(@ "reservations-global": true, )"),
       R"("reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.77"}])",
       offered_address(), "offer 192.0.2.77", "offer 192.0.2.10", ""},
  };
}

/// What counts for a client that several reservations fit.
KeyCases lookups() {
  const std::string two = R"({"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.77"},
      {"client-id": "01:02:03", "ip-address": "192.0.2.78"})";
  const std::string guarded = R"(@ "client-classes": [{"name": "c"}],
      "reservations-global": true,
      "reservations": [{"hw-address": "02:00:00:00:00:01", "client-classes": ["c"]}],
      "subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "client-classes": ["c"],
                   "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";
  const std::string shared = R"({"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.77"},
      {"hw-address": "02:00:00:00:00:02", "ip-address": "192.0.2.77"})";
  return {
      {"host-reservation-identifiers", Scope::dhcp4, site_with(two, "@ "),
       R"("host-reservation-identifiers": ["client-id", "hw-address"])",
       offered_to(host_with_id(1, octets({1, 2, 3}))), "offer 192.0.2.78", "offer 192.0.2.77", ""},
      {"early-global-reservations-lookup", Scope::dhcp4, guarded,
       R"("early-global-reservations-lookup": true)", offered_address(), "offer 192.0.2.10",
       "silence", ""},
      {"ip-reservations-unique", Scope::dhcp4, site_with(shared, "@ "),
       R"("ip-reservations-unique": false)", offered_address(), "offer 192.0.2.77",
       "! another reservation of this subnet has this address", ""},
  };
}

}  // namespace

KeyCases reservation_cases() {
  KeyCases all = identifiers();
  add(all, contents());
  add(all, lookups());
  const std::string in_pool = "offer 192.0.2.10";  // host(2)'s, which it has not taken
  const std::string others = "offer 192.0.2.11";
  add(all, in_each(kGns, {"reservations-in-subnet", "false", offered_address(), in_pool,
                          "offer 192.0.2.77", kReserved}));
  add(all, in_each(kGns, {"reservations-out-of-pool", "true", offered_to(host(3)), in_pool, others,
                          kReserved}));
  add(all, in_each(kGns, {"reservations-global", "true", offered_address(), "offer 192.0.2.88",
                          in_pool, kGlobal}));
  for (const char* none : {"\"disabled\"", "\"off\""}) {
    add(all, in_each(kGns, {"reservation-mode", none, offered_address(), in_pool,
                            "offer 192.0.2.77", kReserved}));
  }
  add(all, in_each(kGns, {"reservation-mode", "\"global\"", offered_address(), "offer 192.0.2.88",
                          "offer 192.0.2.77", kReserved}));
  add(all, in_each(kGns, {"reservation-mode", "\"out-of-pool\"", offered_to(host(3)), in_pool,
                          others, kReserved}));
  return all;
}

}  // namespace lessor::server::v4::testing
