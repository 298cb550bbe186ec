#pragma once
// What a lease asks of the host, judged by the operator's rules: a pure step from options to
// settings, where everything that a server may say is checked, bounded and cleaned. Must not know:
// how a host is set up.

#include "client/v4/clean.h"
#include "client/v4/lease.h"
#include "net/host_settings.h"

#include <string>
#include <vector>

namespace lessor::client::v4 {

/// What a server may change on this host.
struct HostRules {
  bool address = true;        ///< false: nothing is put on the interface, names alone are taken
  bool routes = true;         ///< options 121, 249, 33, 3
  bool default_route = true;  ///< of them, the default and parts of it (anything shorter than /8)
  bool dns = true;            ///< options 6, 15, 119
  bool mtu = true;            ///< option 26
  bool hostname = false;      ///< option 12
  std::uint32_t metric = 0;
  std::uint32_t table = 0;
  std::uint32_t link_mtu = 0;  ///< what the interface had before us; 0: not known
  /// No route into one of these is taken (CVE-2024-3661: a server pulls traffic out of a tunnel by
  /// routes more specific than the tunnel's), and no subnet inside of one: then only the address
  /// itself is put on the interface. 0.0.0.0/0 leaves the subnet and the default route alone.
  std::vector<net::Prefix4> protected_prefixes;
};

/// Something that a server said and that is not done, for people: "route 0.0.0.0/1 by 192.0.2.1:
/// inside the protected 0.0.0.0/0". What the operator switched off is not told. Clean text.
struct Refusal {
  wire::OptionCode option = 0;
  std::string what;
};

/// More than so many refusals are told as one: a hostile server must not fill a log.
inline constexpr std::size_t kMaxRefusals = 32;

struct HostPlan {
  net::HostSettings settings;
  std::vector<Refusal> refusals;
};

/// R3442-a: option 121 in place of 3 and 33, host bits cleared; option 249 in its place when a
/// server knows only that. A malformed list is refused whole and counts as absent. Of several
/// routers (option 3) the first in the address's subnet is the default's, else the first. Routers
/// outside of the subnet get a route of their own first, since the kernel refuses them otherwise.
/// Never fails: what makes no sense is refused and told. `now` judges what is left of the lease.
[[nodiscard]] HostPlan plan_host(const Lease& lease, const HostRules& rules, Now now);

/// Adds to `plan` that something was said in vain, unless too much was.
void refuse(HostPlan& plan, wire::OptionCode option, std::string what);

}  // namespace lessor::client::v4
