#pragma once
// The number of a client class that leases keep: it means the same in every process and every
// configuration, as long as the class has its name.

#include "base/bytes.h"

#include <cstdint>
#include <string_view>

namespace lessor::config {

/// Never 0. Written to disk (docs/lease-format.md): to change how it is made is to change the
/// format.
[[nodiscard]] std::uint32_t class_number(std::string_view name);

/// Of the clients of one value of a template class. Of longer values the first 255 octets count.
[[nodiscard]] std::uint32_t class_number(std::uint32_t of_template, Bytes value);

}  // namespace lessor::config
