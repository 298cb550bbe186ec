// How much clients may have: limits, made-up hardware addresses, leniences towards odd clients.

#include "server/v4/rows/key_case.h"

namespace lessor::server::v4::testing {
namespace {

constexpr Scopes kGns = Scopes(Scope::dhcp4) | Scope::shared_network | Scope::subnet;

const std::string kSubnet = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
    "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";

/// How many of these are answered with an offer.
std::string count_answers(World& world, const std::vector<Say>& all) {
  int count = 0;
  for (const Say& say : all) count += world.site().hear(say) ? 1 : 0;
  return std::to_string(count);
}

/// Three identifiers of one hardware address, three clients of a port, three of a relay.
std::string of_a_client(World& world) {
  std::vector<Say> all;
  for (int n = 1; n <= 3; ++n) all.push_back(discover(host_with_id(1, octets({1, n}))));
  return count_answers(world, all);
}
std::string of_a_port(World& world) {
  std::vector<Say> all;
  for (std::uint32_t n = 1; n <= 3; ++n) {
    all.push_back(discover(host(n)).through("192.0.2.254", octets({1, 1, 'p'})));
  }
  return count_answers(world, all);
}
std::string of_a_relay(World& world) {
  std::vector<Say> all;
  for (std::uint32_t n = 1; n <= 3; ++n) all.push_back(discover(host(n)).through("192.0.2.254"));
  return count_answers(world, all);
}

/// How many of twenty clients that made up their hardware addresses get one of ten addresses.
std::string of_twenty_made_up(World& world) {
  int count = 0;
  for (std::uint32_t n = 1; n <= 20; ++n) count += world.site().lease(host(n)).empty() ? 0 : 1;
  return std::to_string(count);
}

std::string time_of_host_2(World& world) {
  return number(world.site().hear(discover(host(2))), 51);
}

KeyCase of_random(const std::string& key, const std::string& value, const std::string& beside,
                  const Look& look, const std::string& with, const std::string& without) {
  return {key,
          Scope::random_macs,
          R"("random-macs": {@ )" + beside + "}, " + kSubnet,
          "\"" + key + "\": " + value,
          look,
          with,
          without,
          ""};
}

KeyCase of_compatibility(const std::string& key, const std::string& subnets, const Look& look,
                         const std::string& with, const std::string& without) {
  return {key,
          Scope::compatibility,
          R"("compatibility": {@}, "subnet4": [)" + subnets + "]",
          "\"" + key + "\": true",
          look,
          with,
          without,
          ""};
}

KeyCases leniences() {
  const std::string one =
      R"({"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.19"}]})";
  const std::string two = one + R"(, {"id": 2, "subnet": "10.9.0.0/24",
      "pools": [{"pool": "10.9.0.10-10.9.0.19"}]})";
  const std::string wide = R"({"id": 1, "subnet": "192.0.2.0/23",
      "pools": [{"pool": "192.0.2.255-192.0.3.9"}]})";
  const Look to_another = [](World& world) {
    return show(world.site().hear(selecting(host(1), "192.0.2.10", "10.9.9.9")));
  };
  const Look with_link = [](World& world) {
    return show(
        world.site().hear(discover(host(1)).through("192.0.2.254", octets({5, 4, 10, 9, 0, 0}))));
  };
  return {
      of_compatibility("ignore-dhcp-server-identifier", one, to_another, "ack 192.0.2.10",
                       "silence"),
      of_compatibility("ignore-rai-link-selection", two, with_link, "offer 192.0.2.10",
                       "offer 10.9.0.10"),
      of_compatibility("exclude-first-last-24", wide, offered_address(), "offer 192.0.3.1",
                       "offer 192.0.2.255"),
      {"compatibility", Scope::dhcp4, "@ " + kSubnet,
       R"("compatibility": {"ignore-dhcp-server-identifier": true})", to_another, "ack 192.0.2.10",
       "silence", ""},
  };
}

KeyCases of_holders() {
  const auto config = [](const std::string& inside) {
    return R"("limits": {)" + inside + "}, " + kSubnet;
  };
  return {
      {"client", Scope::limits, config("@"), R"("client": {"leases": 2})", of_a_client, "2", "3",
       ""},
      {"port", Scope::limits, config("@"), R"("port": {"leases": 2})", of_a_port, "2", "3", ""},
      {"relay", Scope::limits, config("@"), R"("relay": {"leases": 2})", of_a_relay, "2", "3", ""},
      {"leases", Scope::holder_limits, config(R"("client": {@})"), R"("leases": 1)", of_a_client,
       "1", "3", ""},
      {"messages", Scope::holder_limits, config(R"("client": {@})"),
       R"("messages": "2 packets per hour")", of_a_client, "2", "3", ""},
      {"messages", Scope::holder_limits, config(R"("port": {@})"),
       R"("messages": "1 packet per day")", of_a_port, "1", "3", ""},
  };
}

}  // namespace

KeyCases limit_cases() {
  KeyCases all = leniences();
  add(all, of_holders());
  add(all, in_each(kGns, {"limits", R"({"client": {"leases": 2}})", of_a_client, "2", "3"}));
  add(all,
      in_each(kGns, {"random-macs", R"({"valid-lifetime": 600})", time_of_host_2, "600", "7200"}));
  add(all, {of_random("valid-lifetime", "600", "", time_of_host_2, "600", "7200"),
            of_random("share", "0.2", R"("threshold": 0)", of_twenty_made_up, "2", "10"),
            of_random("threshold", "0.5", R"("share": 0.2)", of_twenty_made_up, "5", "9")});
  return all;
}

}  // namespace lessor::server::v4::testing
