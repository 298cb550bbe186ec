#pragma once
// Who follows what happens to leases: the legal log and a script, as Kea's hooks of these names are
// configured. Must not know: files, processes.

#include "expression/program.h"

#include <cstdint>
#include <optional>
#include <string>

namespace lessor::config {

/// The hook legal_log: an account of who had which address when.
struct LegalLog {
  enum class Kind : std::uint8_t { file, syslog };
  enum class Unit : std::uint8_t { second, day, month, year };
  Kind kind = Kind::file;
  // Of a file.
  std::string path = "/var/log/lessor";
  std::string base_name = "kea-legal";
  Unit unit = Unit::day;
  std::uint32_t count = 1;  ///< units until the next file; 0: never
  std::string prerotate;    ///< programs, by absolute path; empty: none
  std::string postrotate;
  std::string timestamp_format = "%Y-%m-%d %H:%M:%S %Z";
  // Of syslog.
  std::string facility = "local0";
  std::string pattern = "%-5p [%c.%t] %m\n";
  /// What is written in place of the usual text, over the query and over the reply.
  std::optional<expression::Program> request_format;
  std::optional<expression::Program> response_format;
};

/// The hook run_script: a program run at lease events.
struct RunScript {
  std::string program;  ///< by its absolute path
};

}  // namespace lessor::config
