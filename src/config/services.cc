#include "config/services.h"

#include "base/text.h"
#include "config/http_sockets.h"
#include "config/limits.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace lessor::config {
namespace {

constexpr std::string_view kStateFolder = "/var/lib/lessor";
constexpr std::string_view kKeaFolder = "/var/lib/kea";
constexpr std::string_view kRunFolder = "/run/lessor";
constexpr std::string_view kLogFolder = "/var/log/lessor";

/// "eth0", or "eth0/192.0.2.1".
std::optional<InterfacePolicy::Listed> parse_listed(const std::string& text) {
  const std::size_t slash = text.find('/');
  InterfacePolicy::Listed listed{text.substr(0, slash), std::nullopt};
  if (!is_interface_name(listed.name)) return std::nullopt;
  if (slash == std::string::npos) return listed;
  listed.address = net::parse_ip4(std::string_view(text).substr(slash + 1));
  if (!listed.address) return std::nullopt;
  return listed;
}

void read_interface_list(const Node& list, InterfacePolicy& policy, Report& report) {
  policy.mode = InterfacePolicy::Mode::listed;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Node element = list.child(i);
    const std::string* text = element.value().as_text();
    if (text == nullptr) continue;
    if (*text == "*") {
      policy.mode = InterfacePolicy::Mode::all;
      continue;
    }
    const auto listed = parse_listed(*text);
    if (!listed) {
      report.error(element, quote(*text) + " names no interface: write eth0, eth0/192.0.2.1 or *");
      continue;
    }
    const bool repeated = std::ranges::any_of(policy.listed, [&](const auto& other) {
      return other.name == listed->name && other.address == listed->address;
    });
    if (repeated) report.error(element, quote(*text) + " stands twice in this list");
    policy.listed.push_back(*listed);
  }
  if (list.value().as_list() != nullptr && list.size() == 0) {
    report.note(list, "an empty list: no interface is served");
  }
}

/// As Kea and those who write its configuration call such files: kea-leases4.csv, dhcp4.leases.
bool is_kea_file(const std::filesystem::path& path) {
  return path.extension() == ".csv" || path.extension() == ".leases";
}

/// Kea's name is a file of lines, ours a folder. A file's name cannot be taken over as it is: the
/// file may well be there.
std::string folder_of(const Node& name, bool is_imported, Report& report) {
  const std::filesystem::path path(*name.value().as_text());
  if (!is_kea_file(path)) return std::filesystem::path(kStateFolder) / path;
  const std::string folder = std::filesystem::path(kStateFolder) / path.stem();
  report.note(name, "this names Kea's lease file; Lessor keeps its leases in the folder " + folder +
                        (is_imported ? ", and reads that file in when it first starts"
                                     : ", and leaves that file alone: persist is false"));
  return folder;
}

/// An absolute path without ".." in it, of something that is no folder.
bool is_sound_path(const std::filesystem::path& path) {
  return path.is_absolute() && path.has_filename() &&
         std::ranges::none_of(path, [](const auto& part) { return part == ".."; });
}

std::optional<ControlSocket> read_unix_socket(const Node& map, Report& report) {
  refuse_http_keys(map, report);
  const auto name = map.find("socket-name");
  if (!name || name->value().as_text() == nullptr) {
    if (!name) report.error(map, "socket-name is missing: write the path of the socket");
    return std::nullopt;
  }
  const std::string path = std::filesystem::path(kRunFolder) / *name->value().as_text();
  if (path.size() > kMaxSocketPath) {
    report.error(*name, "the path of a socket has at most " + std::to_string(kMaxSocketPath) +
                            " octets, this one " + std::to_string(path.size()));
  } else if (!is_sound_path(path) || path.find('\0') != std::string::npos) {
    report.error(*name, quote(*name->value().as_text()) + " is no path for a socket");
  }
  return ControlSocket{path};
}

void read_control_socket(const Node& map, ControlSockets& sockets, Report& report) {
  const std::string* type = map.text("socket-type");
  if (type == nullptr) {
    report.error(map, "socket-type is missing: write \"socket-type\": \"unix\"");
  } else if (*type == "http" || *type == "https") {
    const auto socket = read_http_socket(map, report);
    if (!socket) return;
    const auto same = [&](const auto& other) {
      return other.address == socket->address && other.port == socket->port;
    };
    if (std::ranges::any_of(sockets.http, same)) {
      report.error(map, "another control socket has this address and port already");
    }
    sockets.http.push_back(*socket);
  } else if (const auto socket = read_unix_socket(map, report)) {
    if (std::ranges::count(sockets.local, socket->path, &ControlSocket::path) > 0) {
      report.error(map, "another control socket has this path already");
    }
    sockets.local.push_back(*socket);
  }
}

