#pragma once
// HMAC-MD5 for RFC 6704. Must not know: what it is of.

#include "client/v4/settings.h"

namespace lessor::cli {

/// As client::v4::HmacMd5 says it.
[[nodiscard]] std::array<std::byte, 16> hmac_md5(Bytes key, Bytes text);

}  // namespace lessor::cli
