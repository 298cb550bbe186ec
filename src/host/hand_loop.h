#pragma once
// The hand's own life: orders in, checks, deeds, reports out, until the socket ends. Must not know:
// who gives the orders; it trusts nothing that they say.

#include "host/hand_records.h"
#include "host/interface_setup.h"
#include "host/resolver.h"

namespace lessor::host {

/// Runs in the hand's process.
class HandLoop {
 public:
  /// `socket`: the hand's end of the pair (SOCK_SEQPACKET), borrowed.
  HandLoop(HandPlan plan, int socket, Kernel kernel);
  /// Obeys until an order to finish, or the end of the socket; then puts the host back, or leaves
  /// it, and returns the process's exit code.
  int run();

 private:
  struct Hostname {
    std::string interface;
    std::string before;
    std::string ours;
  };
  enum class Next : std::uint8_t { go_on, end };
  [[nodiscard]] Next take_record();
  void obey(const Order& order);
  [[nodiscard]] runtime::Result<int> act(const Order& order);
  [[nodiscard]] runtime::Result<void> configure(const Order& order);
  void deconfigure(InterfaceSetup& interface);
  [[nodiscard]] runtime::Result<int> run_hook(const Order& order);
  [[nodiscard]] runtime::Result<void> use_file(const Order& order);
  void put_hostname(const std::string& interface, const std::string& name);
  void restore_hostname(const std::string& interface);
  void put_all_back();
  [[nodiscard]] InterfaceSetup* find(const std::string& name);
  void report(ReportKind kind, const std::string& text, int code = 0);

  HandPlan plan_;
  int socket_;
  Kernel kernel_;
  Steps steps_;
  std::vector<InterfaceSetup> interfaces_;
  Resolver resolver_;
  std::optional<Hostname> hostname_;
  Farewell farewell_;
  Ticket ticket_ = 0;      // of the order at work
  std::string interface_;  // of the order at work
};

}  // namespace lessor::host
