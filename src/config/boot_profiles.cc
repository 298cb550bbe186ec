#include "config/boot_profiles.h"

#include "config/limits.h"

#include <algorithm>

namespace lessor::config {
namespace {

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

void check_file(const Node& place, BootKind kind, const std::string& file, Report& report) {
  if (file.empty()) return;  // as if it were not there
  if (file.size() > kMaxBootFileName) {
    report.error(place, std::to_string(file.size()) + " octets are too long: at most " +
                            std::to_string(kMaxBootFileName) + " fit");
  } else if (file.find('\0') != std::string::npos) {
    report.error(place, "the NUL character ends the field on the wire: leave it out");
  } else if ((kind == BootKind::http || kind == BootKind::http_arm64) && !is_url(file)) {
    report.error(place, "clients that boot by HTTP need a URL: \"http://192.0.2.9/boot.efi\"");
  }
}

/// The files of a profile that is there; nothing when there is none.
std::optional<BootProfile> read_files(const std::optional<Node>& map, Report& report) {
  if (!map || map->value().as_map() == nullptr) return std::nullopt;
  BootProfile profile;
  for (std::size_t i = 0; i < kBootKinds; ++i) {
    const std::string* file = map->text(kBootKeys[i]);
    if (file == nullptr) continue;
    check_file(*map->find(kBootKeys[i]), static_cast<BootKind>(i), *file, report);
    profile.files[i] = *file;
  }
  return profile;
}

}  // namespace

std::optional<BootProfile> read_boot_of_class(const Node& map, Report& report) {
  const auto boot = map.find("boot");
  if (const auto proxy = boot ? boot->find("proxy") : std::nullopt) {
    report.error_at_key(*proxy, "whether another server gives the addresses is a subnet's to say");
  }
  return read_files(boot, report);
}

std::optional<BootProfile> read_boot_profile(const Node& scope, Report& report) {
  const auto map = scope.find("boot");
  std::optional<BootProfile> read = read_files(map, report);
  if (!read) return std::nullopt;
  BootProfile& profile = *read;
  profile.proxy = map->boolean("proxy").value_or(false);
  const bool has_file =
      std::ranges::any_of(profile.files, [](const std::string& file) { return !file.empty(); });
  if (!has_file && profile.proxy) {
    report.error(*map, "a boot profile without a file: write one, as \"bios\": \"undionly.kpxe\"");
  }
  const bool only_script = has_file && !profile.file(BootKind::ipxe).empty() &&
                           std::ranges::count_if(profile.files, [](const std::string& file) {
                             return !file.empty();
                           }) == 1;
  if (only_script) {
    report.note(*map->find("ipxe"),
                "only clients that have iPXE built in get this: no other file would load iPXE");
  }
  return read;
}

}  // namespace lessor::config