constexpr std::array<std::string_view, 6> kSeverities{"FATAL", "ERROR", "WARN",
                                                      "INFO",  "DEBUG", "NONE"};

constexpr std::array<std::string_view, 21> kFacilities{
    "auth",   "authpriv", "cron",   "daemon", "ftp",    "kern",   "lpr",
    "mail",   "news",     "syslog", "user",   "uucp",   "local0", "local1",
    "local2", "local3",   "local4", "local5", "local6", "local7", "security"};

void read_severity(const Node& map, Logger& logger, Report& report) {
  const std::string* text = map.text("severity");
  if (text == nullptr) return;
  const std::string lower = to_lower(*text);
  for (const std::string_view severity : kSeverities) {
    if (to_lower(severity) != lower) continue;
    logger.severity = severity;
    return;
  }
  std::string upper = *text;
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  report.error(*map.find("severity"),
               quote(*text) + " is none of: FATAL, ERROR, WARN, INFO, DEBUG, NONE",
               std::string(nearest(upper, kSeverities).value_or("")));
}

constexpr std::array<std::string_view, 3> kStreams{"stdout", "stderr", "syslog"};

/// A file's path; a bare name stands in the folder of logs, unless it is a misspelt stream.
std::string read_log_path(const Node& output, const std::string& text, Report& report) {
  const std::string path = std::filesystem::path(kLogFolder) / text;
  const auto stream = nearest(text, kStreams);
  if (stream || !is_sound_path(path) || path.find('\0') != std::string::npos) {
    report.error(output,
                 quote(text) + " is no place to log to: write stdout, stderr, syslog, " +
                     "syslog:FACILITY, or a file's path",
                 std::string(stream.value_or("")));
  }
  return path;
}

void read_output(const Node& map, Logger& logger, Report& report) {
  const auto output = map.find("output");
  if (!output) return report.error(map, "output is missing: write stdout, syslog or a path");
  const std::string* text = output->value().as_text();
  if (text == nullptr) return;
  if (std::ranges::find(kStreams, *text) != kStreams.end()) {
    logger.outputs.push_back(*text);
  } else if (text->starts_with("syslog:")) {
    check_facility(*output, text->substr(std::string_view("syslog:").size()), report);
    logger.outputs.push_back(*text);
  } else {
    logger.outputs.push_back(read_log_path(*output, *text, report));
  }
}

bool is_log_of_ours(std::string_view name) { return name == "lessor" || name == "kea-dhcp4"; }

/// Kea has a logger a part of the program, ours is one log: whoever names a part, or another
/// program, is told.
void read_logger_name(const Node& map, Logger& logger, Report& report) {
  const auto node = map.find("name");
  if (!node) return report.error(map, "name is missing: write \"name\": \"lessor\"");
  const std::string* name = map.text("name");
  if (name == nullptr || is_log_of_ours(*name)) return;
  logger.name = *name;
  const std::string root = name->substr(0, name->find('.'));
  report.note(*node, is_log_of_ours(root)
                         ? "this logger has no effect: the log has no parts, every line goes "
                           "where the logger " +
                               quote(root) + " says"
                         : "this logger has no effect: no part of Lessor logs as " + quote(*name));
}

Logger read_logger(const Node& map, Report& report) {
  Logger logger;
  read_logger_name(map, logger, report);
  read_severity(map, logger, report);
  for (const std::string_view key : {"output-options", "output_options"}) {
    const auto outputs = map.find(key);
    if (!outputs) continue;
    for (const Node& output : outputs->maps()) read_output(output, logger, report);
  }
  if (logger.outputs.empty()) logger.outputs = {"stderr"};
  return logger;
}

}  // namespace

bool is_interface_name(std::string_view name) {
  const bool sized = !name.empty() && name.size() <= kMaxInterfaceName;
  return sized && name != "." && name != ".." && std::ranges::all_of(name, [](char c) {
           return c > ' ' && c <= '~' && c != '/' && c != ':';
         });
}

