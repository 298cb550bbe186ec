#pragma once
// What clients are told of the ways out of their subnet, where it will surprise who wrote it.

#include "config/client_classes.h"
#include "config/subnet_checks.h"

#include <vector>

namespace lessor::config {

/// Noted: subnets whose clients get no default gateway (once, with how many more there are; not
/// where a client class gives routers: there is no telling whom), and classless routes (121, or
/// Microsoft's 249) without a default route beside routers: RFC 3442 has clients ignore the routers
/// then.
void note_odd_routes(const std::vector<ReadSubnet>& all, const std::vector<SharedNetwork>& networks,
                     const OptionSet& global, const ClassNames& classes, Report& report);

}  // namespace lessor::config
