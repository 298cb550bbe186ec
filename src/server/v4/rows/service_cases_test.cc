// What is around the engine: interfaces, the lease store, control sockets, logs, other servers. The
// programs that use them have tests of their own (test/cli, test/runtime); here it is that each key
// reaches them.

#include "server/v4/rows/key_case.h"

namespace lessor::server::v4::testing {
namespace {

const std::string kSubnet = R"("subnet4": [{"id": 1, "subnet": "10.0.0.0/16",
    "pools": [{"pool": "10.0.0.10-10.0.0.19"}]}])";

/// A key of a map that stands under Dhcp4.
KeyCase inside(Scope scope, const std::string& key, const std::string& around,
               const std::string& value, const Look& look, const std::string& with,
               const std::string& without, const std::string& other = "") {
  return {key,
          scope,
          around + ", " + kSubnet,
          "\"" + key + "\": " + value,
          look,
          with,
          without,
          other.empty() ? "" : "\"" + key + "\": " + other};
}

// ---- interfaces

/// The address by which the server goes on eth1, which has two.
std::string server_on_eth1(World& world) {
  const auto offer = world.site().hear(discover(host(1)).on(kEth1));
  return offer ? net::to_string(net::Ip4{offer->number(54)}) : "silence";
}

std::string sockets(World& world) {
  using Sockets = config::InterfacePolicy::Sockets;
  const config::InterfacePolicy& policy = world.config().interfaces;
  const std::string kind = policy.sockets == Sockets::raw   ? "raw"
                           : policy.sockets == Sockets::xdp ? "xdp"
                                                            : "udp";
  return kind + (policy.use_routing ? ", routed" : "");
}

std::string served(World& world) {
  using Mode = config::InterfacePolicy::Mode;
  const config::InterfacePolicy& policy = world.config().interfaces;
  if (policy.mode == Mode::all) return "all";
  if (policy.mode == Mode::by_subnet) return "by subnet";
  std::string names;
  for (const auto& listed : policy.listed) names += listed.name + ";";
  return names;
}

KeyCases interface_cases() {
  constexpr Scope kScope = Scope::interfaces_config;
  const std::string map = R"("interfaces-config": {@})";
  const std::string udp = R"("interfaces-config": {@ "dhcp-socket-type": "udp"})";
  return {
      {"interfaces-config", Scope::dhcp4, "@ " + kSubnet,
       R"("interfaces-config": {"interfaces": ["eth1/10.0.1.1"]})", server_on_eth1, "10.0.1.1",
       "10.0.0.1", ""},
      inside(kScope, "interfaces", map, R"(["eth1/10.0.1.1"])", server_on_eth1, "10.0.1.1",
             "10.0.0.1"),
      inside(kScope, "interfaces", map, R"(["eth1", "eth0"])", served, "eth1;eth0;", "by subnet"),
      inside(kScope, "interfaces", map, R"(["*"])", served, "all", "by subnet"),
      inside(kScope, "dhcp-socket-type", map, "\"udp\"", sockets, "udp", "raw"),
      inside(kScope, "dhcp-socket-type", map, "\"xdp\"", sockets, "xdp", "raw"),
      inside(kScope, "outbound-interface", udp, "\"use-routing\"", sockets, "udp, routed", "udp"),
      inside(
          kScope, "service-sockets-require-all", map, "true",
          [](World& world) {
            return std::string(world.config().interfaces.require_all ? "all" : "any");
          },
          "all", "any"),
  };
}

// ---- other servers, the lease store, DNS updates

std::string known_servers(World& world) {
  const config::OtherServerPolicy& policy = world.config().other_servers;
  std::string all = policy.detect ? "looks" : "does not look";
  for (const net::Ip4 address : policy.addresses) all += ", " + net::to_string(address);
  for (const net::Mac& mac : policy.macs) all += ", " + net::to_string(mac);
  return all;
}

/// Of what `persist` still decides: whether Kea's leases are read in.
std::string import_of(World& world) { return world.config().lease_database.kea_file; }
std::string folder(World& world) { return world.config().lease_database.folder; }

