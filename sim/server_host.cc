#include "sim/server_host.h"

#include "lease/lease_table.h"
#include "sim/digest.h"
#include "sim/site_config.h"

#include <algorithm>
#include <span>

namespace lessor::sim {
namespace {

constexpr net::InterfaceIndex kEth0 = 2;
constexpr net::InterfaceIndex kEth1 = 3;

/// After this long without a change the mark is written, as the program does it.
constexpr Duration kQuiet = Duration::milliseconds(200);

/// Small enough that a busy world fills them.
constexpr std::size_t kChanges = 256;
constexpr std::size_t kSlots = 160;
constexpr std::size_t kParked = 96;
constexpr std::uint64_t kFoldSlack = 16;

server::v4::Settings settings_of(const Plan& plan, int server, std::uint64_t boot) {
  return {.key = {plan.seed + 1, static_cast<std::uint64_t>(server)},
          .seed = plan.seed * 31 + boot,
          .lease_capacity = 64,
          .offer_capacity = 512,
          .probe_capacity = 64,
          .event_capacity = 64,
          .backlog_capacity = 32,
          .hmac_md5 = digest_of};
}

/// What of the table is durable, in the store's terms.
DurableLeases durable_part(const lease::LeaseTable& table, lease::Sequence durable) {
  DurableLeases found;
  const auto take = [&](const lease::Lease& lease) {
    if (lease.sequence <= durable) found[lease.address.value] = durable_of(lease);
  };
  (void)table.for_each_from(lease::LeaseTable::kWalkBegin, SIZE_MAX, take);
  return found;
}

struct Collector final : lease::LeaseVisitor {
  void visit(const lease::Lease& lease) override {
    leases[lease.address.value] = durable_of(lease);
  }
  DurableLeases leases;
};

struct Loader final : lease::LeaseVisitor {
  explicit Loader(server::v4::ServerEngine& to) : engine(to) {}
  void visit(const lease::Lease& lease) override { engine.load(lease); }
  void visit_some(std::span<const lease::Lease> leases) override { engine.load(leases); }
  server::v4::ServerEngine& engine;
};

}  // namespace

ServerHost::Life::Life(Disk& disk, const server::v4::Settings& settings)
    : changes(kChanges),
      store(disk, kFoldSlack),
      committer(changes, store, 64),
      outbox(kSlots, kParked),
      engine(settings, changes) {}

ServerHost::ServerHost(Stage& stage, HostId host, int number, LinkId link)
    : stage_(stage),
      host_(host),
      number_(number),
      link_(link),
      ports_(stage.plan.has(Trouble::two_ports) ? 2 : 1),
      clock_(
          stage.plan.has(Trouble::drift) ? static_cast<std::int64_t>(stage.random.below(600)) : 0,
          1'000 + stage.random.below(1'000'000)),
      config_(first_config(stage.plan, number)),
      laws_(stage, number) {
  for (int i = 0; i < ports_; ++i) {
    const net::InterfaceIndex index = i == 0 ? kEth0 : kEth1;
    const net::Mac mac = mac_of(kServerMac, static_cast<std::uint32_t>(number * 2 + i));
    stage.network.plug({.host = host, .interface = index, .mac = mac, .link = link});
    stage.network.claim(server_address(number, i), host, index);
  }
}

Now ServerHost::now() const { return clock_.read(stage_.now); }

/// As the program reads its clocks.
Now ServerHost::stored_now() {
  const Now known = life_->time.apply(now());
  if (life_->time.step() > Duration() && life_->changes.has_room()) {
    const Duration step = life_->time.take_step();
    stage_.note("server " + std::to_string(number_) + ": its clock was set forward by " +
                to_string(step));
    life_->changes.push(lease::change_of_step(known.wall, step));
  }
  return known;
}

net::InterfaceTable ServerHost::interfaces() const {
  std::vector<net::Interface> all;
  for (int i = 0; i < ports_; ++i) {
    net::Interface made{.index = i == 0 ? kEth0 : kEth1,
                        .name = i == 0 ? "eth0" : "eth1",
                        .mac = mac_of(kServerMac, static_cast<std::uint32_t>(number_ * 2 + i)),
                        .admin_up = true,
                        .up = up_,
                        .ethernet = true};
    made.addresses.push_back({server_address(number_, i), 16});
    all.push_back(std::move(made));
  }
  return net::InterfaceTable(std::move(all));
}

// --- What comes ----------------------------------------------------------------------------------

void ServerHost::hear(const net::Datagram& datagram) {
  if (!life_ || datagram.destination_port != wire::kServerPort) return;
  laws_.heard(datagram);
  life_->engine.on_datagram(stored_now(), datagram, life_->outbox);
  pump();
}

bool ServerHost::cares_about(const net::ArpSighting& /*sighting*/) { return life_ != nullptr; }

void ServerHost::hear_arp(const net::ArpSighting& sighting) {
  life_->engine.on_arp(stored_now(), sighting, life_->outbox);
  pump();
}

Instant ServerHost::next_deadline() const {
  if (!life_) return boot_at_;
  return std::min({clock_.when(life_->engine.next_deadline()), flush_at_, tidy_at_});
}

void ServerHost::wake() {
  if (!life_) {
    if (boot_at_ <= stage_.now) boot();
    return;
  }
  if (flush_at_ <= stage_.now) flush();
  if (life_ && tidy_at_ <= stage_.now) {
    tidy_at_ = never_;
    const auto tidied = life_->committer.tidy();
    if (!tidied) return die(tidied.error().message);
    if (*tidied) tidy_at_ = stage_.now + Duration::milliseconds(1);
  }
  if (!life_) return;
  const Now local = stored_now();
  if (life_->engine.next_deadline() <= local.mono) life_->engine.on_time(local, life_->outbox);
  pump();
}

/// What the program does at the end of each turn.
void ServerHost::pump() {
  Life& life = *life_;
  const lease::GrowthNeed need = life.engine.growth_wanted();
  if (!need.empty()) {
    const auto growth = lease::LeaseTable::make_growth(need);
    life.engine.adopt(*growth);
  }
  for (server::v4::Event event; life.engine.events().take(event);) {
    laws_.happened(event);
    if (event.kind == server::v4::EventKind::decline) ++stage_.tally.declines;
    stage_.note("server " + std::to_string(number_) + ": " + std::string(name_of(event.kind)) +
                " " + net::to_string(event.address) + " " + net::to_string(event.hardware) + " (" +
                std::string(name_of(event.reason)) + ")");
  }
  stage_.send_ready(host_, life.outbox, Stage::Words::echoed, [&](net::Outbox::Ready& ready) {
    laws_.said(ready, life.outbox, disk_, stored_now().wall);
    // As the program does it where an engine leaves the source to the routes.
    net::Envelope& envelope = ready.envelope;
    const bool by_route = envelope.target == net::LinkTarget::route && envelope.source.is_zero();
    if (by_route) envelope.source = server_address(number_);
  });
  for (net::ArpProbe probe; life.outbox.take_probe(probe);) {
    stage_.network.ask(stage_.now, host_, link_, probe);
  }
  if (life.engine.configuration() != nullptr) (void)life.engine.take_retired();
  if (life.outbox.parked() > kParked) stage_.break_law("more replies are parked than may");
  if (life.changes.waiting() == 0 || flush_at_ != never_) return;
  const bool slow = health_ == DiskHealth::slow;
  const Duration most = slow ? Duration::milliseconds(stage_.random.one_in(10) ? 9'000 : 900)
                             : Duration::milliseconds(5);
  flush_at_ = stage_.now + stage_.draw(Duration::microseconds(100), most);
}

// --- The disk ------------------------------------------------------------------------------------

void ServerHost::flush() {
  flush_at_ = never_;
  const auto durable = life_->committer.commit();
  if (!durable) return die(durable.error().message);
  life_->outbox.release(*durable);
  tidy_at_ = stage_.now + kQuiet;
  pump();
}

/// A failed flush ends all promises: the process says why and ends; its keeper starts it again.
void ServerHost::die(std::string_view why) {
  stage_.note("server " + std::to_string(number_) + " ends: " + std::string(why));
  disk_.crash(stage_.random.below(4'096));
  lose_life();
  boot_at_ = stage_.now + Duration::seconds(5 + stage_.random.below(20));
}

void ServerHost::crash() {
  if (!life_) return;
  ++stage_.tally.crashes;
  check_against_table();
  // It stops anywhere in what it does with the disk.
  if (health_ != DiskHealth::full) {
    disk_.stop_after(stage_.random.below(8));
    (void)life_->committer.commit();
    (void)life_->committer.tidy();
  }
  const std::size_t unsynced = disk_.log().unsynced_bytes();
  const std::size_t kept = stage_.random.below(static_cast<std::uint32_t>(unsynced + 1));
  stage_.note("server " + std::to_string(number_) + " crashes; " + std::to_string(kept) + " of " +
              std::to_string(unsynced) + " octets in flight are on the disk");
  disk_.crash(kept);
  lose_life();
  boot_at_ = stage_.now + stage_.draw(Duration::seconds(1), Duration::seconds(90));
}

void ServerHost::stop() {
  if (!life_) return;
  stage_.note("server " + std::to_string(number_) + " is shut down");
  (void)life_->committer.finish();
  disk_.crash(0);
  lose_life();
  boot_at_ = never_;
}

void ServerHost::start() {
  if (life_) return;
  boot();
}

/// A clock that was set in the last moment, before the disk could know of it, is put back: nobody
/// could tell that step from time that has passed.
void ServerHost::lose_life() {
  if (step_at_ > life_->store.durable() || life_->time.step() > Duration()) {
    wall_error_ = known_wall_error_;
    clock_.set_wall_error(wall_error_);
  }
  step_at_ = 0;
  life_.reset();
  flush_at_ = tidy_at_ = never_;
}

void ServerHost::set_wall_error(Duration error) {
  if (step_at_ <= life_->store.durable()) known_wall_error_ = wall_error_;
  wall_error_ = error;
  clock_.set_wall_error(error);
  const lease::Sequence before = life_->changes.last();
  (void)stored_now();
  if (life_->changes.last() != before) step_at_ = life_->changes.last();
  pump();
}

void ServerHost::boot() {
  check_recovery();
  check_rot();
  auto life = std::make_unique<Life>(disk_, settings_of(stage_.plan, number_, ++boots_));
  Loader loader(life->engine);
  const auto report = life->store.recover(now(), loader);
  boot_at_ = stage_.now + Duration::seconds(10);  // unless it goes well
  if (!report) {
    ++stage_.tally.refused;
    stage_.note("server " + std::to_string(number_) + " does not start: " + report.error().message);
    if (health_ == DiskHealth::failing || health_ == DiskHealth::full) return;
    return stage_.break_law("server " + std::to_string(number_) +
                            " does not start after a crash: " + report.error().message);
  }
  life->changes.continue_after(report->last_sequence);
  life->time = lease::StoredTime(report->newest, now().mono);
  life->outbox.release(report->last_sequence);
  life_ = std::move(life);
  boot_at_ = never_;
  const Now local = stored_now();
  life_->engine.set_interfaces(local, interfaces());
  life_->engine.begin_swap(local, server::v4::prepare(config_));
  laws_.configured(config_);
  laws_.restarted(disk_);
  stage_.note("server " + std::to_string(number_) + " serves, with " +
              std::to_string(report->leases) + " leases on its disk");
  pump();
}

void ServerHost::reload(config::ServerConfig config) {
  config_ = std::move(config);
  if (!life_) return;
  ++stage_.tally.reloads;
  stage_.note("server " + std::to_string(number_) + " reloads");
  laws_.configured(config_);
  life_->engine.begin_swap(stored_now(), server::v4::prepare(config_));
  pump();
}

void ServerHost::set_up(bool up) {
  up_ = up;
  stage_.network.set_up(host_, up);
  if (!life_) return;
  life_->engine.set_interfaces(stored_now(), interfaces());
  pump();
}

void ServerHost::set_disk(DiskHealth health) {
  health_ = health;
  disk_.log().fail_syncs(health == DiskHealth::failing ? "input/output error" : "");
  disk_.log().fail_appends(health == DiskHealth::full ? "no space left on device" : "");
}

// --- What must hold of the disk ------------------------------------------------------------------

/// What a recovering server reads is what was durable: nothing less, nothing older.
void ServerHost::check_recovery() {
  lease::MemoryLog copy(disk_.log());
  lease::LeaseStore store(copy);
  Collector found;
  const auto report = store.recover(now(), found);
  if (!report) return;  // boot() says so
  if (found.leases != disk_.durable()) {
    stage_.break_law("server " + std::to_string(number_) +
                     " recovers other leases than were durable");
  }
}

/// The live table and the disk agree on every change that is durable.
void ServerHost::check_against_table() {
  const DurableLeases table = durable_part(life_->engine.leases(), life_->store.durable());
  for (const auto& [address, lease] : table) {
    const auto found = disk_.durable().find(address);
    DurableLease known = lease;
    if (disk_.has_steps() && found != disk_.durable().end()) known.started = found->second.started;
    if (found == disk_.durable().end() || found->second != known) {
      return stage_.break_law("server " + std::to_string(number_) + ": the table and the disk " +
                              "differ on " + net::to_string(net::Ip4{address}));
    }
  }
}

/// A bit flips in a record that the mark vouches for: either nothing is lost, or it is noticed.
void ServerHost::check_rot() {
  lease::MemoryLog copy(disk_.log());
  const auto mark = lease::read_mark(as_bytes(copy.mark()));
  if (!mark || copy.records().empty() || !stage_.random.one_in(4)) return;
  auto& record =
      copy.records()[stage_.random.below(static_cast<std::uint32_t>(copy.records().size()))];
  if (record.number > mark->number || record.bytes.empty()) return;
  const std::uint32_t bit =
      stage_.random.below(static_cast<std::uint32_t>(record.bytes.size() * 8));
  record.bytes[bit / 8] = static_cast<char>(record.bytes[bit / 8] ^ (1 << (bit % 8)));
  lease::LeaseStore store(copy);
  Collector found;
  const auto report = store.recover(now(), found);
  if (report && found.leases != disk_.durable()) {
    stage_.break_law("server " + std::to_string(number_) +
                     " starts on a damaged disk as if nothing were missing");
  }
}

std::uint64_t ServerHost::free_addresses(std::size_t site) {
  std::uint64_t free = 0;
  if (!life_) return 0;
  for (const server::v4::PoolFigures& pool : life_->engine.pools()) {
    if (pool.subnet_id == site + 1) free += pool.free;
  }
  return free;
}

}  // namespace lessor::sim
