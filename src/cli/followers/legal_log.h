#pragma once
// The legal log: an account of who had which address when, as Kea's hook legal_log keeps it, in
// files or to syslog. Must not know: threads, where events come from.

#include "cli/followers/errand.h"
#include "cli/followers/legal_file.h"
#include "cli/log_source.h"
#include "config/server_config.h"
#include "expression/evaluate.h"
#include "server/v4/lease_events.h"

#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace lessor::cli {

/// One thread. Entries are gathered and written by flush().
class LegalLog {
 public:
  using Say = std::function<void(Severity severity, std::string line)>;
  /// The wall clock since 1970.
  using Clock = std::function<Duration()>;
  struct Surroundings {
    Clock clock;
    Say say;
    Run run;
  };

  /// Opens its first file; nothing where the configuration has no legal log. The error is a
  /// sentence.
  [[nodiscard]] static std::expected<std::unique_ptr<LegalLog>, std::string> open(
      const config::ServerConfig& config, Surroundings around);
  ~LegalLog();
  LegalLog(const LegalLog&) = delete;
  LegalLog& operator=(const LegalLog&) = delete;

  /// Adds the entry of an event that is durable. `interface`: the name of the one that its message
  /// came by.
  void add(const server::v4::LeaseEvent& event, std::string_view interface);
  /// Writes what was added. Entries that cannot be written are lost, counted, and told.
  void flush();
  /// Entries lost because they could not be written.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 private:
  LegalLog(const config::ServerConfig& config, Surroundings around);
  [[nodiscard]] std::string entry_of(const server::v4::LeaseEvent& event,
                                     std::string_view interface);
  [[nodiscard]] std::optional<std::string> custom(const server::v4::LeaseEvent& event,
                                                  std::string_view interface);
  [[nodiscard]] bool evaluate(const expression::Program& format, const net::Datagram& message,
                              const server::v4::LeaseEvent& event, std::string_view interface,
                              std::string& text);
  void add_lines(std::string_view text);
  void change_file(Duration now);
  void note_loss(std::size_t entries);
  void tell_loss(const std::string& when) const;

  config::LegalLog settings_;
  Surroundings around_;
  std::set<std::uint32_t> quiet_subnets_;  // whose leases are not in it
  std::string mark_;  // stands for the ends of lines that the expressions say: nobody can guess it
  std::optional<LegalFile> file_;
  wire::ParseScratch parse_room_;
  expression::Scratch scratch_;

  std::string lines_;              // to be written
  std::vector<std::size_t> ends_;  // of entries in it
  std::uint64_t lost_ = 0;
  std::uint64_t lost_before_trouble_ = 0;
  bool in_trouble_ = false;
  bool told_failed_format_ = false;
  bool told_failed_change_ = false;
};

}  // namespace lessor::cli
