#pragma once
// HMAC-MD5 for RFC 6704. Must not know: what it is of.

#include "wire/v4/reconfigure_key.h"

namespace lessor::cli {

/// HMAC-MD5 as this system makes it; null where it forbids MD5.
[[nodiscard]] wire::HmacMd5 find_hmac_md5();

}  // namespace lessor::cli
