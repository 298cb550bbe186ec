#pragma once
// A fleet on its link: opened, played once or again and again, and told. Must not know: how what it
// has shown is printed.

#include "cli/bench/bench_report.h"
#include "cli/bench/bench_words.h"
#include "cli/exit_code.h"
#include "load/fleet.h"
#include "load/series.h"
#include "net/outbox.h"
#include "runtime/event_loop.h"
#include "runtime/fleet_link.h"
#include "runtime/route_cache.h"

#include <expected>
#include <memory>
#include <string>

namespace lessor::cli {

class BenchRun final : public runtime::FleetLinkHandler {
 public:
  /// Finds the interface or the relays and opens the sockets. The error is a sentence.
  [[nodiscard]] static std::expected<std::unique_ptr<BenchRun>, std::string> open(BenchWords words);

  /// Until the fleet is done, somebody interrupts, or the interface has gone.
  void play();
  /// The same clients once more, by a plan that differs in what is done, how fast and how long.
  void play_again(const load::Plan& plan);
  /// Listens for so long without asking: what comes late is not for what is played next.
  void rest(Duration time);
  /// Of what was played last.
  [[nodiscard]] BenchReport report() const;
  [[nodiscard]] const load::Plan& plan() const { return words_.plan; }
  /// Whether it was ended from outside: by a signal, or because the interface has gone.
  [[nodiscard]] bool is_stopped() const { return interrupted_ || is_gone(); }
  [[nodiscard]] bool is_gone() const { return link_->is_gone(); }
  /// How the program ends after what was played last; says what the report does not.
  [[nodiscard]] ExitCode verdict() const;

  void on_datagram(Now now, const net::Datagram& in) override {
    fleet_->on_datagram(now, in, outbox_);
  }
  std::optional<net::Mac> mac_of(Now now, net::Ip4 address) override;

 private:
  explicit BenchRun(BenchWords words);
  std::expected<void, std::string> open_link();
  std::expected<void, std::string> open_direct();
  std::expected<void, std::string> open_relayed();
  std::expected<void, std::string> open_routers(const runtime::Route& route,
                                                const net::InterfaceTable& interfaces);
  [[nodiscard]] Instant deadline(Instant now) const;
  void note_reached(Instant now);
  void take_sample(Instant now);
  void show_progress(Instant now);
  void erase_progress() const;
  [[nodiscard]] std::uint64_t counted_lost() const;
  [[nodiscard]] std::uint64_t counted_failed() const;

  BenchWords words_;
  std::string target_;
  bool plays_relays_ = false;  // at addresses that are not this host's own
  net::Outbox outbox_;
  std::unique_ptr<runtime::EventLoop> loop_;
  std::unique_ptr<load::Fleet> fleet_;
  std::unique_ptr<runtime::FleetLink> link_;  // before the loop and the Outbox that it uses go
  bool interrupted_ = false;
  bool draws_;
  Instant draw_at_;
  Instant drawn_at_;
  std::uint64_t drawn_done_ = 0;
  // While it plays what they were at the beginning, then what was added since.
  Instant began_;
  Instant ended_;
  Duration cpu_;
  std::uint64_t lost_ = 0;
  std::uint64_t failed_ = 0;
  std::optional<double> reached_;
  std::uint32_t waiting_ = 0;
  load::Series series_;
  bool sampled_ = false;
};

}  // namespace lessor::cli
