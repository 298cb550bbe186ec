#include "cli/hmac.h"

#include "base/check.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace lessor::cli {
namespace {

/// False where MD5 is not to be had.
bool make(Bytes key, Bytes text, std::array<std::byte, 16>& digest) {
  auto size = static_cast<unsigned>(digest.size());
  return HMAC(EVP_md5(), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(),
              reinterpret_cast<unsigned char*>(digest.data()), &size) != nullptr;
}

std::array<std::byte, 16> hmac_md5(Bytes key, Bytes text) {
  std::array<std::byte, 16> digest{};
  CHECK(make(key, text, digest));
  return digest;
}

}  // namespace

wire::HmacMd5 find_hmac_md5() {
  std::array<std::byte, 16> digest{};
  return make(wire::kForcerenewAlgorithms, {}, digest) ? hmac_md5 : nullptr;
}

}  // namespace lessor::cli
