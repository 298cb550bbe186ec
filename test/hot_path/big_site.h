#pragma once
// A big configuration for what is counted: 10,000 subnets behind relays, 100,000 reservations
// spread over them, and 500 classes of ten kinds as sites have them (bench/big/big_config.py writes
// the same, with ten times as many reservations: a count of instructions does not depend on it).

#include "config/load.h"
#include "server/v4/test_kit.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace lessor::server::v4::testing {

inline constexpr std::uint32_t kBigSubnets = 10'000;
inline constexpr std::uint32_t kBigReservations = 10;  // in each
inline constexpr std::uint32_t kBigClasses = 500;

/// The network of a subnet: 10.0.0.0/24 and on.
inline net::Ip4 big_network(std::uint32_t subnet) { return {0x0a000000U + (subnet << 8)}; }

inline std::string hexadecimal(std::uint32_t value, int digits) {
  std::string text(16, '0');
  (void)std::snprintf(text.data(), text.size(), "%0*x", digits, value);
  return text.substr(0, static_cast<std::size_t>(digits));
}

/// The test of class number `n`, by one of ten kinds.
inline std::string big_test(std::uint32_t n) {
  const auto number = [](std::uint32_t value) { return std::to_string(value); };
  std::string three = number(n);
  three.insert(0, 3 - std::min<std::size_t>(3, three.size()), '0');
  switch (n % 10) {
    case 0:
      return "option[60].hex == 'vendor-" + number(n) + "'";
    case 1:
      return "substring(option[60].hex, 0, 9) == 'phone-" + three + "'";
    case 2:
      return "pkt4.mac == 0x0200ff" + hexadecimal(n, 6);
    case 3:
      return "substring(pkt4.mac, 0, 3) == 0x06" + hexadecimal(n, 4);
    case 4:
      return "pkt4.giaddr == " + net::to_string(net::Ip4{big_network(n).value + 2});
    case 5:
      return "relay4[1].hex == 'port-" + number(n) + "'";
    case 6:
      return "option[93].hex == 0x" + hexadecimal(n % 16, 4) +
             " and option[60].hex == 'PXEClient-" + number(n) + "'";
    case 7:
      return "member('class-" + number(n - 7) + "') or member('class-" + number(n - 6) + "')";
    case 8:
      return "option[77].hex == 'user-" + number(n) + "' or option[12].hex == 'host-" + number(n) +
             "'";
    default:
      return "substring(option[12].hex, 0, 4) == 'k" + three + "' and not member('class-" +
             number(n - 9) + "')";
  }
}

inline config::ClassTable big_classes() {
  std::string text;
  for (std::uint32_t n = 0; n < kBigClasses; ++n) {
    const std::string number = std::to_string(n);
    text += (n == 0 ? "" : ",\n") + std::string(R"({"name": "class-)") + number +
            R"(", "test": ")" + big_test(n) + "\"";
    if (n % 2 == 0) {
      text +=
          R"(, "option-data": [{"name": "domain-name", "data": "class)" + number + R"(.example"}])";
    }
    if (n % 5 == 0) text += R"(, "valid-lifetime": )" + std::to_string(3'600 + n);
    text += "}";
  }
  auto loaded =
      config::load_text(R"({"Dhcp4": {"client-classes": [)" + text + "]}}", "classes", {});
  if (!loaded) {
    std::fprintf(stderr, "%s\n", to_string(loaded.error().front()).c_str());
    std::abort();
  }
  return std::move(loaded->config.classes);
}

inline config::ServerConfig big_site() {
  config::ServerConfig made;
  made.subnets.reserve(kBigSubnets);
  for (std::uint32_t s = 0; s < kBigSubnets; ++s) {
    const net::Ip4 network = big_network(s);
    config::Subnet one;
    one.id = s + 1;
    one.prefix = {network, 24};
    config::Pool range;
    range.range = {{network.value + 10}, {network.value + 109}};
    one.pools.push_back(std::move(range));
    one.options =
        config::OptionSet({option(3, ip_octets(net::to_string(net::Ip4{network.value + 1})))});
    for (std::uint32_t r = 0; r < kBigReservations; ++r) {
      config::Reservation reserved =
          reserve_hw(host(0x01000000U + s * kBigReservations + r).mac, "");
      reserved.address = net::Ip4{network.value + 120 + r};
      one.reservations.push_back(std::move(reserved));
    }
    made.subnets.push_back(std::move(one));
  }
  made.options = config::OptionSet({option(6, octets({192, 0, 2, 53}))});
  made.classes = big_classes();
  made.build_indexes();
  return made;
}

}  // namespace lessor::server::v4::testing