InterfacePolicy read_interfaces(const Node& global, Report& report) {
  using Sockets = InterfacePolicy::Sockets;
  InterfacePolicy policy;
  const auto map = global.find("interfaces-config");
  if (!map) return policy;
  if (const auto list = map->find("interfaces")) read_interface_list(*list, policy, report);
  const std::string* socket_type = map->text("dhcp-socket-type");
  if (socket_type != nullptr && *socket_type == "udp") policy.sockets = Sockets::udp;
  if (socket_type != nullptr && *socket_type == "xdp") policy.sockets = Sockets::xdp;
  const std::string* outbound = map->text("outbound-interface");
  policy.use_routing = outbound != nullptr && *outbound == "use-routing";
  if (policy.use_routing && policy.sockets != Sockets::udp) {
    report.note(*map->find("outbound-interface"),
                "use-routing needs \"dhcp-socket-type\": \"udp\": without it, it has no effect");
    policy.use_routing = false;
  }
  policy.require_all = map->boolean("service-sockets-require-all").value_or(false);
  return policy;
}

OtherServerPolicy read_other_servers(const Node& global, Report& report) {
  OtherServerPolicy policy;
  const auto map = global.find("other-servers");
  if (!map) return policy;
  policy.detect = map->boolean("detect").value_or(true);
  const auto known = map->find("known");
  if (!known) return policy;
  for (std::size_t i = 0; i < known->size(); ++i) {
    const Node element = known->child(i);
    const std::string* text = element.value().as_text();
    if (text == nullptr) continue;
    if (const auto address = net::parse_ip4(*text)) {
      policy.addresses.push_back(*address);
    } else if (const auto mac = net::parse_mac(*text)) {
      policy.macs.push_back(*mac);
    } else {
      report.error(element, quote(*text) +
                                " is no server: write its address, 192.0.2.2, or its hardware "
                                "address, 52:54:00:12:34:56");
    }
  }
  return policy;
}

LeaseDatabase read_lease_database(const Node& global, Report& report) {
  LeaseDatabase database;
  const auto map = global.find("lease-database");
  if (!map) return database;
  const std::string* type = map->text("type");
  if (type != nullptr && *type != "memfile") {
    const bool planned = *type == "mysql" || *type == "postgresql";
    report.error(*map->find("type"), planned ? "not implemented yet: leases in a SQL database; "
                                               "leave lease-database out for the embedded store"
                                             : quote(*type) + " is no type of database: memfile");
  }
  const auto name = map->find("name");
  if (!name || name->value().as_text() == nullptr || name->value().as_text()->empty()) {
    return database;
  }
  const std::string& text = *name->value().as_text();
  const bool is_imported = map->boolean("persist").value_or(true);
  database.folder = folder_of(*name, is_imported, report);
  const std::filesystem::path file(text);
  if (is_kea_file(file) && is_imported) {
    database.kea_file = std::filesystem::path(kKeaFolder) / file;
  }
  if (!is_sound_path(database.folder) || text.find('\0') != std::string::npos) {
    report.error(*name,
                 quote(text) + " is no folder to keep leases in: no '..', no '/' at the end");
  }
  return database;
}

ControlSockets read_control_sockets(const Node& global, Report& report) {
  ControlSockets sockets;
  const auto list = global.find("control-sockets");
  if (list) {
    for (const Node& map : list->maps()) read_control_socket(map, sockets, report);
  }
  const auto one = global.find("control-socket");
  if (one && one->value().as_map() != nullptr) read_control_socket(*one, sockets, report);
  return sockets;
}

void check_facility(const Node& output, std::string_view name, Report& report) {
  const std::string facility = to_lower(name);
  if (std::ranges::find(kFacilities, facility) != kFacilities.end()) return;
  report.error(output, quote(facility) + " is no facility of syslog",
               std::string(nearest(facility, kFacilities).value_or("")));
}

std::vector<Logger> read_loggers(const Node& global, Report& report) {
  std::vector<Logger> loggers;
  const auto list = global.find("loggers");
  if (!list) return loggers;
  for (const Node& map : list->maps()) {
    Logger logger = read_logger(map, report);
    if (is_log_of_ours(logger.name)) loggers.push_back(std::move(logger));
  }
  return loggers;
}

}  // namespace lessor::config
