#pragma once
// What only some leases keep beside what all have: values with a code each, in the octets that the
// lease store writes (docs/lease-format.md). Must not know: where leases are kept.

#include "lease/lease.h"

#include <array>

namespace lessor::lease {

/// What a value is. 1 is the lease's place, which has fields of its own.
enum class Extra : std::uint8_t {
  relay_info = 2,    ///< the value of option 82, as the relay sent it
  user_context = 3,  ///< an operator's: a JSON map
  classes = 4,       ///< numbers of its client's classes (config/class_number), 4 octets each
  renew_key = 5,     ///< FORCERENEW: the nonce that its client was told, the server's name to it
};

/// Calls fn(code, value) for each code-size-value triple until it returns false; false when the
/// octets end within one, or fn said so. Sub-options have this form, too.
template <typename Fn>
bool for_each_triple(Bytes octets, Fn&& fn) {
  while (!octets.empty()) {
    if (octets.size() < 2) return false;
    const auto code = static_cast<std::uint8_t>(octets[0]);
    const auto size = static_cast<std::size_t>(octets[1]);
    if (octets.size() < 2 + size) return false;
    if (!fn(code, octets.subspan(2, size))) return false;
    octets = octets.subspan(2 + size);
  }
  return true;
}

/// The first value of `code`; empty when there is none.
[[nodiscard]] Bytes find_extra(const Lease& lease, Extra code);

/// Option 82's value of the message that made the lease or last renewed it through a relay: its
/// sub-options (RFC 3046 2.0). Empty when it is not kept. Borrowed as the lease's other octets are.
[[nodiscard]] Bytes relay_info_of(const Lease& lease);
/// Of option 82's value; empty when there is none.
[[nodiscard]] Bytes find_sub_option(Bytes relay_info, std::uint8_t code);
/// RFC 3046 3.2: sub-option 2; RFC 6925: sub-option 12.
[[nodiscard]] Bytes remote_id_of(const Lease& lease);
[[nodiscard]] Bytes relay_id_of(const Lease& lease);

/// Calls fn(number) for each client class that the lease is counted in.
template <typename Fn>
void for_each_class(const Lease& lease, Fn&& fn) {
  if (lease.extras.empty()) return;
  for (ByteReader in(find_extra(lease, Extra::classes)); in.remaining() >= 4;) fn(in.be32());
}

/// Puts extras together, in memory of its own.
class ExtrasWriter {
 public:
  ExtrasWriter() = default;
  /// Begins with those of a lease.
  explicit ExtrasWriter(Bytes extras) : size_(extras.size()) { copy_bytes(room_, extras); }

  /// Sets, or with an empty value takes away. false: too long, and nothing is changed.
  [[nodiscard]] bool set(Extra code, Bytes value);
  /// Valid until the next change.
  [[nodiscard]] Bytes bytes() const { return Bytes(room_).first(size_); }

 private:
  std::array<std::byte, kMaxExtras> room_;  // the first size_ of them mean something
  std::size_t size_ = 0;
};

}  // namespace lessor::lease
