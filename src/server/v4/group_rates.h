#pragma once
// GroupRates: how many messages all clients of a class, or of a subnet, may send in a time (the
// rate-limit of Kea's limits hook). Asked once the classes are known, and the subnet; before
// anything is looked up. Must not know: messages, leases.

#include "config/server_config.h"
#include "server/v4/classify.h"
#include "server/v4/reason.h"
#include "server/v4/token_bucket.h"

#include <vector>

namespace lessor::server::v4 {

/// One thread. A message is asked about twice: begin(), then finish(), which counts it.
class GroupRates {
 public:
  /// Allocates (16 octets a class or subnet with a rate, 256 KiB a template class): off the packet
  /// thread.
  explicit GroupRates(const config::ServerConfig& config);

  /// A message of these groups: class_rate when it is one too many for one of them. `groups`: those
  /// of a packet whose client's reservation is not known yet.
  [[nodiscard]] Reason begin(Instant now, std::span<const Classes::Group> groups);
  /// It is of the subnet at `position`: counts it for its classes and for that; or subnet_rate, and
  /// it counts for nobody.
  [[nodiscard]] Reason finish(Instant now, std::size_t position);
  /// Goes on where `before` was, for rates that have stayed as they are: of a class by its name, of
  /// a subnet by its id.
  void take_over(GroupRates& before);

 private:
  /// A class, or a subnet (`number`: its id).
  struct Group {
    bool is_subnet = false;
    std::uint32_t number = 0;
    config::MessageRate rate;
    TokenBucket bucket;
    TokenBuckets of_values;  // of a template class: a bucket for each value
  };
  struct Taken {
    TokenBucket* bucket;
    const config::MessageRate* rate;
  };
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::vector<Group> groups_;             // classes, then subnets, each by number
  std::vector<std::uint32_t> of_class_;   // by position in the ClassTable: in groups_, or kNone
  std::vector<std::uint32_t> of_subnet_;  // by position in config.subnets
  std::vector<Taken> asked_;              // what begin() found room in; reserved whole
};

}  // namespace lessor::server::v4
