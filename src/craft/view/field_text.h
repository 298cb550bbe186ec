#pragma once
// A field's value for a person: what print_field() says, and what helps beside it. Must not know:
// tables.

#include "craft/dissect.h"

#include <string>

namespace lessor::craft {

/// "2 (BOOTREPLY)", "0x8000 (broadcast)", "not given". `message` is the whole DHCP message that a
/// field of BOOTP's header belongs to: option 52 may say what 'sname' and 'file' hold.
[[nodiscard]] std::string field_text(const FieldRow& field, Bytes header, Bytes message = {});

/// " (correct)" and the like behind the checksum of IPv4 or UDP; empty for other fields.
[[nodiscard]] std::string checksum_note(const FieldRow& field, const Dissection& d);

}  // namespace lessor::craft
