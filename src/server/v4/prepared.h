#pragma once
// Prepared: a configuration made ready to serve, with the pools' state beside it. Built off the
// packet thread, then read and noted by it alone. Must not know: packets, clients, leases.

#include "config/server_config.h"
#include "lease/address_pool.h"
#include "net/address_map.h"
#include "server/v4/engine.h"
#include "server/v4/group_rates.h"
#include "server/v4/limits.h"
#include "server/v4/menu.h"
#include "server/v4/option_blocks.h"
#include "server/v4/outlook.h"
#include "server/v4/rates.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace lessor::server::v4 {

/// What an address of a pool is in use for.
enum class Use : std::uint8_t {
  free,
  assigned,  ///< leased to a client
  resting,   ///< its lease is over, its grace is not
  declined,  ///< on probation
  offered,   ///< held for a client that was offered it
  ours,      ///< this host's own
};

class Prepared {
 public:
  Prepared(config::ServerConfig config, lease::AddressPool::Start start);

  [[nodiscard]] const config::ServerConfig& config() const { return config_; }
  /// By Pool::ordinal.
  [[nodiscard]] const lease::AddressPool& pool(std::uint32_t ordinal) const {
    return pools_[ordinal].addresses;
  }
  [[nodiscard]] const PoolFigures& figures(std::uint32_t ordinal) const {
    return figures_[ordinal];
  }
  [[nodiscard]] std::span<const PoolFigures> figures() const { return figures_; }

  /// The options for clients of a pool, and for those of a subnet outside its pools. Both belong to
  /// config().
  [[nodiscard]] const Menu& menu_of(const config::Pool& pool) const {
    return pools_[pool.ordinal].menu;
  }
  [[nodiscard]] const Menu& menu_of(const config::Subnet& subnet) const {
    return subnet_menus_[position_of(subnet)];
  }

  /// When a subnet last gave an address that nobody had a claim to: the greater, the later.
  [[nodiscard]] std::uint64_t last_turn(const config::Subnet& subnet) const {
    return turns_[position_of(subnet)];
  }
  /// It has just given one.
  void note_turn(const config::Subnet& subnet) const { turns_[position_of(subnet)] = ++turn_; }

  /// Whether what packets read is too much for a processor's cache: each would wait for it.
  [[nodiscard]] bool outgrows_caches() const { return outgrows_caches_; }
  /// A packet from this link comes soon, after those that were told before: finds its subnet, and
  /// has the memory begin to send where the rest is. Precondition, as of turn_to():
  /// outgrows_caches().
  void fetch_ahead(net::Ip4 link) const;
  /// The packet from this link is here: while it is answered the memory sends what the one after it
  /// reads of its subnet, the pool that was used last there and the reply that was made last. What
  /// was not told before is fetched now.
  void turn_to(net::Ip4 link) const;
  /// What turn_to() found last.
  [[nodiscard]] const config::Located& here() const { return here_; }

  /// The options that replies had, as OptionBlocks has them: of one to a packet from `subnet`.
  [[nodiscard]] Bytes find_block(const config::Subnet& subnet, const BlockKey& key) const;
  void remember_block(const config::Subnet& subnet, const BlockKey& key, Bytes block) const;

  /// Notes what `address` is in use for, in every pool that holds it (none: no effect).
  /// Idempotent. `free_since`: when it became free; nothing when it was never leased.
  void note(net::Ip4 address, Use use, std::optional<WallTime> free_since);
  /// A lease of this subnet has served as it was.
  void note_reuse(const config::Subnet& subnet, net::Ip4 address);
  /// Addresses without a record may be given from now on.
  void end_doubt();

  /// The number under which the offer table knows a pool. Pools that survive a reload keep theirs,
  /// so that the offers out at that time still count where they belong.
  [[nodiscard]] std::uint32_t offer_class(std::uint32_t ordinal) const {
    return pools_[ordinal].offer_class;
  }
  /// Takes over the numbers of `before` (null: none) and gives new ones to new pools.
  void number_classes(const Prepared* before);

  /// How much is sent, where the configuration limits it; else null.
  [[nodiscard]] Rates* rates() const { return rates_.get(); }
  /// The same of classes and subnets.
  [[nodiscard]] GroupRates* group_rates() const { return group_rates_.get(); }
  /// Goes on counting where `before` was (null: nowhere).
  void take_over_rates(const Prepared* before);
  /// Where a subnet of config() stands among them.
  [[nodiscard]] std::size_t position_of(const config::Subnet& subnet) const {
    return static_cast<std::size_t>(&subnet - config_.subnets.data());
  }

 private:
  struct alignas(64) PoolState {
    std::uint32_t offer_class = 0;
    std::uint32_t span = 0;        // where it stands in spans_
    std::uint32_t subnet = 0;      // the position of its subnet
    lease::AddressPool addresses;  // its remarks: the Use of each address
    Menu menu;
  };
  /// Of a subnet: where its packets will read. Short, and beside those of other subnets, so that
  /// nothing has to be read that is far away to know what to fetch.
  struct alignas(64) Signpost {
    std::uint32_t ordinal = kNoPool;  // of the pool that was used last
    std::uint32_t span = 0;
    const config::Pool* pool = nullptr;
    lease::AddressPool::Recent recent;
    OptionBlocks::Place block = 0;
  };
  static constexpr std::uint32_t kNoPool = UINT32_MAX;
  /// Pools by their first address, for finding those that hold an address. Pools of overlapping
  /// subnets may overlap: `reach` is the last address of this pool or any before it.
  struct Span {
    net::Range4 range;
    net::Ip4 reach;
    std::uint32_t ordinal = 0;
  };

  [[nodiscard]] const config::OptionSet* network_options(const config::Subnet& subnet) const;
  void add_pool(const config::Subnet& subnet, const config::Pool& pool,
                lease::AddressPool::Start start);
  void index_spans();
  void note_in(std::uint32_t ordinal, net::Ip4 address, Use use,
               std::optional<WallTime> free_since);
  [[nodiscard]] const Span* find_span(net::Range4 range) const;
  [[nodiscard]] std::size_t spans_up_to(net::Ip4 address) const;
  void point_to(std::uint32_t ordinal);
  void point_to_block(const config::Subnet& subnet) const;
  void fetch(Outlook::Packet& packet) const;

  config::ServerConfig config_;
  std::unique_ptr<Rates> rates_;
  std::unique_ptr<GroupRates> group_rates_;
  std::vector<Menu> subnet_menus_;          // by position in config_.subnets
  mutable HugeVector<Signpost> signposts_;  // likewise, where outgrows_caches_
  HugeVector<PoolState> pools_;             // by ordinal
  std::unique_ptr<OptionBlocks> blocks_;
  HugeVector<PoolFigures> figures_;  // by ordinal
  HugeVector<Span> spans_;
  net::AddressMap last_spans_;                // the last span that begins there or before
  mutable std::vector<std::uint64_t> turns_;  // by position in config_.subnets
  mutable std::uint64_t turn_ = 0;
  bool outgrows_caches_ = false;
  mutable Outlook outlook_;
  mutable config::Located here_;      // what turn_to() found last
  mutable std::uint32_t recent_ = 0;  // of spans_: of the pool that it is likely to use
};

}  // namespace lessor::server::v4
