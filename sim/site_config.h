#pragma once
// The configurations of simulated servers: each leases its own part of every site's subnet. Must
// not know: the engine.

#include "config/server_config.h"
#include "sim/plan.h"
#include "sim/stage.h"

namespace lessor::sim {

/// The first configuration of `server`.
[[nodiscard]] config::ServerConfig first_config(const Plan& plan, int server);
/// Another one, drawn: other lease times, pools longer or shorter at their ends, a reservation more
/// or less.
[[nodiscard]] config::ServerConfig changed_config(const Plan& plan, int server, Random& random);

}  // namespace lessor::sim
