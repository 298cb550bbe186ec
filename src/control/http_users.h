#pragma once
// Who may give commands over HTTP, and how fast strangers may guess (RFC 7617). Must not know:
// HTTP, sockets, files.

#include "base/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::control {

/// Users by what they send: the hash of base64("user:password"). Passwords themselves are not kept.
class HttpUsers {
 public:
  void add(std::string_view user, std::string_view password);
  [[nodiscard]] bool empty() const { return hashes_.empty(); }
  /// Whether `credentials`, base64 as it came, are one user's. Takes as long for every user and for
  /// none, however much of it is right.
  [[nodiscard]] bool know(std::string_view credentials) const;

 private:
  using Hash = std::array<unsigned char, 32>;
  [[nodiscard]] static Hash hash_of(std::string_view text);
  std::vector<Hash> hashes_;
};

/// Wrong guesses of one address: a few at once, then one a second. Others at the address may be
/// right, so this says nothing of them. Remembers a bounded number of addresses, those that guess
/// most.
class GuessLimit {
 public:
  /// Whether `address` is within it. Changes nothing.
  [[nodiscard]] bool allows(unsigned address, Instant now) const;
  /// Somebody there was wrong.
  void note_wrong(unsigned address, Instant now);

 private:
  struct Guesser {
    unsigned address = 0;
    Instant forgiven_at;  ///< when all his wrong guesses are forgotten
  };
  std::vector<Guesser> guessers_;
};

/// What the log hears of wrong guesses: the first in ten seconds, and how many were not told.
class GuessReport {
 public:
  /// A line for a wrong guess of somebody at `from`; nothing while another was just told.
  [[nodiscard]] std::optional<std::string> note_wrong(std::string_view from, Instant now);
  /// A line when somebody at `from` has the right password, and not all wrong ones were told.
  [[nodiscard]] std::optional<std::string> note_right(std::string_view from);

 private:
  Instant quiet_until_;
  std::uint64_t untold_ = 0;
};

}  // namespace lessor::control
