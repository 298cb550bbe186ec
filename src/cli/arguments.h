#pragma once
// The command line as a value. Reads words, checks what can be checked without looking at the
// machine. Must not know: what commands do.

#include "cli/command_line.h"

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::cli {

/// Where a configuration is looked for when none is named.
inline constexpr const char* kDefaultConfig = "/etc/lessor/lessor.conf";

enum class Command {
  serve,
  check,
  leases_list,
  leases_get,
  leases_export,
  leases_release,
  leases_clear_declined,
  leases_renew,
  leases_repair,
  status,
  version,
  by_name,  ///< one that reads its words itself
};

/// `lessor serve`.
struct ServeArguments {
  std::string config = kDefaultConfig;  ///< -c
  bool config_given = false;
  std::string test;  ///< -t FILE: check it and stop; empty = serve
  // With no file:
  std::string interface;
  std::string pool;
  std::vector<std::string> exclude;
  std::string router;
  std::string dns;
  std::string domain;
  std::string lease_time;
  bool alongside = false;
  bool visible = false;
  std::string lease_dir;  ///< empty = the configuration's
  std::string user;       ///< whom to become; empty = "lessor", where root may
};

/// How the answer is printed.
enum class Format { table, json, csv };

/// `lessor leases` and `lessor status`: which server, which leases, in which form.
struct AskArguments {
  std::string config;     ///< -c: its lease folder and control socket
  std::string lease_dir;  ///< --lease-dir
  std::string socket;     ///< --socket
  std::string address;    ///< get, release, clear-declined, renew
  std::string file;       ///< export; empty = standard output
  Format format = Format::table;
};

/// The whole command line.
struct Arguments {
  Command command = Command::version;
  ServeArguments serve;
  std::string check_file;
  AskArguments ask;
  std::string_view name;          ///< by_name: the command
  std::vector<const char*> rest;  ///< by_name: its words, unread
};

/// The commands that are in this version, for completion.
[[nodiscard]] std::vector<std::string_view> command_names();
/// The commands of `leases`.
[[nodiscard]] std::span<const std::string_view> leases_command_names();

/// Reads the words after the program's name.
[[nodiscard]] std::expected<Arguments, Stop> read_arguments(std::span<const char* const> words);

}  // namespace lessor::cli
