#include "cli/server_target.h"

#include "cli/problems.h"
#include "cli/server_report.h"
#include "config/load.h"
#include "control/limits.h"
#include "runtime/clock.h"

namespace lessor::cli {
namespace {

using control::Trouble;

std::unexpected<Trouble> unreachable() {
  return std::unexpected(Trouble("the server is stopping, or too busy to answer"));
}

/// How long an operator's command waits for the disk.
constexpr Duration kDiskPatience = Duration::seconds(5);

}  // namespace

std::expected<control::Status, Trouble> ServerTarget::status() {
  control::Status status;
  if (!server_.mailbox_.call([&] { status = server_.status(); })) return unreachable();
  return status;
}

std::expected<std::vector<control::Statistic>, Trouble> ServerTarget::statistics() {
  std::vector<control::Statistic> all;
  const bool done = server_.mailbox_.call(
      [&] { all = report_statistics(server_.engine_->counters(), server_.engine_->pools()); });
  if (!done) return unreachable();
  for (control::Statistic& s : server_.rogues_.statistics()) all.push_back(std::move(s));
  return all;
}

WallTime ServerTarget::wall_time() { return runtime::read_clock().wall; }

std::string ServerTarget::config_json() {
  const std::scoped_lock lock(server_.text_mutex_);
  return server_.config_text_;
}

std::expected<std::string, Trouble> ServerTarget::test_config(std::string_view json) {
  const auto loaded = config::load_text(json, "config-test", read_environment());
  if (!loaded) return std::unexpected(lines(loaded.error()));
  const std::string notes = lines(loaded->notes);
  return "Configuration check successful." + (notes.empty() ? "" : "\n" + notes);
}

std::expected<std::string, Trouble> ServerTarget::reload() {
  auto done = server_.reload();
  if (done) await_swap();
  return done;
}

void ServerTarget::shutdown(int exit_code) {
  server_.mailbox_.post([this, exit_code] {
    server_.log_.say(Severity::info, "shutdown by command");
    server_.stop(static_cast<ExitCode>(exit_code));  // the operator's number, whatever it says
  });
}

std::expected<control::LeasePage, Trouble> ServerTarget::walk_leases(std::uint32_t cursor) {
  control::LeasePage page;
  page.rows.reserve(control::kLeasesPerSlice);
  std::uint32_t next = 0;
  const bool done = server_.mailbox_.call([&] {
    next = server_.engine_->leases().for_each_from(
        cursor, control::kLeasesPerSlice,
        [&](const lease::Lease& lease) { page.rows.push_back(server_.row_of(lease)); });
  });
  if (!done) return unreachable();
  if (next != lease::LeaseTable::kWalkEnd) page.next = next;
  return page;
}

std::expected<std::optional<control::LeaseRow>, Trouble> ServerTarget::find_lease(
    net::Ip4 address) {
  std::optional<control::LeaseRow> row;
  const bool done = server_.mailbox_.call([&] {
    const auto lease = server_.engine_->leases().find(address);
    if (lease) row = server_.row_of(*lease);
  });
  if (!done) return unreachable();
  return row;
}

std::expected<std::uint64_t, Trouble> ServerTarget::run(const Command& command,
                                                        const std::string& not_found) {
  std::uint64_t count = 0;
  std::expected<Done, CommandError> done;
  do {
    const bool ran = server_.mailbox_.call([&] {
      done = command(server_.now());
      server_.hand_over(server_.now().mono);
    });
    if (!ran) return unreachable();
    if (!done && done.error() == CommandError::not_found) return std::unexpected(not_found);
    if (!done && done.error() == CommandError::too_long) {
      return std::unexpected("'user-context' is too long beside the classes of its client");
    }
    if (!done) return std::unexpected("the disk is behind; try again");
    count += done->count;
  } while (done->more);
  if (!server_.storage_->wait_durable(done->wait_for, kDiskPatience)) {
    return std::unexpected("done, but not yet on disk: the lease store does not keep up");
  }
  return count;
}

std::expected<void, Trouble> ServerTarget::release_lease(net::Ip4 address) {
  const auto count = run([&](Now now) { return server_.engine_->release(now, address); },
                         "no active lease for " + net::to_string(address));
  if (!count) return std::unexpected(count.error());
  return {};
}

std::expected<std::uint64_t, Trouble> ServerTarget::clear_declined(
    std::optional<net::Ip4> address) {
  if (!address) return run([&](Now now) { return server_.engine_->clear_all_declined(now); }, "");
  return run([&](Now now) { return server_.engine_->clear_declined(now, *address); },
             net::to_string(*address) + " is not declined");
}

std::expected<std::uint64_t, Trouble> ServerTarget::reclaim() {
  return run(
      [&](Now now) -> std::expected<Done, CommandError> { return server_.engine_->reclaim(now); },
      "");
}

}  // namespace lessor::cli
