#include "relay/v4/engine.h"

namespace lessor::relay::v4 {

struct RelayEngine::Parts {
  Settings settings;
  Counters counters;
  EventRing events;
};

RelayEngine::RelayEngine(Settings settings, HashKey /*key*/, std::uint64_t /*seed*/)
    : parts_(std::make_unique<Parts>()) {
  parts_->settings = std::move(settings);
}
RelayEngine::~RelayEngine() = default;
void RelayEngine::set_interfaces(Now /*now*/, const net::InterfaceTable& /*interfaces*/) {}
void RelayEngine::set_settings(Now /*now*/, Settings settings) {
  parts_->settings = std::move(settings);
}
const Settings& RelayEngine::settings() const { return parts_->settings; }
void RelayEngine::on_datagram(Now /*now*/, const net::Datagram& /*in*/, net::Outbox& /*out*/) {}
void RelayEngine::on_time(Now /*now*/, net::Outbox& /*out*/) {}
Instant RelayEngine::next_deadline() const { return Instant::never(); }
const Counters& RelayEngine::counters() const { return parts_->counters; }
std::span<const DownlinkStatus> RelayEngine::downlinks() { return {}; }
std::span<const ServerStatus> RelayEngine::servers() { return {}; }
EventRing& RelayEngine::events() { return parts_->events; }

}  // namespace lessor::relay::v4
