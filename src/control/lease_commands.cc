#include "control/lease_commands.h"

#include "base/text.h"
#include "control/limits.h"

#include <algorithm>

namespace lessor::control {
namespace {

constexpr std::size_t kMaxHardware = 16;
constexpr std::size_t kMaxClientId = 255;
constexpr std::uint64_t kMaxId = UINT32_MAX;

Answer failed(Trouble trouble) { return {Result::error, std::move(trouble), {}}; }

/// "1 IPv4 lease(s) found." is what scripts written for Kea look for.
std::string found_text(std::size_t count) {
  return std::to_string(count) + " IPv4 lease(s) found.";
}

struct PageRequest {
  net::Ip4 first;
  std::size_t limit = 0;
};

std::expected<PageRequest, Trouble> read_page_request(const Arguments& arguments) {
  const auto limit = arguments.read_number("limit", INT64_MAX);
  if (!limit) return std::unexpected(limit.error());
  if (*limit == 0) return std::unexpected("page size of retrieved leases must not be 0");
  PageRequest page;
  page.limit = std::min<std::uint64_t>(*limit, kMaxLeasesInPage);
  const auto from = arguments.find_text("from");
  if (!from) return std::unexpected(from.error());
  if (!*from || **from == "start") return page;
  const auto address = arguments.find_address("from");
  if (!address) return std::unexpected(address.error() + ", nor is it \"start\"");
  // Kea's pages begin after the address named; after the last address nothing is left.
  if (**address == net::kIp4Broadcast) {
    return std::unexpected("no address is above 255.255.255.255");
  }
  page.first = {(*address)->value + 1};
  return page;
}

Answer rows_answer(LeasePage page) {
  std::ranges::sort(page.rows, {}, &LeaseRow::address);
  const Result result = page.rows.empty() ? Result::empty : Result::ok;
  return {result, found_text(page.rows.size()), to_json(page)};
}

/// All leases that `wanted`.
Answer leases_that(Target& target, const std::function<bool(const LeaseRow&)>& wanted) {
  LeasePage all{};
  const auto walked = walk_leases(target, [&](LeaseRow& row) {
    if (wanted(row)) all.rows.push_back(std::move(row));
    return all.rows.size() <= kMaxLeasesInAnswer;
  });
  if (!walked) return failed(walked.error());
  if (all.rows.size() > kMaxLeasesInAnswer) {
    return failed("too many leases for one answer; ask for them with lease4-get-page");
  }
  return rows_answer(std::move(all));
}

bool has_hardware(const LeaseRow& row, Bytes octets) {
  return equal_bytes(row.hardware.bytes(), octets);
}

bool has_client_id(const LeaseRow& row, Bytes octets) {
  return equal_bytes(as_bytes(row.client_id), octets);
}

std::expected<std::vector<std::byte>, Trouble> read_octets(const Arguments& arguments,
                                                           std::string_view key, std::size_t most) {
  auto octets = arguments.find_octets(key, most);
  if (!octets) return std::unexpected(octets.error());
  if (!*octets) return std::unexpected("'" + std::string(key) + "' parameter not specified");
  return std::move(**octets);
}

/// By {"subnet-id", "identifier-type", "identifier"}.
std::expected<std::optional<LeaseRow>, Trouble> find_by_identifier(Target& target,
                                                                   const Arguments& arguments) {
  const auto subnet = arguments.find_number("subnet-id", kMaxId);
  if (!subnet) return std::unexpected(subnet.error());
  if (!*subnet) return std::unexpected("Mandatory 'subnet-id' parameter missing.");
  const auto type = arguments.read_text("identifier-type");
  if (!type) return std::unexpected(type.error());
  const bool by_hardware = *type == "hw-address";
  if (!by_hardware && *type != "client-id") {
    return std::unexpected("'identifier-type' must be hw-address or client-id");
  }
  const auto octets =
      read_octets(arguments, "identifier", by_hardware ? kMaxHardware : kMaxClientId);
  if (!octets) return std::unexpected(octets.error());
  std::optional<LeaseRow> found;
  const auto walked = walk_leases(target, [&](LeaseRow& row) {
    const bool is_it = by_hardware ? has_hardware(row, *octets) : has_client_id(row, *octets);
    if (!is_it || row.subnet_id != **subnet) return true;
    found = std::move(row);
    return false;
  });
  if (!walked) return std::unexpected(walked.error());
  return found;
}

/// Nobody's: what is left of a lease that was deleted.
bool is_blank(const LeaseRow& row) {
  return row.state == lease::LeaseState::released && row.hardware.size == 0 &&
         row.client_id.empty();
}

}  // namespace

std::expected<void, Trouble> walk_leases(Target& target,
                                         const std::function<bool(LeaseRow&)>& visit) {
  std::optional<std::uint32_t> cursor = 0;
  while (cursor) {
    auto page = target.walk_leases(*cursor);
    if (!page) return std::unexpected(page.error());
    for (LeaseRow& row : page->rows) {
      if (!is_blank(row) && !visit(row)) return {};
    }
    cursor = page->next;
  }
  return {};
}

std::expected<std::optional<LeaseRow>, Trouble> find_named_lease(Target& target,
                                                                 const Arguments& arguments) {
  const auto address = arguments.find_address("ip-address");
  if (!address) return std::unexpected(address.error());
  if (!*address) return find_by_identifier(target, arguments);
  auto row = target.find_lease(**address);
  if (row && *row && is_blank(**row)) return std::nullopt;
  return row;
}

Answer lease4_get(Target& target, const Arguments& arguments) {
  const auto row = find_named_lease(target, arguments);
  if (!row) return failed(row.error());
  if (!*row) return {Result::empty, "Lease not found.", {}};
  return {Result::ok, "IPv4 lease found.", to_json(**row)};
}

Answer lease4_get_all(Target& target, const Arguments& arguments) {
  const auto subnets = arguments.find_numbers("subnets");
  if (!subnets) return failed(subnets.error());
  return leases_that(target, [&](const LeaseRow& row) {
    return !*subnets || std::ranges::count(**subnets, row.subnet_id) != 0;
  });
}

Answer lease4_get_by_client_id(Target& target, const Arguments& arguments) {
  const auto octets = read_octets(arguments, "client-id", kMaxClientId);
  if (!octets) return failed(octets.error());
  return leases_that(target, [&](const LeaseRow& row) { return has_client_id(row, *octets); });
}

Answer lease4_get_by_hostname(Target& target, const Arguments& arguments) {
  const auto name = arguments.find_text("hostname");
  if (!name) return failed(name.error());
  if (!*name) return failed("'hostname' parameter not specified");
  const std::string wanted = to_lower(**name);
  return leases_that(target, [&](const LeaseRow& row) { return to_lower(row.hostname) == wanted; });
}

Answer lease4_get_by_hw_address(Target& target, const Arguments& arguments) {
  const auto octets = read_octets(arguments, "hw-address", kMaxHardware);
  if (!octets) return failed(octets.error());
  return leases_that(target, [&](const LeaseRow& row) { return has_hardware(row, *octets); });
}

Answer lease4_get_by_state(Target& target, const Arguments& arguments) {
  const auto state = arguments.read_number("state", 3);
  if (!state) return failed(state.error());
  const auto subnet = arguments.find_number("subnet-id", kMaxId);
  if (!subnet) return failed(subnet.error());
  return leases_that(target, [&](const LeaseRow& row) {
    const bool in_subnet = !*subnet || row.subnet_id == **subnet;
    return in_subnet && static_cast<std::uint64_t>(kea_state(row)) == *state;
  });
}

Answer lease4_get_page(Target& target, const Arguments& arguments) {
  const auto request = read_page_request(arguments);
  if (!request) return failed(request.error());
  // The `limit` lowest so far, as a heap with the highest of them on top.
  const auto lower = [](const LeaseRow& a, const LeaseRow& b) { return a.address < b.address; };
  LeasePage page{};
  const auto walked = walk_leases(target, [&](LeaseRow& row) {
    const bool full = page.rows.size() == request->limit;
    if (row.address < request->first) return true;
    if (full && !lower(row, page.rows.front())) return true;
    if (full) {
      std::ranges::pop_heap(page.rows, lower);
      page.rows.pop_back();
    }
    page.rows.push_back(std::move(row));
    std::ranges::push_heap(page.rows, lower);
    return true;
  });
  if (!walked) return failed(walked.error());
  return rows_answer(std::move(page));
}

Answer lease_walk(Target& target, const Arguments& arguments) {
  const auto cursor = arguments.read_number("cursor", UINT32_MAX);
  if (!cursor) return failed(cursor.error() + "; it is 0 to begin");
  const auto page = target.walk_leases(static_cast<std::uint32_t>(*cursor));
  if (!page) return failed(page.error());
  return {Result::ok, {}, to_json(*page)};
}

}  // namespace lessor::control
