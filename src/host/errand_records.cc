#include "host/errand_records.h"

#include "host/errands.h"

#include <algorithm>

namespace lessor::host {
namespace {

constexpr std::uint8_t kVersion = 1;

void put_text(ByteWriter& out, const std::string& text) {
  out.be16(static_cast<std::uint16_t>(text.size()));
  out.bytes(as_bytes(text));
}

std::string take_text(ByteReader& in) {
  const std::size_t size = in.be16();
  return std::string(as_text(in.bytes(size)));
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// Names of ours say whose they are: none is PATH, IFS, ENV or LD_PRELOAD.
bool is_name(std::string_view name) {
  constexpr std::string_view kBeginnings[] = {
      "QUERY4_", "LEASE4_", "LEASES4_", "DELETED_LEASES4_", "SUBNET4_", "PKT4_", "REMOVE_LEASE"};
  const bool ours = std::ranges::any_of(
      kBeginnings, [&](std::string_view beginning) { return name.starts_with(beginning); });
  return ours && std::ranges::all_of(name, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

}  // namespace

std::optional<std::vector<std::byte>> write_errand(const ErrandOrder& order) {
  std::vector<std::byte> room(kMaxErrand);
  ByteWriter out(room);
  out.u8(kVersion);
  out.be16(order.program);
  put_text(out, order.argument);
  out.be16(static_cast<std::uint16_t>(order.variables.size()));
  for (const HookVariable& variable : order.variables) {
    put_text(out, variable.name);
    put_text(out, variable.value);
  }
  if (!out.ok()) return std::nullopt;
  room.resize(out.size());
  return room;
}

std::expected<ErrandOrder, std::string> read_errand(Bytes record, std::size_t programs) {
  ByteReader in(record);
  ErrandOrder order;
  if (in.u8() != kVersion) return std::unexpected("another version");
  order.program = in.be16();
  order.argument = take_text(in);
  const std::size_t count = in.be16();
  if (count > kMaxHookVariables) return std::unexpected("too many variables");
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    std::string name = take_text(in);
    order.variables.push_back({.name = std::move(name), .value = take_text(in)});
  }
  if (!in.finished()) return std::unexpected("its lengths do not add up");
  if (order.program >= programs) return std::unexpected("there is no such program");
  if (!is_printable(order.argument)) return std::unexpected("its argument is not printable");
  for (const HookVariable& variable : order.variables) {
    if (!is_name(variable.name)) return std::unexpected("a variable has a name that is not ours");
    if (!is_printable(variable.value)) return std::unexpected("a value is not printable");
  }
  return order;
}

}  // namespace lessor::host
