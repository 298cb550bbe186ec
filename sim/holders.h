#pragma once
// Who believes to have which address, until when: the law that no two honest clients ever do. Must
// not know: engines.

#include "sim/stage.h"

#include <unordered_map>

namespace lessor::sim {

/// One client's belief.
struct Holder {
  std::uint32_t client = 0;
  bool honest = true;  ///< clients with one client identifier share a lease, as the RFC says
  net::Ip4 address;
  Instant until;  ///< by the world's time
};

class Holders {
 public:
  explicit Holders(Stage& stage) : stage_(stage) {}

  /// The client believes so from now on, instead of what it believed.
  void believe(const Holder& holder);
  /// It has no address any more.
  void let_go(std::uint32_t client);
  /// Whether a client believes to have it.
  [[nodiscard]] bool knows(net::Ip4 address) const {
    const auto found = by_address_.find(address.value);
    return found != by_address_.end() && !found->second.empty();
  }
  [[nodiscard]] std::size_t count() const { return address_of_.size(); }

 private:
  Stage& stage_;
  std::unordered_map<std::uint32_t, std::vector<Holder>> by_address_;  // looked up only
  std::unordered_map<std::uint32_t, net::Ip4> address_of_;
};

}  // namespace lessor::sim
