#include "cli/running_server.h"

#include "cli/problems.h"
#include "cli/server.h"
#include "control/control_server.h"
#include "runtime/clock.h"
#include "store/lease_folder.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace lessor::cli {
namespace {

std::string cursor_arguments(std::uint32_t cursor) {
  return R"({"cursor": )" + std::to_string(cursor) + "}";
}

void sort(std::vector<control::LeaseRow>& rows) {
  std::ranges::sort(rows, {}, &control::LeaseRow::address);
}

}  // namespace

std::expected<Where, std::string> find_server(const AskArguments& a) {
  config::ServerConfig config;
  const std::string file = a.config.empty() ? kDefaultConfig : a.config;
  const bool optional = !a.socket.empty() || !a.lease_dir.empty() || !std::filesystem::exists(file);
  if (!a.config.empty() || !optional) {
    auto loaded = config::load_file(file, {});
    if (!loaded) {
      return std::unexpected(
          "cannot read " + file + ":\n" + lines(loaded.error()) +
          "\nWhere the server is can also be said with --socket or --lease-dir.");
    }
    config = std::move(loaded->config);
  }
  Where where;
  where.lease_folder = a.lease_dir.empty() ? config.lease_database.folder : a.lease_dir;
  where.socket = a.socket.empty() ? control_paths(config, where.lease_folder).front() : a.socket;
  where.config = std::move(config);
  return where;
}

std::expected<control::Answer, NoAnswer> ask_server(const std::string& socket,
                                                    std::string_view command,
                                                    std::string_view arguments) {
  auto answer = control::ask(socket, command, arguments);
  if (answer) return std::move(*answer);
  const int number = answer.error().number;
  const bool not_running = number == ENOENT || number == ECONNREFUSED;
  const bool none_came = not_running || number == ETIMEDOUT || number == ECONNRESET;
  return std::unexpected(NoAnswer{not_running, runtime::to_string(answer.error()),
                                  none_came ? ExitCode::no_answer : ExitCode::failed});
}

std::expected<std::vector<control::LeaseRow>, NoAnswer> ask_leases(const std::string& socket) {
  std::vector<control::LeaseRow> rows;
  std::optional<std::uint32_t> cursor = 0;
  while (cursor) {
    const auto answer = ask_server(socket, "lessor-lease-walk", cursor_arguments(*cursor));
    if (!answer) return std::unexpected(answer.error());
    if (answer->result != control::Result::ok)
      return std::unexpected(NoAnswer{false, answer->text});
    auto page = control::read_page(answer->arguments);
    if (!page) return std::unexpected(NoAnswer{false, page.error()});
    std::ranges::move(page->rows, std::back_inserter(rows));
    cursor = page->next;
  }
  sort(rows);
  return rows;
}

std::expected<std::vector<control::LeaseRow>, NoAnswer> ask_lease(const std::string& socket,
                                                                  net::Ip4 address) {
  const auto answer =
      ask_server(socket, "lease4-get", R"({"ip-address": ")" + net::to_string(address) + "\"}");
  if (!answer) return std::unexpected(answer.error());
  if (answer->result == control::Result::empty) return {};
  if (answer->result != control::Result::ok) return std::unexpected(NoAnswer{false, answer->text});
  auto page = control::read_page(R"({"leases": [)" + answer->arguments + "]}");
  if (!page) return std::unexpected(NoAnswer{false, page.error()});
  return std::move(page->rows);
}

std::expected<std::vector<control::LeaseRow>, std::string> read_leases(const Where& where) {
  struct Collector final : lease::LeaseVisitor {
    explicit Collector(const config::ServerConfig& from) : config(from) {}
    void visit(const lease::Lease& lease) override {
      rows.push_back(control::make_row(lease, now));
      const config::Subnet* subnet = config.find_subnet(lease.address);
      if (subnet != nullptr) rows.back().subnet = net::to_string(subnet->prefix);
    }
    const config::ServerConfig& config;
    const Now now = runtime::read_clock();
    std::vector<control::LeaseRow> rows;
  } collector(where.config);
  const auto read = store::read_lease_folder(where.lease_folder, collector.now, collector);
  if (!read) return std::unexpected(where.lease_folder + ": " + read.error().message);
  sort(collector.rows);
  return std::move(collector.rows);
}

}  // namespace lessor::cli
