#pragma once
// Leases as CSV with Kea's lease4 columns, written and read: export, import, and the way to and
// from Kea's memfile. Must not know: files.

#include "lease/change_log.h"

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::store {

/// Kea's columns, in its order, and a line's end.
inline constexpr std::string_view kLeaseCsvHeading =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,"
    "user_context,pool_id\n";

/// One lease as a line. Kea's states: 0 assigned (whether it has expired follows from `expire`),
/// 1 declined, 2 given back. `expire` is the wall clock's second at the end, infinite lifetimes
/// counting 4294967295 s as in Kea. Octets of the host name that could break a cell or a
/// spreadsheet are escaped the way Kea reads, &#xNN; control characters become the text \xNN. What
/// a lease keeps of its relay, or for an operator, is the user_context.
[[nodiscard]] std::string to_csv(const lease::Lease& lease);

/// A cell with Kea's escaping undone; "&#x" that is none stays as it is.
[[nodiscard]] std::string unescape_csv(std::string_view cell);

/// Reads lines under one heading: Kea's columns of any version, in any order.
class LeaseCsvReader {
 public:
  /// Reads the heading. The error is a sentence: a column without which there is no lease.
  [[nodiscard]] static std::expected<LeaseCsvReader, std::string> open(std::string_view heading);

  /// One line: the lease, or that of this address was deleted (Kea: valid_lifetime 0). Of a
  /// user_context it keeps what a lease can keep (store/user_context), else nothing.
  struct Row {
    net::Ip4 address;
    bool deleted = false;
    lease::LeaseChange change;  ///< sequence 0, expires_at unset
  };
  /// Reads one line. The error is a sentence naming column and value.
  [[nodiscard]] std::expected<Row, std::string> read_row(std::string_view line) const;
  /// Reads one line; sequence 0, expires_at unset. Nothing for a line that only says that a lease
  /// was deleted (Kea: valid_lifetime 0). The error is a sentence naming column and value.
  [[nodiscard]] std::expected<std::optional<lease::LeaseChange>, std::string> read(
      std::string_view line) const;

 private:
  enum Column : std::size_t {
    address,
    hwaddr,
    client_id,
    valid_lifetime,
    expire,
    subnet_id,
    hostname,
    state,
    user_context,
    column_count
  };
  static constexpr std::array<std::string_view, column_count> kNames{
      "address",   "hwaddr",   "client_id", "valid_lifetime", "expire",
      "subnet_id", "hostname", "state",     "user_context"};
  using Cells = std::array<std::string_view, column_count>;

  /// A lease and the octets that it borrows.
  struct Owner {
    lease::Lease lease;
    std::vector<std::byte> client_id;
    std::string hostname;
    std::vector<std::byte> extras;
    bool deleted = false;
  };

  [[nodiscard]] std::expected<Cells, std::string> cells_in(std::string_view line) const;
  // These return what is wrong; empty when nothing is.
  [[nodiscard]] static std::string read_client(const Cells& cells, Owner& owner);
  [[nodiscard]] static std::string read_term(const Cells& cells, Owner& owner);
  [[nodiscard]] static std::string wrong(const Cells& cells, Column column, std::string_view why);

  std::array<std::size_t, column_count> places_{};
  std::size_t width_ = 0;
};

}  // namespace lessor::store
