#include "client/v4/address_check.h"

#include "client/v4/limits.h"
#include "client/v4/timing.h"

namespace lessor::client::v4 {

void Prober::begin(Instant now, const ProbePlan& plan, Random& random) {
  plan_ = plan;
  sent_ = 0;
  next_ = plan.count > 0 ? now + draw_up_to(random, plan.first_wait) : now;
}

Prober::Step Prober::step(Instant now, Random& random) {
  if (now < next_) return Step::wait;
  if (sent_ >= plan_.count) {
    next_ = Instant::never();
    return Step::done;
  }
  ++sent_;
  next_ = now + (sent_ < plan_.count ? draw_between(random, plan_.min_interval, plan_.max_interval)
                                     : plan_.last_wait);
  return Step::probe;
}

void Defender::begin(Instant now) {
  left_ = kAnnounceCount;
  next_ = now;
  defended_at_ = Instant::never();
}

bool Defender::take_due(Instant now) {
  if (now < next_) return false;
  --left_;
  next_ = left_ > 0 ? now + kAnnounceInterval : Instant::never();
  return true;
}

Defender::Verdict Defender::on_conflict(Instant now, Defence defence) {
  if (defence == Defence::never) return Verdict::give_up;
  const bool again = !defended_at_.is_never() && now - defended_at_ < kDefendInterval;
  if (again) return defence == Defence::always ? Verdict::ignore : Verdict::give_up;
  // RFC 5227 2.4 (b): "the host ... broadcasting one single ARP Announcement ... MUST remember the
  // time".
  defended_at_ = now;
  return Verdict::announce;
}

}  // namespace lessor::client::v4