KeyCases store_cases() {
  const std::string servers = R"("other-servers": {@})";
  return {
      {"other-servers", Scope::dhcp4, "@ " + kSubnet, R"("other-servers": {"detect": false})",
       known_servers, "does not look", "looks", ""},
      inside(Scope::other_servers, "detect", servers, "false", known_servers, "does not look",
             "looks"),
      inside(Scope::other_servers, "known", servers, R"(["192.0.2.2", "52:54:00:12:34:56"])",
             known_servers, "looks, 192.0.2.2, 52:54:00:12:34:56", "looks"),
      {"lease-database", Scope::dhcp4, "@ " + kSubnet,
       R"("lease-database": {"type": "memfile", "name": "/srv/leases"})", folder, "/srv/leases",
       "/var/lib/lessor", ""},
      inside(Scope::database, "name", R"("lease-database": {@ "type": "memfile"})", "\"office\"",
             folder, "/var/lib/lessor/office", "/var/lib/lessor"),
      inside(Scope::database, "type", R"("lease-database": {@})", "\"memfile\"", folder,
             "/var/lib/lessor", "! not implemented yet: leases in a SQL database", "\"mysql\""),
      inside(Scope::database, "name", R"("lease-database": {@ "type": "memfile"})",
             "\"/srv/kea-leases4.csv\"", import_of, "/srv/kea-leases4.csv", ""),
      inside(Scope::database, "persist",
             R"("lease-database": {@ "type": "memfile", "name": "/srv/kea-leases4.csv"})", "false",
             import_of, "", "/srv/kea-leases4.csv"),
      {"dhcp-ddns", Scope::dhcp4, "@ " + kSubnet, R"("dhcp-ddns": {"enable-updates": false})",
       folder, "/var/lib/lessor", "! not implemented yet: DNS updates",
       R"("dhcp-ddns": {"enable-updates": true})"},
  };
}

// ---- control sockets

std::string paths(World& world) {
  std::string all;
  for (const auto& socket : world.config().control_sockets) all += socket.path + ";";
  for (const auto& socket : world.loaded().http_sockets) all += url_of(socket) + ";";
  return all;
}

/// Of the one socket by HTTP.
Look http(std::string (*field)(const config::HttpControlSocket&)) {
  return [field](World& world) {
    const auto& all = world.loaded().http_sockets;
    return all.size() == 1 ? field(all[0]) : "none";
  };
}

/// The one user: user, user-file, password, password-file.
const Look kUser = http([](const config::HttpControlSocket& socket) {
  if (socket.users.size() != 1) return std::to_string(socket.users.size()) + " users";
  const config::HttpUser& user = socket.users[0];
  return user.user + "|" + user.user_file + "|" + user.password + "|" + user.password_file;
});
const Look kTls = http([](const config::HttpControlSocket& socket) {
  if (!socket.tls) return std::string("no TLS");
  return socket.tls->trust_anchor + "|" + socket.tls->cert_file + "|" + socket.tls->key_file + "|" +
         (socket.tls->cert_required ? "required" : "not asked for");
});
const Look kHeader = http([](const config::HttpControlSocket& socket) {
  return socket.headers.size() == 1 ? socket.headers[0].name + ": " + socket.headers[0].value
                                    : "none";
});
const Look kRealm = http([](const config::HttpControlSocket& socket) { return socket.realm; });

const std::string kUserAnna = R"("authentication": {"clients": [{"user": "a", "password": "p"}]})";

KeyCases socket_cases() {
  constexpr Scope kScope = Scope::control_socket;
  const std::string unix_map = R"("control-sockets": [{@ "socket-type": "unix"}])";
  const std::string named = R"("control-sockets": [{@ "socket-name": "a"}])";
  const std::string http_map =
      R"("control-sockets": [{@ "socket-type": "http", )" + kUserAnna + "}]";
  const std::string bare = R"("control-sockets": [{@ "socket-type": "http"}])";
  const std::string one = R"({"socket-type": "unix", "socket-name": "/run/x"})";
  return {
      {"control-sockets", Scope::dhcp4, "@ " + kSubnet, R"("control-sockets": [)" + one + "]",
       paths, "/run/x;", "", ""},
      {"control-socket", Scope::dhcp4, "@ " + kSubnet, R"("control-socket": )" + one, paths,
       "/run/x;", "", ""},
      inside(kScope, "socket-type", named, "\"unix\"", paths, "/run/lessor/a;",
             "! socket-type is missing"),
      inside(kScope, "socket-name", unix_map, "\"b\"", paths, "/run/lessor/b;",
             "! socket-name is missing"),
      inside(kScope, "socket-address", http_map, "\"::1\"", paths, "http://[::1]:8000/;",
             "http://127.0.0.1:8000/;"),
      inside(kScope, "socket-port", http_map, "8443", paths, "http://127.0.0.1:8443/;",
             "http://127.0.0.1:8000/;"),
      inside(kScope, "authentication", bare, R"({"clients": [{"user": "a", "password": "p"}]})",
             kUser, "a||p|", "! "),
      inside(kScope, "http-headers", http_map, R"([{"name": "X-A", "value": "b"}])", kHeader,
             "X-A: b", "none"),
  };
}

/// https, whose other keys are these.
KeyCase of_tls(const std::string& key, const std::string& rest, const std::string& value,
               const std::string& with, const std::string& without) {
  return inside(
      Scope::control_socket, key,
      R"("control-sockets": [{@ "socket-type": "https", )" + kUserAnna + ", " + rest + "}]", value,
      kTls, with, without);
}

