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
    if (!loaded) return std::unexpected("cannot read " + file + ":\n" + lines(loaded.error()));
    config = std::move(loaded->config);
  }
  Where where;
  for (const config::Subnet& subnet : config.subnets) {
    where.longest_lease = std::max(where.longest_lease, subnet.lifetimes.max_valid);
  }
  where.lease_folder = a.lease_dir.empty() ? config.lease_database.folder : a.lease_dir;
  where.socket = a.socket.empty() ? control_path(config, where.lease_folder) : a.socket;
  return where;
}

std::expected<control::Answer, NoAnswer> ask_server(const std::string& socket,
                                                    std::string_view command,
                                                    std::string_view arguments) {
  auto answer = control::ask(socket, command, arguments);
  if (answer) return std::move(*answer);
  const int number = answer.error().number;
  return std::unexpected(
      NoAnswer{number == ENOENT || number == ECONNREFUSED, runtime::to_string(answer.error())});
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

std::expected<std::vector<control::LeaseRow>, std::string> read_leases(
    const std::string& lease_folder) {
  const Now now = runtime::read_clock();

  struct Collector final : lease::LeaseVisitor {
    explicit Collector(Now at) : now(at) {}
    void visit(const lease::Lease& lease) override {
      rows.push_back(control::make_row(lease, now));
    }
    Now now;
    std::vector<control::LeaseRow> rows;
  } collector(now);
  const auto read = store::read_lease_folder(lease_folder, now, collector);
  if (!read) return std::unexpected(lease_folder + ": " + read.error().message);
  sort(collector.rows);
  return std::move(collector.rows);
}

}  // namespace lessor::cli
