#include "lease/extras.h"

#include "base/check.h"

namespace lessor::lease {
namespace {

constexpr std::uint8_t kRemoteId = 2;
constexpr std::uint8_t kRelayId = 12;

Bytes find_triple(Bytes octets, std::uint8_t wanted) {
  Bytes found;
  (void)for_each_triple(octets, [&](std::uint8_t code, Bytes value) {
    if (code == wanted) found = value;
    return code != wanted;
  });
  return found;
}

}  // namespace

Bytes find_extra(const Lease& lease, Extra code) {
  return find_triple(lease.extras, static_cast<std::uint8_t>(code));
}

Bytes relay_info_of(const Lease& lease) { return find_extra(lease, Extra::relay_info); }
Bytes find_sub_option(Bytes relay_info, std::uint8_t code) { return find_triple(relay_info, code); }
Bytes remote_id_of(const Lease& lease) { return find_sub_option(relay_info_of(lease), kRemoteId); }
Bytes relay_id_of(const Lease& lease) { return find_sub_option(relay_info_of(lease), kRelayId); }

bool ExtrasWriter::set(Extra code, Bytes value) {
  const auto wanted = static_cast<std::uint8_t>(code);
  std::array<std::byte, kMaxExtras> room;
  ByteWriter out(room);
  (void)for_each_triple(bytes(), [&](std::uint8_t other, Bytes kept) {
    if (other == wanted) return true;
    out.u8(other);
    out.u8(static_cast<std::uint8_t>(kept.size()));
    out.bytes(kept);
    return true;
  });
  if (!value.empty()) {
    if (value.size() > kMaxExtras) return false;
    out.u8(wanted);
    out.u8(static_cast<std::uint8_t>(value.size()));
    out.bytes(value);
  }
  if (!out.ok()) return false;
  copy_bytes(room_, out.written());
  size_ = out.size();
  return true;
}

}  // namespace lessor::lease
