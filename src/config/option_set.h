#pragma once
// What every scope can set for a reply: options, boot fields, lease times. Values. Must not know:
// JSON, which scope they are of.

#include "base/time.h"
#include "net/address.h"

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

namespace lessor::config {

/// One option to send: its encoded value without code and length. May be longer than 255 (RFC
/// 3396).
struct ConfiguredOption {
  std::uint8_t code = 0;
  bool always_send = false;  ///< sent even when the client did not ask for it
  std::vector<std::byte> value;
};

/// The options of one scope, sorted by code, one of each.
class OptionSet {
 public:
  OptionSet() = default;
  /// Sorts by code; of two options with one code the first stays.
  explicit OptionSet(std::vector<ConfiguredOption> options);

  /// May be absent (nullptr). A bit test when it is.
  [[nodiscard]] const ConfiguredOption* find(std::uint8_t code) const;
  [[nodiscard]] const std::vector<ConfiguredOption>& all() const { return options_; }
  [[nodiscard]] bool empty() const { return options_.empty(); }

 private:
  std::vector<ConfiguredOption> options_;
  std::bitset<256> present_;
};

/// siaddr, sname and file of replies. Empty or zero = not set in this scope or any around it.
struct BootFields {
  net::Ip4 next_server;
  std::string server_hostname;  ///< at most 63 octets
  std::string boot_file_name;   ///< at most 127 octets
};

/// How long leases last, after inheritance: min_valid <= valid <= max_valid.
struct Lifetimes {
  Duration valid = Duration::seconds(7'200);
  Duration min_valid = Duration::seconds(7'200);
  Duration max_valid = Duration::seconds(7'200);
};

}  // namespace lessor::config
