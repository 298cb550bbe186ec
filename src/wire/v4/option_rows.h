#pragma once
// The rows of the option table, one option each: what there is to say of an option is said here,
// once. For option_table.cc, which checks them; everybody else asks option_table.h.

#include "wire/scalar_kinds.h"
#include "wire/v4/kind_client_id.h"
#include "wire/v4/kind_codes.h"
#include "wire/v4/kind_dnr.h"
#include "wire/v4/kind_enterprise.h"
#include "wire/v4/kind_fqdn.h"
#include "wire/v4/kind_names.h"
#include "wire/v4/kind_pcp.h"
#include "wire/v4/kind_relay_info.h"
#include "wire/v4/kind_routes.h"
#include "wire/v4/kind_user_class.h"
#include "wire/v4/option_table.h"
#include "wire/v4/sub_options.h"

#include <array>

namespace lessor::wire::rows {

// A hundred rows are easier to read without the prefix.
using kind::kBoolean;
using kind::kClientId;
using kind::kDomainList;
using kind::kEncryptedDns;
using kind::kEnterpriseClass;
using kind::kEnterpriseOptions;
using kind::kFqdn;
using kind::kI32;
using kind::kIp4;
using kind::kIp6;
using kind::kMessageType;
using kind::kName;
using kind::kOctets;
using kind::kOctets16;
using kind::kOctets4;
using kind::kOctetsOrEmpty;
using kind::kOptionCode;
using kind::kOverload;
using kind::kPcpServer;
using kind::kPsid;
using kind::kRelayInfo;
using kind::kRouteList;
using kind::kSeconds;
using kind::kSipServers;
using kind::kSubOptions;
using kind::kText;
using kind::kTextOrEmpty;
using kind::kTuple16;
using kind::kU16;
using kind::kU32;
using kind::kU64;
using kind::kU8;
using kind::kUserClass;
using kind::kVendorOptions;

// --- the words that rows are written in

inline constexpr Shape kEmpty{};
template <typename... Codecs>
constexpr Shape one(const Codecs&... codecs) {
  return {.fields = {&codecs...}, .count = sizeof...(codecs)};
}
/// The last field one or more times.
template <typename... Codecs>
constexpr Shape list(const Codecs&... codecs) {
  return {.fields = {&codecs...}, .count = sizeof...(codecs), .repeat = Repeat::last};
}
/// All fields together, one or more times.
template <typename... Codecs>
constexpr Shape records(const Codecs&... codecs) {
  return {.fields = {&codecs...}, .count = sizeof...(codecs), .repeat = Repeat::all};
}
constexpr Shape with_example(Shape shape, std::string_view example) {
  shape.example = example;
  return shape;
}
inline constexpr Shape kMask = with_example(one(kIp4), "255.255.255.0");
inline constexpr Shape kIp4s = with_example(list(kIp4), "192.0.2.1, 192.0.2.2");
/// RFC 2132 8.13: its "minimum length is 0 (indicating no home agents are available)".
inline constexpr Shape kIp4sOrNone{
    .fields = {&kIp4}, .count = 1, .repeat = Repeat::last_or_0, .example = "192.0.2.1, 192.0.2.2"};
inline constexpr Shape kFilters = with_example(records(kIp4, kIp4), "192.0.2.0, 255.255.255.0");
inline constexpr Shape kHostRoutes = with_example(records(kIp4, kIp4), "198.51.100.7, 192.0.2.1");
inline constexpr Shape kRoutes =
    with_example(one(kRouteList), "198.51.100.0/24 - 192.0.2.1, 0.0.0.0/0 - 192.0.2.1");
/// RFC 4174 2: functions, access, flags, security, then the servers, heartbeat's first.
inline constexpr Shape kIsns =
    with_example(list(kU16, kU16, kU16, kU32, kIp4), "1, 0, 1, 1, 192.0.2.1, 192.0.2.2");
inline constexpr Shape kUri = with_example(one(kText), "https://example.org/here");
inline constexpr Shape kPath = with_example(one(kText), "/srv/file");
inline constexpr Shape kDomain = with_example(one(kText), "example.org");
inline constexpr Shape kOpaque = one(kOctetsOrEmpty);

// clang-format off
inline constexpr auto kRows = std::to_array<OptionRow>({
  {0, "pad", kEmpty, "RFC 2132 3.1", "fills up: one octet without a length", ""},
  {1, "subnet-mask", kMask, "RFC 2132 3.3", "the mask of the client's subnet", "netmask"},
  {2, "time-offset", one(kI32), "RFC 2132 3.4", "seconds east of UTC (deprecated: 100, 101)",
   "time-zone"},
  {3, "routers", kIp4s, "RFC 2132 3.5", "default gateways, preferred first", "router"},
  {4, "time-servers", kIp4s, "RFC 2132 3.6", "RFC 868 time servers", "time-server"},
  {5, "name-servers", kIp4s, "RFC 2132 3.7", "IEN 116 name servers (not DNS: that is 6)",
   "ien116-name-servers ien-name-server"},
  {6, "domain-name-servers", kIp4s, "RFC 2132 3.8", "DNS servers, preferred first",
   "dns-server dns-servers domain-name-server"},
  {7, "log-servers", kIp4s, "RFC 2132 3.9", "MIT-LCS UDP log servers", "log-server"},
  {8, "cookie-servers", kIp4s, "RFC 2132 3.10", "RFC 865 quote-of-the-day servers",
   "cookie-server quotes-server"},
  {9, "lpr-servers", kIp4s, "RFC 2132 3.11", "RFC 1179 line printer servers", "lpr-server"},
  {10, "impress-servers", kIp4s, "RFC 2132 3.12", "Imagen Impress servers", "impress-server"},
  {11, "resource-location-servers", kIp4s, "RFC 2132 3.13", "RFC 887 resource location servers",
   "resource-location-server"},
  {12, "host-name", with_example(one(kText), "host1"), "RFC 2132 3.14", "the client's name",
   "hostname"},
  {13, "boot-size", one(kU16), "RFC 2132 3.15", "size of the boot file in blocks of 512 octets",
   "boot-file-size"},
  {14, "merit-dump", kPath, "RFC 2132 3.16", "where to write a core dump",
   "merit-dump-file dump-path"},
  {15, "domain-name", kDomain, "RFC 2132 3.17", "the domain to resolve names in", "domain"},
  {16, "swap-server", one(kIp4), "RFC 2132 3.18", "the client's swap server", ""},
  {17, "root-path", kPath, "RFC 2132 3.19", "the path of the client's root disk", "root-disk-path"},
  {18, "extensions-path", kPath, "RFC 2132 3.20", "a TFTP file with more options",
   "extension-path"},
  {19, "ip-forwarding", one(kBoolean), "RFC 2132 4.1", "whether to forward IP packets",
   "ip-forward-enable"},
  {20, "non-local-source-routing", one(kBoolean), "RFC 2132 4.2",
   "whether to forward packets with non-local source routes", ""},
  {21, "policy-filter", kFilters, "RFC 2132 4.3",
   "pairs of address and mask that source routes may lead to", ""},
  {22, "max-dgram-reassembly", one(kU16), "RFC 2132 4.4", "largest datagram to reassemble",
   "max-datagram-reassembly max-datagram-reassembly-size max-dgram-reass-size"},
  {23, "default-ip-ttl", one(kU8), "RFC 2132 4.5", "time to live of datagrams sent", "default-ttl"},
  {24, "path-mtu-aging-timeout", one(kSeconds), "RFC 2132 4.6", "how long a path MTU is believed",
   "pmtu-timeout"},
  {25, "path-mtu-plateau-table", with_example(list(kU16), "68, 576, 1500"), "RFC 2132 4.7",
   "MTU sizes to try, ascending", "path-mtu-plateau-table-item"},
  {26, "interface-mtu", one(kU16), "RFC 2132 5.1", "the MTU to use on this interface", "mtu"},
  {27, "all-subnets-local", one(kBoolean), "RFC 2132 5.2", "whether all subnets have this MTU",
   "all-subnets-are-local"},
  {28, "broadcast-address", with_example(one(kIp4), "192.0.2.255"), "RFC 2132 5.3",
   "the subnet's broadcast address", "broadcast"},
  {29, "perform-mask-discovery", one(kBoolean), "RFC 2132 5.4",
   "whether to ask for the mask by ICMP", ""},
  {30, "mask-supplier", one(kBoolean), "RFC 2132 5.5", "whether to answer such questions", ""},
  {31, "router-discovery", one(kBoolean), "RFC 2132 5.6", "whether to look for routers by ICMP",
   "perform-router-discover"},
  {32, "router-solicitation-address", one(kIp4), "RFC 2132 5.7", "where to ask for routers",
   "router-solicitation"},
  {33, "static-routes", kHostRoutes, "RFC 2132 5.8",
   "pairs of destination host and router (classful: see 121)", "static-route"},
  {34, "trailer-encapsulation", one(kBoolean), "RFC 2132 6.1", "whether to use RFC 893 trailers",
   ""},
  {35, "arp-cache-timeout", one(kSeconds), "RFC 2132 6.2", "how long an ARP entry is believed",
   "arp-timeout"},
  {36, "ieee802-3-encapsulation", one(kBoolean), "RFC 2132 6.3",
   "true: IEEE 802.3, false: Ethernet II", "ethernet-encapsulation ethernet-encap"},
  {37, "default-tcp-ttl", one(kU8), "RFC 2132 7.1", "time to live of TCP segments",
   "tcp-ttl tcp-default-ttl"},
  {38, "tcp-keepalive-interval", one(kSeconds), "RFC 2132 7.2", "time between TCP keepalives",
   "tcp-keepalive"},
  {39, "tcp-keepalive-garbage", one(kBoolean), "RFC 2132 7.3",
   "whether keepalives carry an octet of garbage", ""},
  {40, "nis-domain", kDomain, "RFC 2132 8.1", "the NIS domain", ""},
  {41, "nis-servers", kIp4s, "RFC 2132 8.2", "NIS servers, preferred first", "nis-server"},
  {42, "ntp-servers", kIp4s, "RFC 2132 8.3", "NTP servers, preferred first", "ntp-server"},
  {43, "vendor-encapsulated-options", one(kVendorOptions), "RFC 2132 8.4",
   "options that the client's vendor (60) defines", "vendor-specific vendor"},
  {44, "netbios-name-servers", kIp4s, "RFC 2132 8.5", "NetBIOS name (WINS) servers",
   "netbios-ns netbios-server netbios-over-tcpip-name-server"},
  {45, "netbios-dd-server", kIp4s, "RFC 2132 8.6", "NetBIOS datagram distribution servers",
   "netbios-dd netbios-dist-server netbios-over-tcpip-dd-name-server"},
  {46, "netbios-node-type", with_example(one(kU8), "8"), "RFC 2132 8.7",
   "1 B-node, 2 P-node, 4 M-node, 8 H-node", "netbios-nodetype netbios-over-tcpip-node-type"},
  {47, "netbios-scope", one(kText), "RFC 2132 8.8", "the NetBIOS scope",
   "netbios-over-tcpip-scope"},
  {48, "font-servers", kIp4s, "RFC 2132 8.9", "X Window font servers",
   "x-windows-fs xwindows-system-font-server"},
  {49, "x-display-manager", kIp4s, "RFC 2132 8.10", "hosts that run an X display manager",
   "x-windows-dm xwindows-system-display-manager"},
  {50, "dhcp-requested-address", one(kIp4), "RFC 2132 9.1", "the address that the client wants",
   "requested-address requested-addr requested-ip-address"},
  {51, "dhcp-lease-time", one(kSeconds), "RFC 2132 9.2", "how long the address may be used",
   "lease-time ip-address-lease-time"},
  {52, "dhcp-option-overload", one(kOverload), "RFC 2132 9.3",
   "file (1), sname (2) or both (3) hold options", "option-overload overload"},
  {53, "dhcp-message-type", one(kMessageType), "RFC 2132 9.6", "what kind of message this is",
   "message-type dhcp"},
  {54, "dhcp-server-identifier", one(kIp4), "RFC 2132 9.7", "the server that is meant, or speaks",
   "server-id server-identifier dhcp-server-id"},
  {55, "dhcp-parameter-request-list", with_example(list(kOptionCode), "1, 3, 6, 15"),
   "RFC 2132 9.8", "the options that the client wants, in its order",
   "param-req-list parameter-request-list request-list-item"},
  {56, "dhcp-message", one(kText), "RFC 2132 9.9", "why: text of a NAK or DECLINE",
   "message error-message"},
  {57, "dhcp-max-message-size", one(kU16), "RFC 2132 9.10",
   "largest datagram that the client takes, 576 at least", "max-message-size max-dhcp-size"},
  {58, "dhcp-renewal-time", one(kSeconds), "RFC 2132 9.11", "T1: when to renew",
   "renewal-time renewal-time-value t1"},
  {59, "dhcp-rebinding-time", one(kSeconds), "RFC 2132 9.12", "T2: when to rebind",
   "rebinding-time rebinding-time-value t2"},
  {60, "vendor-class-identifier", one(kText), "RFC 2132 9.13", "the client's vendor and model",
   "vendor-class vendor-class-id"},
  {61, "dhcp-client-identifier", one(kClientId), "RFC 2132 9.14, RFC 4361",
   "what the server knows the client by", "client-id client-identifier"},
  {62, "nwip-domain-name", kDomain, "RFC 2242", "the NetWare/IP domain", "nwip-domain"},
  {63, "nwip-suboptions", one(kSubOptions), "RFC 2242", "NetWare/IP settings", ""},
  {64, "nisplus-domain-name", kDomain, "RFC 2132 8.11", "the NIS+ domain",
   "nisplus-domain nis+-domain nis-plus-domain"},
  {65, "nisplus-servers", kIp4s, "RFC 2132 8.12", "NIS+ servers",
   "nisplus-server nis+-server nis-plus-server"},
  {66, "tftp-server-name", with_example(one(kText), "tftp.example.org"), "RFC 2132 9.4",
   "the TFTP server's name or address", "tftp-server"},
  {67, "boot-file-name", with_example(one(kText), "pxelinux.0"), "RFC 2132 9.5", "the file to boot",
   "bootfile-name bootfile"},
  {68, "mobile-ip-home-agent", kIp4sOrNone, "RFC 2132 8.13", "mobile IP home agents",
   "mobile-ip-home"},
  {69, "smtp-server", kIp4s, "RFC 2132 8.14", "mail (SMTP) servers", ""},
  {70, "pop-server", kIp4s, "RFC 2132 8.15", "mailbox (POP3) servers", "pop3-server"},
  {71, "nntp-server", kIp4s, "RFC 2132 8.16", "news (NNTP) servers", ""},
  {72, "www-server", kIp4s, "RFC 2132 8.17", "web servers", "default-www-server"},
  {73, "finger-server", kIp4s, "RFC 2132 8.18", "finger servers", "default-finger-server"},
  {74, "irc-server", kIp4s, "RFC 2132 8.19", "IRC servers", "default-irc-server"},
  {75, "streettalk-server", kIp4s, "RFC 2132 8.20", "StreetTalk servers", ""},
  {76, "streettalk-directory-assistance-server", kIp4s, "RFC 2132 8.21",
   "StreetTalk directory assistance servers", "streettalk-dir-assistance streettalk-da-server"},
  {77, "user-class", one(kUserClass), "RFC 3004", "classes that the user put the client in", ""},
  {78, "slp-directory-agent", with_example(list(kBoolean, kIp4), "true, 192.0.2.1, 192.0.2.2"),
   "RFC 2610 3", "SLP directory agents; true: use only these", "slp-service-agent"},
  {79, "slp-service-scope", with_example(one(kBoolean, kTextOrEmpty), "false, scope-a\\,scope-b"),
   "RFC 2610 4", "SLP scopes; true: use only these", ""},
  {80, "rapid-commit", kEmpty, "RFC 4039", "two messages instead of four", ""},
  {81, "fqdn", one(kFqdn), "RFC 4702", "the client's full name, and who updates DNS",
   "client-fqdn"},
  {82, "dhcp-agent-options", one(kRelayInfo), "RFC 3046",
   "what the relay agent knows of the client",
   "relay-agent-information agent-information-option relay-agent-info"},
  {83, "isns", kIsns, "RFC 4174", "iSNS: how to use storage name servers", ""},
  {85, "nds-servers", kIp4s, "RFC 2241 2", "NetWare directory servers", "nds-server novell-dss"},
  {86, "nds-tree-name", one(kText), "RFC 2241 3", "the NetWare directory tree",
   "novell-ds-tree-name"},
  {87, "nds-context", one(kText), "RFC 2241 4", "the initial NetWare directory context",
   "novell-ds-context"},
  {88, "bcms-controller-names", one(kDomainList), "RFC 4280 4.1",
   "broadcast and multicast controllers by name", ""},
  {89, "bcms-controller-address", kIp4s, "RFC 4280 4.3",
   "broadcast and multicast controllers by address", ""},
  {90, "authenticate", with_example(one(kU8, kU8, kU8, kU64, kOctetsOrEmpty), "1, 1, 0, 5, 0x0102"),
   "RFC 3118 2", "protocol, algorithm, replay method, counter, proof",
   "authentication dhcp-authentication"},
  {91, "client-last-transaction-time", one(kSeconds), "RFC 4388 6.1",
   "how long ago the client last spoke", ""},
  {92, "associated-ip", kIp4s, "RFC 4388 6.1", "all addresses of the client",
   "associated-ip-option"},
  {93, "client-system", with_example(list(kU16), "0, 7"), "RFC 4578 2.1",
   "what the client can boot: 0 BIOS, 7 UEFI x64",
   "client-arch client-system-architecture pxe-system-type pxe-client-architecture"},
  {94, "client-ndi", with_example(one(kU8, kU8, kU8), "1, 2, 1"), "RFC 4578 2.2",
   "network driver interface: type and version",
   "client-interface-id pxe-interface-id pxe-client-network-interface"},
  {95, "ldap", kUri, "RFC 3679", "LDAP servers", "ldap-server"},
  {97, "uuid-guid", with_example(one(kU8, kOctets), "0, 0x00112233445566778899aabbccddeeff"),
   "RFC 4578 2.3", "the machine's UUID, type 0 before it",
   "client-machine-id pxe-client-id pxe-client-machine-identifier"},
  {98, "uap-servers", kUri, "RFC 2485", "user authentication servers as URLs", ""},
  {99, "geoconf-civic", one(kOctets), "RFC 4776", "the client's civic address", "civic-location"},
  {100, "pcode", with_example(one(kText), "CET-1CEST\\,M3.5.0\\,M10.5.0/3"), "RFC 4833 2",
   "the time zone as POSIX writes it", "posix-timezone tz-pcode"},
  {101, "tcode", with_example(one(kText), "Europe/Berlin"), "RFC 4833 2",
   "the time zone's name: Europe/Berlin", "tzdb-timezone tz-tcode"},
  {108, "v6-only-preferred", one(kSeconds), "RFC 8925 3.1", "how long to do without IPv4",
   "ipv6-only"},
  {109, "dhcp4o6-s46-saddr", one(kIp6), "RFC 8539", "softwire source address", ""},
  {112, "netinfo-server-address", kIp4s, "RFC 3679", "NetInfo parent servers",
   "netinfo-parent-server-address"},
  {113, "netinfo-server-tag", one(kText), "RFC 3679", "NetInfo parent server tag",
   "netinfo-parent-server-tag"},
  {114, "v4-captive-portal", kUri, "RFC 8910 2.1", "the captive portal API's URI",
   "captive-portal default-url url"},
  {116, "auto-config", with_example(one(kU8), "1"), "RFC 2563 2",
   "1: the client may pick a link-local address", "dhcp-auto-configuration"},
  {117, "name-service-search", with_example(list(kU16), "6, 44"), "RFC 2937",
   "name services to ask, by option code", ""},
  {118, "subnet-selection", one(kIp4), "RFC 3011", "the subnet to take an address from",
   "subnet-selection-option"},
  {119, "domain-search", one(kDomainList), "RFC 3397", "domains to try names in",
   "dhcp-dns-domain-search-list dhcp-dns-domain-search-list-fqdn"},
  {120, "sip-servers", one(kSipServers), "RFC 3361", "SIP servers by name or address",
   "sip-server"},
  {121, "classless-static-route", kRoutes, "RFC 3442",
   "routes with prefix lengths; the client then ignores 3 and 33",
   "classless-static-routes rfc3442-classless-static-routes"},
  {122, "cablelabs-client-configuration", one(kSubOptions), "RFC 3495",
   "CableLabs telephony settings", "ccc cablelabs-client-conf"},
  {123, "geoconf", one(kOctets16), "RFC 6225", "the client's coordinates", "rfc3825"},
  {124, "vivco-suboptions", with_example(list(kEnterpriseClass), "4491 'docsis3.0'"), "RFC 3925 3",
   "vendor classes by enterprise number", "vivco vi-class"},
  {125, "vivso-suboptions", one(kEnterpriseOptions), "RFC 3925 4",
   "vendor options by enterprise number", "vivso vendor-id-encap vendor-specific-information"},
  {128, "pxe-128", kOpaque, "RFC 4578 2.4", "PXE vendor use; also IP phones' TFTP server",
   "tftp-server-ip-address"},
  {129, "pxe-129", kOpaque, "RFC 4578 2.4", "PXE vendor use; also IP phones' call server", ""},
  {130, "pxe-130", kOpaque, "RFC 4578 2.4", "PXE vendor use; also an Ethernet discrimination text",
   ""},
  {131, "pxe-131", kOpaque, "RFC 4578 2.4", "PXE vendor use; also a remote statistics server", ""},
  {132, "pxe-132", kOpaque, "RFC 4578 2.4", "PXE vendor use; also IP phones' 802.1Q VLAN", ""},
  {133, "pxe-133", kOpaque, "RFC 4578 2.4", "PXE vendor use; also IP phones' 802.1p priority", ""},
  {134, "pxe-134", kOpaque, "RFC 4578 2.4", "PXE vendor use; also IP phones' Diffserv code point",
   ""},
  {135, "pxe-135", kOpaque, "RFC 4578 2.4", "PXE vendor use; also an HTTP proxy for phones", ""},
  {136, "pana-agent", kIp4s, "RFC 5192", "PANA authentication agents", ""},
  {137, "v4-lost", one(kName), "RFC 5223", "the LoST server", "lost-server-domain-name"},
  {138, "capwap-ac-v4", kIp4s, "RFC 5417", "CAPWAP access controllers", "capwap-access-controller"},
  {139, "mos-address-v4", one(kSubOptions), "RFC 5678 2", "mobility servers by address", ""},
  {140, "mos-fqdn-v4", one(kSubOptions), "RFC 5678 3", "mobility servers by name", ""},
  {141, "sip-ua-cs-domains", one(kDomainList), "RFC 6011", "SIP configuration service domains",
   "sip-ua-service-domains"},
  {142, "andsf-v4", kIp4s, "RFC 6153", "access network discovery servers", "andsf-server"},
  {143, "v4-sztp-redirect", list(kTuple16), "RFC 8572 8.1", "bootstrap servers as URIs", ""},
  {144, "geoloc", one(kOctets16), "RFC 6225", "the client's coordinates with uncertainty", ""},
  {145, "forcerenew-nonce-capable", with_example(list(kU8), "1"), "RFC 6704 3.1.1",
   "algorithms that the client knows to prove a FORCERENEW", "forcerenew-nonce"},
  {146, "rdnss-selection",
   with_example(one(kU8, kIp4, kIp4, kDomainList), "1, 192.0.2.1, 192.0.2.2, example.org"),
   "RFC 6731 4.3", "which DNS servers to ask about which domains", "rdnss"},
  {147, "v4-dots-ri", one(kName), "RFC 8973", "the DOTS agent's name", ""},
  {148, "v4-dots-address", kIp4s, "RFC 8973", "DOTS agents' addresses", ""},
  {150, "tftp-server-address", kIp4s, "RFC 5859", "TFTP servers (Cisco phones)", ""},
  {151, "status-code", with_example(one(kU8, kTextOrEmpty), "0, done"), "RFC 6926 6.2.2",
   "result of a bulk lease query", ""},
  {152, "base-time", one(kU32), "RFC 6926 6.2.3", "when the message was made, since 1970", ""},
  {153, "start-time-of-state", one(kSeconds), "RFC 6926 6.2.4", "how long the state has lasted",
   ""},
  {154, "query-start-time", one(kU32), "RFC 6926 6.2.5", "report changes since then", ""},
  {155, "query-end-time", one(kU32), "RFC 6926 6.2.6", "report changes up to then", ""},
  {156, "dhcp-state", one(kU8), "RFC 6926 6.2.7", "the state of the address", ""},
  {157, "data-source", one(kU8), "RFC 6926 6.2.8", "whether the answer is first hand", ""},
  {158, "v4-pcp-server", list(kPcpServer), "RFC 7291 4", "port control (PCP) servers", "pcp"},
  {159, "v4-portparams", with_example(one(kU8, kPsid), "6, 3/8"), "RFC 7618 9",
   "the ports of a shared address", "portparams"},
  {160, "v4-captive-portal-160", kUri, "RFC 7710",
   "captive portal, old code: never send (RFC 8910); also phones' provisioning", ""},
  {161, "mud-url", kUri, "RFC 8520 10", "where the device's usage description is",
   "mudurl v4-mud-url"},
  {162, "v4-dnr", one(kEncryptedDns), "RFC 9463 5.1", "encrypted DNS resolvers", ""},
  {175, "etherboot", one(kSubOptions), "Etherboot", "Etherboot and iPXE settings", "ipxe"},
  {176, "ip-telephone", one(kText), "Avaya", "telephone settings as text", ""},
  {177, "packetcable", one(kSubOptions), "PacketCable", "replaced by 122", ""},
  {208, "pxelinux-magic", with_example(one(kOctets4), "0xf100747e"), "RFC 5071 3",
   "F1:00:74:7E: 209 to 211 are PXELINUX's", ""},
  {209, "pxelinux-config-file", kPath, "RFC 5071 4", "PXELINUX's configuration file",
   "pxelinux-configuration-file pxe-config-file config-file loader-configfile"},
  {210, "pxelinux-path-prefix", kPath, "RFC 5071 5", "what to put before its file names",
   "pxe-path-prefix path-prefix loader-pathprefix"},
  {211, "pxelinux-reboot-time", one(kSeconds), "RFC 5071 6", "when to reboot without TFTP",
   "reboot-time loader-reboottime"},
  {212, "option-6rd", with_example(list(kU8, kU8, kIp6, kIp4), "8, 32, 2001:db8::, 192.0.2.1"),
   "RFC 5969 7.1.1", "IPv6 over IPv4: mask length, prefix length, prefix, border relays", "6rd"},
  {213, "v4-access-domain", one(kName), "RFC 5986", "the access network's domain", ""},
  {220, "subnet-allocation", one(kOctets), "RFC 6656", "a subnet for the client to hand out", ""},
  {221, "virtual-subnet-selection", one(kOctets), "RFC 6607 3.1", "the VPN to take an address from",
   ""},
  {249, "ms-classless-static-route", kRoutes, "Microsoft", "121 as Windows once numbered it",
   "ms-classless-static-routes private-classless-static-route"},
  {252, "wpad", kUri, "Microsoft", "the proxy configuration's URL",
   "wpad-url private-proxy-autodiscovery"},
  {255, "end", kEmpty, "RFC 2132 3.2", "the last option: one octet without a length", ""},
});
// clang-format on

}  // namespace lessor::wire::rows
