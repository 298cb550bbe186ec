#pragma once
// A simulated machine with a DHCP server: the real engine, lease store and committer on a disk that
// lies. It crashes, restarts, reloads, and its disk is slow, full or failing. Must not know: who
// its clients are.

#include "lease/change_log.h"
#include "lease/committer.h"
#include "lease/lease_store.h"
#include "server/v4/engine.h"
#include "sim/clock.h"
#include "sim/disk.h"
#include "sim/reply_laws.h"
#include "sim/stage.h"

#include <memory>
#include <optional>

namespace lessor::sim {

/// How the disk is.
enum class DiskHealth : std::uint8_t { good, slow, failing, full };

class ServerHost final : public Host {
 public:
  ServerHost(Stage& stage, HostId host, int number, LinkId link);

  void hear(const net::Datagram& datagram) override;
  void hear_arp(const net::ArpSighting& sighting) override;
  [[nodiscard]] bool cares_about(const net::ArpSighting& sighting) override;
  void wake() override;
  [[nodiscard]] Instant next_deadline() const override;

  /// The machine stops at once and comes back later.
  void crash();
  [[nodiscard]] bool flush_pending() const { return life_ != nullptr && flush_at_ != never_; }
  /// A new configuration, in flight while packets come.
  void reload(config::ServerConfig config);
  /// Its interfaces are gone, or back.
  void set_up(bool up);
  void set_disk(DiskHealth health);
  void set_wall_error(Duration error);
  /// The process ends as an operator's shutdown does: everything is flushed.
  void stop();
  /// Boots at once when it is down.
  void start();

  [[nodiscard]] bool runs() const { return life_ != nullptr; }
  [[nodiscard]] server::v4::ServerEngine& engine() { return life_->engine; }
  [[nodiscard]] const config::ServerConfig& config() const { return config_; }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] const Disk& disk() const { return disk_; }
  /// Addresses that nobody may be given for now, of the pools of `site`: free ones.
  [[nodiscard]] std::uint64_t free_addresses(std::size_t site);

 private:
  /// What is lost in a crash.
  struct Life {
    Life(Disk& disk, const server::v4::Settings& settings);
    lease::ChangeLog changes;
    lease::LeaseStore store;
    lease::Committer committer;
    net::Outbox outbox;
    server::v4::ServerEngine engine;
    lease::StoredTime time;
  };

  [[nodiscard]] Now now() const;
  [[nodiscard]] Now stored_now();
  void boot();
  [[nodiscard]] net::InterfaceTable interfaces() const;
  void pump();
  void flush();
  void die(std::string_view why);
  void lose_life();
  void check_recovery();
  void check_against_table();
  void check_rot();

  Stage& stage_;
  const HostId host_;
  const int number_;
  const LinkId link_;
  const int ports_;
  Clock clock_;
  config::ServerConfig config_;
  Disk disk_;
  DiskHealth health_ = DiskHealth::good;
  bool up_ = true;
  Duration wall_error_;
  Duration known_wall_error_;    // of the clock that the disk knows of
  lease::Sequence step_at_ = 0;  // the change that tells it of the other
  std::unique_ptr<Life> life_;
  ReplyLaws laws_;
  static constexpr Instant never_ = Instant::never();
  Instant flush_at_ = never_;
  Instant tidy_at_ = never_;
  Instant boot_at_;
  std::uint64_t boots_ = 0;
};

}  // namespace lessor::sim
