#pragma once
// Every option of a DHCP message where it lies, broken messages as far as they go: for views and
// filters. Engines read messages with wire::MessageView. Must not know: what options mean.

#include "craft/packet/recipe.h"
#include "wire/v4/option_cursor.h"

namespace lessor::craft {

/// One occurrence. `offset` is that of its code octet from the start of the message.
struct OptionPlace {
  Area area = Area::options;
  wire::RawOption option;
  std::size_t offset = 0;

  [[nodiscard]] bool whole() const { return option.state == wire::RawOption::State::whole; }
  /// Option 52 inside a field that holds options because of option 52: nobody heeds it.
  [[nodiscard]] bool is_nested_overload() const {
    return option.code == wire::kOptionDhcpOptionOverload && area != Area::options;
  }
};

/// Whether a message's cookie says that options follow.
[[nodiscard]] inline bool has_options(Bytes message) {
  return message.size() >= wire::kOptionsOffset &&
         load_be32(&message[wire::kCookieOffset]) == wire::kCookie;
}

/// Calls fn(const OptionPlace&) for each option, pads and ends included, in the order in which they
/// count: options, then 'file', then 'sname' where option 52 opens them (RFC 2131 4.1). Allocates
/// nothing. Precondition: has_options(message).
template <typename Fn>
void for_each_option(Bytes message, Fn&& fn) {
  unsigned opened = 0;
  const auto walk = [&](Area area, std::size_t base, std::size_t size) {
    wire::OptionCursor cursor(message.subspan(base, size));
    OptionPlace placed{.area = area};
    while (cursor.next(placed.option)) {
      placed.offset = base + placed.option.offset;
      const bool overload = placed.option.code == wire::kOptionDhcpOptionOverload &&
                            area == Area::options && placed.option.value.size() == 1;
      if (overload) opened = load_u8(placed.option.value.data());
      fn(static_cast<const OptionPlace&>(placed));
    }
  };
  walk(Area::options, wire::kOptionsOffset, message.size() - wire::kOptionsOffset);
  if (opened > 3) return;
  if ((opened & 1U) != 0) walk(Area::file, wire::kFileOffset, wire::kFileSize);
  if ((opened & 2U) != 0) walk(Area::sname, wire::kSnameOffset, wire::kSnameSize);
}

}  // namespace lessor::craft
