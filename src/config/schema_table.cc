// The rows of the schema. Names, types, defaults and scopes are Kea's; so is each meaning, where a
// key is implemented.

#include "config/schema_words.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace lessor::config {
namespace {

using enum Scope;
using enum Type;
using namespace schema_words;  // NOLINT(google-build-using-namespace): a table is all there is here

constexpr std::array kRows = std::to_array<Key>({
    // The file.
    works("Dhcp4", file, map, "", "the DHCPv4 server").holds(dhcp4),
    later("Dhcp6", file, any, "", "DHCPv6; give this file to another server"),
    later("DhcpDdns", file, any, "", "DNS updates"),
    never("Control-agent", file, any, "", "no agent is needed: see Dhcp4.control-sockets"),
    never("Logging", file, any, "", "write its loggers into Dhcp4.loggers"),

    // Lifetimes and timers.
    works("valid-lifetime", GNSC, integer, "7200", "lease time in seconds; 4294967295 is infinite")
        .range(1, kMaxUint32),
    works("min-valid-lifetime", GNSC, integer, "",
          "the least that a client may ask for (default: valid-lifetime)")
        .range(1, kMaxUint32),
    works("max-valid-lifetime", GNSC, integer, "",
          "the most that a client may ask for (default: valid-lifetime)")
        .range(1, kMaxUint32),
    works("renew-timer", GNS, integer, "", "T1 in seconds, option 58; sent only when less than T2")
        .range(0, kMaxUint32),
    works("rebind-timer", GNS, integer, "",
          "T2 in seconds, option 59; sent only when less than the lease time")
        .range(0, kMaxUint32),
    works("calculate-tee-times", GNS, boolean, "false",
          "send T1 and T2 by percentage where no timer is set"),
    works("t1-percent", GNS, number, "0.5", "T1 as a part of the lease time").range(0, 1),
    works("t2-percent", GNS, number, "0.875", "T2 as a part of the lease time").range(0, 1),
    works("decline-probation-period", G, integer, "86400",
          "seconds that a declined address is kept out of use")
        .range(0, kMaxUint32),
    works("offer-lifetime", GNSC, integer, "0",
          "an offer makes a lease on disk for so many seconds; 0: it is held for 60 s in memory")
        .range(0, kMaxUint32),
    works("cache-threshold", GNS, number, "0",
          "a lease no older than this part of its time serves again as it is; 0, or no such key "
          "anywhere: never (Kea 3: 0.25)")
        .range(0, 1),
    works("cache-max-age", GNS, integer, "0",
          "nor when it is older than so many seconds (0: never); it counts alone, too")
        .range(0, kMaxUint32),
    works("adaptive-lease-time-threshold", GNS, number, "1|1.0",
          "from this part of the client's pools in use on, new leases last min-valid-lifetime; 1: "
          "never")
        .range(0, 1),

    // Identity, behaviour, allocation.
    works("echo-client-id", G, boolean, "true", "send the client identifier back (RFC 6842)"),
    works("match-client-id", GNS, boolean, "true",
          "know clients by their client identifier first; false: by hardware address only"),
    works("authoritative", GNS, boolean, "false",
          "answer DHCPNAK to clients with addresses that this server does not know"),
    works("next-server", GNSCR, address, "\"0.0.0.0\"",
          "the address of the boot server ('siaddr')"),
    works("server-hostname", GNSCR, text, "\"\"",
          "the name of the boot server ('sname'), at most 63 octets"),
    works("boot-file-name", GNSCR, text, "\"\"", "the boot file ('file'), at most 127 octets"),
    works("allocator", GNS, text, "\"iterative\"",
          "which free address a client gets; see \"Allocation\" above")
        .words("iterative|random|flq|shared-flq"),
    works("stash-agent-options", G, boolean, "false",
          "a client that renews past its relay is taken to be where its lease says; wants "
          "store-extended-info"),
    works("store-extended-info", GNS, boolean, "false",
          "leases keep the relay agent information (option 82) of the message that made or last "
          "renewed them"),
    idle("parked-packet-limit", G, integer, "256", "it bounds packets that wait for Kea's hooks"),
    later("dhcp4o6-port", G, integer, "0", k4o6).range(0, kMaxPort),
    idle("server-tag", G, text, "\"\"", "server-tag-get tells it; no database asks for it"),
    idle("statistic-default-sample-count", G, integer, "20", kStatistics),
    idle("statistic-default-sample-age", G, integer, "0", kStatistics),

    // Reservations: where they are looked up.
    works("host-reservation-identifiers", G, text_list, "",
          "which identifiers reservations are looked up by, in this order (default: hw-address, "
          "duid, circuit-id, client-id)"),
    works("reservations-in-subnet", GNS, boolean, "true",
          "whether the subnet's reservations count"),
    works("reservations-out-of-pool", GNS, boolean, "false",
          "a promise that no reserved address lies in a pool: one that does is not set aside"),
    works("reservations-global", GNS, boolean, "false",
          "whether the global reservations count, where the subnet has none for the client"),
    works("reservation-mode", GNS, text, "\"all\"",
          "the old spelling of reservations-in-subnet, -out-of-pool and -global")
        .words("all|out-of-pool|disabled|off|global"),
    works("early-global-reservations-lookup", G, boolean, "false",
          "look global reservations up before the subnet is selected: KNOWN and their classes "
          "count for its guard"),
    works("ip-reservations-unique", G, boolean, "true",
          "false: several reservations may have one address; who comes first gets it"),
    idle("reservations-lookup-first", G, boolean, "false",
         "reservations are always looked up first: it costs nothing here"),
    works("reservations", G | S, map_list, "[]",
          "clients with an address, options or a name of their own")
        .holds(reservation),

    // DNS updates.
    works("dhcp-ddns", G, map, "", "only to say that there are no updates").holds(dhcp_ddns),
    later("enable-updates", dhcp_ddns, boolean, "false", "DNS updates"),
    idle("server-ip", dhcp_ddns, text, "\"127.0.0.1\"", kNoDns),
    idle("server-port", dhcp_ddns, integer, "53001", kNoDns).range(0, kMaxPort),
    idle("sender-ip", dhcp_ddns, text, "\"\"", kNoDns),
    idle("sender-port", dhcp_ddns, integer, "0", kNoDns).range(0, kMaxPort),
    idle("max-queue-size", dhcp_ddns, integer, "1024", kNoDns),
    idle("ncr-protocol", dhcp_ddns, text, "\"UDP\"", kNoDns),
    idle("ncr-format", dhcp_ddns, text, "\"JSON\"", kNoDns),
    idle("ddns-send-updates", GNSP, boolean, "false|true", kNoDns),
    idle("ddns-update-on-renew", GNSP, boolean, "false", kNoDns),
    idle("ddns-conflict-resolution-mode", GNSP, text, "\"check-with-dhcid\"", kNoDns)
        .words(
            "check-with-dhcid|no-check-with-dhcid|check-exists-with-dhcid|no-check-without-dhcid"),
    idle("ddns-use-conflict-resolution", GNSP, boolean, "true", kNoDns),
    idle("ddns-ttl-percent", GNSP, number, "", kNoDns).range(0, 1),
    idle("ddns-ttl", GNSP, integer, "", kNoDns),
    idle("ddns-ttl-min", GNSP, integer, "", kNoDns),
    idle("ddns-ttl-max", GNSP, integer, "", kNoDns),
    idle("ddns-generated-prefix", GNSP | dhcp_ddns, text, "\"myhost\"", "no names are generated"),
    later("ddns-override-no-update", GNSP, boolean, "false", kNameToClient),
    later("ddns-override-client-update", GNSP, boolean, "false", kNameToClient),
    later("ddns-replace-client-name", GNSP, any, "\"never\"|false", kNameToClient),
    later("ddns-qualifying-suffix", GNSP, text, "\"\"", kNameToClient),
    later("hostname-char-set", GNSP | dhcp_ddns, text, "\"[^A-Za-z0-9.-]\"|\"\"", kNameToClient),
    later("hostname-char-replacement", GNSP | dhcp_ddns, text, "\"\"", kNameToClient),
    later("override-no-update", dhcp_ddns, boolean, "false", kNameToClient),
    later("override-client-update", dhcp_ddns, boolean, "false", kNameToClient),
    later("replace-client-name", dhcp_ddns, any, "\"never\"|false", kNameToClient),
    later("qualifying-suffix", dhcp_ddns, text, "\"\"", kNameToClient),
    idle("generated-prefix", dhcp_ddns, text, "\"myhost\"", "no names are generated"),

    // Interfaces.
    works("interfaces-config", G, map, "",
          "which interfaces are served (default: each that has an address in a subnet of ours)")
        .holds(interfaces_config),
    works("interfaces", interfaces_config, text_list, "",
          "\"eth0\", \"eth0/192.0.2.1\", or \"*\" for all; an empty list serves none"),
    works("dhcp-socket-type", interfaces_config, text, "\"raw\"",
          "udp: no framed sockets, for relayed clients only; xdp: as raw, received by AF_XDP")
        .words("raw|udp|xdp"),
    works("outbound-interface", interfaces_config, text, "\"same-as-inbound\"",
          "use-routing: the kernel's routes choose the way of replies (with udp)")
        .words("same-as-inbound|use-routing"),
    idle("re-detect", interfaces_config, boolean, "true",
         "interfaces that come and go are always followed"),
    works("service-sockets-require-all", interfaces_config, boolean, "false",
          "refuse to start when a named interface is not ready"),
    idle("service-sockets-retry-wait-time", interfaces_config, integer, "5000", kRetries),
    idle("service-sockets-max-retries", interfaces_config, integer, "0", kRetries),

    // Other servers (Lessor's own).
    works("other-servers", G, map, "{}",
          "Lessor's own: who else answers clients on our links; see \"Other servers\" above")
        .holds(other_servers),
    works("detect", other_servers, boolean, "true", "look for other servers, and say who they are"),
    works("known", other_servers, text_list, "[]",
          "those that are meant to be there: by address, or by hardware address"),

    // Hard limits (Lessor's own).
    works("limits", GNS, map, "{}",
          "Lessor's own: how much a client, port or relay may have; see \"Limits\" above")
        .holds(limits),
    works("client", limits, map, "{}", "of one hardware address behind one port")
        .holds(holder_limits),
    works("port", limits, map, "{}", "of one port: a relay's circuit-id, else its remote-id")
        .holds(holder_limits),
    works("relay", limits, map, "{}", "of one relay (giaddr)").holds(holder_limits),
    works("leases", holder_limits, integer, "0", "leases and offers held at once; 0: no limit"),
    works("messages", holder_limits, text, "\"\"",
          "what it may send: \"10 packets per second\"; under Dhcp4 only"),

    // Pressure (Lessor's own).
    works("force-renew", G, text, "\"off\"",
          "Lessor's own: whether clients can be asked to renew early; see \"FORCERENEW\" above")
        .words("off|on-request|automatic"),
    works("force-renew-rate", G, integer, "100", "Lessor's own: so many of them a second at most")
        .range(1, 10'000),
    works("random-macs", GNS, map, "{}",
          "Lessor's own: clients that make up their hardware addresses; see \"Random hardware "
          "addresses\" above")
        .holds(random_macs),
    works("valid-lifetime", random_macs, integer, "", "their leases are no longer, in seconds")
        .range(1, kMaxUint32),
    works("share", random_macs, number, "1",
          "the part of a subnet's addresses that they may have once it is nearly full")
        .range(0, 1),
    works("threshold", random_macs, number, "0.9",
          "the part of a subnet's addresses in use from which on it is nearly full")
        .range(0, 1),

    // Databases.
    works("lease-database", G, map, "", "where leases are kept (default: /var/lib/lessor)")
        .holds(database),
    later("hosts-database", G, map, "{}", "reservations in a database").holds(database),
    later("hosts-databases", G, map_list, "[]", "reservations in a database").holds(database),
    later("config-control", G, map, "{}", "configuration in a database").holds(config_control),
    later("config-databases", config_control, map_list, "[]", "configuration in a database")
        .holds(database),
    idle("config-fetch-wait-time", config_control, integer, "30", kSql),
    works("type", database, text, "", "memfile: the embedded store; no other yet"),
    works("name", database, text, "", "the folder of the lease store; relative to /var/lib/lessor"),
    idle("persist", database, boolean, "true",
         "leases are always stored before they are promised (RFC 2131 3.1); false: Kea's lease "
         "file is not read in"),
    idle("lfc-interval", database, integer, "3600|0", kKeaLeaseFile),
    idle("max-row-errors", database, integer, "0", kKeaLeaseFile),
    idle("host", database, text, "\"\"", kSql),
    idle("port", database, integer, "0", kSql).range(0, kMaxPort),
    idle("user", database, text, "\"\"", kSql),
    idle("password", database, text, "\"\"", kSql),
    idle("password-file", database, text, "\"\"", kSql),
    idle("readonly", database, boolean, "false", kSql),
    idle("connect-timeout", database, integer, "5", kSql),
    idle("read-timeout", database, integer, "0", kSql),
    idle("write-timeout", database, integer, "0", kSql),
    idle("tcp-user-timeout", database, integer, "0", kSql),
    idle("max-reconnect-tries", database, integer, "0", kSql),
    idle("reconnect-wait-time", database, integer, "0", kSql),
    idle("on-fail", database, text, "\"stop-retry-exit\"", kSql)
        .words("stop-retry-exit|serve-retry-exit|serve-retry-continue"),
    idle("retry-on-startup", database, boolean, "false", kSql),
    idle("trust-anchor", database, text, "\"\"", kSql),
    idle("cert-file", database, text, "\"\"", kSql),
    idle("key-file", database, text, "\"\"", kSql),
    idle("cipher-list", database, text, "\"\"", kSql),
    idle("ssl-mode", database, text, "", kSql)
        .words("disable|prefer|require|verify-ca|verify-full"),

    // Control sockets.
    works("control-sockets", G, map_list, "[]", "where commands are taken").holds(control_socket),
    works("control-socket", G, map, "", "the old spelling: one map instead of a list")
        .holds(control_socket),
    works("socket-type", control_socket, text, "", "unix, or commands over HTTP")
        .words("unix|http|https"),
    works("socket-name", control_socket, text, "",
          "the path of the socket; relative to /run/lessor"),
    works("socket-address", control_socket, text, "\"127.0.0.1\"",
          "of http and https: the IPv4 or IPv6 address to listen at"),
    works("socket-port", control_socket, integer, "8000", "of http and https: the TCP port")
        .range(1, kMaxPort),
    works("trust-anchor", control_socket, text, "\"\"",
          "of https: a file or folder of certificates, whose clients are trusted"),
    works("cert-file", control_socket, text, "\"\"", "of https: the server's certificate, PEM"),
    works("key-file", control_socket, text, "\"\"", "of https: its key, PEM, its owner's only"),
    works("cert-required", control_socket, boolean, "true",
          "of https: whether clients have to show a certificate"),
    works("http-headers", control_socket, map_list, "[]", "header fields of every answer")
        .holds(http_header),
    works("name", http_header, text, "", "the header field's name"),
    works("value", http_header, text, "", "its value"),
    works("authentication", control_socket, map, "{}", "who may give commands over HTTP")
        .holds(authentication),
    works("type", authentication, text, "\"basic\"", "basic: RFC 7617").words("basic"),
    works("realm", authentication, text, "\"\"", "shown to who is asked for a password"),
    works("directory", authentication, text, "\"/etc/lessor\"",
          "the folder of user-file and password-file"),
    works("clients", authentication, map_list, "[]", "users and their passwords")
        .holds(auth_client),
    works("user", auth_client, text, "", "the user's name"),
    works("user-file", auth_client, text, "", "a file that holds it"),
    works("password", auth_client, text, "", "the user's password"),
    works("password-file", auth_client, text, "",
          "a file that holds it, not readable by others; without user: \"user:password\""),

    // What tunes Kea's machinery.
    idle("expired-leases-processing", G, map, "{}", kExpiry).holds(expired_leases),
    idle("reclaim-timer-wait-time", expired_leases, integer, "10", kExpiry),
    idle("flush-reclaimed-timer-wait-time", expired_leases, integer, "25", kExpiry),
    idle("hold-reclaimed-time", expired_leases, integer, "3600", kExpiry),
    idle("max-reclaim-leases", expired_leases, integer, "100", kExpiry),
    idle("max-reclaim-time", expired_leases, integer, "250", kExpiry),
    idle("unwarned-reclaim-cycles", expired_leases, integer, "5", kExpiry),
    idle("multi-threading", G, map, "{}", kThreads).holds(multi_threading),
    idle("enable-multi-threading", multi_threading, boolean, "true", kThreads),
    idle("thread-pool-size", multi_threading, integer, "0", kThreads),
    idle("packet-queue-size", multi_threading, integer, "64", kThreads),
    idle("dhcp-queue-control", G, map, "{}", "Lessor's receive queue is fixed")
        .holds(queue_control),
    idle("sanity-checks", G, map, "{}", "leases are kept by address and checked at every load")
        .holds(sanity_checks),
    idle("lease-checks", sanity_checks, text, "\"warn\"", "leases are kept by address")
        .words("none|warn|fix|fix-del|del"),
    idle("extended-info-checks", sanity_checks, text, "\"fix\"",
         "what leases keep of relays is checked whenever it is read, ids are read out of it")
        .words("none|fix|strict|pedantic"),
    works("compatibility", G, map, "{}", "leniences towards odd clients").holds(compatibility),
    idle("lenient-option-parsing", compatibility, boolean, "false",
         "a malformed option never costs a client its answer"),
    works("ignore-dhcp-server-identifier", compatibility, boolean, "false",
          "answer also what names another server"),
    works("ignore-rai-link-selection", compatibility, boolean, "false",
          "choose the subnet as if the relay had sent no link-selection sub-option (RFC 3527)"),
    works("exclude-first-last-24", compatibility, boolean, "false",
          "never lease addresses that end in .0 or .255 (in subnets of /24 and larger)"),
    works("hooks-libraries", G, map_list, "[]", "Kea's plug-ins: see \"Hooks\" above")
        .holds(hook_library),
    works("library", hook_library, text, "", "the plug-in's file, by which it is known"),
    works("parameters", hook_library, map, "{}", "of a hook that is built in").holds(anything),

    // Log.
    works("loggers", G, map_list, "[]", "what is logged, and where").holds(logger),
    works("name", logger, text, "",
          "lessor, or kea-dhcp4; one with a part after a dot has no effect: the log has no parts"),
    works("severity", logger, text, "\"INFO\"", "FATAL, ERROR, WARN, INFO, DEBUG or NONE"),
    idle("debuglevel", logger, integer, "0", "DEBUG says everything there is").range(0, 99),
    works("output-options", logger, map_list, "[]", "where to (default: stderr)").holds(log_output),
    works("output_options", logger, map_list, "[]", "the old spelling").holds(log_output),
    works("output", log_output, text, "",
          "stdout, stderr, syslog, syslog:FACILITY, or a file's path, relative to "
          "/var/log/lessor"),
    idle("flush", log_output, boolean, "true", "every line is written at once"),
    idle("maxsize", log_output, integer, "10240000", kRotation),
    idle("maxver", log_output, integer, "1", kRotation),
    idle("pattern", log_output, text, "\"\"", "log lines have one form"),

    // Booting from the network; Lessor's own.
    works("boot", GNSC, map, "", "a boot file for each kind of client; see \"Boot profiles\" above")
        .holds(boot),
    works("bios", boot, text, "\"\"", "for PCs with BIOS (architecture 0)"),
    works("uefi-ia32", boot, text, "\"\"", "for UEFI on 32-bit PCs (6)"),
    works("uefi-x64", boot, text, "\"\"", "for UEFI on 64-bit PCs (7, 9)"),
    works("uefi-arm64", boot, text, "\"\"", "for UEFI on 64-bit ARM (11)"),
    works("http", boot, text, "\"\"", "the URL for UEFI that boots by HTTP (15, 16, 17, 20)"),
    works("http-arm64", boot, text, "\"\"", "likewise on 64-bit ARM (19); without it, http"),
    works("ipxe", boot, text, "\"\"", "the script for clients that run iPXE already"),
    works("proxy", boot, boolean, "false",
          "another server gives the addresses: clients that boot are told their file, nobody gets "
          "an address"),
    works("rapid-commit", GNS, boolean, "false",
          "lease at once to clients that ask so (RFC 4039); for links with one server only"),

    // Options.
    works("option-data", GNSP | C | R, map_list, "[]", "options to send").holds(option_data),
    works("options", GNSP | C | R, map, "",
          "the same, shorter: {\"routers\": \"192.0.2.1\"}, by name or code")
        .holds(anything),
    works("name", option_data, text, "", "the option by name; see docs/options.md"),
    works("code", option_data, integer, "", "the option by number"),
    works("data", option_data, text, "\"\"",
          "the value: text, or hexadecimal when csv-format is false"),
    works("csv-format", option_data, boolean, "true",
          "false: data is hexadecimal, or 'text' in single quotes"),
    works("always-send", option_data, boolean, "false", "send it also when the client did not ask"),
    works("never-send", option_data, boolean, "false",
          "keep the option from the client, whatever other scopes say"),
    works("space", option_data, text, "\"dhcp4\"",
          "dhcp4, vendor-encapsulated-options-space (inside of 43), vendor-NUMBER (inside of 125), "
          "or one that an option-def encapsulates"),
    works("client-classes", option_data, text_list, "[]",
          "for clients in one of these classes only; the first option of a code that is for the "
          "client counts"),
    works("option-def", G | C, map_list, "[]",
          "options of one's own; in a class only option 43 and options 224 to 254")
        .holds(option_def),
    works("name", option_def, text, "", "what option-data and expressions call it"),
    works("code", option_def, integer, "", "its code: 1 to 254, in other spaces 0 to 255")
        .range(0, 255),
    works("space", option_def, text, "\"dhcp4\"", "the space that it is of"),
    works("type", option_def, text, "",
          "empty, binary, boolean, int8 to int32, uint8 to uint32, ipv4-address, ipv6-address, "
          "ipv6-prefix, psid, string, tuple, fqdn or record"),
    works("record-types", option_def, text, "\"\"",
          "the types of a record's fields, commas between"),
    works("array", option_def, boolean, "false",
          "one value or more; of a record the last field may come again"),
    works("encapsulate", option_def, text, "\"\"",
          "the space whose options stand behind its own value"),

    // Networks and subnets.
    works("shared-networks", G, map_list, "[]",
          "several subnets on one link; see \"Shared networks\" above")
        .holds(shared_network),
    works("name", shared_network, text, "", "the network's name, another for each"),
    works("subnet4", G | N, map_list, "[]", "the subnets").holds(subnet),
    works("subnet", subnet, text, "", "the prefix: \"192.0.2.0/24\""),
    works("id", subnet, integer, "",
          "a number for statistics and exports; derived from the prefix when left out")
        .range(1, kMaxUint32 - 1),
    works("interface", N | S, text, "\"\"", "clients on this interface belong here"),
    works("relay", N | S, map, "{}", "relays outside of the prefix whose clients belong here")
        .holds(relay),
    works("ip-addresses", relay, text_list, "[]", "their addresses (giaddr)"),
    works("ip-address", relay, address, "\"0.0.0.0\"", "the old spelling: one of them"),
    works("pools", subnet, map_list_or_word, "[]",
          "the addresses to lease; \"auto\": the whole subnet but what is taken")
        .holds(pool)
        .words("auto"),
    works("pool", pool, text, "", "\"192.0.2.10 - 192.0.2.99\", or a prefix"),
    works("pool-id", pool, integer, "0", "a number for statistics").range(0, kMaxUint32),
    works("client-classes", G, map_list, "[]", "client classes; see \"Client classes\" above")
        .holds(client_class),
    works("client-classes", N | S | P, text_list, "[]",
          "only for clients in one of these classes; empty: for all"),
    works("client-classes", R, text_list, "[]", "classes that the client is in"),
    works("client-class", N | S | P, text, "\"\"", "the old spelling: one class"),
    works("evaluate-additional-classes", N | S | P, text_list, "[]",
          "classes that are evaluated once the address is chosen"),
    works("require-client-classes", N | S | P, text_list, "[]",
          "the old spelling of evaluate-additional-classes"),
    later("4o6-interface", subnet, text, "\"\"", k4o6),
    later("4o6-interface-id", subnet, text, "\"\"", k4o6),
    later("4o6-subnet", subnet, text, "\"\"", k4o6),

    // Reservations.
    works("hw-address", reservation, text, "",
          "the client's hardware address: 01:02:03:04:05:06; 01:02:03:* for all that begin so"),
    works("client-id", reservation, text, "",
          "its client identifier (option 61): hexadecimal, or 'text' in single quotes"),
    works("duid", reservation, text, "", "the DUID in its client identifier (type 255, RFC 4361)"),
    works("circuit-id", reservation, text, "",
          "the port that it is behind (sub-option 1 of option 82)"),
    works("flex-id", reservation, text, "",
          "its value of the hook flex_id's expression; see \"Hooks\" above"),
    works("ip-address", reservation, address, "", "the address set aside"),
    works("hostname", reservation, text, "\"\"", "the name that the client is told"),

    // Client classes.
    works("name", client_class, text, "", "its name"),
    works("test", client_class, text, "\"\"",
          "the condition for membership; see \"Expressions\" above"),
    works("template-test", client_class, text, "\"\"",
          "a text; when it is not empty, the client is in this class and in SPAWN_NAME_TEXT"),
    works("only-in-additional-list", client_class, boolean, "false",
          "evaluated only where evaluate-additional-classes names it"),
    works("only-if-required", client_class, boolean, "false", "the old spelling"),
});

constexpr auto kSchema = [] {
  auto rows = kRows;
  std::ranges::sort(rows, {}, [](const Key& key) { return std::tuple(key.name, key.scopes.bits); });
  return rows;
}();

/// One meaning a name and scope.
constexpr bool is_unambiguous() {
  for (std::size_t i = 0; i < kSchema.size(); ++i) {
    for (std::size_t j = i + 1; j < kSchema.size() && kSchema[j].name == kSchema[i].name; ++j) {
      if ((kSchema[i].scopes.bits & kSchema[j].scopes.bits) != 0) return false;
    }
  }
  return true;
}
static_assert(is_unambiguous());

}  // namespace

std::span<const Key> schema() { return kSchema; }

}  // namespace lessor::config
