#include "config/interface_config.h"

#include "base/text.h"
#include "config/limits.h"
#include "config/node.h"
#include "config/pools.h"
#include "wire/v4/option_text.h"

#include <algorithm>
#include <utility>

namespace lessor::config {
namespace {

/// RFC 3927: addresses that hosts give themselves; no subnet to serve.
constexpr net::Prefix4 kLinkLocal{{0xa9fe0000}, 16};
/// RFC 1122 3.2.1.3: addresses that never leave their host.
constexpr net::Prefix4 kLoopback{{0x7f000000}, 8};

JsonMember member(std::string key, JsonValue value) {
  return {std::move(key), {}, std::move(value)};
}
JsonMember member(std::string key, JsonValue::Data data) {
  return member(std::move(key), JsonValue(std::move(data), {}));
}
JsonValue map_of(JsonValue::Map members) { return {std::move(members), {}}; }

/// An element of option-data: text where the text means these very octets, else hexadecimal.
JsonValue write_option(const ConfiguredOption& option) {
  const std::string text = wire::print_option(option.code, option.value);
  const auto again = wire::parse_option_data(option.code, text);
  const bool faithful = again && equal_bytes(*again, option.value);
  return map_of({member("name", wire::option_name(option.code)), member("csv-format", faithful),
                 member("data", faithful ? text : to_hex(option.value))});
}

/// The file that would say the same, as plain JSON: for config-get, and to grow out of the command
/// line.
std::string write_as_file(const Subnet& subnet) {
  JsonValue::List pools;
  for (const Pool& pool : subnet.pools) {
    pools.push_back(map_of({member("pool", to_string(pool.range))}));
  }
  JsonValue::List options;
  for (const ConfiguredOption& option : subnet.options.all()) {
    options.push_back(write_option(option));
  }
  const JsonValue::List interfaces{{subnet.interface, {}}};
  const JsonValue::List subnets{
      map_of({member("subnet", to_string(subnet.prefix)), member("interface", subnet.interface),
              member("pools", std::move(pools)),
              member("valid-lifetime", std::int64_t{subnet.lifetimes.valid.to_wire()}),
              member("option-data", std::move(options))})};
  return to_json(map_of({member(
      "Dhcp4", map_of({member("interfaces-config", map_of({member("interfaces", interfaces)})),
                       member("subnet4", subnets)}))}));
}

/// Collects what is wrong with the command line.
class Problems {
 public:
  void refuse(std::string_view option, std::string message, std::string hint = "") {
    all_.push_back(
        {"command line", 0, 0, std::string(option), std::move(message), std::move(hint)});
  }
  [[nodiscard]] bool none() const { return all_.empty(); }
  [[nodiscard]] std::vector<Problem> take() { return std::move(all_); }

 private:
  std::vector<Problem> all_;
};

/// From words to wishes: what is wrong here is wrong on any host.
class WordReader : private Problems {
 public:
  explicit WordReader(const InterfaceWords& words) : words_(words) {
    wishes_.interface = words.interface;
  }

  std::expected<InterfaceWishes, std::vector<Problem>> read() {
    read_pool();
    if (words_.router) {
      wishes_.routers = read_addresses("--router", wire::kOptionRouters, *words_.router);
    }
    if (words_.dns) (void)read_addresses("--dns", wire::kOptionDomainNameServers, *words_.dns);
    if (words_.domain) add_option("--domain", wire::kOptionDomainName, *words_.domain);
    read_lease_time();
    read_excluded();
    if (!none()) return std::unexpected(take());
    return std::move(wishes_);
  }

 private:
  void read_pool() {
    if (!words_.pool) return;
    wishes_.pool = net::parse_range4(*words_.pool);
    if (wishes_.pool) return;
    refuse("--pool", quote(*words_.pool) +
                         " is no range of addresses: write 192.0.2.10-192.0.2.99, the lower one "
                         "first");
  }

