#pragma once
// The downlinks as they stand: which interface, giaddr and option 82 each has now. Must not know:
// messages, servers' health.

#include "net/interfaces.h"
#include "relay/v4/agent_info.h"
#include "relay/v4/counters.h"

#include <span>

namespace lessor::relay::v4 {

/// One downlink with what is known of its interface.
struct Link {
  const Downlink* settings = nullptr;
  std::uint16_t number = 0;            ///< index into Settings::downlinks
  std::vector<std::uint16_t> servers;  ///< in the order of preference
  std::uint32_t server_mask = 0;
  net::Interface interface;  ///< index 0: not there
  net::Ip4 address;          ///< the interface's primary address; zero: none
  net::Ip4 giaddr;           ///< zero: none
  bool owns_giaddr = false;  ///< it is an address of this host
  ShortBytes<255> info;      ///< option 82's value, not unicast; empty when it names the client
  bool info_per_client = false;
  bool has_info = false;

  [[nodiscard]] bool is_up() const {
    return interface.index != 0 && interface.up && !giaddr.is_zero();
  }
  /// What RFC 1542 4.1.2 lets a frame be sent from: the giaddr where it belongs to the link.
  [[nodiscard]] net::Ip4 reply_source() const;
};

class Links {
 public:
  /// `settings` is borrowed until the next prepare().
  void prepare(const Settings& settings);
  /// Follows the interfaces.
  void set_interfaces(const net::InterfaceTable& table);

  [[nodiscard]] std::span<Link> all() { return links_; }
  [[nodiscard]] std::span<const Link> all() const { return links_; }
  /// The downlink that an interface is; nullptr when it is none.
  [[nodiscard]] Link* find(net::InterfaceIndex index);
  /// The downlinks whose giaddr this is.
  [[nodiscard]] std::span<const std::uint16_t> with_giaddr(net::Ip4 giaddr) const;
  /// Whether `address` is one of this host's, or a giaddr of ours.
  [[nodiscard]] bool owns(net::Ip4 address) const;

  /// Of any interface: its MTU (1500 when not known) and primary address (zero).
  [[nodiscard]] std::uint32_t mtu_of(net::InterfaceIndex index) const;
  [[nodiscard]] net::Ip4 address_of(net::InterfaceIndex index) const;

  /// Option 82's value for a message of `client` by `link`. ok() tells whether it fits.
  void write_info(const Link& link, const net::HardwareAddress& client, bool unicast,
                  ByteWriter& out) const;

 private:
  struct ByIndex {
    net::InterfaceIndex index;
    std::uint16_t link;
  };
  struct Host {
    net::InterfaceIndex index;
    std::uint32_t mtu;
    net::Ip4 address;
  };
  [[nodiscard]] const Host* find_host(net::InterfaceIndex index) const;
  void resolve(Link& link, const net::InterfaceTable& table);
  void build_indexes();
  [[nodiscard]] TemplateValues values_of(const Link& link) const;
  [[nodiscard]] InfoFacts facts_of(const Link& link) const;

  const Settings* settings_ = nullptr;
  std::vector<Link> links_;
  std::vector<ByIndex> by_index_;  // sorted
  std::vector<net::Ip4> giaddrs_;  // sorted, in step with by_giaddr_
  std::vector<std::uint16_t> by_giaddr_;
  std::vector<net::Ip4> own_;  // sorted
  std::vector<Host> hosts_;    // sorted: asked for each message, and there may be thousands
};

/// All servers of the settings, each once: the default ones, then those of downlinks.
[[nodiscard]] std::vector<Server> servers_of(const Settings& settings);

}  // namespace lessor::relay::v4
