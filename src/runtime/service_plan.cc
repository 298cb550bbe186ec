#include "runtime/service_plan.h"

#include <algorithm>

namespace lessor::runtime {
namespace {

bool holds(const net::Interface& interface, net::Ip4 address) {
  return std::ranges::find(interface.addresses, address, &net::Prefix4::address) !=
         interface.addresses.end();
}

std::string name_of(const net::InterfaceTable& table, net::InterfaceIndex index) {
  const net::Interface* interface = table.find(index);
  return interface == nullptr ? "another interface" : interface->name;
}

ServedInterface judge(const net::InterfaceTable& table, const net::Interface& interface,
                      const NamedInterface& wish) {
  const auto verdict = [&](ServeState state, std::string reason) {
    return ServedInterface{.name = interface.name,
                           .index = interface.index,
                           .state = state,
                           .reason = std::move(reason)};
  };
  if (interface.master != 0) {
    const std::string master = name_of(table, interface.master);
    return verdict(ServeState::port_of_master, "is a port of " + master + ": serve " + master);
  }
  if (!interface.admin_up) return verdict(ServeState::down, "down");
  if (interface.addresses.empty() && !wish.unnumbered) {
    return verdict(ServeState::no_address, "no IPv4 address");
  }
  if (wish.address && !holds(interface, *wish.address)) {
    return verdict(ServeState::not_its_address, "does not hold " + net::to_string(*wish.address));
  }
  if (!interface.up) return verdict(ServeState::no_carrier, "no carrier");
  return verdict(ServeState::serving, "serving");
}

bool wanted_unnamed(const net::Interface& interface, const WantedInterfaces& wanted) {
  if (interface.master != 0 || interface.addresses.empty()) return false;
  if (wanted.every && interface.index != kLoopbackInterface) return true;
  return std::ranges::any_of(wanted.holding_address_in, [&](const net::Prefix4& prefix) {
    return std::ranges::any_of(
        interface.addresses, [&](const net::Prefix4& own) { return prefix.contains(own.address); });
  });
}

/// Adds a verdict; of two on one interface ("eth0/192.0.2.1" and "eth0/192.0.2.2") the one that
/// lets it be served stays.
void add(std::vector<ServedInterface>& plan, ServedInterface verdict) {
  const auto known = std::ranges::find_if(plan, [&](const ServedInterface& s) {
    return s.name == verdict.name && s.index == verdict.index;
  });
  if (known == plan.end()) {
    plan.push_back(std::move(verdict));
  } else if (!known->is_open() && verdict.is_open()) {
    *known = std::move(verdict);
  }
}

}  // namespace

std::vector<ServedInterface> plan_service(const net::InterfaceTable& table,
                                          const WantedInterfaces& wanted,
                                          std::span<const net::InterfaceIndex> on_the_way) {
  std::vector<ServedInterface> plan;
  for (const NamedInterface& named : wanted.named) {
    const net::Interface* interface = table.find(named.name);
    add(plan, interface != nullptr ? judge(table, *interface, named)
                                   : ServedInterface{.name = named.name, .reason = "not there"});
  }
  for (const net::Interface& interface : table.all()) {
    const bool passed =
        std::ranges::find(on_the_way, interface.index) != on_the_way.end() && interface.master == 0;
    if (passed || wanted_unnamed(interface, wanted)) {
      add(plan, judge(table, interface, {.unnumbered = passed}));
    }
  }
  return plan;
}

std::vector<net::InterfaceIndex> open_interfaces(std::span<const ServedInterface> plan) {
  std::vector<net::InterfaceIndex> open;
  for (const ServedInterface& served : plan) {
    if (served.is_open()) open.push_back(served.index);
  }
  return open;
}

const ServedInterface* find_served(std::span<const ServedInterface> plan,
                                   net::InterfaceIndex index) {
  const auto found = std::ranges::find(plan, index, &ServedInterface::index);
  return index == 0 || found == plan.end() ? nullptr : &*found;
}

}  // namespace lessor::runtime
