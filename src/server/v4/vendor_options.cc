#include "server/v4/vendor_options.h"

#include "wire/v4/protocol.h"

#include <algorithm>
#include <bitset>

namespace lessor::server::v4 {
namespace {

constexpr std::uint32_t kCableLabs = 4'491;
constexpr std::uint8_t kCableLabsRequest = 1;
constexpr std::size_t kBlockHeader = 5;  // an enterprise number and a length

std::span<const config::VendorOption> options_of(const config::OptionSet& scope,
                                                 std::uint32_t enterprise) {
  const auto found =
      std::ranges::equal_range(scope.vendor(), enterprise, {}, &config::VendorOption::enterprise);
  return {found.begin(), found.end()};
}

/// What to send of one enterprise, by code.
struct Chosen {
  std::array<const config::ConfiguredOption*, 256> options{};
  std::bitset<256> wanted;
  std::bitset<256> never;
};

void choose(const VendorQuestion& question, std::uint32_t enterprise,
            const config::OptionSet& scope, const Classes* classes, Chosen& chosen) {
  for (const config::VendorOption& each : options_of(scope, enterprise)) {
    const config::ConfiguredOption& option = each.option;
    if (!is_admitted(classes, option.guard)) continue;
    if (option.never_send) {
      chosen.never.set(option.code);
      continue;
    }
    if (chosen.options[option.code] == nullptr) chosen.options[option.code] = &option;
    if (option.always_send || question.asks_for(enterprise, option.code)) {
      chosen.wanted.set(option.code);
    }
  }
}

/// One enterprise's number, length and sub-options. Nothing is written when they do not fit.
void write_block(std::uint32_t enterprise, const Chosen& chosen, MutableBytes room,
                 std::size_t& used) {
  const std::bitset<256> sent = chosen.wanted & ~chosen.never;
  std::size_t size = 0;
  for (std::size_t code = 0; code < sent.size(); ++code) {
    if (sent.test(code)) size += 2 + chosen.options[code]->value.size();
  }
  if (size == 0 || size > wire::kMaxOptionLength || room.size() - used < kBlockHeader + size) {
    return;
  }
  ByteWriter writer(room.subspan(used));
  writer.be32(enterprise);
  writer.u8(static_cast<std::uint8_t>(size));
  for (std::size_t code = 0; code < sent.size(); ++code) {
    if (!sent.test(code)) continue;
    writer.u8(static_cast<std::uint8_t>(code));
    writer.u8(static_cast<std::uint8_t>(chosen.options[code]->value.size()));
    writer.bytes(chosen.options[code]->value);
  }
  used += kBlockHeader + size;
}

}  // namespace

VendorQuestion::VendorQuestion(const wire::MessageView& message) {
  if (const auto options = message.option(wire::kOptionVivsoSuboptions)) read(*options, true);
  if (const auto classes = message.option(wire::kOptionVivcoSuboptions)) read(*classes, false);
}

void VendorQuestion::add(std::uint32_t enterprise) {
  const bool is_known = std::ranges::find(enterprises(), enterprise) != enterprises().end();
  if (is_known || count_ == enterprises_.size()) return;
  enterprises_[count_++] = enterprise;
}

/// Blocks of an enterprise number, a length and so many octets; what is cut short ends them.
void VendorQuestion::read(Bytes option, bool has_sub_options) {
  ByteReader reader(option);
  while (reader.remaining() >= kBlockHeader) {
    const std::uint32_t enterprise = reader.be32();
    const Bytes data = reader.bytes(reader.u8());
    if (!reader.ok()) return;
    add(enterprise);
    if (!has_sub_options || enterprise != kCableLabs) continue;
    ByteReader inner(data);
    while (inner.remaining() >= 2) {
      const std::uint8_t code = inner.u8();
      const Bytes value = inner.bytes(inner.u8());
      if (inner.ok() && code == kCableLabsRequest) requested_ = value;
    }
  }
}

bool VendorQuestion::asks_for(std::uint32_t enterprise, wire::OptionCode code) const {
  return enterprise == kCableLabs &&
         std::ranges::find(requested_, std::byte{code}) != requested_.end();
}

Bytes write_vendor_options(const VendorQuestion& question,
                           std::span<const config::OptionSet* const> scopes, const Classes* classes,
                           MutableBytes room) {
  std::size_t used = 0;
  for (const std::uint32_t enterprise : question.enterprises()) {
    Chosen chosen;
    for (const config::OptionSet* scope : scopes) {
      choose(question, enterprise, *scope, classes, chosen);
    }
    write_block(enterprise, chosen, room, used);
  }
  return room.first(used);
}

}  // namespace lessor::server::v4
