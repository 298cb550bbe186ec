#pragma once
// Tells where one JSON object ends in received bytes, refuses what is nested too deep before
// anything parses it, and hands out its members as they are written. Must not know: sockets, what
// the JSON means.

#include <cstddef>
#include <string_view>
#include <vector>

namespace lessor::control {

/// Kea's protocol has neither a length nor a newline: the object's closing brace ends the command.
struct ObjectScan {
  enum class State {
    more,      ///< not yet whole
    complete,  ///< by its braces, text[0, end) is one object with blanks before it
    refused,   ///< `error` says why; more bytes will not help
  };
  State state = State::more;
  std::size_t end = 0;
  std::string_view error;
};

/// Looks at an object as it arrives, at each octet once, however small its pieces are.
class ObjectScanner {
 public:
  /// Looks at `piece`, which follows the pieces before it; all of them together are what the result
  /// is about. Once it says complete or refused it says so for good.
  ObjectScan take(std::string_view piece);

 private:
  [[nodiscard]] bool step(char c);
  ObjectScan result_;
  std::size_t seen_ = 0;
  std::size_t depth_ = 0;
  bool in_text_ = false;
  bool escaped_ = false;
};

/// Looks at everything received so far. What follows the closing brace is left alone.
[[nodiscard]] ObjectScan scan_object(std::string_view received);

/// A member of the outermost object, as it is written: the key without its quotes.
struct RawMember {
  std::string_view key;
  std::string_view value;
};

/// The members of `object`, which is one whole JSON object without comments.
[[nodiscard]] std::vector<RawMember> scan_members(std::string_view object);

}  // namespace lessor::control
