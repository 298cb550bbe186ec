#include "server/v4/lease_options.h"

#include "lease/extras.h"
#include "server/v4/lease_time.h"
#include "server/v4/rules.h"

#include <algorithm>

namespace lessor::server::v4 {

LeaseOptions::LeaseOptions(const lease::Lease& lease, const Prepared& prepared, Now now,
                           wire::ReplyOptions& options)
    : lease_(lease),
      prepared_(prepared),
      subnet_(prepared.config().find_subnet(lease.address)),
      now_(now),
      options_(options) {}

void LeaseOptions::add_lease_time() {
  options_.require_u32(wire::kOptionDhcpLeaseTime, (lease_.expires_at - now_.mono).to_wire());
}

void LeaseOptions::add_silence() {
  options_.require_u32(wire::kOptionClientLastTransactionTime, silence().to_wire());
}

void LeaseOptions::add_wanted(Bytes parameter_list) {
  const Bytes relay_info = relay_info_of(lease_);
  const bool wants_it =
      std::ranges::count(parameter_list, std::byte{wire::kOptionDhcpAgentOptions}) > 0;
  if (wants_it && !relay_info.empty()) options_.echo_relay_info(relay_info);
  if (subnet_ == nullptr) return;
  for (const wire::OptionCode code : menu().never_sent()) options_.leave_out(code);
  for (const std::byte octet : parameter_list) {
    const auto code = static_cast<wire::OptionCode>(octet);
    if (const auto value = find(code)) options_.want(code, *value);
  }
  add_renewal_times();
}

void LeaseOptions::add_client_id() {
  if (!lease_.client_id.empty()) options_.echo_client_id(lease_.client_id);
}

Duration LeaseOptions::silence() const {
  return Duration::seconds(std::max<std::int64_t>(0, now_.wall.seconds - lease_.started.seconds));
}

const Menu& LeaseOptions::menu() const {
  const config::Pool* pool = subnet_->find_pool(lease_.address);
  return pool == nullptr ? prepared_.menu_of(*subnet_) : prepared_.menu_of(*pool);
}

/// The lease's own name, what is reserved with its address, what its pool and subnet have.
std::optional<Bytes> LeaseOptions::find(wire::OptionCode code) const {
  if (code == wire::kOptionHostName && !lease_.hostname.empty()) return lease_.hostname;
  const config::Reservation* own = subnet_->find_reservation(lease_.address);
  if (own != nullptr && is_configurable(code)) {
    for (const config::ConfiguredOption& option : own->options.find_all(code)) {
      if (option.guard.empty() && !option.never_send) return Bytes(option.value);
    }
  }
  return menu().find(code);
}

void LeaseOptions::add_renewal_times() {
  if (lease_.lifetime.is_infinite()) return;
  const RenewalTimes times = renewal_times(subnet_->timers, lease_.lifetime);
  if (times.t1 && *times.t1 > silence()) {
    options_.always_u32(wire::kOptionDhcpRenewalTime, (*times.t1 - silence()).to_wire());
  }
  if (times.t2 && *times.t2 > silence()) {
    options_.always_u32(wire::kOptionDhcpRebindingTime, (*times.t2 - silence()).to_wire());
  }
}

}  // namespace lessor::server::v4
