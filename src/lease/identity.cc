#include "lease/identity.h"

#include <array>

namespace lessor::lease {
namespace {

/// What is hashed of a hardware address. Fixed places, so that it takes a few stores; what stands
/// behind the address is zero and is not hashed.
class HardwareName {
 public:
  HardwareName(const net::HardwareAddress& hardware, bool with_client_id)
      : size_(kHead + hardware.bytes().size()) {
    store_u8(&text_[0], with_client_id ? 1 : 0);
    store_u8(&text_[1], hardware.type);
    store_u8(&text_[2], hardware.size);
    copy_bytes(MutableBytes(text_).subspan(kHead), hardware.octets);
  }
  [[nodiscard]] Bytes bytes() const { return Bytes(text_).first(size_); }

 private:
  static constexpr std::size_t kHead = 3;
  std::array<std::byte, kHead + 16> text_;
  std::size_t size_;
};

}  // namespace

Identity identity_of(HashKey key, Bytes client_id) { return sip_hash_128(key, client_id); }

Identity identity_of(HashKey key, const net::HardwareAddress& hardware, bool with_client_id) {
  return sip_hash_128(key, HardwareName(hardware, with_client_id).bytes());
}

std::uint64_t index_hash(HashKey key, Bytes client_id) { return sip_hash_128_high(key, client_id); }

std::uint64_t index_hash(HashKey key, const net::HardwareAddress& hardware, bool with_client_id) {
  return sip_hash_128_high(key, HardwareName(hardware, with_client_id).bytes());
}

}  // namespace lessor::lease
