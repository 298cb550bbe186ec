#include "control/status.h"

#include <nlohmann/json.hpp>

namespace lessor::control {
namespace {

using nlohmann::json;

/// Numbers that people read in microseconds: a flush takes less than a millisecond.
std::int64_t microseconds(Duration d) { return d.to_nanoseconds() / 1'000; }

json interfaces_json(const std::vector<InterfaceStatus>& interfaces) {
  json list = json::array();
  for (const InterfaceStatus& i : interfaces) {
    list.push_back(
        {{"name", i.name}, {"served", i.served}, {"why", i.why}, {"addresses", i.addresses}});
  }
  return list;
}

/// Kea's words for how its sockets fare.
json sockets_json(const std::vector<InterfaceStatus>& interfaces) {
  json errors = json::array();
  for (const InterfaceStatus& i : interfaces) {
    if (!i.served) errors.push_back(i.name + ": " + i.why);
  }
  if (errors.empty()) return {{"status", "ready"}};
  return {{"status", "retrying"}, {"errors", errors}};
}

json pools_json(const std::vector<PoolStatus>& pools) {
  json list = json::array();
  for (const PoolStatus& p : pools) {
    list.push_back({{"subnet", p.subnet},
                    {"subnet-id", p.subnet_id},
                    {"pool", p.range},
                    {"total", p.total},
                    {"assigned", p.assigned},
                    {"declined", p.declined},
                    {"offered", p.offered},
                    {"free", p.free}});
  }
  return list;
}

json other_servers_json(const std::vector<OtherServerStatus>& servers) {
  json list = json::array();
  for (const OtherServerStatus& s : servers) {
    list.push_back({{"interface", s.interface},
                    {"server-identifier", s.server},
                    {"hw-address", s.mac},
                    {"source", s.source},
                    {"giaddr", s.relay},
                    {"last-address", s.address},
                    {"offers", s.offers},
                    {"acks", s.acks},
                    {"naks", s.naks},
                    {"bootp-replies", s.bootp},
                    {"chosen", s.chosen},
                    {"first-seen", s.first_seen},
                    {"last-seen-seconds-ago", s.last_seen_ago.to_seconds()}});
  }
  return list;
}

json flushes_json(const FlushStatus& f) {
  return {{"count", f.count},
          {"last-us", microseconds(f.last)},
          {"longest-us", microseconds(f.longest)},
          {"last-batch", f.last_batch},
          {"durable", f.durable},
          {"newest", f.newest},
          {"parked-replies", f.parked}};
}

json queue_json(const QueueStatus& q) {
  return {{"waiting", q.waiting},
          {"oldest-us", microseconds(q.oldest)},
          {"longest-us", microseconds(q.longest)}};
}

/// A typed read with a default: an answer from an older server lacks keys, and that is no error.
template <typename T>
T get(const json& object, const char* key, T fallback = {}) {
  if (!object.is_object()) throw std::invalid_argument(std::string("no object around ") + key);
  const auto found = object.find(key);
  if (found == object.end()) return fallback;
  return found->get<T>();
}

Duration get_us(const json& object, const char* key) {
  return Duration::microseconds(get<std::int64_t>(object, key));
}

std::vector<InterfaceStatus> read_interfaces(const json& list) {
  std::vector<InterfaceStatus> interfaces;
  for (const json& i : list) {
    interfaces.push_back({get<std::string>(i, "name"), get<bool>(i, "served"),
                          get<std::string>(i, "why"),
                          get<std::vector<std::string>>(i, "addresses")});
  }
  return interfaces;
}

std::vector<OtherServerStatus> read_other_servers(const json& list) {
  std::vector<OtherServerStatus> servers;
  for (const json& s : list) {
    servers.push_back(
        {.interface = get<std::string>(s, "interface"),
         .server = get<std::string>(s, "server-identifier"),
         .mac = get<std::string>(s, "hw-address"),
         .source = get<std::string>(s, "source"),
         .relay = get<std::string>(s, "giaddr"),
         .address = get<std::string>(s, "last-address"),
         .offers = get<std::uint64_t>(s, "offers"),
         .acks = get<std::uint64_t>(s, "acks"),
         .naks = get<std::uint64_t>(s, "naks"),
         .bootp = get<std::uint64_t>(s, "bootp-replies"),
         .chosen = get<std::uint64_t>(s, "chosen"),
         .first_seen = get<std::string>(s, "first-seen"),
         .last_seen_ago = Duration::seconds(get<std::int64_t>(s, "last-seen-seconds-ago"))});
  }
  return servers;
}

std::vector<PoolStatus> read_pools(const json& list) {
  std::vector<PoolStatus> pools;
  for (const json& p : list) {
    pools.push_back({.subnet = get<std::string>(p, "subnet"),
                     .subnet_id = get<std::uint32_t>(p, "subnet-id"),
                     .range = get<std::string>(p, "pool"),
                     .total = get<std::uint64_t>(p, "total"),
                     .assigned = get<std::uint64_t>(p, "assigned"),
                     .declined = get<std::uint64_t>(p, "declined"),
                     .offered = get<std::uint64_t>(p, "offered"),
                     .free = get<std::uint64_t>(p, "free")});
  }
  return pools;
}

FlushStatus read_flushes(const json& f) {
  return {.count = get<std::uint64_t>(f, "count"),
          .last = get_us(f, "last-us"),
          .longest = get_us(f, "longest-us"),
          .last_batch = get<std::uint64_t>(f, "last-batch"),
          .durable = get<std::uint64_t>(f, "durable"),
          .newest = get<std::uint64_t>(f, "newest"),
          .parked = get<std::uint64_t>(f, "parked-replies")};
}

QueueStatus read_queue(const json& q) {
  return {.waiting = get<std::uint64_t>(q, "waiting"),
          .oldest = get_us(q, "oldest-us"),
          .longest = get_us(q, "longest-us")};
}

Status read_all(const json& value) {
  Status status;
  status.version = get<std::string>(value, "version");
  status.pid = get<std::int64_t>(value, "pid");
  status.uptime = Duration::seconds(get<std::int64_t>(value, "uptime"));
  status.since_reload = Duration::seconds(get<std::int64_t>(value, "reload"));
  status.config = get<std::string>(value, "config");
  status.lease_folder = get<std::string>(value, "lease-folder");
  status.interfaces = read_interfaces(get<json>(value, "interfaces", json::array()));
  status.pools = read_pools(get<json>(value, "pools", json::array()));
  status.other_servers = read_other_servers(get<json>(value, "other-servers", json::array()));
  const json counters = get<json>(value, "counters", json::object());
  for (const auto& [name, count] : counters.items()) {
    status.counters.push_back({name, count.get<std::uint64_t>()});
  }
  status.flushes = read_flushes(get<json>(value, "flushes", json::object()));
  status.queue = read_queue(get<json>(value, "queue", json::object()));
  const json reloads = get<json>(value, "reloads", json::object());
  status.reloads = {.count = get<std::uint64_t>(reloads, "count"),
                    .failed = get<std::uint64_t>(reloads, "failed"),
                    .longest_stall = get_us(reloads, "longest-stall-us")};
  return status;
}

}  // namespace

std::string to_json(const Status& status) {
  json counters = json::object();
  for (const Counter& c : status.counters) counters[c.name] = c.value;
  const json value = {{"pid", status.pid},
                      {"uptime", status.uptime.to_seconds()},
                      {"reload", status.since_reload.to_seconds()},
                      {"multi-threading-enabled", false},
                      {"sockets", sockets_json(status.interfaces)},
                      {"version", status.version},
                      {"config", status.config},
                      {"lease-folder", status.lease_folder},
                      {"interfaces", interfaces_json(status.interfaces)},
                      {"pools", pools_json(status.pools)},
                      {"other-servers", other_servers_json(status.other_servers)},
                      {"counters", counters},
                      {"flushes", flushes_json(status.flushes)},
                      {"queue", queue_json(status.queue)},
                      {"reloads",
                       {{"count", status.reloads.count},
                        {"failed", status.reloads.failed},
                        {"longest-stall-us", microseconds(status.reloads.longest_stall)}}}};
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::expected<Status, std::string> read_status(std::string_view text) {
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object()) return std::unexpected("the status is not a JSON object");
  try {
    return read_all(value);
  } catch (const std::exception& e) {  // a value of another type than ours
    return std::unexpected(std::string("the status cannot be read: ") + e.what());
  }
}

std::string to_json(const std::vector<Statistic>& statistics, WallTime now) {
  const std::string stamp = to_string(now) + ".000000";
  json value = json::object();
  for (const Statistic& s : statistics) value[s.name] = {json::array({s.value, stamp})};
  return value.dump();
}

}  // namespace lessor::control
