#pragma once
// RFC 5227 for one address: probes before it is used, announcements and defence once it is. Must
// not know: DHCP's states, who sends the ARP packets.

#include "base/random.h"
#include "base/time.h"
#include "client/v4/settings.h"

namespace lessor::client::v4 {

/// RFC 5227 2.1.1: some probes, then a while of silence. Told the time, it says what is due.
class Prober {
 public:
  enum class Step : std::uint8_t {
    wait,
    probe,  ///< send one now
    done,   ///< nobody answered: the address is free
  };

  void begin(Instant now, const ProbePlan& plan, Random& random);
  /// What is due at `now`. One probe a call: call again until it says wait or done.
  [[nodiscard]] Step step(Instant now, Random& random);
  [[nodiscard]] Instant next() const { return next_; }

 private:
  ProbePlan plan_;
  int sent_ = 0;
  Instant next_ = Instant::never();
};

/// RFC 5227 2.3 and 2.4: while the address is in use.
class Defender {
 public:
  /// What a conflict leads to.
  enum class Verdict : std::uint8_t {
    announce,  ///< say once more that the address is ours
    ignore,    ///< said so within ten seconds already
    give_up,
  };

  /// The address is in use from now: announcements are due.
  void begin(Instant now);
  void end() { next_ = Instant::never(); }
  /// Whether an announcement is due at `now`; it counts as sent.
  [[nodiscard]] bool take_due(Instant now);
  [[nodiscard]] Instant next() const { return next_; }
  /// Somebody else sent from the address.
  [[nodiscard]] Verdict on_conflict(Instant now, Defence defence);

 private:
  int left_ = 0;
  Instant next_ = Instant::never();
  Instant defended_at_ = Instant::never();  // never(): not yet
};

}  // namespace lessor::client::v4
