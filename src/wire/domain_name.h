#pragma once
// Domain names on the wire (RFC 1035 3.1), with the compression of 4.1.4 fully guarded: a pointer
// only ever leads backwards, a name has 255 octets at most. Must not know: which option holds them.

#include "base/bytes.h"
#include "wire/option_notation.h"

#include <string>
#include <vector>

namespace lessor::wire {

/// Whether pointers may stand in a name.
enum class Compression : std::uint8_t { refused, allowed };

/// A name as read: its text, and whether the root label ended it (a partial name has none).
struct DomainName {
  std::string text;      ///< "eng.example.org", "." for the root; odd octets as \DDD
  bool partial = false;  ///< the field ended without a root label (RFC 4702 2.3.1)
};

/// Reads the name at `offset` in `field` and moves `offset` behind it. Nothing when a label runs
/// past the field, a pointer is not allowed or does not lead backwards, the name is longer than 255
/// octets, or (unless `partial_allowed`) it does not end. `offset` is then unchanged.
[[nodiscard]] std::optional<DomainName> read_domain_name(Bytes field, std::size_t& offset,
                                                         Compression compression,
                                                         bool partial_allowed = false);

/// Appends the wire form of `text` (with or without a final dot; "." is the root), ended by the
/// root label unless `partial`. Says what is wrong: an empty label, one above 63 octets, a name
/// above 255, a bad escape, a character that no name may have unescaped.
[[nodiscard]] Complaint append_domain_name(std::string_view text, std::vector<std::byte>& out,
                                           bool partial = false);

/// The wire form of several names, each tail that occurred before replaced by a pointer to it.
/// `names` are wire forms without compression. Names past the reach of a pointer stay whole.
[[nodiscard]] std::vector<std::byte> compress_domain_names(
    const std::vector<std::vector<std::byte>>& names);

}  // namespace lessor::wire
