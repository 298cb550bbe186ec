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

class Builder {
 public:
  Builder(const InterfaceWords& words, const Environment& host) : words_(words), host_(host) {}

  std::expected<ServerConfig, std::vector<Problem>> build() {
    const auto pool_range = read_pool_range();
    if (!problems_.empty() || !find_prefix(pool_range)) return std::unexpected(take_problems());
    read_options();
    read_lease_time();
    read_excluded();
    make_pools(pool_range);
    if (!problems_.empty()) return std::unexpected(take_problems());
    return make_config();
  }

 private:
  void refuse(std::string_view option, std::string message, std::string hint = "") {
    problems_.push_back(
        {"command line", 0, 0, std::string(option), std::move(message), std::move(hint)});
  }
  std::vector<Problem> take_problems() { return std::move(problems_); }

  std::optional<net::Range4> read_pool_range() {
    if (!words_.pool) return std::nullopt;
    const auto range = net::parse_range4(*words_.pool);
    if (!range) {
      refuse("--pool", quote(*words_.pool) +
                           " is no range of addresses: write 192.0.2.10-192.0.2.99, the lower one "
                           "first");
    }
    return range;
  }

  /// The subnet is that of the interface's own address: the one that holds the pool, or the first.
  bool find_prefix(const std::optional<net::Range4>& pool) {
    const net::Interface* interface = host_.interfaces.find(words_.interface);
    if (interface == nullptr) {
      refuse_interface();
      return false;
    }
    for (const net::Prefix4& own : interface->addresses) {
      const bool fits = pool ? own.contains(pool->first) && own.contains(pool->last)
                             : !kLinkLocal.contains(own.address);
      if (!fits || own.length > 30 || own.length < 1) continue;
      subnet_.prefix = {own.network(), own.length};
      return true;
    }
    refuse_addresses(*interface, pool);
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
           "there is no interface " + quote(words_.interface) +
               (list.empty() ? "" : "; this host has " + list),
           std::string(nearest(words_.interface, names).value_or("")));
  }

  void refuse_addresses(const net::Interface& interface, const std::optional<net::Range4>& pool) {
    std::string list;
    for (const net::Prefix4& own : interface.addresses) {
      list += (list.empty() ? "" : ", ") + to_string(own);
    }
    if (list.empty()) {
      refuse("--interface", interface.name + " has no IPv4 address, so there is no subnet to " +
                                "lease from: give it one with ip address add 192.0.2.1/24 dev " +
                                interface.name);
    } else if (pool) {
      refuse("--pool",
             to_string(*pool) + " is in no subnet of " + interface.name + ", which has " + list);
    } else {
      refuse("--interface", interface.name + " has only " + list +
                                ": no subnet with addresses to lease (it needs /30 or shorter)");
    }
  }

  void read_options() {
    if (words_.router) add_addresses("--router", wire::kOptionRouters, *words_.router, true);
    if (words_.dns) add_addresses("--dns", wire::kOptionDomainNameServers, *words_.dns, false);
    if (words_.domain) add_option("--domain", wire::kOptionDomainName, *words_.domain);
  }

  /// Remembers the addresses, so that they are not leased.
  void add_addresses(std::string_view option, wire::OptionCode code, const std::string& text,
                     bool on_link) {
    for (const std::string_view part : split(text, ',')) {
      const auto address = net::parse_ip4(part);
      if (!address) {
        return refuse(option, quote(part) + " is not an IPv4 address: write 192.0.2.1");
      }
      if (on_link && !subnet_.prefix.contains(*address)) {
        return refuse(option, to_string(*address) + " is not in " + to_string(subnet_.prefix) +
                                  ": clients could not reach it");
      }
      named_.push_back(*address);
    }
    add_option(option, code, text);
  }

  void add_option(std::string_view option, wire::OptionCode code, const std::string& text) {
    auto value = wire::parse_option_data(code, text);
    if (!value) return refuse(option, to_string(value.error()));
    if (const auto wrong = wire::validate_option(code, *value)) return refuse(option, *wrong);
    options_.push_back({code, false, std::move(*value)});
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
    subnet_.lifetimes = {*time, *time, *time};
  }

  void read_excluded() {
    for (const std::string& text : words_.exclude) {
      const auto range = net::parse_range4(text);
      if (!range) {
        refuse("--exclude", quote(text) +
                                " is no address and no range: write 192.0.2.10 or "
                                "192.0.2.10-192.0.2.20");
      } else if (!subnet_.prefix.contains(range->first) || !subnet_.prefix.contains(range->last)) {
        refuse("--exclude", to_string(*range) + " is not in " + to_string(subnet_.prefix));
      } else {
        excluded_.push_back(*range);
      }
    }
    std::ranges::sort(excluded_);
  }

  /// Excluded ranges cut the pool into pieces; single taken addresses are excluded inside them.
  void make_pools(const std::optional<net::Range4>& asked) {
    const PoolFacts facts{
        subnet_.prefix, false, find_taken_addresses(subnet_.prefix, named_, host_), {}};
    const auto whole = make_auto_pool(facts);
    if (!asked && !whole) {
      return refuse("--interface", "no address is left to lease in " + to_string(subnet_.prefix));
    }
    const net::Range4 range = asked ? *asked : whole->range;
    std::uint64_t next = range.first.value;
    for (const net::Range4& cut : excluded_) {
      if (cut.first.value > next)
        add_pool(next, std::min<std::uint64_t>(cut.first.value - 1, range.last.value), facts);
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
      refuse(excluded_.empty() ? "--pool" : "--exclude",
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
    config.interfaces.listed = {{words_.interface, std::nullopt}};
    subnet_.id = 1;
    subnet_.id_given = false;
    subnet_.interface = words_.interface;
    subnet_.options = OptionSet(std::move(options_));
    subnet_.probe_new_addresses = true;
    config.lifetimes = subnet_.lifetimes;
    config.subnets.push_back(std::move(subnet_));
    config.source = "command line";
    config.text = write_as_file(config.subnets[0]);
    config.build_indexes();
    return config;
  }

  const InterfaceWords& words_;
  const Environment& host_;
  std::vector<Problem> problems_;
  Subnet subnet_;
  std::vector<ConfiguredOption> options_;
  std::vector<net::Ip4> named_;
  std::vector<net::Range4> excluded_;
};

}  // namespace

std::expected<ServerConfig, std::vector<Problem>> make_interface_config(const InterfaceWords& words,
                                                                        const Environment& host) {
  return Builder(words, host).build();
}

}  // namespace lessor::config
