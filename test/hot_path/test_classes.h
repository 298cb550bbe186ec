#pragma once
// Client classes for what is counted: ten, as a site with telephones, boot loaders and access
// points has them, with every function once; two of them fit the clients of these tests.

#include "config/load.h"

#include <cstdio>
#include <cstdlib>

namespace lessor::server::v4::testing {

inline config::ClassTable usual_classes() {
  constexpr std::string_view kText = R"json({"Dhcp4": {"client-classes": [
    {"name": "bios", "test": "option[93].hex == 0x0000 and option[60].exists",
     "boot-file-name": "pxelinux.0", "next-server": "192.0.2.9"},
    {"name": "uefi", "test": "option[93].hex == 0x0007 or option[93].hex == 0x0009",
     "boot-file-name": "grubx64.efi"},
    {"name": "ipxe", "test": "option[77].hex == 'iPXE'", "boot-file-name": "boot.ipxe"},
    {"name": "phones", "test": "substring(option[60].hex, 0, 5) == 'phone'",
     "valid-lifetime": 600},
    {"name": "hosts", "test": "match('a-host-[a-z]+', option[12].hex)",
     "option-data": [{"name": "time-servers", "data": "192.0.2.4"}]},
    {"name": "ports", "template-test": "hexstring(relay4[1].hex, ':') + addrtotext(pkt4.giaddr)"},
    {"name": "odd", "test": "lcase(split(option[12].hex, '-', 2)) == ucase('x')"},
    {"name": "vendors", "test": "vendor[4491].exists or vendor-class[*].data == 'x'"},
    {"name": "clients", "test": "member('hosts') and not member('phones')",
     "valid-lifetime": 3600, "min-valid-lifetime": 60, "max-valid-lifetime": 7200},
    {"name": "late",
     "test": "unknown and ifelse(pkt.iface == 'eth0', uint8totext(0x01), 'x') == '1'"}
  ]}})json";
  auto loaded = config::load_text(kText, "classes", {});
  if (!loaded) {
    for (const config::Problem& problem : loaded.error()) {
      std::fprintf(stderr, "%s\n", to_string(problem).c_str());
    }
    std::abort();
  }
  return std::move(loaded->config.classes);
}

}  // namespace lessor::server::v4::testing
