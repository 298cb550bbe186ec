#include "runtime/service_manager.h"

#include <ctime>
#include <systemd/sd-daemon.h>

namespace lessor::runtime {
namespace {

void tell(const std::string& text) { (void)sd_notify(0, text.c_str()); }

}  // namespace

void notify_ready(const std::string& status) { tell("READY=1\nSTATUS=" + status); }

void notify_reloading() {
  // sd_notify(3): the time at which the reload began, by which systemd matches it to its request.
  timespec now{};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = now.tv_sec * 1'000'000 + now.tv_nsec / 1'000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void notify_stopping() { tell("STOPPING=1"); }

void notify_status(const std::string& status) { tell("STATUS=" + status); }

}  // namespace lessor::runtime
