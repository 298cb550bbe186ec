#pragma once
// Leases as text: a table for people, JSON and CSV for programs.

#include "control/lease_row.h"

#include <string>
#include <vector>

namespace lessor::cli {

/// Aligned columns with a heading; "No leases." when there are none. Every byte that a client chose
/// is sanitised.
[[nodiscard]] std::string lease_table(const std::vector<control::LeaseRow>& rows);

/// A JSON list of leases in Kea's shape, one a line.
[[nodiscard]] std::string lease_json(const std::vector<control::LeaseRow>& rows);

/// CSV with Kea's lease4 columns, heading included.
[[nodiscard]] std::string lease_csv(const std::vector<control::LeaseRow>& rows);

}  // namespace lessor::cli
