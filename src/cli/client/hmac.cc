#include "cli/client/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace lessor::cli {

std::array<std::byte, 16> hmac_md5(Bytes key, Bytes text) {
  std::array<std::byte, 16> digest{};
  unsigned size = digest.size();
  const unsigned char* const made =
      HMAC(EVP_md5(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(digest.data()), &size);
  // A system that forbids MD5 has no such digest: nothing then proves itself.
  if (made == nullptr) digest.fill(std::byte{0xff});
  return digest;
}

}  // namespace lessor::cli