KeyCases tls_cases() {
  const std::string anchor = R"("trust-anchor": "ca")";
  const std::string cert = R"("cert-file": "crt")";
  const std::string key = R"("key-file": "key")";
  const std::string folder = "/etc/lessor/";
  const std::string all = folder + "ca|" + folder + "crt|" + folder + "key|";
  return {
      of_tls("trust-anchor", cert + ", " + key, "\"ca\"", all + "required", "! trust-anchor"),
      of_tls("cert-file", anchor + ", " + key, "\"crt\"", all + "required", "! cert-file"),
      of_tls("key-file", anchor + ", " + cert, "\"key\"", all + "required", "! key-file"),
      of_tls("cert-required", anchor + ", " + cert + ", " + key, "false", all + "not asked for",
             all + "required"),
  };
}

KeyCases http_cases() {
  const auto header = [](const std::string& rest) {
    return R"("control-sockets": [{"socket-type": "http", "http-headers": [{@ )" + rest + "}], " +
           kUserAnna + "}]";
  };
  const auto authentication = [](const std::string& rest) {
    return R"("control-sockets": [{"socket-type": "http", "authentication": {@ )" + rest + "}}]";
  };
  const auto client = [&](const std::string& rest) {
    return R"("control-sockets": [{"socket-type": "http", "authentication": {
        "directory": "/d", "clients": [{@ )" +
           rest + "}]}}]";
  };
  const std::string clients = R"("clients": [{"user": "a", "password-file": "p"}])";
  return {
      inside(Scope::http_header, "name", header(R"("value": "b")"), "\"X-A\"", kHeader, "X-A: b",
             "X-C: b", "\"X-C\""),
      inside(Scope::http_header, "value", header(R"("name": "X-A")"), "\"b\"", kHeader, "X-A: b",
             "X-A: c", "\"c\""),
      inside(Scope::authentication, "type", authentication(clients), "\"basic\"", kUser,
             "a|||/etc/lessor/p", "! is none of: basic", "\"digest\""),
      inside(Scope::authentication, "realm", authentication(clients), "\"r\"", kRealm, "r", ""),
      inside(Scope::authentication, "directory", authentication(clients), "\"/d\"", kUser,
             "a|||/d/p", "a|||/etc/lessor/p"),
      inside(Scope::authentication, "clients", authentication(""),
             R"([{"user": "a", "password": "p"}])", kUser, "a||p|", "! "),
      inside(Scope::auth_client, "user", client(R"("password": "p")"), "\"a\"", kUser, "a||p|",
             "b||p|", "\"b\""),
      inside(Scope::auth_client, "user-file", client(R"("password": "p")"), "\"f\"", kUser,
             "|/d/f|p|", "! the user has no name"),
      inside(Scope::auth_client, "password", client(R"("user": "a")"), "\"p\"", kUser, "a||p|",
             "a||q|", "\"q\""),
      inside(Scope::auth_client, "password-file", client(R"("user": "a")"), "\"f\"", kUser,
             "a|||/d/f", "! the user has no password"),
  };
}

// ---- logs

std::string log(World& world) {
  std::string all;
  for (const config::Logger& logger : world.config().loggers) {
    all += logger.name + " " + logger.severity;
    for (const std::string& output : logger.outputs) all += " " + output;
    all += ";";
  }
  return all;
}

KeyCases log_cases() {
  const std::string map = R"("loggers": [{@ "name": "lessor"}])";
  const std::string usual = "lessor INFO stderr;";
  return {
      {"loggers", Scope::dhcp4, "@ " + kSubnet, R"("loggers": [{"name": "kea-dhcp4"}])", log, usual,
       "", ""},
      inside(Scope::logger, "name", R"("loggers": [{@}])", "\"lessor\"", log, usual, "",
             "\"kea-dhcp4.leases\""),
      inside(Scope::logger, "severity", map, "\"DEBUG\"", log, "lessor DEBUG stderr;", usual),
      inside(Scope::logger, "output-options", map, R"([{"output": "stdout"}])", log,
             "lessor INFO stdout;", usual),
      inside(Scope::logger, "output_options", map, R"([{"output": "syslog"}])", log,
             "lessor INFO syslog;", usual),
      inside(Scope::log_output, "output",
             R"("loggers": [{"name": "lessor", "output-options": [{@}]}])", "\"a.log\"", log,
             "lessor INFO /var/log/lessor/a.log;", "lessor INFO syslog:local3;",
             "\"syslog:local3\""),
  };
}

}  // namespace

KeyCases service_cases() {
  KeyCases all = interface_cases();
  for (KeyCases (*more)() : {store_cases, socket_cases, tls_cases, http_cases, log_cases}) {
    add(all, more());
  }
  return all;
}

}  // namespace lessor::server::v4::testing
