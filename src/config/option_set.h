#pragma once
// What every scope can set for a reply: options, boot fields, lease times. Values. Must not know:
// JSON, which scope they are of.

#include "base/time.h"
#include "expression/class_set.h"
#include "net/address.h"

#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lessor::config {

/// One option to send: its encoded value without code and length. May be longer than 255 (RFC
/// 3396).
struct ConfiguredOption {
  std::uint8_t code = 0;
  bool always_send = false;  ///< sent even when the client did not ask for it
  std::vector<std::byte> value;
  bool never_send = false;                 ///< kept from the client, whatever other scopes say
  std::vector<expression::ClassId> guard;  ///< for clients in one of these; empty: for all

  friend bool operator==(const ConfiguredOption&, const ConfiguredOption&) = default;
};

/// A sub-option of option 125 (RFC 3925), of one enterprise.
struct VendorOption {
  std::uint32_t enterprise = 0;
  ConfiguredOption option;

  friend bool operator==(const VendorOption&, const VendorOption&) = default;
};

/// The options of one scope, sorted by code. Of one code there may be several, each for other
/// classes, and a last one for all.
class OptionSet {
 public:
  OptionSet() = default;
  /// Sorts by code; what stands behind an option of its code that is for all clients, is dropped.
  explicit OptionSet(std::vector<ConfiguredOption> options, std::vector<VendorOption> vendor = {});

  /// The first that is sent at all, be it to some classes only. May be absent (nullptr). A bit test
  /// when it is.
  [[nodiscard]] const ConfiguredOption* find(std::uint8_t code) const;
  /// All of a code, in the order of the file.
  [[nodiscard]] std::span<const ConfiguredOption> find_all(std::uint8_t code) const;
  [[nodiscard]] const std::vector<ConfiguredOption>& all() const { return options_; }
  /// By enterprise and code.
  [[nodiscard]] const std::vector<VendorOption>& vendor() const { return vendor_; }
  [[nodiscard]] bool empty() const { return options_.empty() && vendor_.empty(); }
  /// Whether some option is kept from some clients.
  [[nodiscard]] bool never_sends() const { return never_sends_; }
  /// Whether some option is for some classes only.
  [[nodiscard]] bool has_guards() const { return has_guards_; }

  friend bool operator==(const OptionSet&, const OptionSet&) = default;

 private:
  std::vector<ConfiguredOption> options_;
  std::vector<VendorOption> vendor_;
  std::bitset<256> present_;
  bool never_sends_ = false;
  bool has_guards_ = false;
};

/// siaddr, sname and file of replies. Empty or zero = not set in this scope or any around it.
struct BootFields {
  net::Ip4 next_server;
  std::string server_hostname;  ///< at most 63 octets
  std::string boot_file_name;   ///< at most 127 octets

  friend bool operator==(const BootFields&, const BootFields&) = default;
};

/// How long leases last, after inheritance: min_valid <= valid <= max_valid.
struct Lifetimes {
  Duration valid = Duration::seconds(7'200);
  Duration min_valid = Duration::seconds(7'200);
  Duration max_valid = Duration::seconds(7'200);

  friend bool operator==(const Lifetimes&, const Lifetimes&) = default;
};

}  // namespace lessor::config
