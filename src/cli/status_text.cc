#include "cli/status_text.h"

#include "base/text.h"
#include "cli/columns.h"

namespace lessor::cli {
namespace {

using control::Status;

/// "450us", "3ms", "1.250s": flushes are short, and to_string(Duration) stops at milliseconds.
std::string short_time(Duration d) {
  const std::int64_t us = d.to_nanoseconds() / 1'000;
  if (us < 10'000) return std::to_string(us) + "us";
  if (us < 10'000'000) return std::to_string(us / 1'000) + "ms";
  return to_string(Duration::seconds(us / 1'000'000));
}

std::string server_text(const Status& s) {
  return "lessor " + s.version + ", running for " +
         to_string(Duration::seconds(s.uptime.to_seconds())) + ", pid " + std::to_string(s.pid) +
         "\nconfiguration  " + s.config + "\nleases in      " + s.lease_folder + "\n";
}

std::string interfaces_text(const Status& s) {
  if (s.interfaces.empty()) return "\nInterfaces: none\n";
  std::vector<std::vector<std::string>> rows;
  for (const control::InterfaceStatus& i : s.interfaces) {
    std::string addresses;
    for (const std::string& a : i.addresses) addresses.append(addresses.empty() ? "" : " ") += a;
    rows.push_back({sanitise(as_bytes(i.name), 16), i.served ? "served" : "not served", i.why,
                    std::move(addresses)});
  }
  return "\nInterfaces\n" + columns(rows, 2);
}

std::string pools_text(const Status& s) {
  if (s.pools.empty()) return "\nPools: none\n";
  std::vector<std::vector<std::string>> rows = {
      {"SUBNET", "POOL", "TOTAL", "ASSIGNED", "DECLINED", "OFFERED", "FREE"}};
  for (const control::PoolStatus& p : s.pools) {
    rows.push_back({p.subnet, p.range, std::to_string(p.total), std::to_string(p.assigned),
                    std::to_string(p.declined), std::to_string(p.offered), std::to_string(p.free)});
  }
  return "\nPools\n" + columns(rows, 2);
}

/// "3 offers, 2 ACKs, chosen 2 times".
std::string deeds_text(const control::OtherServerStatus& s) {
  std::string text;
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count > 0) text.append(text.empty() ? "" : ", ") += std::to_string(count) + " " + what;
  };
  add(s.offers, "offers");
  add(s.acks, "ACKs");
  add(s.naks, "NAKs");
  add(s.bootp, "BOOTP replies");
  add(s.chosen, "requests name it");
  return text;
}

std::string other_servers_text(const Status& s) {
  if (s.other_servers.empty()) return {};
  const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
  std::vector<std::vector<std::string>> rows = {
      {"INTERFACE", "SERVER", "MAC", "FROM", "LAST ADDRESS", "SEEN", "MESSAGES"}};
  for (const control::OtherServerStatus& o : s.other_servers) {
    rows.push_back({sanitise(as_bytes(or_dash(o.interface)), 16), or_dash(o.server), or_dash(o.mac),
                    or_dash(o.source), or_dash(o.address),
                    to_string(Duration::seconds(o.last_seen_ago.to_seconds())) + " ago",
                    deeds_text(o)});
  }
  return "\nOther servers seen on these links\n" + columns(rows, 2);
}

std::string flushes_text(const Status& s) {
  const control::FlushStatus& f = s.flushes;
  std::string text = "\nLease store\n  " + std::to_string(f.count) + " flushes";
  if (f.count > 0) {
    text += ", the last of " + std::to_string(f.last_batch) + " changes in " + short_time(f.last) +
            ", the longest " + short_time(f.longest);
  }
  text += "\n  change " + std::to_string(f.newest) + " made, " + std::to_string(f.durable) +
          " durable, " + std::to_string(f.parked) + " replies waiting\n";
  if (s.reloads.count + s.reloads.failed > 0) {
    text += "  " + std::to_string(s.reloads.count) + " reloads, " +
            std::to_string(s.reloads.failed) + " refused; packets waited " +
            short_time(s.reloads.longest_stall) + " at most\n";
  }
  return text;
}

/// Nothing, unless more came at some time than could be answered.
std::string queue_text(const control::QueueStatus& q) {
  if (q.waiting == 0 && q.longest == Duration()) return "";
  return "\nRequests waiting\n  " + std::to_string(q.waiting) + ", the oldest for " +
         short_time(q.oldest) + "; the longest wait so far " + short_time(q.longest) + "\n";
}

std::string counters_text(const Status& s) {
  std::vector<std::vector<std::string>> rows;
  for (const control::Counter& c : s.counters) {
    if (c.value > 0) rows.push_back({std::to_string(c.value), c.name});
  }
  if (rows.empty()) return "\nCounters: all zero\n";
  return "\nCounters\n" + columns(rows, 2);
}

}  // namespace

std::string status_text(const Status& s) {
  return server_text(s) + interfaces_text(s) + other_servers_text(s) + pools_text(s) +
         flushes_text(s) + queue_text(s.queue) + counters_text(s);
}

}  // namespace lessor::cli
