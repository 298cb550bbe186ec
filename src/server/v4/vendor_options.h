#pragma once
// Option 125 of a reply (RFC 3925): sub-options of the enterprises that the client names. Must not
// know: which scopes there are, the rest of the reply.

#include "config/option_set.h"
#include "server/v4/classify.h"
#include "server/v4/limits.h"
#include "wire/v4/message_view.h"

#include <array>
#include <span>

namespace lessor::server::v4 {

/// What a client says of vendors. Borrows the message.
class VendorQuestion {
 public:
  /// Reads options 125 and 124. Bounded: of more than kMaxVendors enterprises the first count.
  explicit VendorQuestion(const wire::MessageView& message);

  /// In the order of the message, those of 125 first, each once.
  [[nodiscard]] std::span<const std::uint32_t> enterprises() const {
    return {enterprises_.data(), count_};
  }
  /// Whether the client asks for a sub-option: CableLabs' modems have a list of their own for that
  /// (sub-option 1 of enterprise 4491), others can ask for nothing.
  [[nodiscard]] bool asks_for(std::uint32_t enterprise, wire::OptionCode code) const;

 private:
  void read(Bytes option, bool has_sub_options);
  void add(std::uint32_t enterprise);

  std::array<std::uint32_t, kMaxVendors> enterprises_{};
  std::size_t count_ = 0;
  Bytes requested_;  // CableLabs' list
};

/// Lays out the value of option 125 in `room`: of each enterprise that the client names, what it
/// asks for and what is always sent, each from the first of `scopes` that has it for the client.
/// An enterprise whose sub-options do not fit is left out. Returns the octets; none: no option.
[[nodiscard]] Bytes write_vendor_options(const VendorQuestion& question,
                                         std::span<const config::OptionSet* const> scopes,
                                         const Classes* classes, MutableBytes room);

}  // namespace lessor::server::v4
