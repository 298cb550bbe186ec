#include "cli/bench/relays.h"

#include "base/text.h"
#include "load/limits.h"

#include <algorithm>

namespace lessor::cli {
namespace {

using Addresses = std::vector<net::Ip4>;

std::string shown(const RelaySpan& span) {
  return span.count() == 1 ? net::to_string(span.range.first) : net::to_string(span.range);
}

std::optional<RelaySpan> parse_steps(std::string_view text, std::size_t cross) {
  const auto prefix = net::parse_prefix4(text.substr(0, cross));
  const auto count = parse_number(text.substr(cross + 1), load::kMaxRelays);
  if (!prefix || !count || *count == 0 || prefix->length == 0) return std::nullopt;
  const std::uint64_t step = std::uint64_t{1} << (32 - prefix->length);
  const std::uint64_t last = prefix->address.value + step * (*count - 1);
  if (last > UINT32_MAX) return std::nullopt;
  return RelaySpan{.range = {prefix->address, {static_cast<std::uint32_t>(last)}},
                   .step = static_cast<std::uint32_t>(step)};
}

void add_own(const RelaySpan& span, const net::InterfaceTable& host, Addresses& to) {
  std::ranges::copy_if(host.own_addresses(), std::back_inserter(to),
                       [&](net::Ip4 address) { return span.contains(address); });
}

std::unexpected<std::string> too_many(std::uint64_t count) {
  return std::unexpected("--giaddr: " + std::to_string(count) + " relays are more than " +
                         std::to_string(load::kMaxRelays));
}

std::expected<Addresses, std::string> own_relays(const std::vector<RelaySpan>& spans,
                                                 const net::InterfaceTable& host) {
  Addresses own;
  const RelaySpan* without = nullptr;
  for (const RelaySpan& span : spans) {
    const std::size_t before = own.size();
    add_own(span, host, own);
    if (own.size() == before) without = &span;
  }
  if (own.empty() || without == nullptr) return own;
  return std::unexpected("--giaddr " + shown(*without) +
                         ": this host has no such address, but others of the relays; all or none "
                         "are to be its own: ip addr add ADDRESS dev INTERFACE adds one");
}

std::expected<Addresses, std::string> played_relays(const std::vector<RelaySpan>& spans) {
  std::uint64_t count = 0;
  for (const RelaySpan& span : spans) count += span.count();
  if (count > load::kMaxRelays) return too_many(count);
  Addresses all;
  for (const RelaySpan& span : spans) {
    for (std::uint64_t i = 0; i < span.count(); ++i) {
      all.push_back({static_cast<std::uint32_t>(span.range.first.value + i * span.step)});
    }
  }
  return all;
}

}  // namespace

std::optional<RelaySpan> parse_relay_span(std::string_view text) {
  const std::size_t cross = text.find('x');
  if (cross != std::string_view::npos) return parse_steps(text, cross);
  const auto range = net::parse_range4(text);
  if (!range) return std::nullopt;
  return RelaySpan{.range = *range};
}

std::expected<Relays, std::string> choose_relays(const std::vector<RelaySpan>& spans,
                                                 const net::InterfaceTable& host) {
  auto found = own_relays(spans, host);
  if (!found) return std::unexpected(found.error());
  const bool own = !found->empty();
  if (!own) found = played_relays(spans);
  if (!found) return std::unexpected(found.error());
  std::ranges::sort(*found);
  found->erase(std::ranges::unique(*found).begin(), found->end());
  if (found->size() > load::kMaxRelays) return too_many(found->size());
  return Relays{.addresses = std::move(*found), .own = own};
}

}  // namespace lessor::cli
