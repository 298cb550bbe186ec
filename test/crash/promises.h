#pragma once
// What a server has promised its clients up to some moment, by the clients' own record (kill_load
// writes it), and whether a lease store holds it. Must not know: how the store came to be.

#include "lease/lease_store.h"
#include "net/address.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lessor::test {

/// What a store holds, by address.
struct Stored final : lease::LeaseVisitor {
  struct Entry {
    std::uint32_t client = 0;  ///< the last four octets of its hardware address
    lease::LeaseState state = lease::LeaseState::active;
  };
  void visit(const lease::Lease& lease) override;

  std::map<std::uint32_t, Entry> leases;
  std::uint32_t twice = 0;  ///< addresses that came a second time
};

/// The clients' record, played forward.
class Promises {
 public:
  /// The error is a sentence.
  [[nodiscard]] static std::expected<Promises, std::string> read(const std::string& path);

  /// Up to what clients knew at `ns` (CLOCK_MONOTONIC). An address promised to two is an error.
  [[nodiscard]] std::expected<void, std::string> advance(std::uint64_t ns);
  /// Whether the store holds every lease promised and not given back. The error names some.
  [[nodiscard]] std::expected<void, std::string> check(const Stored& stored) const;
  /// Leases promised and not given back.
  [[nodiscard]] std::size_t size() const { return held_.size(); }

 private:
  struct Event {
    std::uint64_t ns = 0;
    bool given_back = false;
    std::uint32_t address = 0;
    std::uint32_t client = 0;
  };
  std::vector<Event> events_;
  std::size_t next_ = 0;
  std::map<std::uint32_t, std::uint32_t> held_;  // client by address
};

}  // namespace lessor::test