  /// Remembers the addresses, so that they are not leased.
  std::vector<net::Ip4> read_addresses(std::string_view option, wire::OptionCode code,
                                       const std::string& text) {
    std::vector<net::Ip4> addresses;
    for (const std::string_view part : split(text, ',')) {
      const auto address = net::parse_ip4(part);
      if (!address) {
        refuse(option, quote(part) + " is not an IPv4 address: write 192.0.2.1");
        return {};
      }
      addresses.push_back(*address);
    }
    wishes_.named.insert(wishes_.named.end(), addresses.begin(), addresses.end());
    add_option(option, code, text);
    return addresses;
  }

  void add_option(std::string_view option, wire::OptionCode code, const std::string& text) {
    auto value = wire::parse_option_data(code, text);
    if (!value) return refuse(option, to_string(value.error()));
    if (const auto wrong = wire::validate_option(code, *value)) return refuse(option, *wrong);
    wishes_.options.push_back({code, false, std::move(*value)});
  }

  void read_lease_time() {
    if (!words_.lease_time) return;
    const auto time = parse_duration(*words_.lease_time);
    if (!time) return refuse("--lease-time", time.error());
    // The wire counts whole seconds in 32 bits; the highest count is infinity.
    const bool fits = time->is_infinite() || time->to_seconds() < INT64_C(0xffffffff);
    if (*time < Duration::seconds(1) || !fits) {
      return refuse("--lease-time", quote(*words_.lease_time) +
                                        " is no time for a lease: from 1s " +
                                        "to 49710d, or infinite");
    }
    wishes_.lease_time = *time;
  }

  void read_excluded() {
    for (const std::string& text : words_.exclude) {
      if (const auto range = net::parse_range4(text)) {
        wishes_.exclude.push_back(*range);
      } else {
        refuse("--exclude", quote(text) +
                                " is no address and no range: write 192.0.2.10 or "
                                "192.0.2.10-192.0.2.20");
      }
    }
    std::ranges::sort(wishes_.exclude);
  }

  const InterfaceWords& words_;
  InterfaceWishes wishes_;
};

/// Whether hosts can be given addresses of this subnet, as far as its prefix tells.
bool is_leasable(const net::Prefix4& own) {
  return own.length >= 1 && own.length <= 30 && !kLinkLocal.contains(own.address) &&
         !kLoopback.contains(own.address);
}

/// From wishes to a configuration, on this host.
class Builder : private Problems {
 public:
  Builder(const InterfaceWishes& wishes, const Environment& host) : wishes_(wishes), host_(host) {}

  std::expected<ServerConfig, std::vector<Problem>> build() {
    if (!find_prefix()) return std::unexpected(take());
    check_routers();
    check_excluded();
    make_pools();
    if (!none()) return std::unexpected(take());
    return make_config();
  }

 private:
  /// The subnet is that of the interface's own address: the one that holds the pool, or the first.
  bool find_prefix() {
    const net::Interface* interface = host_.interfaces.find(wishes_.interface);
    if (interface == nullptr) {
      refuse_interface();
      return false;
    }
    const auto& pool = wishes_.pool;
    for (const net::Prefix4& own : interface->addresses) {
      const bool fits = !pool || (own.contains(pool->first) && own.contains(pool->last));
      if (!fits || !is_leasable(own)) continue;
      subnet_.prefix = {own.network(), own.length};
      return true;
    }
    refuse_addresses(*interface);
    return false;
  }

  void refuse_interface() {
    std::vector<std::string_view> names;
    std::string list;
    for (const net::Interface& interface : host_.interfaces.all()) {
      names.push_back(interface.name);
      list += (list.empty() ? "" : ", ") + interface.name;
    }
    refuse("--interface",
           "there is no interface " + quote(wishes_.interface) +
               (list.empty() ? "" : "; this host has " + list),
           std::string(nearest(wishes_.interface, names).value_or("")));
  }

  void refuse_addresses(const net::Interface& interface) {
    std::string list;
    for (const net::Prefix4& own : interface.addresses) {
      list += (list.empty() ? "" : ", ") + to_string(own);
    }
    if (list.empty()) {
      refuse("--interface", interface.name + " has no IPv4 address, so there is no subnet to " +
                                "lease from: give it one with ip address add 192.0.2.1/24 dev " +
                                interface.name);
    } else if (std::ranges::any_of(interface.addresses, is_leasable)) {
      refuse("--pool", to_string(*wishes_.pool) + " is in no subnet of " + interface.name +
                           ", which has " + list);
    } else {
      refuse("--interface", interface.name + " has only " + list +
                                ": no subnet with addresses to lease (it needs /30 or shorter, "
                                "neither loopback nor link-local)");
    }
  }

