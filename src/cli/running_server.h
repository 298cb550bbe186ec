#pragma once
// Finding the server that a command is about, and asking it.

#include "cli/arguments.h"
#include "config/server_config.h"
#include "control/envelope.h"
#include "control/lease_row.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace lessor::cli {

/// Where a server's control socket and leases are.
struct Where {
  std::string socket;
  std::string lease_folder;
  config::ServerConfig config;  ///< the file's; all defaults without one
};

/// By the words given, else by the configuration file (the default one when it is there), else by
/// the defaults. The error is a sentence: a named file that cannot be read.
[[nodiscard]] std::expected<Where, std::string> find_server(const AskArguments& arguments);

/// Why there is no answer.
struct NoAnswer {
  bool not_running = false;  ///< nobody listens: the store can be read instead
  std::string why;
  ExitCode code = ExitCode::failed;  ///< no_answer when none came, whoever listens or not
};

/// Every lease that the running server knows, by address.
[[nodiscard]] std::expected<std::vector<control::LeaseRow>, NoAnswer> ask_leases(
    const std::string& socket);

/// The lease of one address that the running server knows, if any.
[[nodiscard]] std::expected<std::vector<control::LeaseRow>, NoAnswer> ask_lease(
    const std::string& socket, net::Ip4 address);

/// The answer to one command.
[[nodiscard]] std::expected<control::Answer, NoAnswer> ask_server(const std::string& socket,
                                                                  std::string_view command,
                                                                  std::string_view arguments = {});

/// Every lease that is durable in the folder, by address, whether a server runs or not: opens it
/// read-only and takes no lock. The error is a sentence.
[[nodiscard]] std::expected<std::vector<control::LeaseRow>, std::string> read_leases(
    const Where& where);

}  // namespace lessor::cli
