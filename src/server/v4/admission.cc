#include "server/v4/admission.h"

#include "wire/v4/message_view.h"

namespace lessor::server::v4 {
namespace {

bool is_his(const lease::Lease& lease, const net::HardwareAddress& hardware, Instant now) {
  return lease.state == lease::LeaseState::active && lease.hardware == hardware &&
         now < lease.expires_at;
}

/// Whether the sender has a running lease, by his hardware address: of the address that he speaks
/// for, else of any. Who does not know of it cannot claim one.
bool holds_lease(Now now, const net::Datagram& in, const lease::LeaseTable& leases) {
  if (in.payload.size() < wire::kHeaderSize) return false;
  const wire::HeaderView header(in.payload);
  const net::HardwareAddress hardware = header.chaddr();
  if (hardware.size == 0) return false;
  if (!header.ciaddr().is_zero()) {
    const auto lease = leases.find(header.ciaddr());
    return lease && is_his(*lease, hardware, now.mono);
  }
  bool found = false;
  leases.for_each_by_hardware(hardware, [&](const lease::Lease& lease) {
    found = is_his(lease, hardware, now.mono);
    return !found;
  });
  return found;
}

}  // namespace

void Admission::begin_turn(std::size_t budget) {
  turn_.clear();
  turn_left_ = budget;
}

bool Admission::admits(Now now, const net::Datagram& in, const lease::LeaseTable& leases) {
  const Shares::Places places = turn_.places_of(read_sender(in, key_));
  // The lease is looked up only for who could have his place by it.
  const bool may = turn_.may_take(places, turn_left_, false) ||
                   (turn_.may_take(places, turn_left_, true) && holds_lease(now, in, leases));
  if (!may) return false;
  turn_.take(places);
  --turn_left_;
  return true;
}

void Admission::settle(lease::Sequence durable) {
  for (; count_ > 0 && unflushed_[head_].sequence <= durable; --count_) {
    changes_.give_back(unflushed_[head_].places);
    head_ = (head_ + 1) % unflushed_.size();
  }
}

bool Admission::may_change(Now now, const net::Datagram& in, const lease::LeaseTable& leases,
                           Room room, lease::Sequence durable) {
  settle(durable);
  changing_ = changes_.places_of(read_sender(in, key_));
  return changes_.may_take(changing_, room.free, false) ||
         (changes_.may_take(changing_, room.free, true) && holds_lease(now, in, leases));
}

void Admission::note_change(lease::Sequence last) {
  if (count_ == unflushed_.size()) return;  // the change log holds no more: cannot be
  unflushed_[(head_ + count_) % unflushed_.size()] = {last, changing_};
  ++count_;
  changes_.take(changing_);
}

}  // namespace lessor::server::v4