  void check_routers() {
    for (const net::Ip4 router : wishes_.routers) {
      if (subnet_.prefix.contains(router)) continue;
      refuse("--router", to_string(router) + " is not in " + to_string(subnet_.prefix) +
                             ": clients could not reach it");
    }
  }

  void check_excluded() {
    for (const net::Range4& range : wishes_.exclude) {
      if (subnet_.prefix.contains(range.first) && subnet_.prefix.contains(range.last)) continue;
      refuse("--exclude", to_string(range) + " is not in " + to_string(subnet_.prefix));
    }
  }

  /// Excluded ranges cut the pool into pieces; single taken addresses are excluded inside them.
  void make_pools() {
    const std::optional<net::Range4>& asked = wishes_.pool;
    const PoolFacts facts{
        subnet_.prefix, false, find_taken_addresses(subnet_.prefix, wishes_.named, host_), {}};
    const auto whole = make_auto_pool(facts);
    if (!asked && !whole) {
      return refuse("--interface", "no address is left to lease in " + to_string(subnet_.prefix));
    }
    const net::Range4 range = asked ? *asked : whole->range;
    std::uint64_t next = range.first.value;
    for (const net::Range4& cut : wishes_.exclude) {
      if (cut.first.value > next) {
        add_pool(next, std::min<std::uint64_t>(cut.first.value - 1, range.last.value), facts);
      }
      next = std::max<std::uint64_t>(next, std::uint64_t{cut.last.value} + 1);
    }
    add_pool(next, range.last.value, facts);
    std::uint64_t total = 0;
    for (const Pool& pool : subnet_.pools) total += pool.range.size();
    if (total > kMaxPoolAddresses) {
      refuse("--pool", std::to_string(total) + " addresses are too many to lease: at most " +
                           std::to_string(kMaxPoolAddresses) + "; name a smaller range");
    }
    if (subnet_.pools.empty()) {
      refuse(wishes_.exclude.empty() ? "--pool" : "--exclude",
             "no address is left to lease in " + to_string(range));
    }
  }

  void add_pool(std::uint64_t first, std::uint64_t last, const PoolFacts& facts) {
    if (first > last) return;
    Pool pool;
    pool.range = {{static_cast<std::uint32_t>(first)}, {static_cast<std::uint32_t>(last)}};
    pool.excluded = find_excluded(pool.range, facts);
    if (pool.excluded.size() < pool.range.size()) subnet_.pools.push_back(std::move(pool));
  }

  ServerConfig make_config() {
    ServerConfig config;
    config.interfaces.mode = InterfacePolicy::Mode::listed;
    config.interfaces.listed = {{wishes_.interface, std::nullopt}};
    subnet_.id = 1;
    subnet_.id_given = false;
    subnet_.interface = wishes_.interface;
    subnet_.options = OptionSet(wishes_.options);
    subnet_.lifetimes = {wishes_.lease_time, wishes_.lease_time, wishes_.lease_time};
    subnet_.probe_new_addresses = true;
    config.lifetimes = subnet_.lifetimes;
    config.subnets.push_back(std::move(subnet_));
    config.source = "command line";
    config.text = write_as_file(config.subnets[0]);
    config.build_indexes();
    return config;
  }

  const InterfaceWishes& wishes_;
  const Environment& host_;
  Subnet subnet_;
};

}  // namespace

std::expected<InterfaceWishes, std::vector<Problem>> read_interface_words(
    const InterfaceWords& words) {
  return WordReader(words).read();
}

std::expected<ServerConfig, std::vector<Problem>> make_interface_config(
    const InterfaceWishes& wishes, const Environment& host) {
  return Builder(wishes, host).build();
}

}  // namespace lessor::config
