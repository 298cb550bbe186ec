#include "craft/story/fingerprint.h"

#include "base/text.h"

namespace lessor::craft {
namespace {

struct ByVendorClass {
  std::string_view prefix;
  std::string_view name;
};
// What programs say of themselves in option 60.
constexpr ByVendorClass kVendorClasses[] = {
    {"udhcp ", "udhcpc (busybox)"}, {"dhcpcd-", "dhcpcd"},
    {"dhcpcd ", "dhcpcd"},          {"android-dhcp-", "Android"},
    {"MSFT 5.0", "Windows"},        {"MSFT 98", "Windows 98"},
    {"PXEClient", "PXE firmware"},  {"HTTPClient", "UEFI HTTP boot firmware"},
};

struct ByList {
  std::string_view list;
  std::string_view name;
};
// Seen on the wire: dhclient 4.4.3, udhcpc 1.35 and dhcpcd 9.4 with Debian 12's settings, and the
// Cisco router of our end-to-end tests. Android's is in its source (DhcpClient.java); Windows's and
// Apple's are as published.
constexpr ByList kLists[] = {
    {"1,28,2,3,15,6,119,12,44,47,26,121,42", "ISC dhclient with Debian's settings"},
    {"1,3,6,12,15,28,42", "udhcpc (busybox)"},
    {"1,121,3,6,12,15,26,28,33,51,54,58,59,119", "dhcpcd with Debian's settings"},
    {"1,6,15,44,3,33,150,43", "Cisco IOS"},
    {"1,3,6,15,26,28,51,58,59,43", "Android"},
    {"1,3,6,15,31,33,43,44,46,47,119,121,249,252", "Windows 10 or later"},
    {"1,121,3,6,15,108,114,119,252,95,44,46", "macOS or iOS"},
};

std::string list_text(std::string_view octets) {
  std::string text;
  for (const char octet : octets) {
    if (!text.empty()) text += ",";
    text += std::to_string(static_cast<unsigned char>(octet));
  }
  return text;
}

}  // namespace

std::string fingerprint_text(const Fingerprint& print) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!text.empty()) text += " ";
    text.append(name).append(value);
  };
  if (!print.request_list.empty()) add("55=", list_text(print.request_list));
  if (!print.vendor_class.empty()) add("60=", sanitise(as_bytes(print.vendor_class)));
  if (print.max_size) add("57=", std::to_string(*print.max_size));
  return text.empty() ? "none" : text;
}

std::string known_client(const Fingerprint& print) {
  for (const ByVendorClass& row : kVendorClasses) {
    if (print.vendor_class.starts_with(row.prefix)) return std::string(row.name) + ": says so";
  }
  const std::string list = list_text(print.request_list);
  for (const ByList& row : kLists) {
    if (list == row.list) return std::string(row.name) + ": asks for the same in the same order";
  }
  return "unknown";
}

}  // namespace lessor::craft
