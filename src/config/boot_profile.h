#pragma once
// boot: a file for each kind of client that boots from the network. A value. Must not know: JSON,
// packets.

#include "net/address.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace lessor::config {

/// Indexes BootProfile's files.
enum class BootKind : std::uint8_t {
  bios,       ///< PXE on a PC with BIOS
  uefi_ia32,  ///< PXE by UEFI
  uefi_x64,
  uefi_arm64,
  http,        ///< UEFI that boots by HTTP: a URL
  http_arm64,  ///< likewise; without one, `http` serves
  ipxe,        ///< iPXE, when it runs already: a script
};
inline constexpr std::size_t kBootKinds = 7;
inline constexpr std::array<std::string_view, kBootKinds> kBootKeys = {
    "bios", "uefi-ia32", "uefi-x64", "uefi-arm64", "http", "http-arm64", "ipxe"};

/// Where a client that was told its file by a proxy may ask again (PXE 2.1 2.2.3).
inline constexpr std::uint16_t kBootServerPort = 4'011;

struct BootProfile {
  std::array<std::string, kBootKinds> files;  ///< by BootKind; empty: none
  bool proxy = false;  ///< another server gives the addresses: boot clients only are answered

  [[nodiscard]] const std::string& file(BootKind kind) const {
    return files[static_cast<std::size_t>(kind)];
  }
  friend bool operator==(const BootProfile&, const BootProfile&) = default;
};

}  // namespace lessor::config
