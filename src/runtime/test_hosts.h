#pragma once
// Hosts to test with: network namespaces on one bridge, each with its own /etc, /run and /var/lib.
// They live inside run_in_new_namespaces(), so nothing of them can stay behind. Built with `ip`
// from iproute2. Must not know: what runs on them.

#include "net/address.h"
#include "runtime/child_process.h"

#include <optional>
#include <string>

namespace lessor::runtime {

/// A host: its namespaces, held by a process that sleeps. Programs join by Surroundings::host.
class TestHost {
 public:
  /// A host that is not plugged in yet. /etc, /run and /var/lib are empty and its own.
  [[nodiscard]] static Result<TestHost> start(const std::string& name);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int pid() const { return holder_.pid(); }
  /// For programs that are to run here.
  [[nodiscard]] Surroundings inside(std::string input = "") const {
    return {.input = std::move(input), .host = holder_.descriptor()};
  }
  /// Writes a file of this host, its folders made at need. Scripts can be run.
  [[nodiscard]] Result<void> write_file(const std::string& path, const std::string& text) const;

 private:
  TestHost(std::string name, ChildProcess holder)
      : name_(std::move(name)), holder_(std::move(holder)) {}
  std::string name_;
  ChildProcess holder_;
};

/// How a host is plugged into the bridge: its interface "eth0".
struct Plug {
  net::Mac mac;
  std::optional<net::Prefix4> address;
  Duration delay;  ///< a long line: what the host sends reaches the bridge so much later
};

/// A bridge in the network namespace of the caller, and the lines plugged into it.
class TestBridge {
 public:
  [[nodiscard]] static Result<TestBridge> start(const std::string& name);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Gives `host` its eth0, up and running. Checksums are computed in full, not left to hardware
  /// that does not exist, so that captures show what a wire would.
  [[nodiscard]] Result<void> plug_in(const TestHost& host, const Plug& plug);

 private:
  explicit TestBridge(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] Result<void> make_long_line(const std::string& near, const std::string& port,
                                            Duration delay);
  std::string name_;
  int plugged_ = 0;
  std::vector<ChildProcess> long_lines_;
};

}  // namespace lessor::runtime
