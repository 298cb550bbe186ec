#include "server/v4/boot.h"

#include "wire/v4/protocol.h"

#include <algorithm>
#include <array>

namespace lessor::server::v4 {
namespace {

using config::BootKind;

constexpr std::string_view kPxe = "PXEClient";
constexpr std::string_view kHttp = "HTTPClient";
constexpr std::string_view kIpxe = "iPXE";

/// IANA's processor architectures (RFC 4578 2.1, RFC 5970 3.3).
struct Architecture {
  std::uint16_t number;
  BootKind kind;
};
constexpr std::array<Architecture, 10> kArchitectures = {{
    {0, BootKind::bios},
    {6, BootKind::uefi_ia32},
    {7, BootKind::uefi_x64},
    {9, BootKind::uefi_x64},  // what some firmware calls x64: EBC, before the numbers were mended
    {11, BootKind::uefi_arm64},
    {15, BootKind::http},
    {16, BootKind::http},
    {17, BootKind::http},
    {19, BootKind::http_arm64},
    {20, BootKind::http},
}};

std::string_view text_of(const wire::MessageView& message, wire::OptionCode code) {
  return as_text(message.option(code).value_or(Bytes()));
}

/// As iPXE sends it, octets without a length; or as RFC 3004 has it, behind one.
bool is_ipxe(const wire::MessageView& message) {
  const std::string_view user_class = text_of(message, wire::kOptionUserClass);
  return user_class == kIpxe || (user_class.size() > 1 && user_class.substr(1) == kIpxe &&
                                 user_class.front() == static_cast<char>(kIpxe.size()));
}

/// By the first architecture that the client names and we know; without one it is a PC of old.
std::optional<BootKind> kind_of(const wire::MessageView& message) {
  const auto said = message.option(wire::kOptionClientSystem);
  if (!said) return BootKind::bios;
  for (std::size_t at = 0; at + 2 <= said->size(); at += 2) {
    const std::uint16_t number = load_be16(said->data() + at);
    const auto* const found = std::ranges::find(kArchitectures, number, &Architecture::number);
    if (found != kArchitectures.end()) return found->kind;
  }
  return std::nullopt;
}

}  // namespace

bool is_boot_client(const wire::MessageView& message) {
  const std::string_view vendor = text_of(message, wire::kOptionVendorClassIdentifier);
  return vendor.starts_with(kPxe) || vendor.starts_with(kHttp);
}

std::optional<BootAnswer> find_boot(const config::BootProfile& profile,
                                    const wire::MessageView& message) {
  const bool is_client =
      is_boot_client(message) || is_ipxe(message) || message.has(wire::kOptionClientSystem);
  if (!is_client) return std::nullopt;
  if (is_ipxe(message) && !profile.file(BootKind::ipxe).empty()) {
    return BootAnswer{.file = profile.file(BootKind::ipxe)};
  }
  const auto kind = kind_of(message);
  if (!kind) return std::nullopt;
  const bool is_http = *kind == BootKind::http || *kind == BootKind::http_arm64;
  const bool falls_back = *kind == BootKind::http_arm64 && profile.file(*kind).empty();
  const std::string& file = profile.file(falls_back ? BootKind::http : *kind);
  if (file.empty()) return std::nullopt;
  return BootAnswer{.file = file, .vendor_class = is_http ? kHttp : std::string_view()};
}

std::optional<BootAnswer> choose_boot(const Packet& packet) {
  if (packet.view == nullptr) return std::nullopt;
  if (packet.classes != nullptr) {
    for (const config::ClientClass* each : packet.classes->giving()) {
      auto answer =
          each->boot_profile ? find_boot(*each->boot_profile, *packet.view) : std::nullopt;
      if (!answer) continue;
      answer->by = each;
      return answer;
    }
  }
  const auto& profile = packet.subnet().boot_profile;
  return profile ? find_boot(*profile, *packet.view) : std::nullopt;
}

}  // namespace lessor::server::v4
