#pragma once
// What systemd is told (sd_notify). Without systemd nothing happens.

#include <string>

namespace lessor::runtime {

/// Opens the way to systemd now, for a process that will be another user by the time it has
/// something to tell. Without it every word finds its own way.
void connect_service_manager();

/// The server answers; `status` is a line for `systemctl status`.
void notify_ready(const std::string& status);
/// A reload begins; notify_ready() ends it.
void notify_reloading();
void notify_stopping();
void notify_status(const std::string& status);

}  // namespace lessor::runtime
