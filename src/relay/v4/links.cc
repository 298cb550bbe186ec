#include "relay/v4/links.h"

#include "relay/v4/vlan_tags.h"
#include "wire/v4/protocol.h"

#include <algorithm>

namespace lessor::relay::v4 {
namespace {

net::Ip4 resolve_own(const OwnAddress& own, net::Ip4 of_interface) {
  switch (own.source) {
    case OwnAddress::Source::none:
      return {};
    case OwnAddress::Source::interface:
      return of_interface;
    case OwnAddress::Source::given:
      return own.address;
  }
  return {};
}

const std::vector<Server>& servers_of(const Downlink& downlink, const Settings& settings) {
  return downlink.servers.empty() ? settings.servers : downlink.servers;
}

}  // namespace

std::vector<Server> servers_of(const Settings& settings) {
  std::vector<Server> all;
  for (const Downlink& downlink : settings.downlinks) {
    for (const Server& server : servers_of(downlink, settings)) {
      if (std::ranges::find(all, server) == all.end()) all.push_back(server);
    }
  }
  return all;
}

net::Ip4 Link::reply_source() const {
  const auto& addresses = interface.addresses;
  const bool on_link =
      std::ranges::find(addresses, giaddr, &net::Prefix4::address) != addresses.end();
  return on_link || address.is_zero() ? giaddr : address;
}

void Links::prepare(const Settings& settings) {
  settings_ = &settings;
  const std::vector<Server> all = relay::v4::servers_of(settings);
  links_.clear();
  for (const Downlink& downlink : settings.downlinks) {
    Link link{.settings = &downlink, .number = static_cast<std::uint16_t>(links_.size())};
    for (const Server& server : servers_of(downlink, settings)) {
      const auto found = std::ranges::find(all, server) - all.begin();
      const auto number = static_cast<std::uint16_t>(found);
      const std::uint32_t bit = std::uint32_t{1} << number;
      if ((link.server_mask & bit) == 0) link.servers.push_back(number);
      link.server_mask |= bit;
    }
    links_.push_back(std::move(link));
  }
  build_indexes();
}

void Links::set_interfaces(const net::InterfaceTable& table) {
  own_ = table.own_addresses();
  hosts_.clear();
  for (const net::Interface& interface : table.all()) {
    const net::Ip4 address =
        interface.addresses.empty() ? net::Ip4() : interface.addresses.front().address;
    hosts_.push_back({interface.index, interface.mtu, address});
  }
  std::ranges::sort(hosts_, {}, &Host::index);
  for (Link& link : links_) resolve(link, table);
  build_indexes();
}

void Links::resolve(Link& link, const net::InterfaceTable& table) {
  const net::Interface* interface = table.find(link.settings->interface);
  link.interface = interface == nullptr ? net::Interface() : *interface;
  link.address =
      link.interface.addresses.empty() ? net::Ip4() : link.interface.addresses.front().address;
  link.giaddr = link.settings->giaddr.value_or(link.address);
  link.owns_giaddr = table.owns(link.giaddr);
  link.info_per_client = names_client(link.settings->agent);
  std::array<std::byte, kMaxAgentInfo> room{};
  ByteWriter out(room);
  write_agent_info(link.settings->agent, values_of(link), facts_of(link), out);
  link.has_info = out.size() > 0 || !out.ok();
  link.info_per_client = link.info_per_client || !out.ok();  // it does not fit: found each time
  (void)link.info.assign(link.info_per_client ? Bytes() : Bytes(out.written()));
}

void Links::build_indexes() {
  by_index_.clear();
  by_giaddr_.clear();
  giaddrs_.clear();
  for (const Link& link : links_) {
    if (link.interface.index != 0) by_index_.push_back({link.interface.index, link.number});
    if (!link.giaddr.is_zero()) by_giaddr_.push_back(link.number);
  }
  const auto giaddr_of = [this](std::uint16_t number) { return links_[number].giaddr; };
  std::ranges::sort(by_index_, {}, &ByIndex::index);
  std::ranges::sort(by_giaddr_, {}, giaddr_of);
  for (const std::uint16_t number : by_giaddr_) giaddrs_.push_back(giaddr_of(number));
  own_.insert(own_.end(), giaddrs_.begin(), giaddrs_.end());
  std::ranges::sort(own_);
  own_.erase(std::unique(own_.begin(), own_.end()), own_.end());
}

Link* Links::find(net::InterfaceIndex index) {
  const auto found = std::ranges::lower_bound(by_index_, index, {}, &ByIndex::index);
  return found == by_index_.end() || found->index != index ? nullptr : &links_[found->link];
}

std::span<const std::uint16_t> Links::with_giaddr(net::Ip4 giaddr) const {
  const auto range = std::ranges::equal_range(giaddrs_, giaddr);
  return std::span(by_giaddr_)
      .subspan(static_cast<std::size_t>(range.begin() - giaddrs_.begin()), range.size());
}

bool Links::owns(net::Ip4 address) const { return std::ranges::binary_search(own_, address); }

const Links::Host* Links::find_host(net::InterfaceIndex index) const {
  const auto found = std::ranges::lower_bound(hosts_, index, {}, &Host::index);
  return found == hosts_.end() || found->index != index ? nullptr : &*found;
}

std::uint32_t Links::mtu_of(net::InterfaceIndex index) const {
  const Host* host = find_host(index);
  return host == nullptr ? net::Interface().mtu : host->mtu;
}

net::Ip4 Links::address_of(net::InterfaceIndex index) const {
  const Host* host = find_host(index);
  return host == nullptr ? net::Ip4() : host->address;
}

TemplateValues Links::values_of(const Link& link) const {
  const VlanTags tags = tags_of(*link.settings);
  return {.interface = link.settings->interface,
          .mac = link.interface.mac,
          .hostname = settings_->host_name,
          .vlan = tags.inner,
          .outer_vlan = tags.outer,
          .giaddr = link.giaddr,
          .address = link.address,
          .client = {}};
}

InfoFacts Links::facts_of(const Link& link) const {
  const AgentInfo& agent = link.settings->agent;
  return {.unicast = false,
          .source_port = settings_->source_port != wire::kServerPort,
          .link_selection = resolve_own(agent.link_selection, link.address),
          .server_id_override = resolve_own(agent.server_id_override,
                                            link.address.is_zero() ? link.giaddr : link.address)};
}

void Links::write_info(const Link& link, const net::HardwareAddress& client, bool unicast,
                       ByteWriter& out) const {
  if (!link.info_per_client && !(unicast && link.settings->agent.flags)) {
    return out.bytes(link.info.bytes());
  }
  TemplateValues values = values_of(link);
  values.client = client;
  InfoFacts facts = facts_of(link);
  facts.unicast = unicast;
  write_agent_info(link.settings->agent, values, facts, out);
}

}  // namespace lessor::relay::v4
