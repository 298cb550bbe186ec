#include "control/lease_commands.h"

#include "base/text.h"
#include "control/limits.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lessor::control {
namespace {

using nlohmann::json;

Answer failed(Trouble trouble) { return {Result::error, std::move(trouble), {}}; }

/// "1 IPv4 lease(s) found." is what scripts written for Kea look for.
std::string found_text(std::size_t count) {
  return std::to_string(count) + " IPv4 lease(s) found.";
}

/// The address under `key`. The error is a sentence; a missing key is one too.
std::expected<net::Ip4, Trouble> read_address(const std::string& arguments, const char* key) {
  const json value = json::parse(arguments, nullptr, false);
  const auto found = value.find(key);
  if (found == value.end()) return std::unexpected(std::string(key) + " is missing");
  if (!found->is_string()) return std::unexpected(std::string(key) + " must be a string");
  const auto text = found->get<std::string>();
  const auto address = net::parse_ip4(text);
  if (!address) {
    return std::unexpected('"' + sanitise(as_bytes(text), 64) + "\" is no IPv4 address");
  }
  return *address;
}

/// The subnet ids asked for; empty = all of them.
std::expected<std::vector<std::uint32_t>, Trouble> read_subnets(const std::string& arguments) {
  std::vector<std::uint32_t> subnets;
  const json value = json::parse(arguments, nullptr, false);
  const auto found = value.find("subnets");
  if (found == value.end()) return subnets;
  if (!found->is_array()) return std::unexpected("\"subnets\" must be a list of subnet ids");
  for (const json& id : *found) {
    if (!id.is_number_unsigned()) return std::unexpected("a subnet id is a positive number");
    subnets.push_back(id.get<std::uint32_t>());
  }
  return subnets;
}

struct PageRequest {
  net::Ip4 first;
  std::size_t limit = 0;
};

std::expected<PageRequest, Trouble> read_page_request(const std::string& arguments) {
  const json value = json::parse(arguments, nullptr, false);
  const auto limit = value.find("limit");
  if (limit == value.end() || !limit->is_number_unsigned() || limit->get<std::uint64_t>() == 0) {
    return std::unexpected("\"limit\" must be a number above 0");
  }
  PageRequest page;
  page.limit = std::min<std::uint64_t>(limit->get<std::uint64_t>(), kMaxLeasesInPage);
  if (const auto from = value.find("from"); from == value.end() || *from == "start") return page;
  const auto from = read_address(arguments, "from");
  if (!from) return std::unexpected(from.error());
  // Kea's pages begin after the address named; after the last address nothing is left.
  if (*from == net::kIp4Broadcast) return std::unexpected("no address is above 255.255.255.255");
  page.first = {from->value + 1};
  return page;
}

/// Calls visit(LeaseRow&) for every lease until it returns false.
template <typename Visit>
std::expected<void, Trouble> walk_all(Target& target, Visit&& visit) {
  std::optional<std::uint32_t> cursor = 0;
  while (cursor) {
    auto page = target.walk_leases(*cursor);
    if (!page) return std::unexpected(page.error());
    for (LeaseRow& row : page->rows) {
      if (!visit(row)) return {};
    }
    cursor = page->next;
  }
  return {};
}

Answer rows_answer(LeasePage page) {
  std::ranges::sort(page.rows, {}, &LeaseRow::address);
  const Result result = page.rows.empty() ? Result::empty : Result::ok;
  return {result, found_text(page.rows.size()), to_json(page)};
}

}  // namespace

Answer lease4_get(Target& target, const std::string& arguments) {
  const auto address = read_address(arguments, "ip-address");
  if (!address) return failed(address.error());
  const auto row = target.find_lease(*address);
  if (!row) return failed(row.error());
  if (!*row) return {Result::empty, "Lease not found.", {}};
  return {Result::ok, "IPv4 lease found.", to_json(**row)};
}

Answer lease4_get_all(Target& target, const std::string& arguments) {
  const auto subnets = read_subnets(arguments);
  if (!subnets) return failed(subnets.error());
  LeasePage all{};
  const auto walked = walk_all(target, [&](LeaseRow& row) {
    if (!subnets->empty() && std::ranges::count(*subnets, row.subnet_id) == 0) return true;
    all.rows.push_back(std::move(row));
    return all.rows.size() <= kMaxLeasesInAnswer;
  });
  if (!walked) return failed(walked.error());
  if (all.rows.size() > kMaxLeasesInAnswer) {
    return failed("too many leases for one answer; ask for them with lease4-get-page");
  }
  return rows_answer(std::move(all));
}

Answer lease4_get_page(Target& target, const std::string& arguments) {
  const auto request = read_page_request(arguments);
  if (!request) return failed(request.error());
  // The `limit` lowest so far, as a heap with the highest of them on top.
  const auto lower = [](const LeaseRow& a, const LeaseRow& b) { return a.address < b.address; };
  LeasePage page{};
  const auto walked = walk_all(target, [&](LeaseRow& row) {
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

Answer lease_walk(Target& target, const std::string& arguments) {
  const json value = json::parse(arguments, nullptr, false);
  const auto cursor = value.find("cursor");
  if (cursor == value.end() || !cursor->is_number_unsigned() ||
      cursor->get<std::uint64_t>() > UINT32_MAX) {
    return failed("\"cursor\" must be a number, 0 to begin");
  }
  const auto page = target.walk_leases(cursor->get<std::uint32_t>());
  if (!page) return failed(page.error());
  return {Result::ok, {}, to_json(*page)};
}

Answer lease_release(Target& target, const std::string& arguments) {
  const auto address = read_address(arguments, "ip-address");
  if (!address) return failed(address.error());
  if (const auto done = target.release_lease(*address); !done) return failed(done.error());
  return {Result::ok, "The lease of " + net::to_string(*address) + " is released.", {}};
}

Answer clear_declined(Target& target, const std::string& arguments) {
  std::optional<net::Ip4> one;
  if (!json::parse(arguments, nullptr, false).empty()) {
    const auto address = read_address(arguments, "ip-address");
    if (!address) return failed(address.error());
    one = *address;
  }
  const auto count = target.clear_declined(one);
  if (!count) return failed(count.error());
  return {*count == 0 ? Result::empty : Result::ok,
          "Cleared " + std::to_string(*count) + " declined addresses.",
          R"({"count": )" + std::to_string(*count) + "}"};
}

}  // namespace lessor::control
