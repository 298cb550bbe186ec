#pragma once
// Making a lease's name servers known to the host, by whichever way this host has. Must not know:
// who runs the hand.

#include "host/hand.h"
#include "host/resolv_conf.h"
#include "host/steps.h"

namespace lessor::host {

/// What decides how: facts about the host.
struct ResolverFacts {
  std::string link;  ///< where resolv.conf points; empty: it is no symbolic link
  bool has_resolvconf = false;
  bool has_resolvectl = false;
};
/// `wanted`, or what fits the host when that is `automatic`: systemd-resolved where resolv.conf is
/// its own, else resolvconf where it is installed, else the file.
[[nodiscard]] ResolverMode choose_resolver(ResolverMode wanted, const ResolverFacts& facts);

/// The name servers of all interfaces.
class Resolver {
 public:
  Resolver(ResolverMode wanted, const std::string& path)
      : wanted_(wanted), path_(path), file_(path) {}

  /// Makes these known in place of what the interface's last lease said. Failures are told.
  void put(const Steps& steps, const NameSettings& names);
  /// Takes the interface's away; with the last, what was there before is put back.
  void remove(const Steps& steps, const std::string& interface);

 private:
  void put_by_resolvconf(const Steps& steps, const NameSettings& names) const;
  void put_by_resolved(const Steps& steps, const NameSettings& names) const;
  void write_file(const Steps& steps) const;
  [[nodiscard]] ResolverMode mode();

  ResolverMode wanted_;
  std::string path_;
  ResolvConf file_;
  std::optional<ResolverMode> mode_;  // chosen at the first use, and kept
  std::vector<NameSettings> all_;
};

}  // namespace lessor::host
