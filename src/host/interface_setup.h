#pragma once
// One interface as a lease wants it, and as it was found: address, routes, MTU, hardware address.
// Only what was added here is ever removed. Must not know: name servers, files, records.

#include "host/kernel.h"
#include "host/steps.h"
#include "net/host_settings.h"

#include <optional>

namespace lessor::host {

class InterfaceSetup {
 public:
  explicit InterfaceSetup(std::string name) : name_(std::move(name)) {}

  /// Puts address, routes and MTU there, in place of those of before. What failed but the address
  /// is told as trouble; without the address there is no point in the rest.
  [[nodiscard]] runtime::Result<void> configure(Kernel& kernel, const Steps& steps,
                                                const net::HostSettings& settings);
  /// Takes away what configure() put there.
  void deconfigure(Kernel& kernel, const Steps& steps);
  [[nodiscard]] runtime::Result<void> set_mac(Kernel& kernel, const Steps& steps,
                                              const net::Mac& mac);
  /// Deconfigures, and restores the hardware address.
  void put_back(Kernel& kernel, const Steps& steps);

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  void forget_if_replaced(net::InterfaceIndex index);
  void remove_leftovers(Kernel& kernel, const Steps& steps, const AddressWish& wish);
  [[nodiscard]] runtime::Result<void> put_address(Kernel& kernel, const Steps& steps,
                                                  const AddressWish& wish);
  void put_routes(Kernel& kernel, const Steps& steps, const std::vector<Route>& wanted);
  void add_route(Kernel& kernel, const Steps& steps, const Route& route);
  void remove_route(Kernel& kernel, const Steps& steps, const Route& route);
  void put_mtu(Kernel& kernel, const Steps& steps, std::optional<std::uint32_t> wanted);
  void remove_address(Kernel& kernel, const Steps& steps, net::Prefix4 prefix);
  [[nodiscard]] runtime::Result<void> change_mac(Kernel& kernel, const LinkFacts& link,
                                                 const net::Mac& mac);

  std::string name_;
  net::InterfaceIndex index_ = 0;
  std::optional<net::Prefix4> address_;    // that we put there
  std::optional<AddressFacts> was_there_;  // the same one, permanent, of somebody before us
  std::vector<Route> routes_;              // that we put there
  struct Mtu {
    std::uint32_t before = 0;
    std::uint32_t ours = 0;
  };
  std::optional<Mtu> mtu_;
  std::optional<net::Mac> first_mac_;
};

}  // namespace lessor::host
