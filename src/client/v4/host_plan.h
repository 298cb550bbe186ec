#pragma once
// What a lease asks of the host, judged by the operator's rules: a pure step from options to
// settings, where everything that a server may say is checked, bounded and cleaned. Must not know:
// how a host is set up.

#include "client/v4/lease.h"
#include "net/host_settings.h"

#include <string>
#include <vector>

namespace lessor::client::v4 {

/// What a server may change on this host.
struct HostRules {
  bool address = true;        ///< false: the lease is kept, nothing is put on the interface
  bool routes = true;         ///< options 121, 33, 3
  bool default_route = true;  ///< of them, the default
  bool dns = true;            ///< options 6, 15, 119
  bool mtu = true;            ///< option 26
  bool hostname = false;      ///< option 12
  std::uint32_t metric = 0;
  std::uint32_t table = 0;
  /// No route into one of these is taken (CVE-2024-3661: a server pulls traffic out of a tunnel by
  /// routes more specific than the tunnel's). 0.0.0.0/0 leaves the default route alone.
  std::vector<net::Prefix4> protected_prefixes;
};

/// Something that a server said and that is not done, for people: "route 0.0.0.0/1: protected".
struct Refusal {
  wire::OptionCode option = 0;
  std::string what;
};

struct HostPlan {
  net::HostSettings settings;
  std::vector<Refusal> refusals;
};

/// R3442-a: option 121 in place of 3 and 33, host bits cleared; option 249 in its place when a
/// server knows only that. Routers outside of the address's prefix get a route of their own first,
/// since the kernel refuses them otherwise. Never fails: what makes no sense is refused and told.
/// `now` judges what is left of the lease.
[[nodiscard]] HostPlan plan_host(const Lease& lease, const HostRules& rules, Now now);

/// A name from the network, fit for files, logs and environments: labels of letters, digits,
/// hyphens and underscores, 255 octets at most, trailing NULs and dots gone; nothing when it is no
/// such name.
[[nodiscard]] std::optional<std::string> clean_name(Bytes text);
/// Any text from the network for people: printable ASCII stays, the rest becomes \xNN; at most
/// `limit` octets come out.
[[nodiscard]] std::string clean_text(Bytes text, std::size_t limit = 1'024);
/// An absolute https URI (R8910-a) of printable ASCII; nothing otherwise.
[[nodiscard]] std::optional<std::string> clean_https_uri(Bytes text);

}  // namespace lessor::client::v4
