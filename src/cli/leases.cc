#include "cli/leases.h"

#include "cli/console.h"
#include "cli/lease_text.h"
#include "cli/running_server.h"
#include "runtime/clock.h"
#include "runtime/privileges.h"
#include "store/lease_folder.h"

#include <algorithm>
#include <optional>

namespace lessor::cli {
namespace {

using control::LeaseRow;

ExitCode failed(std::string_view why, ExitCode code = ExitCode::failed) {
  complain(why);
  return code;
}

/// The words are a mistake when an address is none: usage, before anything is asked.
std::optional<net::Ip4> read_address(const std::string& text) {
  const auto address = net::parse_ip4(text);
  if (!address) complain("'" + text + "' is no IPv4 address");
  return address;
}

using Rows = std::expected<std::vector<LeaseRow>, NoAnswer>;

/// The running server's answer; when none runs, what is durable in its folder: all of it.
Rows or_stored(Rows rows, const Where& where) {
  if (rows || !rows.error().not_running) return rows;
  complain("no server answers at " + where.socket + "; showing what is durable in " +
           where.lease_folder);
  auto stored = read_leases(where);
  if (!stored) return std::unexpected(NoAnswer{false, std::move(stored.error())});
  return std::move(*stored);
}

std::string text_of(const std::vector<LeaseRow>& rows, Format format) {
  switch (format) {
    case Format::table:
      return lease_table(rows);
    case Format::json:
      return lease_json(rows);
    case Format::csv:
      return lease_csv(rows);
  }
  return {};
}

ExitCode show(const std::vector<LeaseRow>& rows, Format format) {
  return print_or_fail(text_of(rows, format));
}

ExitCode list(const Where& where, Format format) {
  const auto rows = or_stored(ask_leases(where.socket), where);
  return rows ? show(*rows, format) : failed(rows.error().why, rows.error().code);
}

ExitCode export_csv(const Where& where, const std::string& file) {
  const auto rows = or_stored(ask_leases(where.socket), where);
  if (!rows) return failed(rows.error().why, rows.error().code);
  if (file.empty()) return print_or_fail(lease_csv(*rows));
  if (const auto written = write_file(file, lease_csv(*rows)); !written) {
    return failed(written.error());
  }
  complain(std::to_string(rows->size()) + (rows->size() == 1 ? " lease" : " leases") +
           " written to " + file);
  return ExitCode::done;
}

ExitCode get(const Where& where, const AskArguments& a) {
  const auto address = read_address(a.address);
  if (!address) return ExitCode::usage;
  auto rows = or_stored(ask_lease(where.socket, *address), where);
  if (!rows) return failed(rows.error().why, rows.error().code);
  std::erase_if(*rows, [&](const LeaseRow& row) { return row.address != *address; });
  if (rows->empty()) return failed("no lease for " + a.address);
  return show(*rows, a.format);
}

/// Commands that change leases go to the running server, who alone may.
ExitCode command(const Where& where, std::string_view name, const std::string& address) {
  std::string arguments;
  if (!address.empty()) {
    if (!read_address(address)) return ExitCode::usage;
    arguments = R"({"ip-address": )" + control::quote(address) + "}";
  }
  const auto answer = ask_server(where.socket, name, arguments);
  if (!answer) return failed(answer.error().why, answer.error().code);
  if (answer->result == control::Result::error) return failed(answer->text);
  return print_or_fail(answer->text + "\n");
}

std::string repair_text(const store::FolderRepair& repair) {
  const lease::SalvageReport& r = repair.salvaged;
  std::string text = std::to_string(r.leases) + " leases carried over; " +
                     std::to_string(r.records_lost) + " records were lost\n";
  if (r.out_of_use + r.kept > 0 || !r.all_known) {
    text += std::to_string(r.out_of_use) + " addresses in doubt are out of use, " +
            std::to_string(r.kept) + " leases in doubt stay with their clients, until " +
            to_string(r.doubt_ends) + " UTC\n";
  }
  if (!r.all_known) {
    text +=
        "Not all lost addresses are known: till then an address without a record is given only "
        "to a client that says that it holds it.\n";
  }
  return text + "The damaged store is kept in " + repair.damaged + "\n";
}

ExitCode repair(const Where& where) {
  lease::SalvageOptions options{.wall = runtime::read_clock().wall};
  for (const config::Subnet& subnet : where.config.subnets) {
    options.longest_lease =
        std::max(options.longest_lease.value_or(Duration()), subnet.lifetimes.max_valid);
  }
  if (const auto owner = runtime::become_owner_of(where.lease_folder); !owner) {
    return failed(runtime::to_string(owner.error()));
  }
  const auto repaired = store::repair_lease_folder(where.lease_folder, options);
  if (!repaired) return failed(repaired.error().message);
  return print_or_fail(repair_text(*repaired));
}

}  // namespace

ExitCode run_leases(Command what, const AskArguments& a) {
  const auto where = find_server(a);
  if (!where) return failed(where.error());
  switch (what) {
    case Command::leases_list:
      return list(*where, a.format);
    case Command::leases_get:
      return get(*where, a);
    case Command::leases_export:
      return export_csv(*where, a.file);
    case Command::leases_release:
      return command(*where, "lessor-lease-release", a.address);
    case Command::leases_renew:
      return command(*where, "lessor-force-renew", a.address);
    case Command::leases_clear_declined:
      return command(*where, "lessor-clear-declined", a.address);
    case Command::leases_repair:
      return repair(*where);
    case Command::serve:
    case Command::check:
    case Command::status:
    case Command::version:
    case Command::by_name:
      break;
  }
  return ExitCode::usage;
}

}  // namespace lessor::cli
