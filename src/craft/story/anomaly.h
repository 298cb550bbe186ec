#pragma once
// What is wrong in a capture as a whole, beyond single packets. Must not know: how it is found.

#include "base/time.h"
#include "net/address.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::craft {

enum class AnomalyKind : std::uint8_t {
  unanswered,        ///< a question that nobody answered
  competing_offers,  ///< several servers offer
  given_twice,       ///< one address, two clients at once
  suspect_server,    ///< a server beside the one that most clients know
  timing,            ///< T1, T2 and the lease time do not agree, or the client does not heed them
  refused,           ///< DHCPNAK
  declined,          ///< DHCPDECLINE
  storm,             ///< a client that asks far too often
  broken,            ///< options that break off
};
inline constexpr std::size_t kAnomalyKinds = 9;
/// "unanswered", "competing-offers" and so on.
[[nodiscard]] std::string_view to_string(AnomalyKind kind);

struct Anomaly {
  AnomalyKind kind = AnomalyKind::unanswered;
  std::size_t number = 0;  ///< of a packet that shows it; 0: it is about the whole capture
  Duration since_1970;
  std::string text;  ///< a sentence without a dot; printable ASCII
};

/// Collects them: all are counted, of each kind the first ones are kept.
class AnomalyLog {
 public:
  static constexpr std::size_t kKeptMax = 100;  // of each kind

  void add(Anomaly anomaly);
  [[nodiscard]] const std::vector<Anomaly>& kept() const { return kept_; }
  [[nodiscard]] std::uint64_t count(AnomalyKind kind) const {
    return counts_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::uint64_t total() const;

 private:
  std::vector<Anomaly> kept_;
  std::array<std::uint64_t, kAnomalyKinds> counts_{};
};

}  // namespace lessor::craft
