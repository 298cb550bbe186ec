// ServerEngine: how it is made and configured, and what it says of itself.

#include "server/v4/engine_parts.h"

namespace lessor::server::v4 {

void PreparedDeleter::operator()(const Prepared* prepared) const { delete prepared; }

PreparedPtr prepare(config::ServerConfig config, lease::AddressPool::Start start) {
  return PreparedPtr(new Prepared(std::move(config), start));
}

ServerEngine::ServerEngine(const Settings& settings, lease::ChangeLog& changes)
    : parts_(std::make_unique<Parts>(settings, changes)) {}
ServerEngine::~ServerEngine() = default;

void ServerEngine::expect(std::size_t leases) { parts_->ledger.expect(leases); }
void ServerEngine::load(std::span<const lease::Lease> leases) { parts_->ledger.load(leases); }
void ServerEngine::distrust_unrecorded(Instant until) { parts_->doubt_until = until; }

void ServerEngine::begin_swap(Now now, PreparedPtr prepared) {
  const bool first = configuration() == nullptr;
  parts_->ledger.begin_swap(std::move(prepared));
  while (first && !parts_->ledger.continue_swap(now, kSliceSize)) {
    // No packet waits yet: room is made here.
    if (const lease::GrowthNeed need = growth_wanted(); need.holders > 0) {
      adopt(*lease::LeaseTable::make_growth({.holders = need.holders}));
    }
  }
  if (!first) return;
  parts_->herald.follow_leases(configuration()->follows_leases());
  parts_->begin_renewals(nullptr);
}

bool ServerEngine::swapping() const { return parts_->ledger.swapping(); }
PreparedPtr ServerEngine::take_retired() { return parts_->ledger.take_retired(); }

const config::ServerConfig* ServerEngine::configuration() const {
  const Prepared* current = parts_->ledger.current();
  return current == nullptr ? nullptr : &current->config();
}

void ServerEngine::set_interfaces(Now now, const net::InterfaceTable& interfaces) {
  parts_->interfaces = interfaces;
  parts_->ledger.set_own_addresses(interfaces.own_addresses(), now);
}

void ServerEngine::tell_other_server(Now now, const ServerSighting& seen, OtherServers::News news) {
  parts_->herald.other_server(now, seen, news);
}

lease::GrowthNeed ServerEngine::growth_wanted() const { return parts_->ledger.growth_wanted(); }
void ServerEngine::adopt(lease::Growth& growth) { parts_->ledger.adopt(growth); }

const Counters& ServerEngine::counters() const { return parts_->herald.counters(); }
const lease::LeaseTable& ServerEngine::leases() const {
  const Ledger& ledger = parts_->ledger;
  return ledger.leases();
}
EventRing& ServerEngine::events() { return parts_->herald.events(); }
LeaseEventRing& ServerEngine::lease_events() { return parts_->herald.lease_events(); }

std::span<const PoolFigures> ServerEngine::pools() {
  const Prepared* current = parts_->ledger.current();
  return current == nullptr ? std::span<const PoolFigures>() : current->figures();
}

}  // namespace lessor::server::v4
