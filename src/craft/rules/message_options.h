#pragma once
// The options of a message as they lie there, broken ones too: each occurrence with its place, each
// field that holds some, and the values joined. Must not know: what an option means, faults.

#include "wire/v4/option_cursor.h"

#include <algorithm>
#include <bitset>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace lessor::craft {

/// One occurrence. Offsets are from the start of the message.
struct PlacedOption {
  std::string_view field;  ///< "options", "file" or "sname"
  wire::RawOption option;
  std::size_t offset = 0;

  [[nodiscard]] bool is_whole() const { return option.state == wire::RawOption::State::whole; }
  [[nodiscard]] bool is_filler() const {
    return option.code == wire::kOptionPad || option.code == wire::kOptionEnd;
  }
  /// Option 52 in a field that is open because of option 52: nobody heeds it.
  [[nodiscard]] bool is_nested_overload() const {
    return option.code == wire::kOptionDhcpOptionOverload && field != "options";
  }
};

/// A field that holds options.
struct WalkedField {
  std::string_view field;
  std::size_t offset = 0;
  std::size_t size = 0;
  bool ended = false;    ///< there is an end option
  bool broken = false;   ///< an option in it is not whole
  std::size_t rest = 0;  ///< what lies behind the end option, or the field's end
};

/// The options' values by code, parts put together (RFC 3396). What came in one part is borrowed
/// from the message: millions of messages are read without much of the heap.
class JoinedOptions {
 public:
  struct Value {
    wire::OptionCode code;
    Bytes bytes;
  };

  JoinedOptions() = default;
  JoinedOptions(JoinedOptions&&) = default;  // not copied: what is joined is borrowed from itself
  JoinedOptions& operator=(JoinedOptions&&) = default;

  void add(wire::OptionCode code, Bytes part) {
    if (there_[code]) return join(code, part);
    there_.set(code);
    values_.push_back({.code = code, .bytes = part});
  }
  /// Forgets all, but keeps the room.
  void clear() {
    values_.clear();
    there_.reset();
    joined_.clear();
  }
  [[nodiscard]] bool has(wire::OptionCode code) const { return there_[code]; }
  [[nodiscard]] const std::bitset<256>& codes() const { return there_; }
  /// Null when the option is not there.
  [[nodiscard]] const Value* find(wire::OptionCode code) const {
    if (!has(code)) return nullptr;
    return &*std::ranges::find(values_, code, &Value::code);
  }
  /// In the order in which they came.
  [[nodiscard]] auto begin() const { return values_.begin(); }
  [[nodiscard]] auto end() const { return values_.end(); }
  /// Whether any option came in several parts.
  [[nodiscard]] bool in_parts() const { return !joined_.empty(); }

 private:
  void join(wire::OptionCode code, Bytes part);

  std::vector<Value> values_;
  std::bitset<256> there_;
  std::map<wire::OptionCode, std::vector<std::byte>> joined_;  // those in parts: values_ borrows
};

struct MessageOptions {
  std::optional<std::uint32_t> cookie;  ///< nothing: the message ends before it
  std::vector<PlacedOption> places;     ///< pads and ends included
  std::bitset<256> codes;               ///< of places
  std::vector<WalkedField> fields;
  JoinedOptions joined;

  /// Forgets all, but keeps the room.
  void clear() {
    cookie.reset();
    places.clear();
    codes.reset();
    fields.clear();
    joined.clear();
  }
  [[nodiscard]] bool has(wire::OptionCode code) const { return joined.has(code); }
  /// A value of four octets.
  [[nodiscard]] std::optional<std::uint32_t> u32(wire::OptionCode code) const {
    const JoinedOptions::Value* value = joined.find(code);
    if (value == nullptr || value->bytes.size() != 4) return std::nullopt;
    return load_be32(value->bytes.data());
  }
  /// The option's first occurrence, be it broken. Null when there is none.
  [[nodiscard]] const PlacedOption* first(wire::OptionCode code) const {
    if (!codes[code]) return nullptr;
    return &*std::ranges::find_if(places,
                                  [&](const PlacedOption& p) { return p.option.code == code; });
  }
};

/// Reads the options behind DHCP's cookie, then those of 'file' and 'sname' when option 52 opens
/// them (RFC 2131 4.1), into `out`, whose room is used again. Borrows `message`. Any bytes are
/// welcome.
void walk_options(Bytes message, MessageOptions& out);

}  // namespace lessor::craft
